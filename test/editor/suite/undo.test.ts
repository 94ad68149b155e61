// Workspace: examples
// Editor: server
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  ConfigurationTarget,
  commands,
  type TextEditor,
  TabInputText,
  type Uri,
  window,
  workspace,
} from 'vscode';
import {
  filesOnDisk,
  lockstepDiagnostics,
  openFile,
  readFromDisk,
  restoreWorkspace,
  ruleOf,
  select,
  until,
  waitForRule,
  workspaceFolder,
} from './editor';
import { answer, chooseAction, openLightbulb, press, runFromPalette } from './window';

/** A migration with a fix that writes others, and what is in front then. */
interface Case {
  readonly file: string;
  readonly rule: string;
  readonly title: RegExp;
  readonly created: readonly RegExp[];
  readonly front: RegExp;
}

const supabase: Case = {
  file: 'supabase/supabase/migrations/20260211083000_billing_analytics.sql',
  rule: 'create-index-not-concurrent',
  title: /^Build concurrently/,
  created: [
    /\d{14}_credit_operations_stripe_uq_leftover\.sql$/,
    /\d{14}_credit_operations_stripe_uq_concurrently\.sql$/,
  ],
  front: /_concurrently\.sql$/,
};
const goose: Case = {
  file: 'goose/migrations/20260120101000_sku_unique.sql',
  rule: 'create-index-not-concurrent',
  title: /^Build concurrently/,
  created: [/^goose\/migrations\/\d{14}_\w+\.sql$/],
  front: /^goose\/migrations\/\d{14}_\w+\.sql$/,
};
const prisma: Case = {
  file: 'prisma/prisma/migrations/20251110090000_add_integrity_indexes/migration.sql',
  rule: 'unique-index-without-precheck',
  title: /^Remove duplicates, check/,
  created: [/_leftover\/migration\.sql$/, /_concurrently\/migration\.sql$/],
  front: /_concurrently\/migration\.sql$/,
};

describe('one Ctrl+Z', () => {
  it('takes back a fix that has written two migrations for the Supabase CLI', () => applyAndUndo(supabase));

  it('takes back a migration for goose', () => applyAndUndo(goose));

  it('takes back migrations of Prisma, with their folders', () => applyAndUndo(prisma));

  it('takes back a fix where files save themselves', () =>
    withSetting('files.autoSave', 'afterDelay', () => applyAndUndo(supabase)));

  it('takes back a fix where a light bulb saves nothing', () =>
    withSetting('files.refactoring.autoSave', false, () => applyAndUndo(supabase, { isSaved: false })));

  it('takes back a fix, and not what was typed before it', async () => {
    const { editor, before } = await open(supabase);
    const text = editor.document.getText();
    await editor.edit((edit) => {
      edit.insert(editor.document.lineAt(editor.document.lineCount - 1).range.end, '-- mine\n');
    });
    await choose(editor, supabase);
    await untilShown(supabase, before, true);
    await press('Control+z');
    // VS Code has saved it together with the fix, and so what was typed is not lost.
    await untilDiskIs(new Map([...before, [supabase.file, `${text}-- mine\n`]]));
  });

  for (const [title, file] of [
    ['Lockstep: Generate Rollback', /\/rollbacks\/[^/]+\.sql$/],
    ['Lockstep: Generate Validation Script', /\/validations\/[^/]+\.sql$/],
  ] as const) {
    it(`takes back what "${title}" has written`, async () => {
      const { editor, before } = await open(supabase);
      await commands.executeCommand('workbench.action.focusActiveEditorGroup');
      await runFromPalette(title);
      await until('it is shown', () => file.test(window.activeTextEditor?.document.uri.path ?? ''));
      await until('it is written', () => window.activeTextEditor?.document.getText() !== '');
      await press('Control+z');
      await untilDiskIs(before);
      assert.equal(editor.document.isDirty, false);
    });
  }

  it('takes back a new migration', async () => {
    const { before } = await open(prisma);
    await runFromPalette('Lockstep: New Migration');
    await answer('add a column');
    const isShown = () =>
      /_add_a_column\/migration\.sql$/.test(pathOf(window.activeTextEditor?.document.uri));
    await until('it is shown', isShown);
    await press('Control+z');
    await untilDiskIs(before);
  });
});

