import { differenceAfter, type ProjectFiles, type Typing } from './replay';

/** What was typed into a project so that the server goes wrong, and what it says then. */
interface Reduced {
  readonly files: ProjectFiles;
  readonly typing: Typing;
  readonly difference: string;
}

/** So long it is tried to find less with which the server goes wrong, in milliseconds. */
const patience = 60_000;

/**
 * The least that still makes the server differ: fewer files, fewer texts, fewer lines in them. undefined when it does not
 * differ once each change is the smallest one that makes the next text.
 */
export async function reduced(files: ProjectFiles, typing: Typing): Promise<Reduced | undefined> {
  const difference = await differenceAfter(files, typing);
  if (difference === undefined) return undefined;
  const end = performance.now() + patience;
  let best: Reduced = { files, typing, difference };
  for (;;) {
    const smaller = await firstThatDiffers(candidatesOf(best), end);
    if (smaller === undefined) return best;
    best = smaller;
  }
}

async function firstThatDiffers(
  candidates: Iterable<Omit<Reduced, 'difference'>>,
  end: number,
): Promise<Reduced | undefined> {
  for (const candidate of candidates) {
    if (performance.now() > end) return undefined;
    const difference = await differenceAfter(candidate.files, candidate.typing);
    if (difference !== undefined) return { ...candidate, difference };
  }
  return undefined;
}

/** The same with something left out, the largest parts first. */
function* candidatesOf({ files, typing }: Reduced): Generator<Omit<Reduced, 'difference'>> {
  for (const part of partsOf(typing.length)) {
    yield { files, typing: typing.filter((_, index) => index < part.start || index >= part.end) };
  }
  for (const name of Object.keys(files)) {
    yield { files: Object.fromEntries(Object.entries(files).filter(([other]) => other !== name)), typing };
  }
  const names = new Set([...Object.keys(files), ...typing.map(([name]) => name)]);
  for (const name of names) {
    const lines = new Set(
      [files[name] ?? '', ...typing.flatMap(([file, text]) => (file === name ? [text] : []))].flatMap(
        (text) => text.split('\n'),
      ),
    );
    const all = [...lines];
    for (const { start, end } of partsOf(all.length)) {
      const gone = new Set(all.slice(start, end));
      const without = (text: string): string =>
        text
          .split('\n')
          .filter((line) => !gone.has(line))
          .join('\n');
      yield {
        files: Object.fromEntries(
          Object.entries(files).map(([file, text]) => [file, file === name ? without(text) : text]),
        ),
        typing: typing.map(([file, text]) => [file, file === name ? without(text) : text] as const),
      };
    }
  }
}

/** Halves, quarters, …, single ones. */
function* partsOf(length: number): Generator<{ readonly start: number; readonly end: number }> {
  for (let size = Math.ceil(length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < length; start += size) yield { start, end: Math.min(length, start + size) };
  }
}
