import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  commentedOut,
  endsInLineComment,
  indent,
  linesOf,
  terminated,
  withLineBreaks,
} from '../../server/src/sql/layout';
import { tokenize } from '../../server/src/sql/scanner';

/** What must be the same to the letter wherever it is moved. */
const tokens: readonly string[] = [
  "'two\nlines'",
  "'it''s\n\n  -- no comment'",
  "'a\r\nb\rc'",
  String.raw`E'it\'s` + "\n more'",
  "E'one'\n  'two\\'\n three'",
  'U&"d\n!0061" UESCAPE \'!\'',
  '"a\n""name"',
  '$$two\n  $lines$$',
  '$tag$ $$\n$$ $tag$',
  '/* two\n/* nested\n */ lines */',
  '-- a line\n',
  "N'x\n y'",
];

describe('SQL that is moved', () => {
  for (const token of tokens) {
    it(`keeps ${JSON.stringify(token)} when it is indented`, () => {
      const text = `a = ${token}\nAND b`;
      const moved = indent(text, 4);
      assert.ok(moved.includes(token), moved);
      assert.ok(moved.endsWith('\n    AND b'), moved);
      assert.deepEqual(wordsOf(moved), wordsOf(text));
    });

    it(`keeps ${JSON.stringify(token)} when it gets other line breaks`, () => {
      for (const lineBreak of ['\n', '\r\n']) {
        const text = `SELECT a\nFROM b\r\nWHERE a =\r${token} AND b;\n`;
        const moved = withLineBreaks(text, lineBreak);
        assert.ok(moved.includes(token.trimEnd()), moved);
        assert.ok(moved.startsWith(`SELECT a${lineBreak}FROM b${lineBreak}WHERE a =${lineBreak}`), moved);
        assert.deepEqual(wordsOf(moved), wordsOf(text));
      }
    });
  }

  it('leaves blank lines blank, and what stands behind the last line break alone', () => {
    assert.equal(indent('a\n\nb\n', 2), 'a\n\n  b\n');
    assert.equal(indent('a\r\n\r\nb', 2), 'a\r\n\r\n  b');
  });

  it('gets its line breaks in the body of a DO block, but for what is quoted there', () => {
    assert.equal(
      withLineBreaks("DO LANGUAGE plpgsql $body$\nBEGIN\n  a := 'x\ny';\nEND\n$body$;\n", '\r\n'),
      "DO LANGUAGE plpgsql $body$\r\nBEGIN\r\n  a := 'x\ny';\r\nEND\r\n$body$;\r\n",
    );
    assert.equal(withLineBreaks('SELECT $$a\nb$$;\n', '\r\n'), 'SELECT $$a\nb$$;\r\n');
  });

  it('is terminated behind a comment, not in it', () => {
    assert.equal(terminated('SELECT 1'), 'SELECT 1;');
    assert.equal(terminated('SELECT 1 -- one'), 'SELECT 1 -- one\n;');
    assert.equal(terminated('SELECT 1 /* one */'), 'SELECT 1 /* one */;');
    assert.equal(terminated("SELECT '--'"), "SELECT '--';");
    assert.equal(endsInLineComment('SELECT 1 -- one\n'), false);
    // A lone carriage return ends the comment for the server.
    assert.equal(endsInLineComment('SELECT 1 -- one\r+ 1'), false);
  });

  it('is a comment in each of its lines', () => {
    assert.equal(commentedOut('a\nb\r\nc\rd'), '-- a\n-- b\n-- c\n-- d');
  });

  it('has lines that go on with a string', () => {
    assert.deepEqual(
      linesOf("a 'b\n\n-- c'\n-- d\ne").map(({ isInToken }) => isInToken),
      [false, true, true, false, false],
    );
  });
});

function wordsOf(text: string): readonly string[] {
  return tokenize(text).map(({ start, end }) => text.slice(start, end));
}
