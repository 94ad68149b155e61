// Workspace: examples/supabase
import assert from 'node:assert/strict';
import { commands, type DocumentLink, type Location, type LocationLink, Position, type Uri } from 'vscode';
import { completions, hoverText, openFile, rangeOf, until, waitForRule } from './editor';

const naive = 'supabase/migrations/20260211083000_billing_analytics.sql';
const made = '20260112141500_credit_operations.sql';

function uriOf(place: Location | LocationLink): Uri {
  return 'targetUri' in place ? place.targetUri : place.uri;
}

describe('names in a Supabase project', () => {
  it('are completed with what the earlier migrations have made', async () => {
    const editor = await openFile(naive);
    const { document } = editor;
    await waitForRule(document, 'create-index-not-concurrent');
    const last = document.lineAt(document.lineCount - 1).range.end;
    const typed = '\nalter table credit_operations drop column ';
    await editor.edit((builder) => {
      builder.insert(last, typed);
    });
    const end = document.positionAt(document.getText().length);
    const columns = await until('columns are proposed', async () => {
      const labels = await completions(document, end);
      return labels.includes('stripe_session_id') && labels;
    });
    assert.deepEqual(columns.slice(0, 3), ['id', 'profile_id', 'kind']);
    await editor.edit((builder) => {
      builder.insert(end, 'note;\nupdate jobs set ');
    });
    const labels = await completions(document, document.positionAt(document.getText().length));
    assert.ok(labels.includes('status') && !labels.includes('stripe_session_id'), labels.join(', '));
  });

  it('are links to the migration that made them', async () => {
    const { document } = await openFile(naive);
    await waitForRule(document, 'create-index-not-concurrent');
    const links = await commands.executeCommand<DocumentLink[]>('vscode.executeLinkProvider', document.uri);
    const [first] = links.filter(({ tooltip }) => tooltip === `Created in ${made}`);
    assert.equal(document.getText(first?.range), 'credit_operations');
    assert.equal(first?.target?.path.split('/').at(-1), made);
  });

  it('lead to their definition and to their references, and say what they are', async () => {
    const { document } = await openFile(naive);
    await waitForRule(document, 'create-index-not-concurrent');
    const { start } = rangeOf(document, 'stripe_session_id');
    const places = await commands.executeCommand<(Location | LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      start.translate(0, 3),
    );
    assert.deepEqual(
      places.map((place) => uriOf(place).path.split('/').at(-1)),
      [made],
    );
    const references = await commands.executeCommand<Location[]>(
      'vscode.executeReferenceProvider',
      document.uri,
      start,
    );
    assert.ok(references.some(({ uri }) => uri.path.endsWith(made)));
    assert.match(await hoverText(document, start), /\*\*column\*\* `credit_operations\.stripe_session_id`/);
    assert.match(await hoverText(document, new Position(start.line, 0)), /\*\*CREATE UNIQUE INDEX\*\*|^$/);
  });
});
