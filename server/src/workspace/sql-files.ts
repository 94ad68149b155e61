import { type Dirent, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** What was found below a folder. */
interface Found {
  /** Absolute, each file once. */
  readonly files: readonly string[];
  /** Why there may be more, one sentence. */
  readonly problem: string | undefined;
}

/** Folders in folders that are looked into, and how many entries all of them may have. */
const deepest = 64;
const mostEntries = 500_000;

/**
 * The `.sql` files below a folder, without those of packages and of hidden folders. Links are followed, but not out of
 * the folder, and no folder is entered twice: two that are linked to each other have paths without end.
 */
export function sqlFilesBelow(folder: string): Found {
  const inside = realpathSync(folder);
  const entered = new Set([inside]);
  const files: string[] = [];
  let entries = 0;
  let level = [folder];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest)
      return { files, problem: `Folders below the ${deepest}th level are not looked into.` };
    const below: string[] = [];
    const links: string[] = [];
    for (const current of level) {
      const present = entriesOf(current);
      entries += present.length;
      if (entries > mostEntries) {
        return { files, problem: `There are more than ${mostEntries} files; not all are looked at.` };
      }
      for (const entry of present) {
        const place = path.join(current, entry.name);
        if (entry.isSymbolicLink()) links.push(place);
        else if (entry.isDirectory()) below.push(place);
        else if (isSql(entry.name)) files.push(place);
      }
    }
    for (const place of below) entered.add(realOf(place) ?? place);
    // The folders themselves come before the links that lead to them.
    for (const place of links) {
      const target = realOf(place);
      // What leads nowhere is no file; where it is an earlier migration, the others are told of it.
      if (target === undefined) continue;
      if (!isFolder(target)) {
        if (isSql(place)) files.push(place);
      } else if (isBelow(target, inside) && !entered.has(target)) {
        entered.add(target);
        below.push(place);
      }
    }
    level = below;
  }
  return { files: withoutAliases(files), problem: undefined };
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(
      ({ name }) => !name.startsWith('.') && name !== 'node_modules',
    );
  } catch {
    return [];
  }
}

/** Each file once, by its shortest path, although links may lead to it a second time. */
function withoutAliases(files: readonly string[]): readonly string[] {
  const shortest = new Map<string, string>();
  for (const file of files) {
    // What leads nowhere, or has a name that the system does not give as text, is refused with the others.
    const real = realOf(file) ?? file;
    const known = shortest.get(real);
    if (known === undefined || file.length < known.length) shortest.set(real, file);
  }
  return [...shortest.values()];
}

function isSql(name: string): boolean {
  return name.endsWith('.sql');
}

function isBelow(place: string, folder: string): boolean {
  return place === folder || place.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
}

function realOf(place: string): string | undefined {
  try {
    return lstatSync(place, { throwIfNoEntry: false }) === undefined ? undefined : realpathSync.native(place);
  } catch {
    return undefined;
  }
}
