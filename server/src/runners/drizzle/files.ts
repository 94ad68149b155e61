import { findNodeAtLocation, modify, type ParseError, parse as parseJsonc, parseTree } from 'jsonc-parser';
import { applyEdits, type Edit } from '../../sql/text';
import { difference } from '../placing/edits';
import type { FileDraft } from '../placing/layout';
import { compareNames, nextVersions, slug, timestamp } from '../files/naming';
import { shallow } from '../files/nesting';
import { filesIn, foldersIn, isFile, join } from '../files/paths';
import type { FileChange, FileTree, NewFileSite } from '../runner';

/** One entry of `meta/_journal.json`. */
interface JournalEntry {
  readonly idx: number;
  readonly version: string;
  readonly when: number;
  readonly tag: string;
  readonly breakpoints: boolean;
}

/** The journal of Drizzle 0.x; undefined when there is none, as in 1.0. */
export function readJournal(folder: string, tree: FileTree): Journal | undefined {
  const text = tree.read(join(folder, 'meta/_journal.json'));
  if (text === undefined) return undefined;
  const errors: ParseError[] = [];
  const journal: unknown = parseJsonc(shallow(text), errors);
  const { dialect, entries } = (journal ?? {}) as { dialect?: unknown; entries?: unknown };
  return {
    text,
    dialect: typeof dialect === 'string' ? dialect : undefined,
    entries: (Array.isArray(entries) ? (entries as readonly unknown[]) : []).flatMap((entry) => {
      const {
        idx = 0,
        version = '7',
        when = 0,
        tag,
        breakpoints = true,
      } = (entry as Partial<JournalEntry> | null) ?? {};
      return typeof tag === 'string' ? [{ idx, version, when, tag, breakpoints }] : [];
    }),
    isBroken: errors.length > 0 || !Array.isArray(entries),
  };
}

/** What meta/_journal.json says. */
interface Journal {
  readonly text: string;
  readonly dialect: string | undefined;
  readonly entries: readonly JournalEntry[];
  /** Whether Drizzle cannot read it, for instance after a merge. */
  readonly isBroken: boolean;
}

/** New migrations with everything that `drizzle-kit generate --custom` writes for one. */
export function addFiles(
  files: readonly FileDraft[],
  site: NewFileSite,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  return readJournal(site.project.folder, site.tree) === undefined
    ? addFolders(files, site)
    : addToJournal(files, site);
}

function addToJournal(
  files: readonly FileDraft[],
  { project, tree, now }: NewFileSite,
): ReturnType<typeof addFiles> {
  const { folder } = project;
  const journal = readJournal(folder, tree);
  if (journal === undefined) return { changes: [], notes: [] };
  const entries = [...journal.entries];
  const prefixes = prefixesLike(journal.entries, files.length, now);
  const changes: FileChange[] = [];
  let text = journal.text;
  let previous = lastSnapshot(folder, tree);
  files.forEach((file, index) => {
    const prefix = prefixes[index] ?? '';
    const tag = `${prefix}_${slug(file.name)}`;
    const entry = entryBehind(entries, tag, now);
    if (!journal.isBroken) text = withValue(text, ['entries', entries.length], entry);
    entries.push(entry);
    changes.push({ kind: 'create', path: join(folder, `${tag}.sql`), text: file.text });
    if (previous === undefined) return;
    previous = snapshotBehind(previous, tag);
    changes.push({ kind: 'create', path: join(folder, `meta/${prefix}_snapshot.json`), text: previous });
  });
  if (!journal.isBroken)
    return { changes: [...inJournal(folder, journal.text, text), ...changes], notes: [] };
  return { changes, notes: ['meta/_journal.json is not valid JSON, so nothing was added to it.'] };
}

/** The journal with an entry for a migration that it does not list. */
export function listInJournal(
  tag: string,
  { project: { folder }, tree, now }: NewFileSite,
): readonly FileChange[] {
  const journal = readJournal(folder, tree);
  if (journal === undefined) return [];
  const { entries, text } = journal;
  return inJournal(
    folder,
    text,
    withValue(text, ['entries', entries.length], entryBehind(entries, tag, now)),
  );
}

