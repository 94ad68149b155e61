import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { finish } from '../../server/src/features/analyser';
import { loadGrammar, parseFile, Parser } from '../../server/src/sql/parse';
import { parseInSteps } from '../../server/src/workspace/reading';

const pieces = [
  'create table t (a int);\n',
  'copy t from stdin;\n1\t2\n3\t4\n\\.\n',
  '-- a comment; of two\n/* parts; */\n',
  '\\set x 1\n',
  'select 1\n--> statement-breakpoint\n',
  "insert into t values (';', $$;$$);;\n",
];

before(loadGrammar);

it('a text that is read in steps is the same as one that is read at once', () => {
  const text = pieces.join('').repeat(3000);
  assert.ok(text.length > 300_000);
  const boundary = /^--> /;
  for (const tail of ['', 'select', "select 'open;\n\nselect 2;", 'do $$ begin; ']) {
    const whole = text + tail;
    assert.deepEqual(finish(parseInSteps(whole, boundary, new Parser())), parseFile(whole, { boundary }));
  }
  assert.deepEqual(finish(parseInSteps('', undefined, new Parser())), parseFile(''));
});
