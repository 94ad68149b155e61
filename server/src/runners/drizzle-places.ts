import { parseFile } from '../sql/parse';
import type { CreateIndex, Statement } from '../sql/statement';
import { applyEdits, type Edit, lineBreakOf } from '../sql/text';
import { endWithComment, withLineBreaks } from './comments';
import { type CommentedStep, inNewFiles, inPlace, prepare, write } from './drafts';
import { addFiles } from './drizzle-files';
import { type Draft, isLegal, toPlacement } from './layout';
import { slug } from './naming';
import { join, nameOf, parentOf, relative } from './paths';
import type { FileChange, Placement, Site, Step } from './runner';

export const breakpoint = '--> statement-breakpoint';
const separator = `${breakpoint}\n`;

/**
 * Drizzle runs everything in one transaction and has no way out of it. What must not run there is done by hand before
 * the deploy; or the transaction is ended at a breakpoint, which drizzle-kit does not forbid.
 */
export function drizzlePlaces(given: readonly Step[], site: Site): readonly [Placement, ...Placement[]] {
  const steps = prepare(given, site).flatMap(oneStatementEach);
  const place = (draft: Draft): Placement => toPlacement(draft, site, { addFiles });
  if (steps.every(({ transaction }) => transaction === 'inherits')) {
    const draft = between(steps, site);
    if (isLegal(draft, site)) return [place(draft)];
  }
  const needsNone = steps.some(({ transaction }) => transaction === 'none');
  const options: Placement[] = [];
  const byHand = needsNone ? beforeTheDeploy(steps, site) : undefined;
  if (byHand !== undefined) options.push(byHand);
  const committing = withCommits(steps, site);
  if (isLegal(committing, site)) options.push(place(committing));
  if (!needsNone) {
    const apart = inNewFiles(steps, site, { separator });
    if (apart !== undefined) options.push(place({ ...apart, notes: [...apart.notes, deployOneByOne] }));
  }
  const [first, ...others] = options;
  return first === undefined ? [{ refusal }] : [first, ...others];
}

const refusal = {
  reason: 'Drizzle runs all pending migrations in one transaction, which these steps cannot share.',
  instead: 'Run them by hand with psql before the deploy.',
};

const deployOneByOne =
  'Deploy each of the migrations before the next: those that are pending together share a transaction.';

/** `steps` where the target is, each a chunk of its own. */
function between(steps: readonly CommentedStep[], site: Site): Draft {
  const { file, target } = site;
  const draft = inPlace(steps, site, separator);
  // A neighbour without a breakpoint would share a query with the steps.
  const isApart = (left: number, right: number): boolean =>
    file.statements[left] === undefined ||
    file.statements[right] === undefined ||
    file.others.some(
      ({ kind, start }) =>
        kind === 'breakpoint' &&
        start >= (file.statements[left]?.terminatedEnd ?? 0) &&
        start < (file.statements[right]?.start ?? 0),
    );
  const edits = draft.edits.map(({ range, text }): Edit => {
    const before = isApart(target - 1, target) ? '' : separator;
    const isComment = endWithComment(file, target) > (file.statements[target]?.terminatedEnd ?? 0);
    const behind = isApart(target, target + 1) ? '' : `${isComment ? '\n' : ''}${breakpoint}`;
    return { range, text: withLineBreaks(`${before}${text}${behind}`, lineBreakOf(file.text)) };
  });
  return { ...draft, edits };
}

/** Each step that needs it in a transaction of its own, or in none, by ending Drizzle's. */
function withCommits(steps: readonly CommentedStep[], site: Site): Draft {
  const chunks: CommentedStep[] = [];
  const control = (sql: string, why = ''): void => {
    chunks.push({ sql, why, transaction: 'inherits', name: '' });
  };
  let isOpen = true;
  let isExplained = false;
  for (const step of steps) {
    if (isOpen && step.transaction !== 'inherits') {
      control('COMMIT;', isExplained ? '' : 'Ends the transaction that Drizzle opened, for what follows.');
      isExplained = true;
      isOpen = false;
    }
    if (!isOpen && step.transaction !== 'none') {
      control('BEGIN;');
      isOpen = true;
    }
    chunks.push(step);
    if (step.transaction === 'own') {
      control('COMMIT;');
      isOpen = false;
    }
  }
  if (!isOpen) control('BEGIN;', 'Drizzle ends this one.');
  return {
    ...between(chunks, site),
    how: 'with a COMMIT at a breakpoint',
    way: 'commit',
    notes: [
      'The COMMIT also commits all earlier migrations that are pending.',
      'A failure behind it leaves this migration half done and not recorded; it runs again from its start.',
    ],
  };
}

