import { allFixes, type OfferedFix } from '../features/fix';
import { repair } from '../features/repair';
import appliedMigrationEdited from '../rules/applied-migration-edited';
import type { FileChange } from '../runners/runner';
import { comment, visible } from '../sql/visible';
import type { Files } from './files';
import type { Options } from './options';
import { print, printableName, printError } from './terminal';
import { printDiff, printDrafts, printWritten, writeDrafts } from './write';

/** `lockstep fix`: repairs finding after finding, and prints the result, as files or as a patch, or writes it. */
export function fix(files: Files, given: Options): void {
  // In a patch, only what is to be patched.
  const say = given.diff ? printError : print;
  const now = new Date();
  for (const file of files.paths) {
    for (const { rule, title, notes } of repairFile(file, files, given, now)) {
      for (const line of [`${rule}: ${title}`, ...notes]) say(`${comment(line)}\n`);
    }
  }
  if (given.write) {
    writeDrafts(files.drafts, files.workspace.boundary);
    printWritten(files.drafts);
  } else if (given.diff) printDiff(files.drafts);
  else printDrafts(files.drafts);
}

/** Repairs one file, not yet on disk, and returns what was done. */
function repairFile(path: string, files: Files, given: Options, now: Date): readonly OfferedFix[] {
  let file = path;
  let left: readonly OfferedFix[] = [];
  let restoring: string | undefined;
  const { done, quarrels } = repair({
    analyse: () => files.analyse(file),
    next: (analysis, leftOut) => {
      const site = { tree: files.workspace.tree, now, repairsReleased: given.released };
      const offered = allFixes(analysis, site);
      left = offered.filter(({ rule }) => isWanted(rule, given));
      const isEdited = offered.some(({ rule }) => rule === appliedMigrationEdited.id);
      restoring = isEdited && !given.released ? analysis.surroundings.standing?.released?.branch : undefined;
      return choose(
        left.filter(({ rule }) => !leftOut.has(rule)),
        given,
        file,
      );
    },
    apply: ({ changes }) => {
      files.apply(changes);
      file = movedTo(file, changes);
    },
    keep: () => {
      const [bringBack, name] = [files.keep(), file];
      return () => {
        bringBack();
        file = name;
      };
    },
  });
  const name = printableName(files.name(file));
  for (const rules of quarrels) reportQuarrel(rules, name);
  reportRefusals(left, name, given.rule === undefined ? restoring : undefined);
  return done;
}

/** What goes back to the text of the branch throws away what the author has written: only when it is asked for. */
function isWanted(rule: string, given: Options): boolean {
  return given.rule === undefined ? rule !== appliedMigrationEdited.id : rule === given.rule;
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

/** Why findings are left that have a fix. `edited`: the branch that has the migration as it was before an edit. */
function reportRefusals(offered: readonly OfferedFix[], name: string, edited: string | undefined): void {
  const released = edited ?? offered.find(({ releasedOn }) => releasedOn !== undefined)?.releasedOn;
  if (released !== undefined) {
    const why = `${released} already has this migration, so the change belongs in a new migration`;
    const how =
      edited === undefined ? '' : `; --rule ${appliedMigrationEdited.id} restores the version of ${edited}`;
    printError(`lockstep: ${name}: ${why}${how}.\n`);
  }
  for (const { rule, refusal, releasedOn } of offered) {
    if (refusal !== undefined && releasedOn === undefined) {
      printError(`lockstep: ${name}: ${rule}: ${visible(`${refusal.reason} ${refusal.instead}`)}\n`);
    }
  }
}

function reportQuarrel(rules: readonly string[], name: string): void {
  const why = rules.length === 1 ? 'its fix does not remove its finding' : 'their fixes undo each other';
  printError(`lockstep: ${name}: ${rules.join(' and ')}: ${why}, so nothing was changed for them.\n`);
}
