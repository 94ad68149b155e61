import { sha256 } from '@noble/hashes/sha2';
import { applyEdits } from '../../sql/text';
import { difference } from '../placing/edits';
import { compareNames } from '../files/naming';
import { filesIn, join, nameOf, parentOf } from '../files/paths';
import { once } from '../files/remembered';
import type { FileChange, FileTree } from '../runner';

/** The checksums of a folder of migrations: `atlas.sum`, which Atlas writes and compares. */
const sumName = 'atlas.sum';

/** A file with this in its first line is not summed up. */
const ignored = /^[ -~]*atlas:sum +ignore\b/;

/**
 * `changes` together with that of atlas.sum, where the folder has one: with a sum that is not the folder's, Atlas does
 * nothing at all.
 */
export function withAtlasSum(
  changes: readonly FileChange[],
  folder: string,
  tree: FileTree,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  const path = join(folder, sumName);
  const text = tree.read(path);
  const own = changes.filter((change) => parentOf(change.path) === folder && change.path.endsWith('.sql'));
  if (text === undefined || own.length === 0) return { changes, notes: [] };
  const listed = namesIn(text);
  const texts = new Map(
    own.map((change) => [
      nameOf(change.kind === 'rename' ? change.to : change.path),
      textAfter(change, tree),
    ]),
  );
  const gone = new Set(own.flatMap(({ kind, path: old }) => (kind === 'rename' ? [nameOf(old)] : [])));
  const added = [...texts.keys()].filter((name) => !listed.includes(name) && isSummed(name, listed));
  const isKnown = sumOf(listed, (name) => tree.read(join(folder, name))) === text.replaceAll('\r\n', '\n');
  if (!isKnown) {
    // What is stale already, or made in a way that is not known here, is Atlas's to repair.
    return { changes, notes: ['atlas.sum does not fit the files of this folder: run "atlas migrate hash".'] };
  }
  const names = [...listed.filter((name) => !gone.has(name)), ...added].sort(compareNames);
  const after = sumOf(names, (name) => texts.get(name) ?? tree.read(join(folder, name)));
  return { changes: [...changes, { kind: 'edit', path, edits: [difference(text, after)] }], notes: [] };
}

/**
 * The first file that atlas.sum does not list, or lists with another text; undefined when all are as it says, or when
 * there is no atlas.sum. It takes a look at all files, and the answer is the same for each of them.
 */
export function firstUnfit(folder: string, tree: FileTree): string | undefined {
  return once(`atlas.sum of ${folder}`, () => compared(folder, tree), tree);
}

function compared(folder: string, tree: FileTree): string | undefined {
  const text = tree.read(join(folder, sumName))?.replaceAll('\r\n', '\n');
  if (text === undefined) return undefined;
  const listed = namesIn(text);
  const present = filesIn(folder, tree).filter((name) => name.endsWith('.sql') && isSummed(name, listed));
  const names = [...present].sort(compareNames);
  const texts = new Map(names.map((name) => [name, tree.read(join(folder, name))]));
  const lines = new Set(text.split('\n'));
  const expected = sumOf(names, (name) => texts.get(name))
    .split('\n')
    .slice(1);
  return names
    .filter((name) => !ignored.test(texts.get(name) ?? ''))
    .find((_, index) => !lines.has(expected[index] ?? ''));
}

/** atlas.sum for the files as they are, together with `added`; nothing when it is that already. */
export function rehashed(folder: string, added: string, tree: FileTree): readonly FileChange[] {
  const path = join(folder, sumName);
  const text = tree.read(path);
  if (text === undefined) return [];
  const listed = new Set([...namesIn(text), added]);
  const names = filesIn(folder, tree).filter((name) => listed.has(name));
  const after = sumOf([...names].sort(compareNames), (name) => tree.read(join(folder, name)));
  return after === text ? [] : [{ kind: 'edit', path, edits: [difference(text, after)] }];
}

/** Of the pairs of other runners, Atlas sums up only those that go up, where a sum has no others. */
function isSummed(name: string, listed: readonly string[]): boolean {
  const onlyUp = listed.length > 0 && listed.every((other) => other.endsWith('.up.sql'));
  return !onlyUp || name.endsWith('.up.sql');
}

/** The names of the files in an atlas.sum. */
function namesIn(text: string): readonly string[] {
  const [, ...lines] = text.split(/\r?\n/);
  return lines.flatMap((line) => /^(.*\S)\s+h1:\S+\s*$/.exec(line)?.[1] ?? []);
}

/**
 * The text of atlas.sum for these files: each line has the hash of all names and texts up to its own, the first that
 * of all lines.
 */
export function sumOf(names: readonly string[], read: (name: string) => string | undefined): string {
  const files = sha256.create();
  const lines = sha256.create();
  let text = '';
  for (const name of names) {
    const content = read(name) ?? '';
    files.update(bytes(name));
    if (ignored.test(content)) continue;
    files.update(bytes(content));
    const hash = base64(files.clone().digest());
    lines.update(bytes(name)).update(bytes(hash));
    text += `${name} h1:${hash}\n`;
  }
  return `h1:${base64(lines.digest())}\n${text}`;
}

function textAfter(change: FileChange, tree: FileTree): string {
  if (change.kind === 'create') return change.text;
  return applyEdits(tree.read(change.path) ?? '', change.kind === 'edit' ? change.edits : []);
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function base64(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data));
}