/** The journal with a migration behind all others in time. */
export function redateInJournal(
  tag: string,
  { project: { folder }, tree, now }: NewFileSite,
): readonly FileChange[] {
  const journal = readJournal(folder, tree);
  const index = journal?.entries.findIndex((entry) => entry.tag === tag) ?? -1;
  if (journal === undefined || index < 0) return [];
  const { entries, text } = journal;
  return inJournal(
    folder,
    text,
    withValue(text, ['entries', index, 'when'], entryBehind(entries, tag, now).when),
  );
}

function inJournal(folder: string, before: string, after: string): readonly FileChange[] {
  return [{ kind: 'edit', path: join(folder, 'meta/_journal.json'), edits: [difference(before, after)] }];
}

/** An entry for one more migration. Drizzle never applies one with a smaller `when` than the newest applied one. */
function entryBehind(entries: readonly JournalEntry[], tag: string, now: Date): JournalEntry {
  const last = entries.at(-1);
  return {
    idx: Math.max(-1, ...entries.map(({ idx }) => idx)) + 1,
    version: last?.version ?? '7',
    // A second apart, because drizzle-kit up makes names of whole seconds of them.
    when: Math.max(now.getTime(), ...entries.map(({ when }) => when + 1000)),
    tag,
    breakpoints: last?.breakpoints ?? true,
  };
}

/** Names that go on as those in the journal do: `0007`, a timestamp, seconds, or nothing (migrations.prefix). */
function prefixesLike(entries: readonly JournalEntry[], count: number, now: Date): readonly string[] {
  const last = /^(\d*)_/.exec(entries.at(-1)?.tag ?? '')?.[1];
  const numbers = Array.from({ length: count }, (_, index) => index);
  if (last?.length === 14)
    return nextVersions(
      entries.map(({ tag }) => tag),
      count,
      now,
    );
  if (last?.length === 10) {
    const since = Math.max(Math.floor(now.getTime() / 1000), Number(last) + 1);
    return numbers.map((index) => String(since + index));
  }
  if (last === '') return numbers.map(() => '');
  const first = Math.max(-1, ...entries.map(({ idx }) => idx)) + 1;
  return numbers.map((index) => String(first + index).padStart(4, '0'));
}

function lastSnapshot(folder: string, tree: FileTree): string | undefined {
  const names = filesIn(join(folder, 'meta'), tree).filter((name) => !name.startsWith('_'));
  const name = [...names].sort(compareNames).at(-1);
  const text = name === undefined ? undefined : tree.read(join(folder, `meta/${name}`));
  return text !== undefined && isObject(text) ? text : undefined;
}

/** Whether a text is one object of JSON, in which values can be put in place of others. */
function isObject(text: string): boolean {
  const errors: ParseError[] = [];
  return parseTree(shallow(text), errors)?.type === 'object' && errors.length === 0;
}

/** The same schema under a new id: what drizzle-kit compares the next change of the schema with. */
function snapshotBehind(previous: string, seed: string): string {
  const id = (parseJsonc(shallow(previous)) as { id?: string } | undefined)?.id ?? '';
  const text = withValue(previous, ['prevId'], id);
  return withValue(text, ['id'], uuidFor(`${id} ${seed}`));
}

