// Workspace: examples/prisma
import assert from 'node:assert/strict';
import { window } from 'vscode';
import {
  applyAction,
  filesOnDisk,
  openFile,
  rangeOf,
  runCommand,
  until,
  waitForAction,
  waitForDiagnostics,
  waitForRule,
} from './editor';

const folder = 'prisma/migrations/20251110090000_add_integrity_indexes';
const naive = `${folder}/migration.sql`;

describe('a Prisma project', () => {
  it('closes all but the newest conversation, and builds the index in a migration of its own', async () => {
    const { document } = await openFile(naive);
    const { range } = await waitForRule(document, 'unique-index-without-precheck');
    assert.deepEqual(range, rangeOf(document, '(lead_id)'));
    const before = filesOnDisk();
    await waitForAction(document, range, /^Set "closed_at" to now\(\) on all but the newest by "started_at"/);
    await applyAction(await waitForAction(document, range, /^Remove duplicates, check/));
    const created = await until('the new migrations are on disk', () => {
      const files = filesOnDisk().filter((file) => !before.includes(file));
      return files.length === 2 && files;
    });
    for (const file of created) assert.match(file, /^prisma\/migrations\/\d{14}_\w+\/migration\.sql$/);
    assert.match(document.getText(), /UPDATE "Conversation"[^;]*closed_at = now\(\)/);
  });

  it('puts rollback and validation beside the migration', async () => {
    const { document } = await openFile(naive);
    await waitForRule(document, 'create-index-not-concurrent');
    await runCommand('lockstep.generateRollback');
    const isShown = (name: string) => () =>
      window.activeTextEditor?.document.fileName.endsWith(`${folder}/${name}`);
    await until('the rollback is shown', isShown('rollback.sql'));
    assert.match(
      window.activeTextEditor?.document.getText() ?? '',
      /DROP INDEX "Conversation_lead_open_unique"/,
    );
    await openFile(naive);
    await runCommand('lockstep.generateValidation');
    await until('the validation script is shown', isShown('validation.sql'));
  });

  it('knows that the first migrations are nobody’s problem', async () => {
    const { document } = await openFile('prisma/migrations/20250902081500_init/migration.sql');
    await openFile(naive);
    await waitForDiagnostics(document, 'nothing is reported', (all) => all.length === 0);
  });
});
