// Liquibase's own program on a changelog with the rollbacks that Lockstep writes: each undoes its changeset, no other.
import { deepEqual, equal } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type pg from 'pg';
import { loadGrammar } from '../../server/src/sql/parse';
import { root } from '../shared';
import { type Catalog, readCatalog } from './instruments/catalog';
import { absence, install, testedPrograms } from './instruments/programs';
import { testedMajors, useServer } from './servers';

before(loadGrammar);

const run = promisify(execFile);

const changelog = `--liquibase formatted sql

--changeset ann:orders
CREATE TABLE orders (id bigint PRIMARY KEY, total int);
CREATE INDEX orders_total ON orders (total);

--changeset ann:mysql dbms:mysql
CREATE TABLE orders (id bigint) ENGINE=InnoDB;

--changeset ann:note splitStatements:false stripComments:false
ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT '';
CREATE FUNCTION total_of(o orders) RETURNS int LANGUAGE plpgsql AS $$
DECLARE result int; BEGIN
  -- Of one.

  IF o.total IS NULL THEN result := 0; ELSE result := o.total; END IF;
  RETURN result;
END $$;

--changeset ann:by-hand
COMMENT ON TABLE orders IS 'Ours.';
--rollback COMMENT ON TABLE orders IS NULL;

--changeset ann:index runInTransaction:false
CREATE INDEX CONCURRENTLY orders_note ON orders (note);

--changeset ann:no-function
DROP FUNCTION total_of(orders);
`;

for (const program of testedPrograms.filter(({ setting }) => setting === 'Liquibase')) {
  describe(`${program.label} and what undoes each changeset`, { skip: absence(program) }, () => {
    const server = useServer(testedMajors.at(-1) ?? 18);

    it('undoes the last changeset alone, then the others one by one, and keeps the rows of what stays', async () => {
      const installed = await install(program);
      const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-liquibase-'));
      const client = await server().connect('postgres');
      const file = path.join(folder, 'changelog.sql');
      const command = program.command({ installed, folder, url: server().url('postgres') });
      const [java, ...words] = command.map((word) =>
        word === '--changelog-file=changelog.yaml' ? '--changelog-file=changelog.sql' : word,
      );
      const liquibase = (...last: readonly string[]): Promise<unknown> =>
        run(java ?? '', [...words.slice(0, -1), ...last], { cwd: folder, timeout: 120_000 });
      try {
        writeFileSync(file, changelog);
        const before = await schema(client);
        // What is applied already must still be the same to Liquibase.
        await liquibase('update-count', '--count=2');
        const afterTwo = await schema(client);
        await run(
          process.execPath,
          [path.join(root, 'dist/cli.js'), 'rollback', 'changelog.sql', '--write'],
          {
            cwd: folder,
          },
        );
        await client.query("INSERT INTO orders SELECT n, n, 'note ' || n FROM generate_series(1, 1000) n");

        await liquibase('update-count', '--count=2');
        const afterFour = await schema(client);
        await liquibase('update');
        await liquibase('rollback-count', '--count=1');
        deepEqual(await schema(client), afterFour);
        equal(await rowsOf(client), 1000);
        await liquibase('rollback-count', '--count=2');
        deepEqual(await schema(client), afterTwo);
        equal(await rowsOf(client), 1000);
        await liquibase('rollback-count', '--count=2');
        deepEqual(await schema(client), before);
      } finally {
        await client.end();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
}

/** What the migrations have made; not what Liquibase keeps for itself. */
async function schema(client: pg.Client): Promise<Catalog> {
  const all = Object.entries(await readCatalog(client));
  return Object.fromEntries(all.filter(([name]) => !name.includes('databasechangelog')));
}

async function rowsOf(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM orders');
  return rows[0]?.count;
}
