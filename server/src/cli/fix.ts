import { allFixes, type OfferedFix } from '../features/fix';
import type { FileChange } from '../runners/runner';
import type { Files } from './files';
import { type Options, UsageError } from './options';
import { printDiff, printDrafts, printWritten, writeDrafts } from './write';

/** One repair may bring a statement that another rule repairs; more rounds than these and they would quarrel. */
const mostRounds = { perStatement: 8, atLeast: 50 };

/** `lockstep fix`: repairs finding after finding, and prints the result, as files or as a patch, or writes it. */
export function fix(files: Files, given: Options): void {
  // In a patch, only what is to be patched.
  const say = given.diff ? process.stderr : process.stdout;
  const now = new Date();
  for (const file of files.paths) {
    for (const { rule, title, notes } of repair(file, files, given, now)) {
      say.write(`-- ${rule}: ${title}\n`);
      for (const note of notes) say.write(`-- ${note}\n`);
    }
  }
  if (given.write) {
    writeDrafts(files.drafts);
    printWritten(files.drafts);
  } else if (given.diff) printDiff(files.drafts);
  else printDrafts(files.drafts);
}

/** Repairs one file, not yet on disk, and returns what was done. */
function repair(
  path: string,
  files: Files,
  { rule, policy, place }: Options,
  now: Date,
): readonly OfferedFix[] {
  const done: OfferedFix[] = [];
  let file = path;
  for (let rounds = Infinity; done.length < rounds;) {
    const analysis = files.analyse(file);
    if (analysis === undefined) return done;
    if (rounds === Infinity) {
      rounds = Math.max(mostRounds.atLeast, mostRounds.perStatement * analysis.statements.length);
    }
    const offered = allFixes(analysis, { tree: files.workspace.tree, now });
    const wanted = offered.filter((candidate) => rule === undefined || candidate.rule === rule);
    const chosen = choose(wanted, { policy, place }, file);
    if (chosen === undefined) {
      reportRefusals(wanted, files.name(file));
      return done;
    }
    files.apply(chosen.changes);
    file = movedTo(file, chosen.changes);
    done.push(chosen);
  }
  throw new UsageError(`${files.name(file)} is not done after ${done.length} repairs. Nothing was written.`);
}

/**
 * The next fix: one that follows the policy, else the best of a finding, at the wanted place when it can stand there.
 * What stays in the file comes before what moves a statement out of it, since the findings of that statement would go
 * along.
 */
function choose(
  offered: readonly OfferedFix[],
  { policy, place }: Pick<Options, 'policy' | 'place'>,
  file: string,
): OfferedFix | undefined {
  const possible = offered.filter(({ refusal }) => refusal === undefined);
  const following = policy === undefined ? [] : possible.filter((fix) => fix.policy === policy);
  if (following.length > 0) return following.find(({ way }) => way === place) ?? following[0];
  const placed = [...possible].sort((a, b) => Number(b.way === place) - Number(a.way === place));
  const best = possible.flatMap((fix, index) =>
    possible.findIndex((other) => isSameFinding(fix, other)) === index
      ? [placed.find((other) => isSameFinding(fix, other)) ?? fix]
      : [],
  );
  return best.find(({ changes }) => changes.every((change) => change.path === file)) ?? best[0];
}

/** Where a file is after changes. */
function movedTo(file: string, changes: readonly FileChange[]): string {
  const move = changes.find((change) => change.kind === 'rename' && change.path === file);
  return move?.kind === 'rename' ? move.to : file;
}

function isSameFinding(a: OfferedFix, b: OfferedFix): boolean {
  return a.rule === b.rule && a.range.start === b.range.start && a.range.end === b.range.end;
}

/** What is left because this runner cannot carry it out. */
function reportRefusals(offered: readonly OfferedFix[], name: string): void {
  for (const { rule, refusal } of offered) {
    if (refusal !== undefined) {
      process.stderr.write(`lockstep: ${name}: ${rule}: ${refusal.reason} ${refusal.instead}\n`);
    }
  }
}
