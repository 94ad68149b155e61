import { withLineBreaks } from '../../sql/layout';
import { parseFile } from '../../sql/parse';
import { tokenize } from '../../sql/scanner';
import type { CreateIndex, Statement } from '../../sql/statement';
import { applyEdits, type Edit, lineBreakOf } from '../../sql/text';
import { comment } from '../../sql/visible';
import { endWithComment } from './comments';
import { forSession, isLimit, settingsBefore } from './settings';
import { type CommentedStep, write } from './steps';
import { type Draft, isLegal } from './layout';
import { slug } from '../files/naming';
import { join, nameOf, parentOf, relative } from '../files/paths';
import type { FileChange, Placement, Site, Step } from '../runner';

/** How a runner that cannot run some statements at all is helped out. */
interface ManualTerms {
  /** Steps in place of the target. */
  readonly between: (steps: readonly CommentedStep[]) => Draft;
  /** Where the runner does not look for migrations. */
  readonly folder: string;
}

/** Everything up to the last step outside of transactions as a file to run by hand; here, what has no effect after it. */
export function beforeTheDeploy(
  steps: readonly CommentedStep[],
  site: Site,
  { between, folder }: ManualTerms,
): Placement | undefined {
  const last = steps.findLastIndex(({ transaction }) => transaction === 'none');
  if (last < 0) return undefined;
  // What comes before the last of them is done by hand, and then again in the migration.
  if (steps.slice(0, last).some(cannotBeRepeated)) return undefined;
  const made = new Set(
    steps.flatMap(({ sql }) => {
      const statement = onlyStatement(sql);
      return statement?.kind === 'CreateIndex' && statement.index !== undefined ? [statement.index.text] : [];
    }),
  );
  const kept: CommentedStep[] = [];
  for (const [index, step] of steps.entries()) {
    const remains =
      step.transaction === 'none' ? afterwards(step, made) : index < last ? onceMore(step) : step;
    if (remains === undefined) return undefined;
    if (remains !== 'nothing')
      kept.push(...reasonAtWork(oneStatementEach({ ...remains, transaction: 'inherits' })));
  }
  const draft = between(kept);
  if (!isLegal(draft, site)) return undefined;
  const path = manualPath(site, folder, steps[last]?.name ?? '');
  const name = nameOf(site.path) === 'migration.sql' ? nameOf(parentOf(site.path)) : nameOf(site.path);
  const settings = settingsBefore(site, site.target)
    .filter((setting) => !isLimit(setting))
    .map((setting, index, all) => `${forSession(setting)};\n${index === all.length - 1 ? '\n' : ''}`)
    .join('');
  const header = [
    `Run this by hand before ${name} is deployed:`,
    `psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f ${relative(site.project.root, path)}`,
  ];
  const text = `${header.map(comment).join('\n')}\n\n${settings}${write(steps.slice(0, last + 1).map(asOneTransaction))}`;
  const lineBreak = lineBreakOf(site.file.text);
  const runbook: FileChange = { kind: 'create', path, text: withLineBreaks(text, lineBreak) };
  const edited: FileChange = { kind: 'edit', path: site.path, edits: draft.edits };
  return {
    changes: [edited, runbook],
    how: 'by hand before the deploy',
    way: 'by-hand',
    notes: [
      `Run ${relative(site.project.root, path)} with psql before the deploy; the migration then finds its work done.`,
      'On a database where it was not run, such as a new one, the migration does it all, with locks.',
      ...(isAlteredBefore(site)
        ? [
            'It needs what the statements before it in this file do: deploy those first, in a migration of their own.',
          ]
        : []),
    ],
  };
}

/** Whether a step fails outside of the transaction, or when it is done again, as ADD COLUMN. */
function cannotBeRepeated({ transaction, sql, again }: CommentedStep): boolean {
  if (transaction === 'none' || again !== undefined) return false;
  return parseFile(sql).statements.some(({ parsed: { statement } }) => {
    const kind = statement?.kind;
    return kind !== 'DoBlock' && kind !== 'DataChange' && kind !== 'Select' && kind !== 'SetVariable';
  });
}

/** What stays of a step in the transaction that comes before the last one outside of it. */
function onceMore(step: CommentedStep): CommentedStep | 'nothing' {
  const { again } = step;
  if (again === undefined) return step;
  return again === '' ? 'nothing' : { ...step, sql: again, why: reasonToStay(step, 'Done') };
}

/** The reason above what it is about, also when a setting comes first: it may name rules to ignore there. */
function reasonAtWork(steps: readonly CommentedStep[]): readonly CommentedStep[] {
  const at = steps.findIndex(({ sql }) => onlyStatement(sql)?.kind !== 'SetVariable');
  const why = steps[0]?.why ?? '';
  if (at <= 0 || !why.startsWith('lockstep-ignore')) return steps;
  return steps.map((step, index) => ({ ...step, why: index === at ? why : index === 0 ? '' : step.why }));
}

/** psql sends each statement on its own. */
function asOneTransaction(step: CommentedStep): CommentedStep {
  const { sql, transaction } = step;
  if (transaction !== 'own' || /^BEGIN;/i.test(sql) || parseFile(sql).statements.length < 2) return step;
  return { ...step, sql: `BEGIN;\n${sql}\nCOMMIT;` };
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
  return { ...step, sql: ifExists(step.sql), why: reasonToStay(step, 'Dropped') };
}

/** DROP INDEX CONCURRENTLY as DROP INDEX IF EXISTS. */
function ifExists(sql: string): string {
  const tokens = tokenize(sql);
  const at = tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'concurrently');
  const [keyword, next] = [tokens[at], tokens[at + 1]];
  if (keyword === undefined || next === undefined) return sql;
  const isSaid = next.text === 'if' && next.kind === 'word';
  return applyEdits(sql, [
    isSaid
      ? { range: { start: keyword.start, end: next.start }, text: '' }
      : { range: keyword, text: 'IF EXISTS' },
  ]);
}

function reasonToStay({ ignores }: Step, done: 'Built' | 'Done' | 'Dropped'): string {
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

function manualPath({ path, tree }: Site, folder: string, words: string): string {
  const isInFolder = folder === parentOf(path);
  const base = isInFolder ? `manual_${slug(words)}` : `${nameOf(path).replace(/\.sql$/i, '')}_${slug(words)}`;
  let result = join(folder, `${base}.sql`);
  for (let count = 2; tree.read(result) !== undefined; count++) result = join(folder, `${base}_${count}.sql`);
  return result;
}

function onlyStatement(sql: string): Statement | undefined {
  const { statements } = parseFile(sql);
  return statements.length === 1 ? statements[0]?.parsed.statement : undefined;
}

/** A step for each statement. A transaction of its own stays together. */
export function oneStatementEach(step: CommentedStep): readonly CommentedStep[] {
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
