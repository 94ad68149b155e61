// Group: tables
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { Catalog } from '../../server/src/catalog/catalog';
import { Analyser } from '../../server/src/features/analyser';
import { catalogBefore, type Analysis, type Surroundings } from '../../server/src/features/analysis';
import { diagnose } from '../../server/src/features/diagnose';
import { recognise } from '../../server/src/runners';
import { loadGrammar, parseFile, Parser, updateFile } from '../../server/src/sql/parse';

/** Statements that lean on each other: each may change what the next ones do. */
const fragments = [
  'CREATE TABLE t (a int, b text);\n',
  'CREATE TABLE s (a int PRIMARY KEY);\n',
  'CREATE INDEX ON t (a);\n',
  'CREATE UNIQUE INDEX t_b ON t (b);\n',
  'CREATE INDEX CONCURRENTLY t_b ON t (b);\n',
  'ALTER TABLE t ADD COLUMN c timestamptz DEFAULT clock_timestamp();\n',
  'ALTER TABLE t ALTER COLUMN a SET NOT NULL;\n',
  'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES s;\n',
  'ALTER TABLE t RENAME TO s;\n',
  'DROP TABLE t;\n',
  'DELETE FROM t;\n',
  "SET LOCAL lock_timeout = '1s';\n",
  "SET lock_timeout = '1s';\n",
  'SET search_path = other;\n',
  'BEGIN;\n',
  'COMMIT;\n',
  'ROLLBACK;\n',
  'SAVEPOINT s;\n',
  'ROLLBACK TO s;\n',
  'ALTER TABLE t DROP COLUMN gone;\n',
  '-- lockstep-ignore create-index-not-concurrent: small\n',
  '-- lockstep-ignore object-already-exists: by hand\n',
  '-- a comment\n',
  '--> statement-breakpoint\n',
  'CREATE TABL',
  ';\n',
];

const tree = { read: () => undefined, list: () => [] };

function surroundings(runner: string): Surroundings {
  const project = recognise('/project/2.sql', tree, runner);
  const history = new Catalog();
  const settings = { postgresVersion: 15, lockTimeout: '5s', rules: {} } as const;
  return {
    path: '/project/2.sql',
    project,
    history,
    settings,
    onRuleError: (rule, error) => assert.fail(`${rule}: ${String(error)}`),
  };
}

/** Everything that the editor can see of an analysis. */
function visible(analysis: Analysis): unknown {
  return {
    diagnostics: diagnose(analysis),
    statements: analysis.statements.map(({ source, schedule, effects, refusal, isRefused }) => ({
      start: source.start,
      schedule,
      effects,
      refusal,
      isRefused,
    })),
  };
}

describe('Analyser', () => {
  before(loadGrammar);

  for (const runner of ['psql', 'supabase', 'prisma', 'drizzle']) {
    it(`finds after edits what it finds in the whole text (${runner})`, () => {
      const parser = new Parser();
      const within = surroundings(runner);
      const { boundary } = within.project.runner;
      fc.assert(
        fc.property(
          fc.array(fc.constantFrom(...fragments), { maxLength: 160 }),
          fc.array(
            fc.tuple(fc.nat(), fc.nat(40), fc.array(fc.constantFrom(...fragments), { maxLength: 2 })),
            {
              maxLength: 5,
            },
          ),
          (initial, edits) => {
            const analyser = new Analyser();
            let file = parseFile(initial.join(''), { boundary, parser });
            analyser.analyse(file, within);
            for (const [at, length, inserted] of edits) {
              const start = at % (file.text.length + 1);
              const end = Math.min(start + length, file.text.length);
              const text = file.text.slice(0, start) + inserted.join('') + file.text.slice(end);
              file = updateFile(file, text, { start, end }, inserted.join('').length, parser);
              const kept = analyser.analyse(file, within);
              const fresh = new Analyser().analyse(parseFile(text, { boundary }), within);
              assert.deepEqual(visible(kept), visible(fresh));
            }
          },
        ),
        { numRuns: 150 },
      );
    });
  }

  it('asks again who is refused when a comment, or a text that is not read, says otherwise', () => {
    const table = 'CREATE TABLE t (a int, b text);\n';
    const ignored = '-- lockstep-ignore object-already-exists: by hand\n';
    const index = 'CREATE INDEX ON t (b);\n';
    for (const [before, start, end, written] of [
      [table.repeat(4), 3 * table.length - 2, 3 * table.length - 2, table],
      [`${table}-- by hand\n${table}${index}`, table.length, table.length + '-- by hand\n'.length, ignored],
      [`${table}${ignored}${table}${index}`, table.length, table.length + ignored.length, '-- by hand\n'],
      [
        `${index.repeat(80)}${table}${ignored}${table}`,
        80 * index.length + table.length,
        81 * index.length,
        '',
      ],
    ] as const) {
      const parser = new Parser();
      const within = surroundings('psql');
      const analyser = new Analyser();
      const file = parseFile(before, { parser });
      analyser.analyse(file, within);
      const text = before.slice(0, start) + written + before.slice(end);
      const kept = analyser.analyse(updateFile(file, text, { start, end }, written.length, parser), within);
      assert.deepEqual(visible(kept), visible(new Analyser().analyse(parseFile(text), within)));
    }
  });

  it('keeps what an edit of a comment does not concern', () => {
    const parser = new Parser();
    const within = surroundings('psql');
    const analyser = new Analyser();
    const text = `${fragments.join('').repeat(50)}-- end\n`;
    const file = parseFile(text, { parser });
    const first = analyser.analyse(file, within);
    const changed = updateFile(
      file,
      text.replace('-- end', '-- endx'),
      { start: text.length - 1, end: text.length - 1 },
      1,
      parser,
    );
    const second = analyser.analyse(changed, within);
    assert.equal(second.statements[10]?.effects, first.statements[10]?.effects);
    assert.deepEqual(diagnose(second), diagnose(first));
  });

  it('knows the schema before a statement that goes on with the transaction of what stood last', () => {
    const within = surroundings('psql');
    const text = 'CREATE SCHEMA x;\nBEGIN;\nSET LOCAL search_path = x;\n';
    const first = new Analyser().analyse(parseFile(text), within);
    assert.deepEqual(catalogBefore(first, 3).searchPath, ['public']);
    const more = new Analyser().analyse(parseFile(`${text}CREATE TABLE t (a int);\n`), within);
    assert.deepEqual(catalogBefore(more, 3).searchPath, ['x']);
    assert.deepEqual(catalogBefore(more, 4), catalogBefore(more, 9));
  });

  it('looks once at each of thousands of transactions that are rolled back', () => {
    const text = 'BEGIN;\nSAVEPOINT s;\nROLLBACK TO s;\nROLLBACK TO s;\nROLLBACK;\n'.repeat(20_000);
    const analysis = new Analyser().analyse(parseFile(text), surroundings('psql'));
    assert.equal(analysis.statements.length, 100_000);
  });

  it('knows the schema before each statement', () => {
    const file = parseFile('CREATE TABLE t (a int);\nDROP TABLE t;\nCREATE TABLE t (b int);');
    const analysis = new Analyser().analyse(file, surroundings('psql'));
    const columns = [0, 1, 2, 3].map((index) =>
      catalogBefore(analysis, index)
        .relation({ schema: 'public', name: 't' })
        ?.columns.map(({ name }) => name),
    );
    assert.deepEqual(columns, [undefined, ['a'], undefined, ['b']]);
  });
});
