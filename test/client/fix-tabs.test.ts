// Ctrl+Z reaches what is in a tab: which files of a fix get one, what is saved when it is undone, and which folders go.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { events, FakeText, folders, tabs, texts } from './editor';
import { URI } from 'vscode-uri';
import { FixTabs } from '../../client/src/fix-tabs';
import { serverCommands } from '../../server/src/lsp/protocol';

const undo = 1;
const uriOf = (file: string): string => URI.file(file).toString();

/** Lets what waits for the editor go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe('the files of a fix', () => {
  let shown: FixTabs;
  let old: FakeText;
  beforeEach(() => {
    texts.clear();
    folders.clear();
    tabs.length = 0;
    shown = new FixTabs();
    old = new FakeText('/m/1.sql', 'select 1;');
    for (const file of ['/m/2.sql', '/m/3.sql']) new FakeText(file, 'select 2;');
  });
  afterEach(() => {
    shown.dispose();
  });

  function fixed(command: string, ...parameters: unknown[]): Promise<unknown> {
    return Promise.resolve(shown.middleware.executeCommand?.(command, parameters, (...words) => words));
  }

  const files = {
    created: [uriOf('/m/2.sql'), uriOf('/m/3.sql')],
    changed: [uriOf('/m/1.sql')],
    front: uriOf('/m/2.sql'),
  };

  async function changed(text: string, reason?: number): Promise<void> {
    old.text = text;
    events.changed.fire({ document: old, reason });
    await settle();
  }

  it('have a tab each, the one that matters last and with the focus', async () => {
    assert.deepEqual(await fixed(serverCommands.fixed, files), [serverCommands.fixed, [files]]);
    assert.deepEqual(tabs, [
      { file: '/m/1.sql', hasFocus: false },
      { file: '/m/3.sql', hasFocus: false },
      { file: '/m/2.sql', hasFocus: true },
    ]);
  });

  it('are those of a fix: another command shows nothing', async () => {
    assert.deepEqual(await fixed(serverCommands.rollback, files), [serverCommands.rollback, [files]]);
    await fixed(serverCommands.fixed);
    assert.deepEqual(tabs, []);
  });

  it('may be gone before they can be shown', async () => {
    texts.delete(uriOf('/m/3.sql'));
    await fixed(serverCommands.fixed, files);
    assert.deepEqual(
      tabs.map(({ file }) => file),
      ['/m/1.sql', '/m/2.sql'],
    );
  });

  it('are saved when the fix is undone, once, and not for what is typed or undone besides', async () => {
    await fixed(serverCommands.fixed, files);
    await changed('select 1; -- typed');
    await changed('select 1;', undo);
    assert.equal(old.saves, 0, 'what was typed is undone, not the fix');
    await changed('select;', undo);
    assert.equal(old.saves, 1);
    await changed('sel', undo);
    assert.equal(old.saves, 1, 'the author’s own text is the author’s to save');
    await changed('select 1;');
    await changed('select;', undo);
    assert.equal(old.saves, 2, 'what was done again can be undone again');
  });

  it('are not saved where the light bulb has not saved them, and not behind a tab that was closed', async () => {
    old.isDirty = true;
    await fixed(serverCommands.fixed, files);
    await changed('select;', undo);
    assert.equal(old.saves, 0);
    old.isDirty = false;
    old.text = 'select 1;';
    await fixed(serverCommands.fixed, files);
    events.closed.fire(old);
    await changed('select;', undo);
    assert.equal(old.saves, 0);
  });

  it('take their folder with them when they are gone, unless something else is in it', async () => {
    const own = ['/p/a/migration.sql', '/p/b/migration.sql'].map((file) => new FakeText(file, ''));
    const created = own.map(({ uri }) => uri.toString());
    folders.set(uriOf('/p/a'), []);
    folders.set(uriOf('/p/b'), ['note.md']);
    folders.set(uriOf('/p/c'), []);
    await fixed(serverCommands.fixed, { created, changed: [], front: created[0] });
    events.deleted.fire({ files: [...own.map(({ uri }) => uri), URI.file('/p/c/migration.sql')] });
    await settle();
    assert.deepEqual([...folders.keys()], [uriOf('/p/b'), uriOf('/p/c')]);
  });

  it('are those of an edit that the server asks for as well, when the editor has applied it', async () => {
    const edit = {
      documentChanges: [
        { kind: 'create', uri: uriOf('/m/2.sql') },
        { textDocument: { uri: uriOf('/m/2.sql'), version: null }, edits: [] },
        { textDocument: { uri: uriOf('/m/1.sql'), version: 1 }, edits: [] },
        { textDocument: { uri: uriOf('/m/1.sql'), version: 1 }, edits: [] },
      ],
    };
    const apply = (applied: boolean): unknown =>
      shown.middleware.workspace?.handleApplyEdit?.({ edit } as never, () => ({ applied }));
    assert.deepEqual(await apply(false), { applied: false });
    assert.deepEqual(tabs, []);
    assert.deepEqual(await apply(true), { applied: true });
    assert.deepEqual(tabs, [
      { file: '/m/1.sql', hasFocus: false },
      { file: '/m/2.sql', hasFocus: true },
    ]);
    await changed('select;', undo);
    assert.equal(old.saves, 1);
  });
});
