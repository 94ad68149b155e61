import fc from 'fast-check';
import { Catalog } from '../../server/src/catalog/catalog';
import { replay } from '../../server/src/catalog/replay';
import { Analyser, finish } from '../../server/src/features/analyser';
import type { Analysis } from '../../server/src/features/analysis';
import { complete } from '../../server/src/features/completion/completion';
import { diagnose } from '../../server/src/features/diagnose';
import { explanationText } from '../../server/src/features/explain-text';
import { writeCompanion, writePrecheck } from '../../server/src/features/files';
import { allFixes } from '../../server/src/features/fix';
import { hover } from '../../server/src/features/hover';
import { lenses } from '../../server/src/features/lenses';
import { folds, outline, type OutlineEntry } from '../../server/src/features/outline';
import { objectHover } from '../../server/src/features/relation-hover';
import { timelineView } from '../../server/src/features/timeline-view';
import { recognise, runners } from '../../server/src/runners';
import type { FileChange, Project } from '../../server/src/runners/runner';
import { parseFile, Parser } from '../../server/src/sql/parse';
import type { SourceFile } from '../../server/src/sql/source';
import type { Range } from '../../server/src/sql/text';
import { parseInSteps } from '../../server/src/workspace/reading';
import { memoryTree } from '../runners/tree';
import { findFaults } from './check';
import { hostileText } from './hostile-text';
import { type Budget, FaultError, type Outcome, processorTime, slowest, type Watch } from './kind';
import { isKnown, knownTexts } from './known';
import { realTexts } from './sources';

/** A text, the runner and the server that it is for, and the places at which it is asked about. */
interface Question {
  readonly text: string;
  readonly runner: string;
  readonly postgresVersion: 14 | 15 | 16 | 17 | 18;
  readonly places: readonly number[];
}

/** What runs before the text. */
const past =
  'create table users (id bigint primary key, name varchar(20), email text not null);\n' +
  'create table orders (id bigint primary key, user_id bigint references users (id), total numeric);\n' +
  'create view v as select id, name from users; create index users_name on users (name);\n' +
  "create type mood as enum ('a'); create function f(a int) returns int language sql as 'select 1';\n";

/** Asks everything about hostile texts: there is an answer, soon, and what it points at is inside of the text. */
export async function texts(budget: Budget, watch: Watch): Promise<Outcome> {
  const figures = { texts: 0, characters: 0, findings: 0, fixes: 0, 'slowest answer in ms': 0 };
  const questions: fc.Arbitrary<Question> = fc.record({
    text: hostileText(realTexts()),
    runner: fc.constantFrom(...runners.map(({ id }) => id)),
    postgresVersion: fc.constantFrom(14, 15, 16, 17, 18),
    places: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 4 }),
  });
  const attempt = (question: Question): void => {
    if (isKnown(question.text, knownTexts)) return;
    figures.texts++;
    figures.characters += question.text.length;
    const times = new Times(question);
    const { findings, fixes } = ask(question, times);
    figures.findings += findings;
    figures.fixes += fixes;
    figures['slowest answer in ms'] = Math.max(figures['slowest answer in ms'], Math.round(times.longest));
  };
  const isDone = (): boolean => figures.texts >= budget.count;
  const faults = await findFaults(questions, attempt, budget, watch, { isDone });
  return { figures, faults };
}

/** Takes the time of answers, and says of what throws or takes too long with which text it does. */
class Times {
  longest = 0;

  constructor(private readonly question: Question) {}

