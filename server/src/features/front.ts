import type { FileChange, Step } from '../runners/runner';

/**
 * Of the files that a fix of these steps makes or changes, the one that its author wants to see: that with the step
 * which is the reason for all the others, the build outside a transaction or else what has one of its own.
 */
export function frontOf(changes: readonly FileChange[], steps: readonly Step[]): string | undefined {
  const main =
    steps.findLast(({ transaction }) => transaction === 'none') ??
    steps.findLast(({ transaction }) => transaction === 'own') ??
    steps.at(-1);
  const words = main === undefined ? undefined : wordsOf(main.sql);
  const withMain = changes.find((change) => words !== undefined && wordsOf(textOf(change)).includes(words));
  return withMain?.path ?? changes.find(({ kind }) => kind === 'create')?.path ?? changes.at(0)?.path;
}

/** What a change writes. */
function textOf(change: FileChange): string {
  if (change.kind === 'create') return change.text;
  return change.kind === 'edit' ? change.edits.map(({ text }) => text).join('\n') : '';
}

/** Runners indent steps and break their lines in their own ways. */
function wordsOf(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
