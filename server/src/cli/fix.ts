import { allFixes, type OfferedFix } from '../features/fix';
import type { Files } from './files';
import { type Options, UsageError } from './options';
import { printChanges, writeChanges } from './write';

/** One fix may bring a statement that another rule repairs; more rounds than this and they would quarrel. */
const mostRounds = 50;

/**
 * `lockstep fix`: repairs finding after finding, the best way of each, and prints or writes the result. Printing shows
 * the first repair only, since the others rest on it.
 */
export function fix(files: Files, { rule, policy, write }: Options): number {
  for (const file of files.paths) {
    for (let round = 0; ; round++) {
      if (round === mostRounds)
        throw new UsageError(`${files.name(file)} is not done after ${mostRounds} repairs.`);
      const offered = allFixes(files.analyse(file), { tree: files.workspace.tree, now: new Date() });
      const chosen = offered.find((candidate) => isWanted(candidate, rule, policy));
      if (chosen === undefined) break;
      process.stdout.write(`-- ${chosen.rule}: ${chosen.title}\n`);
      for (const note of chosen.notes) process.stdout.write(`-- ${note}\n`);
      if (!write) {
        printChanges(chosen.changes, files);
        break;
      }
      writeChanges(chosen.changes, files);
      files.workspace.refresh();
    }
  }
  return 0;
}

/** `keep-newest` is in the title as "keep the newest". */
function isWanted(
  { rule, title, refusal }: OfferedFix,
  id: string | undefined,
  policy: string | undefined,
): boolean {
  if (refusal !== undefined || (id !== undefined && rule !== id)) return false;
  return (policy ?? '').split('-').every((word) => title.toLowerCase().includes(word));
}
