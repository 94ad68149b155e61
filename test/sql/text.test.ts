import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyEdits, byteOffsetConverter, insert, lineBreakOf, Lines } from '../../server/src/sql/text';

const text = fc
  .array(fc.constantFrom('a', '\n', '\r\n', '\r', 'é', '🚀', ' '), { maxLength: 40 })
  .map((parts) => parts.join(''));

describe('Lines', () => {
  it('ends a line at \\n, \\r\\n and a lone \\r, as LSP does', () => {
    fc.assert(
      fc.property(text, (content) => {
        const lines = new Lines(content);
        const expected = content.split(/\r\n|\n|\r/);
        assert.equal(lines.count, expected.length);
        for (let offset = 0; offset <= content.length; offset++) {
          // No position lies between the two units of a line break.
          if (content[offset - 1] === '\r' && content[offset] === '\n') continue;
          const position = lines.positionAt(offset);
          assert.equal(lines.offsetAt(position), offset);
          assert.ok(position.character <= (expected[position.line]?.length ?? 0) + 1);
        }
      }),
    );
  });

  it('takes a position beyond the end for the end', () => {
    const lines = new Lines('ab\ncd');
    assert.equal(lines.offsetAt({ line: 7, character: 0 }), 5);
    assert.equal(lines.offsetAt({ line: 1, character: 99 }), 5);
  });
});

describe('byteOffsetConverter', () => {
  it('agrees with the encoder', () => {
    fc.assert(
      fc.property(text, (content) => {
        const toOffset = byteOffsetConverter(content);
        for (let offset = 0; offset <= content.length; offset++) {
          const unit = content.charCodeAt(offset);
          if (unit >= 0xdc00 && unit < 0xe000) continue;
          assert.equal(toOffset(Buffer.byteLength(content.slice(0, offset))), offset);
        }
      }),
    );
  });
});

describe('applyEdits', () => {
  it('applies edits in the order of the text, and insertions at one place in the order given', () => {
    const edits = [insert(3, 'x'), { range: { start: 0, end: 1 }, text: 'A' }, insert(3, 'y')];
    assert.equal(applyEdits('abcd', edits), 'Abcxyd');
  });
});

describe('lineBreakOf', () => {
  it('is that of the first line', () => {
    assert.equal(lineBreakOf('a\r\nb\n'), '\r\n');
    assert.equal(lineBreakOf('a\nb\r\n'), '\n');
    assert.equal(lineBreakOf('a'), '\n');
  });
});
