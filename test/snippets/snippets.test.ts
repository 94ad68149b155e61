import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'libpg-query';
import { alternatives, expand, readSnippets, tabStops } from './snippets';

const snippets = readSnippets();

describe('snippets', () => {
  test('there are enough of them, and no two share a prefix', () => {
    assert.ok(snippets.length >= 28);
    const prefixes = snippets.flatMap((snippet) => snippet.prefix);
    assert.deepEqual(
      prefixes.filter((prefix, index) => prefixes.indexOf(prefix) !== index),
      [],
    );
  });

  for (const snippet of snippets) {
    test(snippet.name, async () => {
      const [first = '', ...mnemonics] = snippet.prefix;
      assert.match(first, /^ls-[a-z-]+$/);
      assert.ok(mnemonics.length > 0, 'A snippet has a short prefix too.');
      assert.match(snippet.description, /\.$/);
      assert.ok(tabStops(snippet).has(0), 'The cursor ends where the author goes on.');

      await parse(expand(snippet));
      for (const alternative of alternatives(snippet)) {
        await parse(expand(snippet, alternative));
      }
      // A tab stop that no number defines, or a dollar that was not escaped, leaves its mark in the text.
      assert.doesNotMatch(expand(snippet), /\$\{|\$\d|\(\)\s*ON|"" /);
    });
  }
});
