// What stands behind each statement: what is taken back, or refused, has left nothing there.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { catalogBefore } from '../../server/src/features/analysis';
import { diagnose } from '../../server/src/features/diagnose';
import { loadGrammar } from '../../server/src/sql/parse';
import type { Files } from '../runners/tree';
import { analyse } from '../rules/world';

before(loadGrammar);

const made = 'CREATE TABLE t (id int PRIMARY KEY, a int);\nCREATE VIEW seen AS SELECT a FROM t;\n';

/** The errors in the last one of some migrations, each with the line that it is in, and what stands there. */
function errorsIn(texts: readonly string[], runner: 'psql' | 'golang-migrate'): readonly string[] {
  const ending = runner === 'psql' ? 'sql' : 'up.sql';
  const paths = texts.map((_, index) => `/w/migrations/${index + 1}_a.${ending}`);
  const files: Files = Object.fromEntries(texts.map((text, index) => [paths[index] ?? '', text]));
  const text = texts.at(-1) ?? '';
  const analysis = analyse({ files, path: paths.at(-1) ?? '', postgresVersion: 17, runner: undefined });
  return diagnose(analysis)
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, range }) => {
      const line = text.slice(0, range.start).split('\n').length;
      return `${line} ${rule} ${text.slice(range.start, range.end)}`;
    });
}

/** The columns of table t behind all statements of a file, run by psql. */
function columnsBehind(text: string): readonly string[] | undefined {
  const path = '/w/migrations/2_a.sql';
  const files = { '/w/migrations/1_a.sql': made, [path]: text };
  const analysis = analyse({ files, path, postgresVersion: 17, runner: undefined });
  const after = catalogBefore(analysis, analysis.statements.length);
  return after.relation({ schema: 'public', name: 't' })?.columns.map(({ name }) => name);
}

describe('what is taken back was not done', () => {
  for (const [what, text, columns] of [
    ['by ROLLBACK', 'BEGIN;\nALTER TABLE t ADD b int;\nROLLBACK;\n', ['id', 'a']],
    ['by ABORT, which says the same', 'BEGIN;\nDROP TABLE t CASCADE;\nABORT;\n', ['id', 'a']],
    [
      'since the savepoint',
      'BEGIN;\nALTER TABLE t ADD b int;\nSAVEPOINT s;\nALTER TABLE t ADD c int;\nROLLBACK TO s;\nCOMMIT;\n',
      ['id', 'a', 'b'],
    ],
    [
      'twice to one savepoint, which stays',
      'BEGIN;\nSAVEPOINT s;\nALTER TABLE t ADD b int;\nROLLBACK TO s;\nALTER TABLE t ADD c int;\nROLLBACK TO s;\nCOMMIT;\n',
      ['id', 'a'],
    ],
    [
      'to the last savepoint of a name',
      'BEGIN;\nSAVEPOINT s;\nALTER TABLE t ADD b int;\nSAVEPOINT s;\nALTER TABLE t ADD c int;\nROLLBACK TO s;\nCOMMIT;\n',
      ['id', 'a', 'b'],
    ],
    [
      'to the one below, when the last one was released',
      'BEGIN;\nSAVEPOINT s;\nALTER TABLE t ADD b int;\nSAVEPOINT s;\nALTER TABLE t ADD c int;\nRELEASE s;\nROLLBACK TO s;\nCOMMIT;\n',
      ['id', 'a'],
    ],
    [
      'with the savepoints in it',
      'BEGIN;\nSAVEPOINT s;\nALTER TABLE t ADD b int;\nRELEASE s;\nROLLBACK;\nALTER TABLE t ADD c int;\n',
      ['id', 'a', 'c'],
    ],
    [
      'and what follows in the next transaction stays',
      'BEGIN;\nALTER TABLE t ADD b int;\nROLLBACK AND CHAIN;\nALTER TABLE t ADD c int;\nCOMMIT;\n',
      ['id', 'a', 'c'],
    ],
    ['but not without a transaction', 'ALTER TABLE t ADD b int;\nROLLBACK;\n', ['id', 'a', 'b']],
    [
      'and the search path with it',
      'CREATE SCHEMA o;\nBEGIN;\nSET search_path = o;\nROLLBACK;\nALTER TABLE t ADD b int;\n',
      ['id', 'a', 'b'],
    ],
  ] as const) {
    test(what, () => {
      assert.deepEqual(columnsBehind(text), columns);
    });
  }

  test('so it can be made again, here and in a later migration', () => {
    const text = 'BEGIN;\nCREATE TABLE u (id int);\nROLLBACK;\n';
    assert.deepEqual(errorsIn([made, `${text}CREATE TABLE u (id int);\n`], 'psql'), []);
    assert.deepEqual(errorsIn([made, text, 'CREATE TABLE u (id int);\n'], 'psql'), []);
  });

  test('so it cannot be used', () => {
    const text = 'BEGIN;\nALTER TABLE t ADD b int;\nROLLBACK;\n';
    const use = 'SELECT b FROM t;\n';
    assert.deepEqual(errorsIn([made, text + use], 'psql'), ['4 column-does-not-exist b']);
    assert.deepEqual(errorsIn([made, text, use], 'psql'), ['1 column-does-not-exist b']);
  });
});

describe('SET LOCAL ends with its transaction', () => {
  const schemas =
    'CREATE SCHEMA x;\nCREATE TABLE public.other (id int);\nBEGIN;\nSET LOCAL search_path = x;\n' +
    'CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE t (id int);\n';

  test('also in an earlier migration', () => {
    assert.deepEqual(errorsIn([schemas, 'CREATE TABLE x.t (id int);\n'], 'golang-migrate'), []);
    assert.deepEqual(errorsIn([schemas, 'CREATE TABLE t (id int);\n'], 'golang-migrate'), [
      '1 object-already-exists t',
    ]);
  });
});

describe('what the server refuses was not done', () => {
  test('so what it would have dropped is there', () => {
    const text = 'ALTER TABLE t DROP COLUMN a;\nSELECT a FROM t;\n';
    assert.deepEqual(errorsIn([made, text], 'psql'), ['1 drop-needed-by-others a']);
    assert.deepEqual(columnsBehind(text), ['id', 'a']);
  });

  test('and what it would have made is missing for one reason, which is said', () => {
    const text = 'ALTER TABLE t ADD b int, ADD a int;\nUPDATE t SET b = 1 WHERE id = 1;\n';
    assert.deepEqual(errorsIn([made, text], 'psql'), ['1 object-already-exists a']);
    assert.deepEqual(columnsBehind(text), ['id', 'a']);
  });

  test('and each statement that is refused for the same reason says so', () => {
    const text = 'ALTER TABLE t DROP COLUMN gone;\nALTER TABLE t ALTER COLUMN gone SET NOT NULL;\n';
    assert.deepEqual(errorsIn([made, text], 'psql'), [
      '1 column-does-not-exist gone',
      '2 column-does-not-exist gone',
    ]);
  });

  test('unless its author says that it is not refused', () => {
    const text = '-- lockstep-ignore drop-needed-by-others: by hand\nALTER TABLE t DROP COLUMN a;\n';
    assert.deepEqual(errorsIn([made, text], 'psql'), []);
    assert.deepEqual(columnsBehind(text), ['id']);
  });
});
