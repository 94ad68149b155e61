// Group: fast
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  changeDocument,
  isOnDisk,
  openDocument,
  pathOf,
  withStatements,
} from '../../server/src/lsp/documents';
import { loadGrammar, parseFile, Parser } from '../../server/src/sql/parse';
import type { SourceFile } from '../../server/src/sql/source';

before(loadGrammar);

const statementsOf = (file: SourceFile | undefined): readonly (readonly [number, number, string])[] =>
  (file?.statements ?? []).map(({ start, end, parsed }) => [start, end, parsed.statement?.text ?? 'error']);

describe('a document', () => {
  const texts = [
    'SELECT 1;\nSELECT 1;\nSELECT 1;\n',
    'SELECT 1;\nSELECT 1;\n',
    'SELECT 1;\nSELECT 2;\nSELECT 1;\n',
    'SELECT 11;\nSELECT 1;\n',
    'SELECT 1;;\nSELECT 1;\n',
    '',
    'SELECT 1;\n',
    "SELECT 'a;\n",
    "SELECT 'aa;\n'; DROP TABLE t;",
    'SELECT 1;\nSELECT 1;\nSELECT 1;\nSELECT 1;\n',
  ];

  test('has the statements of its text, whatever an earlier one was', () => {
    for (const earlier of texts) {
      for (const text of texts) {
        const document = openDocument('file:///p/1.sql', 2, text);
        const { file } = withStatements(document, parseFile(earlier), new Parser());
        assert.equal(file.text, text);
        assert.deepEqual(statementsOf(file), statementsOf(parseFile(text)), JSON.stringify([earlier, text]));
      }
    }
  });

  test('that has not changed is not read again', () => {
    const earlier = parseFile('SELECT 1;\n');
    assert.equal(
      withStatements(openDocument('file:///p/1.sql', 2, earlier.text), earlier, new Parser()).file,
      earlier,
    );
  });

  test('takes changes one after the other', () => {
    const parser = new Parser();
    const start = withStatements(openDocument('file:///p/1.sql', 1, ''), parseFile(''), parser);
    const at = (line: number, character: number) => ({ line, character });
    const changed = changeDocument(
      start,
      7,
      [
        { range: { start: at(0, 0), end: at(0, 0) }, text: 'SELECT 1;\nSELECT 2;\n' },
        { range: { start: at(1, 7), end: at(1, 8) }, text: '33' },
        // An end before the start is where the start is.
        { range: { start: at(1, 7), end: at(0, 0) }, text: '4' },
      ],
      parser,
    );
    assert.deepEqual([changed.version, changed.text], [7, 'SELECT 1;\nSELECT 433;\n']);
    assert.deepEqual(statementsOf(changed.file), statementsOf(parseFile(changed.text)));
    const whole = changeDocument(changed, 8, [{ text: 'x' }], parser);
    assert.deepEqual([whole.text, whole.file], ['x', undefined]);
  });
});

test('a URI that is no file on disk has a path that names none', () => {
  assert.equal(pathOf('file:///p/a%20b.sql'), '/p/a b.sql');
  assert.equal(pathOf('untitled:Untitled-1'), 'untitled:/Untitled-1');
  assert.equal(pathOf('git:/p/1.sql?ref=HEAD'), 'git:/p/1.sql?ref=HEAD');
  assert.deepEqual(
    ['/p/1.sql', 'c:/p/1.sql', 'untitled:/Untitled-1', 'git:/p/1.sql?ref=HEAD'].map(isOnDisk),
    [true, true, false, false],
  );
});
