import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { diagnose } from '../../server/src/features/diagnose';
import { allFixes } from '../../server/src/features/fix';
import { loadGrammar } from '../../server/src/sql/parse';
import { analysed } from '../features/analysed';
import { testedMajors, useServer, withDatabase } from './servers';

before(loadGrammar);

const setup = `
  CREATE TABLE days (id int, a int, day date, note text, span int4range) PARTITION BY RANGE (day);
  CREATE TABLE days_2025 PARTITION OF days FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE pairs (id int, a int, b int) PARTITION BY RANGE (a, b);
  CREATE TABLE words (id int, word text) PARTITION BY LIST (lower(word));
  CREATE TABLE mixed (id int, word text) PARTITION BY RANGE (id, lower(word));
  CREATE TABLE hashed (id int, word text) PARTITION BY HASH (id);
  CREATE TABLE deep (id int, day date, region text) PARTITION BY RANGE (day);
  CREATE TABLE deep_2025 PARTITION OF deep FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (region);
  CREATE TABLE keyed (id int, day date, region text, UNIQUE (id, day)) PARTITION BY RANGE (day);
  CREATE TABLE apart (id int NOT NULL, day date NOT NULL, region text) PARTITION BY LIST (region);
  CREATE TABLE plain (id int PRIMARY KEY, day date);
  INSERT INTO days VALUES (1, 1, '2025-01-01'), (1, 1, '2025-01-02'), (1, 2, '2025-01-01')`;

const statements: readonly string[] = [
  'ALTER TABLE days ADD PRIMARY KEY (id)',
  'ALTER TABLE days ADD CONSTRAINT once UNIQUE (id, a)',
  'ALTER TABLE days ADD UNIQUE (id) INCLUDE (day)',
  'ALTER TABLE days ADD COLUMN device int UNIQUE',
  'ALTER TABLE days ADD COLUMN IF NOT EXISTS id int UNIQUE',
  'ALTER TABLE days ADD COLUMN device int, ADD UNIQUE (device)',
  'ALTER TABLE days_2025 ADD UNIQUE (note)',
  'CREATE UNIQUE INDEX ON days (id)',
  'CREATE UNIQUE INDEX ON ONLY days (id)',
  'CREATE UNIQUE INDEX IF NOT EXISTS once ON days (id) WHERE day IS NULL',
  'CREATE UNIQUE INDEX ON days (id, (day + 0))',
  'CREATE UNIQUE INDEX ON days (lower(note))',
  'CREATE UNIQUE INDEX ON days (a, id, day DESC) WHERE note IS NOT NULL',
  'CREATE UNIQUE INDEX ON pairs (a)',
  'CREATE UNIQUE INDEX ON pairs (b, a)',
  'ALTER TABLE pairs ADD PRIMARY KEY (id)',
  'CREATE UNIQUE INDEX ON words (lower(word))',
  'ALTER TABLE words ADD PRIMARY KEY (id, word)',
  'ALTER TABLE mixed ADD UNIQUE (id)',
  'ALTER TABLE mixed ADD UNIQUE (word)',
  'ALTER TABLE hashed ADD UNIQUE (id)',
  'ALTER TABLE hashed ADD UNIQUE (word)',
  'ALTER TABLE deep ADD UNIQUE (id, day)',
  'ALTER TABLE deep ADD UNIQUE (id, day, region)',
  'ALTER TABLE ONLY deep ADD UNIQUE (id, day)',
  'CREATE UNIQUE INDEX ON ONLY deep (id, day)',
  'ALTER TABLE deep_2025 ADD UNIQUE (id, day)',
  'ALTER TABLE deep_2025 ADD UNIQUE (id, region)',
  "CREATE TABLE keyed_2025 PARTITION OF keyed FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (region)",
  "CREATE TABLE keyed_2025 PARTITION OF keyed FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (id)",
  "CREATE TABLE keyed_2025 PARTITION OF keyed FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST ((id + 1))",
  "CREATE TABLE days_2026 PARTITION OF days (UNIQUE (id)) FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
  "ALTER TABLE keyed ATTACH PARTITION apart FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
  'CREATE TABLE n (id int PRIMARY KEY, day date) PARTITION BY RANGE (day)',
  'CREATE TABLE n (id int UNIQUE, day date, UNIQUE (id, day)) PARTITION BY RANGE (day)',
  'CREATE TABLE n (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE ((day + 0))',
  'CREATE TABLE n (id int, day date, UNIQUE (id, day)) PARTITION BY RANGE ((day))',
  'CREATE TABLE n (id int, day date, PRIMARY KEY (id)) PARTITION BY RANGE ((day))',
  'CREATE TABLE n (LIKE plain INCLUDING ALL) PARTITION BY RANGE (day)',
  'CREATE TABLE n (LIKE plain) PARTITION BY RANGE (day)',
  'ALTER TABLE days ADD EXCLUDE USING btree (id WITH =)',
  'CREATE TABLE n (id int, r int4range, EXCLUDE USING gist (r WITH &&)) PARTITION BY RANGE (id)',
  'CREATE TABLE n (id int, EXCLUDE USING btree (id WITH =)) PARTITION BY RANGE (id)',
  'CREATE UNIQUE INDEX ON days USING hash (day)',
];

for (const major of testedMajors) {
  describe(`keys of partitioned tables on PostgreSQL ${major}`, () => {
    const server = useServer(major);

    for (const sql of statements) {
      it(`are refused with the server's own words, and no row is removed for them: ${sql}`, async () => {
        const message = await withDatabase(server(), setup, async (database) => {
          const client = await server().connect(database);
          return client.query(sql).then(
            () => undefined,
            (error: unknown) => (error instanceof Error ? error.message : String(error)),
          );
        });
        const analysis = analysed(`${sql};`, { past: setup, postgresVersion: major });
        const said = diagnose(analysis).filter(({ rule }) => rule === 'unique-key-without-partition-key');
        const isOther = message?.startsWith('access method') === true;
        assert.deepEqual(
          said.map((finding) => finding.message.split(':')[0]),
          message === undefined || isOther ? [] : [message],
        );
        const titles = allFixes(analysis, {
          tree: { read: () => undefined, list: () => [] },
          now: new Date(0),
        });
        if (message !== undefined) assert.deepEqual(titles.map(({ title }) => title).filter(isAboutRows), []);
      });
    }
  });
}

function isAboutRows(title: string): boolean {
  return /delete|duplicate|dedupe|set "/i.test(title);
}
