import { sha256 } from '@noble/hashes/sha2';
import { applyEdits } from '../sql/text';
import { difference } from './placing/edits';
import { compareNames } from './files/naming';
import { join, nameOf, parentOf } from './files/paths';
import type { FileChange, FileTree } from './runner';

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
  const onlyUp = listed.length > 0 && listed.every((name) => name.endsWith('.up.sql'));
  const texts = new Map(own.map((change) => [nameOf(change.path), textAfter(change, tree)]));
  const added = [...texts.keys()].filter(
    (name) => !listed.includes(name) && (!onlyUp || name.endsWith('.up.sql')),
  );
  const isKnown = sumOf(listed, (name) => tree.read(join(folder, name))) === text.replaceAll('\r\n', '\n');
  if (!isKnown) {
    // What is stale already, or made in a way that is not known here, is Atlas's to repair.
    return { changes, notes: ['atlas.sum does not fit the files of this folder: run "atlas migrate hash".'] };
  }
  const names = [...listed, ...added].sort(compareNames);
  const after = sumOf(names, (name) => texts.get(name) ?? tree.read(join(folder, name)));
  return { changes: [...changes, { kind: 'edit', path, edits: [difference(text, after)] }], notes: [] };
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
  return change.kind === 'create' ? change.text : applyEdits(tree.read(change.path) ?? '', change.edits);
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function base64(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data));
}