/** Applies a fix through the menu, looks at what it has done, and undoes it with the key. */
async function applyAndUndo(one: Case, { isSaved = true } = {}): Promise<void> {
  const { editor, before } = await open(one);
  await choose(editor, one);
  await untilShown(one, before, isSaved);
  await press('Control+z');
  await untilDiskIs(before);
  await until('what is gone has no tab', () => tabs().join() === one.file);
  await waitForRule(editor.document, one.rule);
  assert.ok(!lockstepDiagnostics(editor.document).map(ruleOf).includes('missing-companion-file'));
}

async function open({
  file,
  rule,
}: Case): Promise<{ editor: TextEditor; before: ReadonlyMap<string, string> }> {
  await restoreWorkspace();
  const editor = await openFile(file);
  await waitForRule(editor.document, rule);
  return { editor, before: disk() };
}

/** Chooses the fix from the menu of the light bulb. */
async function choose(editor: TextEditor, { rule, title }: Case): Promise<void> {
  const { range } = await waitForRule(editor.document, rule);
  select(editor, range.start);
  await commands.executeCommand('workbench.action.focusActiveEditorGroup');
  const titles = await openLightbulb();
  const found = titles.find((offered) => title.test(offered));
  assert.ok(found, titles.join('\n'));
  await chooseAction(found);
}

/** Waits until the files of a fix are there and in tabs, the one that matters in front. */
async function untilShown(
  { file, created, front }: Case,
  before: ReadonlyMap<string, string>,
  isSaved: boolean,
): Promise<void> {
  const added = await until('the new migrations are on disk', () => {
    const files = filesOnDisk().filter((name) => !before.has(name));
    return files.length === created.length && files;
  });
  for (const [index, pattern] of created.entries()) assert.match(added[index] ?? '', pattern);
  await until('each file is in a tab', () => [file, ...added].every((name) => tabs().includes(name)));
  await until('the one that matters is in front', () =>
    front.test(pathOf(window.activeTextEditor?.document.uri)),
  );
  assert.match(window.activeTextEditor?.document.getText() ?? '', /concurrently/i);
  if (!isSaved) return;
  await until('all is saved', () => dirty().length === 0 && added.every((name) => readFromDisk(name) !== ''));
  assert.notEqual(readFromDisk(file), before.get(file));
}

/** Waits until the disk is as it should be, to the letter, and nothing is left to be saved. */
async function untilDiskIs(expected: ReadonlyMap<string, string>): Promise<void> {
  try {
    await until('the disk is as it should be', () => isDiskNow(expected));
  } catch {
    assert.deepEqual(disk(), expected);
  }
  await until('no tab is dirty', () => dirty().length === 0);
}

function isDiskNow(expected: ReadonlyMap<string, string>): boolean {
  try {
    return isDeepStrictEqual(disk(), expected);
  } catch {
    // A file was deleted between the listing and the reading.
    return false;
  }
}

/** All files below the workspace with what is in them, and all folders, which end with `/`. */
function disk(): ReadonlyMap<string, string> {
  const folder = workspaceFolder();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const place = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, place);
    return entry.isFile() ? ([name, readFileSync(place, 'latin1')] as const) : ([`${name}/`, ''] as const);
  });
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The files that are in tabs. */
function tabs(): readonly string[] {
  return window.tabGroups.all
    .flatMap((group) => group.tabs)
    .flatMap(({ input }) => (input instanceof TabInputText ? [pathOf(input.uri)] : []));
}

function dirty(): readonly string[] {
  return window.tabGroups.all
    .flatMap((group) => group.tabs.filter(({ isDirty }) => isDirty))
    .map(({ label }) => label);
}

function pathOf(uri: Uri | undefined): string {
  return uri === undefined ? '' : path.relative(workspaceFolder(), uri.fsPath);
}

/** Runs `work` with a setting of the person. */
async function withSetting(name: string, value: unknown, work: () => Promise<void>): Promise<void> {
  const settings = workspace.getConfiguration();
  const known = settings.inspect(name)?.globalValue;
  await settings.update(name, value, ConfigurationTarget.Global);
  try {
    await work();
  } finally {
    await settings.update(name, known, ConfigurationTarget.Global);
  }
}
