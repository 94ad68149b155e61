import { deepEqual, equal, match } from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { runners } from '../../server/src/runners';
import type { Project } from '../../server/src/runners/runner';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';

before(loadGrammar);

/** A project of this runner and version; a third word is the server's major. */
function projectOf(name: string): Project {
  const [id, version, postgres] = name.split(' ');
  const runner = runners.find((candidate) => candidate.id === id);
  if (runner === undefined) throw new Error(`no runner ${name}`);
  return {
    runner,
    root: '/p',
    folder: '/p',
    version: version === '-' ? undefined : version,
    postgresVersion: postgres === undefined ? undefined : Number(postgres),
  };
}

const create = 'CREATE INDEX CONCURRENTLY i ON t (a);';
const drop = 'DROP INDEX CONCURRENTLY i;';
const reindex = 'REINDEX INDEX CONCURRENTLY i;';
const reindexInParentheses = 'REINDEX (CONCURRENTLY) TABLE t;';
const detach = 'ALTER TABLE t DETACH PARTITION p CONCURRENTLY;';
const vacuum = 'VACUUM t;';
const lock = 'LOCK TABLE t;';
const insert = 'INSERT INTO t VALUES (1);';
const set = "SET lock_timeout = '5s';";

/** The numbers of the transactions; `-` for none, `!` behind what the server will refuse. */
function outcome(name: string, statements: readonly string[], separator = '\n'): string {
  const project = projectOf(name);
  const file = parseFile(statements.join(separator), project.runner);
  const schedule = project.runner.schedule(file, project);
  return file.statements
    .map(({ parsed: { statement } }, index) => {
      const { transaction, inTransactionBlock, block } = schedule.statements[index] ?? {};
      equal(inTransactionBlock, block !== 'none');
      equal(transaction === null, block === 'none');
      const refusal =
        statement === undefined ? undefined : project.runner.refuses(statement, index, schedule, project);
      return `${transaction ?? '-'}${refusal === undefined ? '' : '!'}`;
    })
    .join(' ');
}

