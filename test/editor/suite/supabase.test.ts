// Workspace: examples/supabase
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { commands, DiagnosticSeverity, window } from 'vscode';
import { git as runGit } from '../../git';
import {
  applyAction,
  completions,
  filesOnDisk,
  hoverText,
  insertSnippet,
  isOnDisk,
  lockstepDiagnostics,
  openFile,
  openUntitled,
  rangeOf,
  readFromDisk,
  replaceText,
  ruleOf,
  runCommand,
  select,
  undo,
  until,
  waitForAction,
  waitForDiagnostics,
  waitForRule,
  waitUntilRuleIsSilent,
  workspaceFolder,
  workspaceUri,
} from './editor';

const naive = 'supabase/migrations/20260211083000_billing_analytics.sql';
const statement = 'create unique index credit_operations_stripe_uq';

/** The new migrations, in order. */
function newFiles(before: readonly string[]): string[] {
  return filesOnDisk().filter((file) => !before.includes(file));
}

describe('a Supabase project', () => {
  it('underlines the words to change, and nothing else', async () => {
    const { document } = await openFile(naive);
    await waitForRule(document, 'create-index-not-concurrent');
    assert.deepEqual(
      lockstepDiagnostics(document).map((diagnostic) => [
        ruleOf(diagnostic),
        document.getText(diagnostic.range),
        diagnostic.message,
      ]),
      [
        [
          'create-index-not-concurrent',
          'create unique index',
          'Building this index blocks every write to "credit_operations" until it is done.',
        ],
        [
          'unique-index-without-precheck',
          '(stripe_session_id)',
          'Fails if two rows share a "stripe_session_id". Nothing before it looks for duplicates.',
        ],
      ],
    );
  });

  it('explains the statement under the mouse', async () => {
    const { document } = await openFile(naive);
    await waitForRule(document, 'create-index-not-concurrent');
    const text = await hoverText(document, rangeOf(document, 'unique index').start);
    assert.match(text, /CREATE UNIQUE INDEX\*\* on `credit_operations`/);
    assert.match(text, /`SHARE`/);
    assert.match(text, /INSERT, UPDATE, DELETE/);
    assert.match(text, /Fails if/);
    assert.match(text, /Safer/);
  });

  it('builds the index concurrently in migrations of their own, and Ctrl+Z brings all back', async () => {
    const { document } = await openFile(naive);
    const diagnostic = await waitForRule(document, 'create-index-not-concurrent');
    const before = filesOnDisk();
    const text = document.getText();
    await applyAction(await waitForAction(document, diagnostic.range, /^Build concurrently/));
    await until('the new migrations are on disk', () => newFiles(before).length === 2);
    const [leftover = '', build = ''] = newFiles(before);
    assert.match(leftover, /^supabase\/migrations\/\d{14}_credit_operations_stripe_uq_leftover\.sql$/);
    assert.match(readFromDisk(leftover), /^DROP INDEX CONCURRENTLY IF EXISTS credit_operations_stripe_uq;$/m);
    assert.match(build, /^supabase\/migrations\/\d{14}_credit_operations_stripe_uq_concurrently\.sql$/);
    assert.match(
      readFromDisk(build),
      /^create unique index concurrently credit_operations_stripe_uq on credit_operations \(stripe_session_id\) where stripe_session_id is not null;$/m,
    );
    assert.ok(!document.getText().includes(statement));
    assert.ok(document.getText().includes('create view billing_by_day'), 'the rest stays');
    await waitUntilRuleIsSilent(document, 'create-index-not-concurrent');
    await undo(document);
    await until('the text is back', () => document.getText() === text);
    await until('the new migrations are gone', () => newFiles(before).length === 0);
  });

  it('does all of it: dedupe, check, concurrent build', async () => {
    const { document } = await openFile(naive);
    const diagnostic = await waitForRule(document, 'unique-index-without-precheck');
    const before = filesOnDisk();
    await applyAction(await waitForAction(document, diagnostic.range, /^Remove duplicates, check/));
    await until('the new migrations are on disk', () => newFiles(before).length === 2);
    assert.match(
      document.getText(),
      /row_number\(\) OVER \(PARTITION BY stripe_session_id ORDER BY created_at DESC/,
    );
    assert.match(document.getText(), /RAISE EXCEPTION/);
    await waitForDiagnostics(document, 'nothing grave is left', (all) =>
      all.every(({ severity }) => severity > DiagnosticSeverity.Warning),
    );
    for (const file of newFiles(before)) {
      const created = await openFile(file);
      await waitForDiagnostics(created.document, 'nothing is reported', (all) => all.length === 0);
    }
  });

  it('offers each way to choose between duplicates', async () => {
    const { document } = await openFile(naive);
    const { range } = await waitForRule(document, 'unique-index-without-precheck');
    for (const title of [
      /^Delete duplicates, keep the newest by "created_at"/,
      /^Delete duplicates, keep the oldest by "created_at"/,
      /^Insert a duplicate check that stops the migration/,
      'Ignore unique-index-without-precheck here',
    ]) {
      await waitForAction(document, range, title);
    }
    const text = document.getText();
    await applyAction(await waitForAction(document, range, /keep the newest/));
    await waitUntilRuleIsSilent(document, 'unique-index-without-precheck');
    await undo(document);
    await until('the text is back', () => document.getText() === text);
    await waitForRule(document, 'unique-index-without-precheck');
  });

  it('writes the rollback and the validation script', async () => {
    const editor = await openFile(naive);
    await waitForRule(editor.document, 'create-index-not-concurrent');
    const before = filesOnDisk();
    await runCommand('lockstep.generateRollback');
    const rollback = await until('the rollback is shown', () => {
      const { document } = window.activeTextEditor ?? {};
      return document?.fileName.includes('rollbacks') === true && document;
    });
    assert.match(rollback.getText(), /drop view billing_by_day/i);
    assert.match(rollback.getText(), /drop index credit_operations_stripe_uq/i);
    await openFile(naive);
    await runCommand('lockstep.generateValidation');
    const validation = await until('the validation script is shown', () => {
      const { document } = window.activeTextEditor ?? {};
      return document?.fileName.includes('validations') === true && document;
    });
    assert.match(validation.getText(), /indisvalid/);
    assert.equal(newFiles(before).filter((file) => file.startsWith('supabase/migrations/')).length, 0);
  });

  it('inserts a duplicate check where the cursor is', async () => {
    const editor = await openFile(naive);
    await waitForRule(editor.document, 'unique-index-without-precheck');
    select(editor, rangeOf(editor.document, statement).start);
    await runCommand('lockstep.insertPrecheck');
    await until('the check is there', () => editor.document.getText().includes('RAISE EXCEPTION'));
    await waitUntilRuleIsSilent(editor.document, 'unique-index-without-precheck');
  });

  it('is heard in the palette', async () => {
    await openFile(naive);
    const all = await commands.getCommands(true);
    for (const command of [
      'generateRollback',
      'generateValidation',
      'insertPrecheck',
      'newMigration',
      'showStatus',
    ]) {
      assert.ok(all.includes(`lockstep.${command}`), command);
    }
  });

  it('follows the typing, and shows half a statement as what it is', async () => {
    const editor = await openFile(naive);
    await waitForRule(editor.document, 'create-index-not-concurrent');
    await replaceText(editor, 'create unique index', 'create unique indx');
    const [error] = await waitForDiagnostics(editor.document, 'the error is shown', (all) =>
      all.some((diagnostic) => ruleOf(diagnostic) === 'syntax-error'),
    );
    assert.equal(error && editor.document.getText(error.range), 'indx');
    await replaceText(editor, 'create unique indx', 'select 1;\ncreate unique index concurrently');
    await waitForRule(editor.document, 'unique-index-without-precheck');
    await waitUntilRuleIsSilent(editor.document, 'syntax-error');
    const refused = await waitForRule(editor.document, 'concurrently-in-transaction');
    assert.match(refused.message, /Supabase CLI 2\.109/);
  });

  it('says nothing of a migration that is fine, and keeps quiet when it is asked to', async () => {
    const fine = await openFile('supabase/migrations/20260112141500_credit_operations.sql');
    await waitForDiagnostics(fine.document, 'nothing grave is reported', (all) =>
      all.every(({ severity }) => severity > DiagnosticSeverity.Warning),
    );
    const { document } = await openFile(naive);
    const { range } = await waitForRule(document, 'create-index-not-concurrent');
    await applyAction(await waitForAction(document, range, 'Ignore create-index-not-concurrent here'));
    await waitUntilRuleIsSilent(document, 'create-index-not-concurrent');
    await waitForRule(document, 'unique-index-without-precheck');
  });

  it('renames a migration that the CLI would skip, unsaved words and all', async () => {
    const misnamed = 'supabase/migrations/add-note.sql';
    writeFileSync(workspaceUri(misnamed).fsPath, 'alter table credit_operations add column note text;\n');
    const editor = await openFile(misnamed);
    const { range, message } = await waitForRule(editor.document, 'missing-companion-file');
    assert.match(message, /skips "add-note\.sql"/);
    const before = filesOnDisk();
    await replaceText(editor, 'text;', 'varchar;');
    await applyAction(
      await waitForAction(editor.document, range, 'Rename it as the Supabase CLI names migrations'),
    );
    await until('it has another name', () => newFiles(before).length === 1 && !isOnDisk(misnamed));
    const [renamed = ''] = newFiles(before);
    assert.match(renamed, /^supabase\/migrations\/\d{14}_add_note\.sql$/);
    const { document } = await openFile(renamed);
    assert.match(document.getText(), /note varchar;/);
    await waitUntilRuleIsSilent(document, 'missing-companion-file');
    await document.save();
    rmSync(workspaceUri(renamed).fsPath);
  });

  it('hears of it when main has the migration', async () => {
    const git = (...words: readonly string[]): void => {
      runGit(workspaceFolder(), words);
    };
    git('init', '-q', '-b', 'main');
    try {
      git('add', '-A');
      git('commit', '-q', '-m', 'x');
      const editor = await openFile(naive);
      await replaceText(editor, 'create view billing_by_day', 'create view billing_by_month');
      await waitForRule(editor.document, 'create-index-not-concurrent');
      const before = lockstepDiagnostics(editor.document).map(ruleOf);
      assert.ok(!before.includes('applied-migration-edited'), before.join());
      // As a fetch does that finds it merged.
      git('update-ref', 'refs/remotes/origin/main', 'main');
      const { message, range } = await waitForRule(editor.document, 'applied-migration-edited');
      assert.match(message, /^This migration differs from the one that main already has/);
      await applyAction(await waitForAction(editor.document, range, 'Restore the version of main'));
      await waitUntilRuleIsSilent(editor.document, 'applied-migration-edited');
      assert.ok(editor.document.getText().includes('billing_by_day'));
    } finally {
      rmSync(workspaceUri('.git').fsPath, { recursive: true });
    }
  });

  it('expands a snippet', async () => {
    const editor = await openUntitled('');
    const text = await insertSnippet(editor, snippetName);
    assert.match(text, /CREATE INDEX CONCURRENTLY/i);
    const labels = await completions(editor.document, editor.selection.active);
    assert.ok(labels.length > 0);
  });
});

/** The name in snippets/lockstep.json of the one with the prefix `cic`. */
const snippetName = 'Concurrent index';
