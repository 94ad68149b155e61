// Alone: it measures who waits for whom.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { buildIndexOnPartitions } from '../../server/src/rewrites/build-index-on-partitions';
import type { Step } from '../../server/src/runners/runner';
import { loadGrammar } from '../../server/src/sql/parse';
import { contextAfter, parseOne, runSteps } from '../rewrites/bench';
import { differences, readCatalog } from './instruments/catalog';
import { startWriters, type Write, type WritersReport } from './instruments/writers';
import { type LocalServer, testedMajors, useServer, withDatabase } from './servers';

before(loadGrammar);

/** Partitions of partitions, one that is there for all the rest, and one that has such an index already. */
const schema = `
  CREATE SCHEMA "Shop";
  CREATE TABLE "Shop"."Orders" (id bigint, region text, placed_at date, note text)
    PARTITION BY LIST (region);
  CREATE TABLE "Shop"."Orders_eu" PARTITION OF "Shop"."Orders" FOR VALUES IN ('eu')
    PARTITION BY RANGE (placed_at);
  CREATE TABLE "Shop".eu_2025 PARTITION OF "Shop"."Orders_eu"
    FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE "Shop".eu_rest PARTITION OF "Shop"."Orders_eu" DEFAULT;
  CREATE TABLE "Shop".us PARTITION OF "Shop"."Orders" FOR VALUES IN ('us');
  CREATE INDEX us_note ON "Shop".us (note);
  CREATE TABLE "Shop".others PARTITION OF "Shop"."Orders" DEFAULT;
  CREATE TABLE events (id bigint, at date, payload jsonb) PARTITION BY RANGE (at);
  CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE empty (id bigint) PARTITION BY HASH (id)`;

const statements: readonly string[] = [
  'CREATE INDEX ON "Shop"."Orders" (note)',
  'create index if not exists "By note" on "Shop"."Orders" using btree (lower(note) desc, id) where id > 0 -- some',
  'CREATE UNIQUE INDEX once ON "Shop"."Orders" (region, placed_at, id) INCLUDE (note)',
  'CREATE INDEX CONCURRENTLY events_at ON events (at)',
  'CREATE INDEX CONCURRENTLY ON events (at, id)',
  'CREATE UNIQUE INDEX ON events (id, at)',
  'CREATE INDEX ON public.events USING gin (payload jsonb_path_ops)',
  'CREATE INDEX ON empty (id)',
];

const invalid = 'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid';

function stepsFor(sql: string, setup: string): readonly Step[] {
  return buildIndexOnPartitions.steps(parseOne(sql, 'CreateIndex'), contextAfter(setup));
}

/** An index on `events` whose build takes a second and more in each partition. */
const slowSchema = `${schema};
  CREATE FUNCTION slowly(value bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN PERFORM pg_sleep(0.004); RETURN value; END $$;
  INSERT INTO events SELECT n, date '2025-06-01' + (n % 2)::int * 365 FROM generate_series(1, 600) AS n`;
const slowIndex = 'CREATE INDEX slow ON events (slowly(id))';

for (const major of testedMajors) {
  describe(`an index of a partitioned table on PostgreSQL ${major}`, () => {
    const server = useServer(major);

    for (const sql of statements) {
      it(`is the same, and valid: ${sql}`, async () => {
        const wanted = await withDatabase(server(), schema, async (database) => {
          const client = await server().connect(database);
          await client.query(sql.replace(' CONCURRENTLY', ''));
          return readCatalog(client);
        });
        await withDatabase(server(), schema, async (database) => {
          const client = await server().connect(database);
          await runSteps(
            { exec: (text) => client.query(text), query: (text) => client.query(text) },
            stepsFor(sql, schema),
          );
          assert.deepEqual((await client.query(invalid)).rows, []);
          assert.deepEqual(differences(wanted, await readCatalog(client)), []);
        });
      });
    }

    it('keeps no writer waiting', async () => {
      const naive = await waits(server(), [
        { sql: `${slowIndex};`, transaction: 'inherits', why: '', name: '' },
      ]);
      const fixed = await waits(server(), stepsFor(slowIndex, slowSchema));
      assert.deepEqual([naive.failures, fixed.failures], [{}, {}]);
      assert.ok(
        naive.longestWait > 1_500,
        `The naive build kept a writer waiting for ${naive.longestWait} ms.`,
      );
      assert.ok(
        fixed.longestWait < naive.longestWait / 3,
        `A writer waited for ${fixed.longestWait} ms, ${naive.longestWait} ms with the naive build.`,
      );
    });
  });
}

/** What writers live through while the steps run. */
function waits(server: LocalServer, steps: readonly Step[]): Promise<WritersReport> {
  return withDatabase(server, slowSchema, async (database) => {
    const client = await server.connect(database);
    const write: Write = (sequence) => ({
      text: `INSERT INTO events VALUES ($1::bigint, date '2025-06-01' + ($1::bigint % 2)::int * 365)`,
      values: [1_000 + sequence],
    });
    const writers = await startWriters(server, database, write, { pause: 50 });
    await writers.progress(10, 5_000);
    await runSteps({ exec: (text) => client.query(text), query: (text) => client.query(text) }, steps);
    assert.deepEqual((await client.query(invalid)).rows, []);
    return writers.stop();
  });
}