  of<Result>(what: string, work: () => Result): Result | undefined {
    const start = processorTime();
    try {
      return work();
    } catch (error: unknown) {
      this.fail(`${what} throws: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return undefined;
    } finally {
      const time = processorTime() - start;
      this.longest = Math.max(this.longest, time);
      if (time > slowest) this.fail(`${what} takes more than ${slowest} ms of processor time`);
    }
  }

  fail(message: string): void {
    const { runner, text } = this.question;
    if (isKnown(message)) return;
    throw new FaultError(
      `${message} (runner ${runner}, ${text.length} characters)`,
      JSON.stringify(this.question),
    );
  }
}

/** Asks everything; returns how much there was to say. */
function ask(question: Question, times: Times): { findings: number; fixes: number } {
  const { text, places } = question;
  const { boundary } = projectFor(question).runner;
  const file = times.of('reading', () => finish(parseInSteps(text, boundary, new Parser())));
  if (file === undefined) return { findings: 0, fixes: 0 };
  checkPieces(file, times);
  const analysis = times.of('the analysis', () => analyse(file, question));
  if (analysis === undefined) return { findings: 0, fixes: 0 };
  const inside = (what: string, range: Range): void => {
    if (!isInside(range, text.length))
      times.fail(`${what} lies at ${range.start} to ${range.end}, out of the text`);
  };
  const findings = times.of('diagnosing', () => diagnose(analysis)) ?? [];
  for (const { rule, range } of findings) inside(`a finding of ${rule}`, range);
  const tree = memoryTree({ [analysis.surroundings.path]: text, '/project/1_a.sql': past });
  const site = { tree, now: new Date('2026-01-03T00:00:00Z') };
  const fixes = times.of('fixing', () => allFixes(analysis, site)) ?? [];
  for (const fix of fixes) checkChanges(fix.title, fix.changes, analysis, times);
  for (const kind of ['rollback', 'validation'] as const) {
    const written = times.of(`the ${kind}`, () => writeCompanion(kind, analysis, site));
    if (written !== undefined && 'changes' in written) checkChanges(kind, written.changes, analysis, times);
  }
  for (const { range } of times.of('lenses', () => lenses(analysis)) ?? []) inside('a lens', range);
  const entries = times.of('the outline', () => outline(file)) ?? [];
  for (const entry of entries.flatMap(flat)) {
    inside(`"${entry.name}" of the outline`, entry.range);
    if (entry.selection.start < entry.range.start || entry.selection.end > entry.range.end)
      times.fail(`the name of "${entry.name}" in the outline lies outside of it`);
  }
  for (const { range } of times.of('folding', () => folds(file)) ?? []) inside('a fold', range);
  times.of('the timeline', () => timelineView(analysis));
  times.of('the explanation', () => explanationText(analysis, 'a.sql'));
  for (const place of places) askAt(Math.floor(place * text.length), analysis, inside, times);
  return { findings: findings.length, fixes: fixes.length };
}

function askAt(
  offset: number,
  analysis: Analysis,
  inside: (what: string, range: Range) => void,
  times: Times,
): void {
  const hovered = times.of('a hover', () =>
    hover(analysis, offset, { lineOf: () => 1, documentationOf: () => undefined }),
  );
  if (hovered !== undefined) inside('a hover', hovered.range);
  times.of('a hover on a name', () => objectHover(analysis, offset, { linkTo: () => undefined }));
  times.of('completion', () => complete(analysis, offset));
  times.of('the precheck', () => writePrecheck(analysis, offset));
}

const path = '/project/2_b.sql';

function projectFor({ runner }: Question): Project {
  return recognise(path, memoryTree({}), runner);
}

function analyse(file: SourceFile, question: Question): Analysis {
  return new Analyser().analyse(file, {
    path,
    project: projectFor(question),
    history: (history ??= replayed(past)),
    settings: { postgresVersion: question.postgresVersion, lockTimeout: '5s', rules: {} },
    onRuleError: (rule, error) => {
      throw new Error(
        `the rule ${rule} throws: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    },
  });
}

let history: Catalog | undefined;

function replayed(sql: string): Catalog {
  const catalog = new Catalog();
  parseFile(sql).statements.forEach(({ parsed: { statement } }, index) => {
    if (statement !== undefined) replay(statement, catalog, { file: '/project/1_a.sql', statement: index });
  });
  return catalog;
}

/** Statements and what stands between them lie one behind the other, inside of the text. */
function checkPieces({ text, statements, others }: SourceFile, times: Times): void {
  for (const pieces of [statements, others]) {
    let last = 0;
    for (const { start, end } of pieces) {
      if (start < last || end < start || end > text.length)
        times.fail(`a piece lies at ${start} to ${end}, after ${last}`);
      last = end;
    }
  }
}

function checkChanges(
  title: string,
  changes: readonly FileChange[],
  { file, surroundings }: Analysis,
  times: Times,
): void {
  for (const change of changes) {
    if (change.kind !== 'edit' || change.path !== surroundings.path) continue;
    const sorted = [...change.edits].sort(
      (a, b) => a.range.start - b.range.start || a.range.end - b.range.end,
    );
    let last = 0;
    for (const { range } of sorted) {
      if (!isInside(range, file.text.length))
        times.fail(`"${title}" changes ${range.start} to ${range.end}, out of the text`);
      if (range.start < last) times.fail(`"${title}" changes the same place twice`);
      last = range.end;
    }
  }
}

function flat(entry: OutlineEntry): readonly OutlineEntry[] {
  return [entry, ...entry.children.flatMap(flat)];
}

function isInside({ start, end }: Range, length: number): boolean {
  return start >= 0 && start <= end && end <= length;
}
