// Group: fast
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Connection } from 'vscode-languageserver';
import { SettingsCache } from '../../server/src/lsp/settings';

const uri = 'file:///p/1.sql';

/** A client that answers when the test lets it. */
class SlowClient {
  readonly asked: { readonly scopeUri: string; readonly section: string }[] = [];
  private readonly answers: ((settings: unknown) => void)[] = [];
  readonly connection = {
    workspace: {
      getConfiguration: (question: { scopeUri: string; section: string }) => {
        this.asked.push(question);
        return new Promise((resolve) => this.answers.push(resolve));
      },
    },
  } as unknown as Connection;

  async answer(index: number, settings: unknown): Promise<void> {
    this.answers[index]?.(settings);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }
}

function pushed(settings: unknown) {
  return new SettingsCache(new SlowClient().connection, false, settings).current(uri);
}

describe('settings', () => {
  test('of the wrong kind count as not set', () => {
    const nothing = pushed(undefined);
    assert.deepEqual(
      [nothing.postgresVersion, nothing.runner, nothing.defaultBranch, nothing.rules, nothing.lenses],
      [undefined, undefined, undefined, {}, false],
    );
    for (const settings of [
      null,
      17,
      'x',
      { postgresVersion: 16.5, runner: 'auto', runnerVersion: 3, defaultBranch: '  ', lockTimeout: 'soon' },
      { postgresVersion: 'auto', runner: '', rules: 'off', lenses: 'true' },
      { postgresVersion: null, rules: { a: 'loud', b: 3 } },
    ]) {
      assert.deepEqual(pushed(settings), nothing, JSON.stringify(settings));
    }
  });

  test('are read in the forms that people write', () => {
    const settings = {
      ...{ postgresVersion: '16', runner: ' flyway ', runnerVersion: '10.1.0', defaultBranch: 'trunk' },
      ...{ lockTimeout: '2s', lenses: true, rules: { a: 'off', b: 'error', c: 'hint', d: 'no' } },
    };
    for (const given of [settings, { lockstep: settings }]) {
      assert.deepEqual(pushed(given), {
        ...{ postgresVersion: 16, runner: 'flyway', runnerVersion: '10.1.0', defaultBranch: 'trunk' },
        ...{ lockTimeout: '2s', lenses: true, rules: { a: 'off', b: 'error', c: 'hint' } },
      });
    }
    assert.equal(pushed({ postgresVersion: 15 }).postgresVersion, 15);
  });

  test('that are equal are one object', () => {
    assert.equal(pushed({ runner: 'psql' }), pushed({ runner: 'psql', unknown: 1 }));
    assert.notEqual(pushed({ runner: 'psql' }), pushed({ runner: 'goose' }));
  });

  test('are sent along by a client that cannot be asked', async () => {
    const client = new SlowClient();
    const cache = new SettingsCache(client.connection, false, { runner: 'psql' });
    cache.changed({ lockstep: { runner: 'goose' } });
    assert.equal((await cache.load(uri)).runner, 'goose');
    assert.deepEqual(client.asked, []);
  });

  test('are asked for once, and again when they have changed', async () => {
    const client = new SlowClient();
    const cache = new SettingsCache(client.connection, true, {});
    const first = cache.load(uri);
    assert.equal(cache.current(uri).runner, undefined);
    await client.answer(0, { runner: 'psql' });
    assert.equal((await first).runner, 'psql');
    await cache.load(uri);
    assert.deepEqual(client.asked, [{ scopeUri: uri, section: 'lockstep' }]);
    cache.changed({ runner: 'not asked' });
    assert.equal(cache.current(uri).runner, 'psql');
    const second = cache.load(uri);
    await client.answer(1, { runner: 'goose' });
    assert.equal((await second).runner, 'goose');
    cache.forget(uri);
    assert.equal(cache.current(uri).runner, undefined);
  });

  test('are those of the last answer that was asked for, whichever comes last', async () => {
    const client = new SlowClient();
    const cache = new SettingsCache(client.connection, true, {});
    const old = cache.load(uri);
    cache.changed(undefined);
    const young = cache.load(uri);
    await client.answer(1, { runner: 'new' });
    await client.answer(0, { runner: 'old' });
    assert.deepEqual(
      [(await young).runner, (await old).runner, cache.current(uri).runner],
      ['new', 'new', 'new'],
    );
  });
});
