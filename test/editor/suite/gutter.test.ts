// Workspace: examples/supabase
import assert from 'node:assert/strict';
import { workspace } from 'vscode';
import { lockstepDiagnostics, openFile, replaceText, waitForRule, waitUntilRuleIsSilent } from './editor';

const naive = 'supabase/migrations/20260211083000_billing_analytics.sql';

describe('the marks in the gutter', () => {
  it('can be switched off and on while a file is edited', async () => {
    const editor = await openFile(naive);
    await waitForRule(editor.document, 'create-index-not-concurrent');
    const settings = workspace.getConfiguration('lockstep', editor.document);
    assert.equal(settings.get('gutter'), true, 'they are on unless they are switched off');
    try {
      await settings.update('gutter', false);
      await replaceText(editor, 'create unique index', 'create unique index concurrently');
      await waitUntilRuleIsSilent(editor.document, 'create-index-not-concurrent');
    } finally {
      await settings.update('gutter', undefined);
    }
    await replaceText(editor, ' concurrently', '');
    await waitForRule(editor.document, 'create-index-not-concurrent');
    assert.ok(lockstepDiagnostics(editor.document).length > 0);
  });
});
