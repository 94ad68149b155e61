import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { allFixes } from '../../server/src/features/fix';
import { loadGrammar } from '../../server/src/sql/parse';
import { applyEdits } from '../../server/src/sql/text';
import { memoryTree } from '../runners/tree';
import { analysed } from './analysed';

before(loadGrammar);

test('a repair that stands behind the semicolon stands at the end where there is none', () => {
  const text = "INSERT INTO notes (text) VALUES ('a;\nb')";
  const analysis = analysed(text, { runner: 'sql-migrate' });
  const written = allFixes(analysis, { tree: memoryTree({}), now: new Date(0) }).flatMap(
    ({ title, changes }) =>
      title.includes('StatementBegin')
        ? changes.flatMap((change) =>
            change.kind === 'edit' ? [[change.edits, applyEdits(text, change.edits)]] : [],
          )
        : [],
  );
  assert.equal(written.length, 1);
  const [edits, after] = written[0] as [readonly { range: { end: number } }[], string];
  assert.ok(edits.every(({ range }) => range.end <= text.length));
  assert.equal(after, `-- +migrate StatementBegin\n${text}\n-- +migrate StatementEnd`);
});
