import { diagnose } from '../../server/src/features/diagnose';
import { allFixes, type OfferedFix } from '../../server/src/features/fix';
import { Lines } from '../../server/src/sql/text';
import { applyChanges } from '../runners/tree';
import { analyse, siteOf, type World, worldFor } from './world';

/** The lines that say what came out. */
const mark =
  /^--(?:<?\s*\^* (?:error|warning|information|hint) [a-z-]+: |fix (?:safe|review): |\+|note: |refused: )/;

/** A fixture without its marks: what the author would have written. */
export function withoutMarks(text: string): string {
  return text
    .split('\n')
    .filter((line) => !mark.test(line))
    .join('\n');
}

/** A fixture with the marks that are right, and the fixes that it was offered. */
export function markUp(sql: string): {
  readonly text: string;
  readonly world: World;
  readonly fixes: readonly OfferedFix[];
} {
  const world = worldFor(sql);
  const analysis = analyse(world);
  const fixes = allFixes(analysis, siteOf(world));
  const lines = new Lines(sql);
  const behind = new Map<number, string[]>();
  for (const { rule, severity, message, remedy = '', range } of diagnose(analysis)) {
    const start = lines.positionAt(range.start);
    const end = start.character + (range.end - range.start);
    const carets =
      start.character < 2
        ? `--<${'^'.repeat(Math.max(0, end - 3))}`
        : `--${' '.repeat(start.character - 2)}${'^'.repeat(end - start.character)}`;
    const marks = behind.get(start.line) ?? [];
    marks.push(`${carets} ${severity} ${rule}: ${message} ${remedy}`.trimEnd());
    for (const fix of fixes) {
      if (fix.rule === rule && fix.range.start === range.start && fix.range.end === range.end) {
        marks.push(...describe(fix, world));
      }
    }
    behind.set(start.line, marks);
  }
  const text = sql
    .split('\n')
    .flatMap((line, number) => [line, ...(behind.get(number) ?? [])])
    .join('\n');
  return { text, world, fixes };
}

function describe({ title, safety, changes, notes, refusal }: OfferedFix, world: World): readonly string[] {
  const described = [`--fix ${safety}: ${title}`];
  if (refusal !== undefined) described.push(`--refused: ${refusal.reason} ${refusal.instead}`);
  const after = applyChanges(world.files, changes);
  for (const change of changes) {
    const { kind, path } = change;
    if (kind === 'rename') {
      described.push(
        `--+ file ${path.replace('/project/', '')} becomes ${change.to.replace('/project/', '')}`,
      );
      continue;
    }
    if (path !== world.path) described.push(`--+ file ${path.replace('/project/', '')}`);
    const before = kind === 'create' ? '' : (world.files[path] ?? '');
    described.push(...linesAdded(before, after[path] ?? '').map((line) => `--+ ${line}`.trimEnd()));
  }
  described.push(...notes.map((note) => `--note: ${note}`));
  return described;
}

/** The lines from the first to the last that differ. */
function linesAdded(before: string, after: string): readonly string[] {
  const old = before.split('\n');
  const now = after.split('\n');
  let start = 0;
  while (start < now.length && now[start] === old[start]) start++;
  let end = 0;
  while (end < Math.min(now.length, old.length) - start && now.at(-1 - end) === old.at(-1 - end)) end++;
  return now.slice(start, now.length - end);
}
