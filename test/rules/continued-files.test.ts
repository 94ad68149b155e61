// Group: tables
// What a fix moves into new migrations runs there as it did: without the transaction that its author has left out, and
// with what was set for it. So nothing is said of the new files that was not said of the old one.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { diagnose } from '../../server/src/features/diagnose';
import { allFixes, type OfferedFix } from '../../server/src/features/fix';
import { rules } from '../../server/src/rules';
import { loadGrammar } from '../../server/src/sql/parse';
import type { Files } from '../runners/tree';
import { assertRepairs } from './fix-checks';
import { analyse, migrationsBefore, runnerIds, siteOf, type World, worldOn } from './world';

before(loadGrammar);

/** What takes a migration out of the runner's transaction: words at its top, or a file beside it. */
const marks: Readonly<Record<string, { readonly head?: string; readonly beside?: (file: string) => Files }>> =
  {
    dbmate: { head: '-- migrate:up transaction:false\n' },
    sqlx: { head: '-- no-transaction\n' },
    atlas: { head: '-- atlas:txmode none\n\n' },
    goose: { head: '-- +goose NO TRANSACTION\n-- +goose Up\n' },
    'sql-migrate': { head: '-- +migrate Up notransaction\n' },
    tern: { head: '---- tern: disable-tx ----\n' },
    liquibase: { head: '--liquibase formatted sql\n--changeset ann:second runInTransaction:false\n' },
    'graphile-migrate': { head: '--! no-transaction\n' },
    diesel: {
      beside: (file) => ({
        [path.posix.join(path.posix.dirname(file), 'metadata.toml')]: 'run_in_transaction = false\n',
      }),
    },
    flyway: { beside: (file) => ({ [`${file}.conf`]: 'executeInTransaction=false\n' }) },
  };

/** A project whose tables are in a schema that only the search_path leads to. */
function worldIn(runner: string, sql: string, setup: string | undefined, isMarked: boolean): World {
  const world = worldOn(runner, '', '', setup);
  const earlier = Object.entries(world.files).map(([name, text]): [string, string] => [
    name,
    name === world.path
      ? text
      : text.replace(/^CREATE /m, 'CREATE SCHEMA app;\nSET search_path = app;\nCREATE '),
  ]);
  const { head, beside } = (isMarked ? marks[runner] : undefined) ?? {};
  return {
    ...world,
    files: {
      ...Object.fromEntries(earlier),
      [world.path]: `${head ?? world.files[world.path]?.trimEnd() ?? ''}\n${sql}`.trimStart(),
      ...beside?.(world.path),
    },
  };
}

/** Migrations that no runner with one statement in a file can leave as they are. */
const concurrent = [
  'DROP INDEX CONCURRENTLY app.i_total;\nCREATE INDEX CONCURRENTLY i_total ON app.orders (total, id);\n',
  [
    'CREATE INDEX CONCURRENTLY i_a ON app.orders (user_id, total);',
    'CREATE INDEX CONCURRENTLY i_b ON app.orders (user_id, id);',
    'CREATE INDEX CONCURRENTLY i_c ON app.orders (id, user_id);\n',
  ].join('\n'),
  [
    'DROP INDEX CONCURRENTLY app.i_total;',
    'CREATE INDEX CONCURRENTLY i_total ON app.orders (total, id);',
    'CREATE INDEX CONCURRENTLY i_a ON app.orders (user_id);\n',
  ].join('\n'),
  [
    'CREATE UNIQUE INDEX CONCURRENTLY i_a ON app.orders (id, user_id);',
    'ALTER TABLE app.orders ADD CONSTRAINT i_a UNIQUE USING INDEX i_a;\n',
  ].join('\n'),
];

const indexed = 'CREATE INDEX i_total ON orders (total);\n';

for (const runner of runnerIds) {
  describe(`new migrations of ${runner}`, () => {
    for (const isMarked of [false, true]) {
      if (isMarked && marks[runner] === undefined) continue;
      const how = isMarked ? 'without a transaction' : 'as usual';
      concurrent.forEach((sql, number) => {
        test(`concurrent statements ${number + 1}, ${how}`, () => {
          check(worldIn(runner, sql, indexed, isMarked));
        });
      });
      for (const { id, meta } of rules) {
        meta.examples.forEach(({ around, setup, bad }, index) => {
          if (around !== undefined || /\b(?:begin|commit)\b/i.test(bad)) return;
          test(`${id}, example ${index + 1}, ${how}`, () => {
            check(worldIn(runner, `SET search_path = app;\n${bad}\n`, setup, isMarked), id);
          });
          if (isMarked) return;
          test(`${id}, example ${index + 1}, with SET LOCAL`, () => {
            const sql = `SET LOCAL search_path = app;\n${bad}\n`;
            const world = worldIn(runner, sql, setup, false);
            const [first] = analyse(world).schedule.statements;
            // Elsewhere it has no effect.
            const isInBlock = first?.inTransactionBlock === true;
            check(isInBlock ? world : worldIn(runner, `BEGIN;\n${sql}COMMIT;\n`, setup, false), id);
          });
        });
      }
    }
  });
}

/** Fails when a fix that writes new migrations brings an error, or anything that was not said before. */
function check(world: World, rule?: string): void {
  const analysis = analyse(world);
  for (const fix of allFixes(analysis, siteOf(world))) {
    if (fix.refusal !== undefined || (rule !== undefined && fix.rule !== rule)) continue;
    const isReadable = !fix.changes.some(({ path: name }) => name.endsWith('.js'));
    try {
      const after = assertRepairs(fix, world, { isReadable });
      if (isReadable)
        assert.ok(errorsIn(after, fix) <= errorsOf(world, world.path), 'There are more errors.');
    } catch (error: unknown) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(
        `${fix.title}: ${message}\n${world.files[world.path] ?? ''}\n${JSON.stringify(fix.changes, null, 1)}`,
        { cause: error },
      );
    }
  }
}

function errorsIn(after: World, { changes }: OfferedFix): number {
  const { all } = migrationsBefore(after, after.path);
  const created = changes.flatMap((change) => (change.kind === 'create' ? [change.path] : []));
  return [after.path, ...created.filter((name) => all.includes(name))].reduce(
    (sum, name) => sum + errorsOf(after, name),
    0,
  );
}

function errorsOf(world: World, file: string): number {
  return diagnose(analyse(world, file)).filter(({ severity }) => severity === 'error').length;
}
