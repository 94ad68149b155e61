import { commands, FakeClient, FakeCodeAction, openEditor, person, window, workspace } from './editor';
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { URI } from 'vscode-uri';
import type * as vscode from 'vscode';
import { ActionCommands } from '../../client/src/action-commands';
import { activate, deactivate } from '../../client/src/extension';
import { serverCommands } from '../../server/src/lsp/protocol';

const file = '/p/migrations/1.sql';
const uri = URI.file(file).toString();

describe('the commands of the palette', () => {
  const subscriptions: { dispose(): unknown }[] = [];
  const run = (name: string): Promise<unknown> => Promise.resolve(commands.get(`lockstep.${name}`)?.());

  beforeEach(async () => {
    if (subscriptions.length === 0) {
      const context = { subscriptions, extensionUri: URI.file('/e'), asAbsolutePath: (name: string) => name };
      await activate(context as unknown as vscode.ExtensionContext);
    }
    FakeClient.current.sent.length = 0;
    person.told.length = 0;
    person.offered.length = 0;
    window.activeTextEditor = openEditor(file);
    Object.assign(window.activeTextEditor, { selection: { active: { line: 3, character: 2 } } });
  });
  after(async () => {
    await deactivate();
    for (const one of subscriptions) one.dispose();
    window.activeTextEditor = undefined;
  });

  for (const [name, command, ...more] of [
    ['generateRollback', serverCommands.rollback],
    ['generateValidation', serverCommands.validation],
    ['insertPrecheck', serverCommands.precheck, { line: 3, character: 2 }],
    ['showStatus', serverCommands.showStatus],
  ] as const) {
    test(`${name} asks the server about the document`, async () => {
      await run(name);
      assert.deepEqual(FakeClient.current.sent, [{ command, arguments: [uri, ...more] }]);
    });

    test(`${name} needs a migration`, async () => {
      const other = openEditor('/p/readme.md');
      Object.assign(other.document, { languageId: 'markdown' });
      for (const editor of [undefined, other]) {
        window.activeTextEditor = editor;
        await run(name);
      }
      assert.deepEqual(FakeClient.current.sent, []);
      assert.deepEqual(person.told, Array(2).fill('Open a migration (.sql) first.'));
    });
  }

  test('newMigration goes beside the migration in front', async () => {
    person.inputs.push('add index');
    await run('newMigration');
    assert.deepEqual(
      FakeClient.current.sent.map((sent) => sent.arguments),
      [[uri, 'add index']],
    );
    assert.deepEqual(person.offered, []);
  });

  test('newMigration goes nowhere without a name', async () => {
    person.inputs.push(undefined);
    await run('newMigration');
    assert.deepEqual(FakeClient.current.sent, []);
  });

  test('newMigration asks for the folder when there are several', async () => {
    window.activeTextEditor = undefined;
    workspace.sqlFiles = ['/p/b/1.sql', '/p/a/1.sql', '/p/a/2.sql'].map((name) => URI.file(name));
    person.picks.push('a');
    person.inputs.push('x');
    await run('newMigration');
    assert.deepEqual(person.offered, [['a', 'b']]);
    assert.deepEqual(FakeClient.current.sent[0]?.arguments, [URI.file('/p/a/2.sql').toString(), 'x']);
    person.picks.push(undefined);
    await run('newMigration');
    assert.equal(FakeClient.current.sent.length, 1);
  });

  test('newMigration takes the only folder, and says when there is none', async () => {
    window.activeTextEditor = undefined;
    workspace.sqlFiles = [URI.file('/p/a/1.sql')];
    person.inputs.push('x');
    await run('newMigration');
    assert.deepEqual(person.offered, []);
    assert.equal(FakeClient.current.sent.length, 1);
    workspace.sqlFiles = [];
    await run('newMigration');
    assert.deepEqual(person.told, ['There is no migration (.sql) in this workspace yet.']);
    assert.equal(FakeClient.current.sent.length, 1);
  });

  test('restartServer and showOutput', async () => {
    const { starts } = FakeClient.current;
    await run('restartServer');
    assert.equal(FakeClient.current.starts, starts + 1);
    await run('showOutput');
    assert.ok(person.outputIsShown);
  });
});

describe('the command of a light bulb', () => {
  const named = (actions: ActionCommands, ...given: (readonly unknown[] | undefined)[]) => {
    const list = given.map((parameters, index) => {
      const action = new FakeCodeAction(`fix ${index}`);
      if (parameters !== undefined)
        action.command = { title: 'Fix', command: 'server.fix', arguments: [...parameters] };
      return action;
    });
    const provide = actions.middleware.provideCodeActions as unknown as (
      ...parameters: unknown[]
    ) => Promise<FakeCodeAction[] | undefined>;
    return provide(undefined, undefined, undefined, undefined, () => Promise.resolve(list));
  };

  test('keeps its arguments however long the edit takes, and each has a name of its own', async () => {
    const actions = new ActionCommands();
    const ran: unknown[][] = [];
    commands.set('server.fix', (...parameters: unknown[]) => ran.push(parameters));
    const list = await named(actions, [1, 'a'], [2], undefined, [1, 'a']);
    const ids = (list ?? []).map((action) => action.command?.command);
    assert.equal(ids[0], ids[3]);
    assert.notEqual(ids[0], ids[1]);
    assert.deepEqual([ids[2], list?.[0]?.command?.arguments], [undefined, undefined]);
    await commands.get(ids[1] ?? '')?.();
    await commands.get(ids[0] ?? '')?.();
    assert.deepEqual(ran, [[2], [1, 'a']]);
    actions.dispose();
    assert.equal(commands.get(ids[0] ?? ''), undefined);
    commands.delete('server.fix');
  });

  test('is one of the last sixty-four', async () => {
    const actions = new ActionCommands();
    const ids = new Set<string | undefined>();
    for (let number = 0; number < 70; number++) {
      const list = await named(actions, [number]);
      ids.add(list?.[0]?.command?.command);
    }
    assert.equal(ids.size, 64);
    actions.dispose();
  });
});
