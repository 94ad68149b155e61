// Workspace: examples (supabase, prisma)
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { Position, type TextDocument, workspace } from 'vscode';
import {
  hoverText,
  isOnDisk,
  lockstepDiagnostics,
  openFile,
  replaceText,
  ruleOf,
  runCommand,
  until,
  waitForRule,
  workspaceUri,
} from './editor';

const ofSupabase = 'supabase/supabase/migrations/20260211083000_billing_analytics.sql';
const ofPrisma = 'prisma/prisma/migrations/20251110090000_add_integrity_indexes/migration.sql';

/** What the title of the timeline's page says of a document's project. */
async function contextOf(document: TextDocument): Promise<string> {
  const page = await runCommand<string | undefined>('lockstep.showTimeline', document.uri.toString());
  return /<p class="context">([^<]*)</.exec(page ?? '')?.[1] ?? '';
}

describe('folders and files that come and go', () => {
  it('judges two projects of one window each by its own runner', async () => {
    assert.deepEqual(
      workspace.workspaceFolders?.map(({ name }) => name),
      ['supabase', 'prisma'],
    );
    const supabase = (await openFile(ofSupabase)).document;
    await waitForRule(supabase, 'create-index-not-concurrent');
    const prisma = (await openFile(ofPrisma)).document;
    await until('there are findings in the other project', () => lockstepDiagnostics(prisma).length > 0);
    assert.match(await contextOf(supabase), /^Supabase CLI 2\.109\.1 · PostgreSQL 15$/);
    assert.match(await contextOf(prisma), /^Prisma Migrate .*PostgreSQL \d+$/);
  });

  it('goes on with a file that was deleted while it is open', async () => {
    const editor = await openFile(ofSupabase);
    const { document } = editor;
    await waitForRule(document, 'create-index-not-concurrent');
    rmSync(workspaceUri(ofSupabase).fsPath);
    assert.ok(!isOnDisk(ofSupabase));
    await replaceText(editor, 'create unique index', 'create unik index');
    await waitForRule(document, 'syntax-error');
    await replaceText(editor, 'create unik index', 'create unique index');
    await waitForRule(document, 'create-index-not-concurrent');
    const line =
      document.getText().slice(0, document.getText().indexOf('create unique')).split('\n').length - 1;
    assert.match(await hoverText(document, new Position(line, 3)), /CREATE UNIQUE INDEX/);
    assert.ok(!lockstepDiagnostics(document).some((found) => ruleOf(found) === 'syntax-error'));
  });
});