function addFolders(
  files: readonly FileDraft[],
  { project, tree, now }: NewFileSite,
): ReturnType<typeof addFiles> {
  const { folder } = project;
  const names = foldersIn(folder, tree).filter((name) => /^\d{14}_/.test(name));
  const versions = names.length === 0 ? [timestamp(now)] : nextVersions(names, files.length, now);
  const snapshots = names.flatMap((name) => {
    const text = tree.read(join(folder, `${name}/snapshot.json`));
    const parsed = text === undefined ? undefined : (parseJsonc(shallow(text)) as FolderSnapshot | undefined);
    return text === undefined || parsed?.id === undefined || !isObject(text)
      ? []
      : [{ name, text, parsed, id: parsed.id }];
  });
  const parents = new Set(snapshots.flatMap(({ parsed }) => parsed.prevIds ?? []));
  const leaves = snapshots.filter(({ id }) => !parents.has(id));
  let leafIds = leaves.map(({ id }) => id);
  const latest = [...leaves].sort((a, b) => compareNames(a.name, b.name)).at(-1);
  const changes = files.flatMap(({ name, text }, index): readonly FileChange[] => {
    const tag = `${versions[index] ?? ''}_${slug(name)}`;
    const migration: FileChange = { kind: 'create', path: join(folder, `${tag}/migration.sql`), text };
    if (latest === undefined) return [migration];
    const id = uuidFor(`${leafIds.join(' ')} ${tag}`);
    const snapshot = folderSnapshot(latest, id, leafIds);
    leafIds = [id];
    return [migration, { kind: 'create', path: join(folder, `${tag}/snapshot.json`), text: snapshot }];
  });
  return { changes, notes: [] };
}

interface FolderSnapshot {
  readonly version?: string;
  readonly dialect?: string;
  readonly id?: string;
  readonly prevIds?: readonly string[];
}

/** From version 9 on a snapshot is what changed, here nothing; before, it is the whole schema. */
function folderSnapshot(
  { text, parsed }: { readonly text: string; readonly parsed: FolderSnapshot },
  id: string,
  prevIds: readonly string[],
): string {
  const { version = '', dialect } = parsed;
  if (Number(version) < 9) return withValue(withValue(text, ['prevIds'], prevIds), ['id'], id);
  return JSON.stringify({ type: 'diff', version, dialect, id, prevIds, footprints: [], deltas: [] }, null, 2);
}

/** Whether Drizzle 1.0 wrote this folder of migrations for PostgreSQL: a snapshot beside each migration.sql. */
export function hasSnapshotFolders(folder: string, tree: FileTree): boolean {
  if (isFile(join(folder, 'migration_lock.toml'), tree)) return false;
  for (const name of foldersIn(folder, tree)) {
    const files = /^\d{14}_/.test(name) ? filesIn(join(folder, name), tree) : [];
    if (!files.includes('migration.sql') || !files.includes('snapshot.json')) continue;
    const text = tree.read(join(folder, `${name}/snapshot.json`)) ?? '';
    return /"dialect"\s*:\s*"(?:postgres|postgresql)"/.test(text.slice(0, 1000));
  }
  return false;
}

/** `text` with `value` at this place; the rest keeps its form. */
function withValue(text: string, path: (string | number)[], value: unknown): string {
  const node = findNodeAtLocation(parseTree(text) ?? { type: 'null', offset: 0, length: 0 }, path);
  if (node !== undefined) {
    const literal = JSON.stringify(value);
    return text.slice(0, node.offset) + literal + text.slice(node.offset + node.length);
  }
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
  const edits = modify(text, path, value, {
    isArrayInsertion: typeof path.at(-1) === 'number',
    formattingOptions: {
      insertSpaces: !indent.startsWith('\t'),
      tabSize: indent.length,
      eol: text.includes('\r\n') ? '\r\n' : '\n',
    },
  });
  const toEdit = ({ offset, length, content }: (typeof edits)[number]): Edit => ({
    range: { start: offset, end: offset + length },
    text: content,
  });
  return applyEdits(text, edits.map(toEdit));
}

/** A UUID that is always the same for the same words: nothing down here may throw dice. */
function uuidFor(seed: string): string {
  let digits = '';
  for (let part = 0; part < 4; part++) {
    // FNV-1a, over the words and the number of the part.
    let hash = 0x811c9dc5;
    for (const unit of `${part} ${seed} ${part}`)
      hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
    digits += (hash >>> 0).toString(16).padStart(8, '0');
  }
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 3) | 8).toString(16);
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, `$1-$2-4$3-${variant}$4-$5`);
}
