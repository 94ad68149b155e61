// Workspace: examples/supabase
// Editor: server
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { workspace } from 'vscode';
import { openFile, rangeOf, replaceText, until, waitForRule } from './editor';
import { type GutterMark, gutterMarks } from './window';

const naive = 'supabase/migrations/20260211083000_billing_analytics.sql';

async function waitForMarks(what: string, expected: readonly GutterMark[]): Promise<void> {
  let seen: readonly GutterMark[] = [];
  await until(what, async () => {
    seen = await gutterMarks();
    return isDeepStrictEqual(seen, expected);
  }).catch((error: unknown) => {
    assert.deepEqual(seen, expected, String(error));
  });
}

describe('the marks in the gutter', () => {
  it('stand beside the lines with findings, in the shape of the most severe, and can be switched off', async () => {
    const editor = await openFile(naive);
    const { document } = editor;
    await waitForRule(document, 'create-index-not-concurrent');
    const line = rangeOf(document, 'create unique index').start.line + 1;
    await waitForMarks('a warning is marked', [{ line, icon: 'warning' }]);

    const settings = workspace.getConfiguration('lockstep', document);
    assert.equal(settings.get('gutter'), true, 'they are on unless they are switched off');
    try {
      await settings.update('gutter', false);
      await waitForMarks('nothing is marked', []);
    } finally {
      await settings.update('gutter', undefined);
    }
    await waitForMarks('the mark is there again', [{ line, icon: 'warning' }]);

    await replaceText(editor, 'create unique index', 'selekt unique index');
    await waitForRule(document, 'syntax-error');
    await waitForMarks('an error is marked', [{ line, icon: 'error' }]);
    await replaceText(editor, 'selekt unique index', '\ncreate unique index');
    await waitForMarks('the mark has moved with its line', [{ line: line + 1, icon: 'warning' }]);
  });
});