/** Everything up to the last step outside of transactions as a file to run by hand; here, what has no effect after it. */
function beforeTheDeploy(steps: readonly CommentedStep[], site: Site): Placement | undefined {
  const last = steps.findLastIndex(({ transaction }) => transaction === 'none');
  // What comes before the last of them is done by hand, and then again in the migration.
  if (steps.slice(0, last).some(cannotBeRepeated)) return undefined;
  const made = new Set(
    steps.flatMap(({ sql }) => {
      const statement = onlyStatement(sql);
      return statement?.kind === 'CreateIndex' && statement.index !== undefined ? [statement.index.text] : [];
    }),
  );
  const kept: CommentedStep[] = [];
  for (const step of steps) {
    const remains = step.transaction === 'none' ? afterwards(step, made) : step;
    if (remains === undefined) return undefined;
    if (remains !== 'nothing') kept.push(...oneStatementEach({ ...remains, transaction: 'inherits' }));
  }
  const draft = between(kept, site);
  if (!isLegal(draft, site)) return undefined;
  const path = manualPath(site, steps[last]?.name ?? '');
  const name = nameOf(site.path) === 'migration.sql' ? nameOf(parentOf(site.path)) : nameOf(site.path);
  const text = `-- Run this by hand before ${name} is deployed:\n-- psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f ${relative(site.project.root, path)}\n\n${write(steps.slice(0, last + 1))}`;
  const lineBreak = lineBreakOf(site.file.text);
  const runbook: FileChange = { kind: 'create', path, text: withLineBreaks(text, lineBreak) };
  const edited: FileChange = { kind: 'edit', path: site.path, edits: draft.edits };
  return {
    changes: [edited, runbook],
    how: 'by hand before the deploy',
    way: 'by-hand',
    notes: [
      `Run ${relative(site.project.root, path)} with psql before the deploy; the migration then finds its work done.`,
      'On a database where nobody ran it, such as a new one, the migration does it all, with locks.',
      ...(isAlteredBefore(site)
        ? [
            'It needs what the statements before it in this file do: deploy those first, in a migration of their own.',
          ]
        : []),
    ],
  };
}

/** Whether a step fails outside of the transaction, or when it is done again, as ADD COLUMN. */
function cannotBeRepeated({ transaction, sql }: CommentedStep): boolean {
  if (transaction === 'none') return false;
  return parseFile(sql).statements.some(({ parsed: { statement } }) => {
    const kind = statement?.kind;
    return kind !== 'DoBlock' && kind !== 'DataChange' && kind !== 'Select' && kind !== 'SetVariable';
  });
}

/** Whether this file makes or alters the relation before the target. */
function isAlteredBefore({ file, target }: Site): boolean {
  const statement = file.statements[target]?.parsed.statement;
  const relation = statement !== undefined && 'relation' in statement ? statement.relation : undefined;
  return file.statements.slice(0, target).some(({ parsed: { statement: earlier } }) => {
    if (earlier?.kind !== 'AlterTable' && earlier?.kind !== 'CreateTable') return false;
    return earlier.relation.name === relation?.name;
  });
}

/** What is left to do in the transaction when the step was done by hand before; undefined when that cannot be told. */
function afterwards(step: CommentedStep, made: ReadonlySet<string>): CommentedStep | 'nothing' | undefined {
  const statement = onlyStatement(step.sql);
  if (statement?.kind === 'CreateIndex' && statement.index !== undefined) {
    const file = parseFile(step.sql);
    const start = file.statements[0]?.start ?? 0;
    const text =
      step.sql.slice(0, start) +
      unlessExists(statement, statement.index.range.start) +
      step.sql.slice(start + statement.text.length);
    return {
      ...step,
      sql: text,
      why: reasonToStay(step, 'Built'),
    };
  }
  if (statement?.kind !== 'Drop' || !statement.concurrently) return undefined;
  if (statement.names.every(({ name }) => made.has(name))) return 'nothing';
  const sql = step.sql.replace(/\bconcurrently\s+(?:if\s+exists\s+)?/i, 'IF EXISTS ');
  return { ...step, sql, why: reasonToStay(step, 'Dropped') };
}

function reasonToStay({ ignores }: Step, done: 'Built' | 'Dropped'): string {
  const sentence = `${done} by hand before the deploy; here for databases where it was not.`;
  return ignores === undefined ? sentence : `lockstep-ignore ${ignores.join(', ')}: ${sentence}`;
}

function unlessExists({ text, concurrentlyKeyword, ifNotExistsKeywords }: CreateIndex, name: number): string {
  const edits: Edit[] = [];
  if (concurrentlyKeyword !== undefined) {
    const { start, end } = concurrentlyKeyword;
    const space = /^\s*/.exec(text.slice(end))?.[0].length ?? 0;
    edits.push({ range: { start, end: end + space }, text: '' });
  }
  if (ifNotExistsKeywords === undefined) {
    edits.push({ range: { start: name, end: name }, text: 'IF NOT EXISTS ' });
  }
  return applyEdits(text, edits);
}

/** Where neither Drizzle nor drizzle-kit looks. */
function manualPath({ path, project, tree }: Site, words: string): string {
  const isFolder = nameOf(path) === 'migration.sql';
  const folder = isFolder ? parentOf(path) : join(project.folder, 'manual');
  const base = isFolder ? `manual_${slug(words)}` : `${nameOf(path).replace(/\.sql$/i, '')}_${slug(words)}`;
  let result = join(folder, `${base}.sql`);
  for (let count = 2; tree.read(result) !== undefined; count++) result = join(folder, `${base}_${count}.sql`);
  return result;
}

function onlyStatement(sql: string): Statement | undefined {
  const { statements } = parseFile(sql);
  return statements.length === 1 ? statements[0]?.parsed.statement : undefined;
}

/** Drivers of the extended protocol take one statement in a chunk. A transaction of its own stays together. */
function oneStatementEach(step: CommentedStep): readonly CommentedStep[] {
  if (step.transaction !== 'inherits') return [step];
  const file = parseFile(step.sql);
  if (file.statements.length < 2) return [step];
  return file.statements.map((_, index) => {
    const start = index === 0 ? 0 : endWithComment(file, index - 1);
    return {
      ...step,
      sql: step.sql.slice(start, endWithComment(file, index)).trim(),
      why: index === 0 ? step.why : '',
    };
  });
}