/** What each version did when it was run, for the files of the rows. */
const measured: Readonly<Record<string, readonly [readonly string[], string][]>> = {
  'supabase 2.104.0': [
    [[create], '-'],
    [[insert, create], '1 1!'],
    [[create, create], '- 1!'],
    [[set, create], '1 1!'],
    [[drop], '-'],
    [[insert, drop], '1 1!'],
    [[insert, vacuum], '1 1!'],
    [[reindexInParentheses], '-'],
    [[detach], '-'],
    [[insert, lock], '1 1!'],
    [['SET LOCAL lock_timeout = 1;', insert], '1 1'],
    [['BEGIN;', insert, 'COMMIT;'], '1 1 1'],
    [['BEGIN;', create, 'COMMIT;'], '1 1! 1'],
    [[insert, 'COMMIT;', create], '1 1 -'],
    [['SAVEPOINT a;'], '1!'],
  ],
  'supabase 2.114.0': [
    [[create], '-'],
    [[insert, create, insert], '1 - 2'],
    [[create, create], '- -'],
    [[drop], '1!'],
    [[insert, drop], '1 1!'],
    [[insert, reindex], '1 -'],
    [[insert, reindexInParentheses], '1 1!'],
    [[detach], '1!'],
    [[insert, vacuum], '1 -'],
    [[lock], '1'],
    [['BEGIN;', create, 'COMMIT;'], '1 - 2'],
    [[insert, 'COMMIT;', create], '1 1 -'],
  ],
  'supabase 2.116.0': [
    [[create], '-'],
    [[insert, create, insert], '1 - 2'],
    [[set, create], '1 -'],
    [[create, create], '- -'],
    [[insert, drop], '1 -'],
    [[insert, reindex], '1 -'],
    [[insert, reindexInParentheses], '1 1!'],
    [[detach], '-'],
    [[insert, detach], '1 1!'],
    [[insert, vacuum], '1 -'],
    [[insert, lock], '1 1!'],
    [['BEGIN;', create, 'COMMIT;'], '1 1! 1'],
    [[insert, 'COMMIT;', create], '1 1 -'],
    [["DO $$ BEGIN EXECUTE 'create index concurrently i on t (a)'; END $$;", insert], '1! 1'],
  ],
  'supabase 3.1.0 17': [[[insert, lock], '1 1!']],
  'supabase 3.1.0 18': [
    [[insert, lock], '1 1'],
    [[lock, insert], '1! 1'],
  ],
  'supabase 2.111.0': [[[insert, create], '1 1!']],
  'supabase 2.115.0': [
    [[insert, create], '1 -'],
    [[insert, drop], '1 1!'],
  ],
  'supabase -': [[[insert, create], '1 1!']],
  'prisma 6.1.0': [
    [[create], '-'],
    [[set, create], '1 1!'],
    [[create, create], '1! 1!'],
    [[insert, 'COMMIT;', create], '1 1 2!'],
    [['BEGIN;', insert, 'COMMIT;', insert], '1 1 1 2'],
    [[insert, 'BEGIN;', insert], '1 1 1'],
    [[lock], '-!'],
    [[lock, insert], '1 1'],
  ],
  'prisma 7.8.0': [
    [[create], '-'],
    [[create, create], '- -'],
    [[create, insert], '- -'],
    [[drop], '-'],
    [[drop, insert], '1! 1'],
    [[create, 'DO $$ BEGIN END $$;'], '1! 1'],
    [[create, 'ALTER SEQUENCE s RESTART;'], '1! 1'],
    [[create, 'REFRESH MATERIALIZED VIEW m;'], '1! 1'],
    [[create, 'ALTER TABLE t ATTACH PARTITION p DEFAULT;'], '1! 1'],
    [[create, 'ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&);'], '1! 1'],
    [[create, 'this is no statement;'], '1! 1'],
    // Its parser reads no LOCK TABLE, and no constraint of an index that is there.
    [[insert, lock], '1 1'],
    [[lock], '-!'],
    [['BEGIN;', lock, insert, 'COMMIT;', insert], '1 1 1 1 2'],
    [[create, 'ALTER TABLE t ADD UNIQUE USING INDEX i;'], '1! 1'],
    [['BEGIN;', create, 'COMMIT;'], '1 1! 1'],
  ],
  'prisma -': [[[create, insert], '1! 1']],
  'drizzle 0.45.4': [
    [[create], '1!'],
    [[insert, lock], '1 1'],
    [['COMMIT;', insert], '1 2'],
    [["SELECT '--> statement-breakpoint';"], '1!'],
  ],
  goose: [
    [[create], '1!'],
    [[insert, lock], '1 1'],
    [[insert, 'COMMIT;', create], '1 1 -'],
    [['-- +goose Up', insert, insert, '-- +goose Down', insert], '1 1 2'],
    [['-- +goose NO TRANSACTION', '-- +goose Up', create, set, create, '-- +goose Down', drop], '- - - -'],
    [['-- +goose Up', '--+goose no transaction', create], '-'],
    [['-- +goose NO TRANSACTION', '-- +goose Up', `${set} ${create}`], '1 1!'],
    [['-- +goose Up', 'DO $$ BEGIN', '  PERFORM 1;', 'END $$;'], '1!'],
    [
      [
        '-- +goose Up',
        '-- +goose StatementBegin',
        'DO $$ BEGIN',
        '  PERFORM 1;',
        'END $$;',
        '-- +goose StatementEnd',
      ],
      '1',
    ],
    [
      [
        '-- +goose NO TRANSACTION',
        '-- +goose Up',
        '-- +goose StatementBegin',
        insert,
        create,
        '-- +goose StatementEnd',
        create,
      ],
      '1 1! -',
    ],
    [['-- +goose Up', "SELECT 'a", "-- +goose Down';"], '1!'],
    [
      ['-- +goose Up', 'SELECT 1; -- one', 'SELECT 2 -- not here;', ', 3;', 'SELECT 4 /* nor here; */'],
      '1 1 1!',
    ],
  ],
  // Measured with Debian's.
  'sql-migrate': [
    [['-- +migrate Up notransaction', create, create, '-- +migrate Down', drop], '- - 1!'],
    [['-- +migrate Up noTransaction', create], '1!'],
    [['-- +migrate Up', '-- +migrate NO TRANSACTION', create], '1!'],
    [['-- +migrate Up notransaction', `${set} ${create}`], '1 1!'],
    [['-- +migrate Up', 'DO $$ BEGIN', '  PERFORM 1;', 'END $$;', insert], '1! 1'],
    [['-- +migrate Up', insert, '-- +migrate Down', insert, '-- +migrate Up', insert], '1 2 3'],
    [[insert, '-- +migrate Up', lock], '- 1'],
    [['-- +migrate Up', insert, 'COMMIT;', insert], '1 1! -'],
    [['-- +migrate Up', insert, 'SELECT 1'], '1 1!'],
  ],
  tern: [
    [[create], '1!'],
    [[insert, lock, '---- create above / drop below ----', insert], '1 1 2'],
    [
      ['---- tern: disable-tx ----', create, set, create, '---- create above / drop below ----', drop],
      '- - - 1!',
    ],
    [[create, '---- create above / drop below ----', '---- tern: disable-tx ----', drop], '1! -'],
    [['---- tern: disable-tx', create], '1!'],
    [['-- tern: disable-tx ----', create], '1!'],
    [["SELECT '", '---- create above / drop below ----', "';"], '1!'],
  ],
  'tern 1.13.0': [[['---- tern: disable-tx ----', create], '1!']],
  rambler: [
    [['-- rambler up', create], '-'],
    [['-- rambler up', insert, create], '1 1!'],
    [['-- rambler up', insert, '-- rambler up', create, '-- rambler down', drop], '- - -'],
    [[insert, '-- rambler up', lock, insert, '-- rambler', insert], '- 1 1 -'],
  ],
  // Measured with 9.0.0.
  'node-pg-migrate 9.0.0': [
    [[create], '1!'],
    [['-- Up Migration', insert, lock, '-- Down Migration', insert], '1 1 2'],
    [[insert, '-- Down Migration', insert], '1 1'],
    [[insert, '-- Up Migration', lock, '-- Down Migration', insert], '- 1 2'],
    [['--- down migration', insert, '-- up migration, please', lock], '1 2'],
    [
      [
        '-- Up Migration',
        insert,
        '-- Up Migration',
        insert,
        '-- Down Migration',
        insert,
        '-- Up Migration',
        insert,
      ],
      '1 1 2 2',
    ],
    [["SELECT '", '-- down migration', "';", insert], '1 1'],
    [['-- Up Migration', "SELECT '", '-- down migration', "';"], '1!'],
  ],
  'graphile-migrate 1.4.1': [
    [[create], '1!'],
    [['--! no-transaction', create], '-'],
    [['--! no-transaction', set, create], '1 1!'],
    [['--! Message: x', '', '--! no-transaction', create], '-'],
    [['-- first', '--! no-transaction', create], '1!'],
    [['--! no transaction', create], '1!'],
  ],
  liquibase: [
    [['--changeset a:1', create], '1!'],
    [['--changeset a:1 runInTransaction:false', set, create, create, '--changeset a:2', insert], '- - - 1'],
    [['--changeset a:1 runInTransaction:false splitStatements:false', insert, create], '1 1!'],
    [['--changeset a:1 runInTransaction:false splitStatements:false', create], '-'],
    [['-- changeset a:1 runInTransaction=false', create], '1!'],
    [['--changeset a:1', 'DO $$ BEGIN IF true THEN NULL; END IF; END $$;'], '1!'],
    [['--changeset a:1', 'DO $$ BEGIN NULL; END $$;'], '1'],
    // Each END counts, and no dollar quote.
    [['--changeset a:1', 'DO $$ DECLARE a int; BEGIN NULL; END $$;'], '1!'],
    [['--changeset a:1', 'DO $$ BEGIN PERFORM CASE WHEN true THEN 1 END; END $$;'], '1!'],
    [['--changeset a:1', 'DO $$ BEGIN BEGIN NULL; END; NULL; END $$;', insert], '1 1'],
    [['--changeset a:1', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2; $$;'], '1!'],
    [['--changeset a:1', "INSERT INTO t VALUES (';', E'\\';') -- ;", ';'], '1'],
    [
      ['--changeset a:1', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;', insert],
      '1 1',
    ],
    [['--changeset a:1 runInTransaction:false', 'BEGIN;', insert, 'COMMIT;', create], '1 1 1 -'],
    [['--changeset a:1 runInTransaction:false', 'BEGIN TRANSACTION;', insert, 'COMMIT;', create], '1 1 1 -'],
    [['--changeset a:1 splitStatements:false', 'DO $$ BEGIN IF true THEN NULL; END IF; END $$;'], '1'],
    [['SELECT 1;', '--changeset a:1', lock], '- 1'],
  ],
  sqitch: [
    [[set, create, create], '- - -'],
    [['BEGIN;', insert, create, 'COMMIT;', create], '1 1 1! 1 -'],
  ],
  // Measured with 2.36.
  dbmate: [
    [[create], '1!'],
    [['-- migrate:up', insert, lock, '-- migrate:down', insert], '1 1 2'],
    [['-- migrate:up transaction:false', create, '-- migrate:down', drop], '- 1!'],
    [['--migrate:up transaction:false', create, '-- migrate:down transaction:false', drop], '- -'],
    [['-- migrate:up transaction:false -- because', create, '-- migrate:down'], '-'],
    [['-- migrate:up transaction: false', create, '-- migrate:down'], '1!'],
    [['-- migrate:up transaction=false', create, '-- migrate:down'], '1!'],
    [['-- migrate:up transaction:FALSE', create, '-- migrate:down'], '1!'],
    [['-- migrate:up', '-- transaction:false', create, '-- migrate:down'], '1!'],
    [['-- migrate:up transaction:false', set, create, '-- migrate:down'], '1 1!'],
    [['-- migrate:up', 'SELECT $$', '-- migrate:down', '$$;', '-- migrate:down'], '1!'],
    [['-- migrate:up', insert, 'COMMIT;', create, '-- migrate:down'], '1 1! 2!'],
  ],
  'psql -': [
    [[insert, create, create, vacuum], '- - - -'],
    [['BEGIN;', insert, 'COMMIT;', create, 'BEGIN;', create, 'ROLLBACK;'], '1 1 1 - 2 2! 2'],
    [[insert, lock], '- -!'],
    [['BEGIN;', 'SAVEPOINT a;', 'ROLLBACK TO a;', 'COMMIT;'], '1 1 1 1'],
    [['COMMIT;', insert], '- -'],
    [['DO $$ BEGIN UPDATE t SET a = 1; COMMIT; END $$;'], '-'],
    [['BEGIN;', 'DO $$ BEGIN UPDATE t SET a = 1; COMMIT; END $$;'], '1 1!'],
    [['CLUSTER;', 'BEGIN;', 'CLUSTER t USING i;', 'CLUSTER;'], '- 1 1 1!'],
    [['BEGIN;', 'REFRESH MATERIALIZED VIEW CONCURRENTLY m;', 'ANALYZE t;', 'VACUUM;'], '1 1 1 1!'],
    [
      ['BEGIN;', 'REINDEX TABLE t;', 'REINDEX SCHEMA s;', 'REINDEX DATABASE d;', 'REINDEX SYSTEM d;'],
      '1 1 1! 1! 1!',
    ],
    [
      ['BEGIN;', "ALTER SYSTEM SET x = '1';", 'CREATE DATABASE d;', 'DROP DATABASE d;', 'DISCARD ALL;'],
      '1 1! 1! 1! 1!',
    ],
    [['BEGIN;', "CREATE TABLESPACE s LOCATION '/x';", 'DROP TABLESPACE s;', 'DROP INDEX i;'], '1 1! 1! 1'],
    [['BEGIN;', 'REINDEX (CONCURRENTLY OFF) TABLE t;', 'REINDEX (VERBOSE, CONCURRENTLY) TABLE t;'], '1 1 1!'],
  ],
};

for (const [name, rows] of Object.entries(measured)) {
  describe(name, () => {
    for (const [statements, expected] of rows) {
      it(statements.join(' '), () => {
        equal(outcome(name, statements), expected);
      });
    }
  });
}

describe('Drizzle, between breakpoints', () => {
  const cases: readonly [readonly string[], string][] = [
    [[insert, create], '1 1!'],
    [['COMMIT;', create, 'BEGIN;'], '1 - 2'],
    [['COMMIT;', create, insert], '1 - -'],
    [['COMMIT;', `${insert} ${create}`], '1 2 2!'],
    [['COMMIT;', create, 'BEGIN;', insert], '1 - 2 2'],
  ];
  for (const [chunks, expected] of cases) {
    it(chunks.join(' | '), () => {
      equal(outcome('drizzle 0.45.4', chunks, '--> statement-breakpoint\n'), expected);
    });
  }
});

describe('what a refusal says', () => {
  const cases: readonly [string, readonly string[], RegExp, RegExp][] = [
    [
      'supabase 2.109.1',
      [insert, create],
      /^Supabase CLI 2\.109 sends these statements as one pipeline; CREATE INDEX CONCURRENTLY fails after/,
      /migration of its own/,
    ],
    [
      'supabase 2.114.0',
      [drop],
      /^Supabase CLI 2\.114 wraps the statement in a transaction; DROP INDEX CONCURRENTLY fails in it\.$/,
      /2\.116/,
    ],
    ['supabase 2.122.1', ['BEGIN;', create], /opens a transaction block with BEGIN/, /migration of its own/],
    [
      'prisma 6.1.0',
      [insert, create],
      /^Prisma Migrate 6\.1 sends the whole file as one query/,
      /migration of its own/,
    ],
    [
      'prisma 7.8.0',
      [insert, drop],
      /^Prisma Migrate 7\.8 sends this file as one query, because its parser cannot read/,
      /migration of its own/,
    ],
    ['drizzle 0.45.4', [create], /^Drizzle runs all pending migrations in one transaction/, /by hand/],
    ['goose', [insert, create], /^goose runs the file in a transaction; CREATE INDEX CONC/, /NO TRANSACTION/],
    ['goose', ['DO $$ BEGIN', 'NULL;', 'END $$;'], /^goose ends a statement at every line/, /StatementBegin/],
    ['goose', [insert, 'SELECT 1'], /^goose finds no end of this statement/, /semicolon/],
    ['sql-migrate', [create], /^sql-migrate runs the file in a transaction/, /Up notransaction/],
    ['tern', [create], /^tern runs the migration in a transaction/, /disable-tx/],
    ['tern 1.13.0', [create], /^tern runs the migration in a transaction/, /Upgrade/],
    ['rambler', [insert, create], /^rambler sends all that stands below/, /rambler up/],
    ['node-pg-migrate', [create], /^node-pg-migrate runs all pending migrations in one/, /noTransaction/],
    ['dbmate', [create], /^dbmate runs the migration in a transaction/, /transaction:false/],
    ['dbmate', [insert, 'COMMIT;'], /^dbmate fails/, /transaction:false/],
    ['psql -', ['BEGIN;', create], /BEGIN/, /after the COMMIT/],
    ['psql -', [lock], /outside a transaction block/, /between BEGIN and COMMIT/],
  ];
  for (const [name, statements, reason, instead] of cases) {
    it(`${name}: ${statements.join(' ')}`, () => {
      const project = projectOf(name);
      const file = parseFile(statements.join('\n'), project.runner);
      const schedule = project.runner.schedule(file, project);
      const last = file.statements.length - 1;
      const statement = file.statements[last]?.parsed.statement;
      const refusal = statement && project.runner.refuses(statement, last, schedule, project);
      match(refusal?.reason ?? '', reason);
      match(refusal?.instead ?? '', instead);
    });
  }
});

it('an empty file is sent, too', () => {
  for (const name of [
    'supabase 2.109.1',
    'supabase 2.114.0',
    'prisma 6.1.0',
    'prisma 7.8.0',
    'drizzle -',
    'psql -',
  ]) {
    const project = projectOf(name);
    deepEqual(project.runner.schedule(parseFile('-- nothing\n', project.runner), project).statements, []);
  }
});
