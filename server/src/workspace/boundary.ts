import { lstatSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { nameOf, parentOf, upwards } from '../runners/files/paths';

/** So many folders above a file are its project, when nothing says where that begins. */
const foldersAbove = 4;

/**
 * What may be read and written: the projects of the files that a person has opened or named. Journals, plans, changelogs
 * and configurations name other files, and who has written them need not be the one who looks at them: a name with `..`
 * in it, an absolute one, or a link must not lead out of the project. So all reading asks here.
 *
 * The project of a file is its repository; without one, the outermost folder that holds it of those that were opened or
 * named and the current one: who names one migration, in a folder of its own, has not named the project. Without that,
 * the folders a few levels above it. The files that stand directly in the folders above are
 * read as well: a configuration is looked for there under names that no other file chooses.
 */
export class Boundary {
  /** Where the projects are, without links. */
  private readonly roots = new Set<string>();
  /** Files that a person has named, wherever links lead from there; without links. */
  private readonly named = new Set<string>();
  /** The folders of the projects, and those above them, as they are written. */
  private readonly above = new Set<string>();
  private readonly admitted = new Set<string>();
  private realFolders = new Map<string, string | undefined>();

  /** `folders` are those that were opened or named, and the one in which a person stands. */
  constructor(private readonly folders: readonly string[]) {}

  /** Forgets where links lead. */
  refresh(): void {
    this.realFolders = new Map();
  }

  /** The project of this file, which a person has opened or named, may be read. */
  admit(file: string): void {
    const folder = parentOf(file);
    if (this.admitted.has(folder)) return;
    this.admitted.add(folder);
    const root = rootOf(folder, this.folders);
    this.roots.add(this.realFolder(root) ?? root);
    for (const above of upwards(root)) this.above.add(above);
  }

  /** This very file may be read, although it may be a link that leads elsewhere. */
  admitNamed(file: string): void {
    this.admit(file);
    const real = realPath(file);
    if (real !== undefined) this.named.add(real);
  }

  /** Whether a file may be read, or a folder listed. What does not exist may: nothing comes of it. */
  allows(place: string): boolean {
    const real = this.realOf(place);
    if (real === undefined || this.isInside(real) || this.named.has(real)) return true;
    if (this.above.has(place)) return true;
    const folder = parentOf(place);
    return this.above.has(folder) && isBelow(real, this.realFolder(folder) ?? folder);
  }

  /** Whether a file is in a project, or would be once it is created, so that it may be written. */
  holds(file: string): boolean {
    const real = this.realOf(file);
    if (real !== undefined) return this.isInside(real);
    if (isLink(file)) return false;
    for (const folder of upwards(parentOf(file))) {
      const existing = this.realFolder(folder);
      if (existing !== undefined) return this.isInside(existing);
      if (isLink(folder)) return false;
    }
    return false;
  }

  /**
   * Whether a link in a folder may be followed where files are looked for: it does not lead to a folder on the way to
   * it, and no other link was followed on this way. Else folders that are linked to each other are listed without end.
   */
  mayFollow(folder: string, name: string): boolean {
    const target = this.realOf(`${folder === '/' ? '' : folder}/${name}`);
    for (const above of upwards(folder)) {
      if (this.realFolder(above) === target) return false;
      if (!this.above.has(above) && isLink(above)) return false;
    }
    return target !== undefined;
  }

  private isInside(real: string): boolean {
    for (const root of this.roots) if (isBelow(real, root)) return true;
    return false;
  }

  private realOf(place: string): string | undefined {
    const normal = place.includes('/.') || place.includes('//') ? slashes(path.resolve(place)) : place;
    const folder = this.realFolder(parentOf(normal));
    if (folder === undefined) return undefined;
    const below = `${folder === '/' ? '' : folder}/${nameOf(normal)}`;
    return isLink(below) ? realPath(below) : exists(below) ? below : undefined;
  }

  private realFolder(folder: string): string | undefined {
    if (!this.realFolders.has(folder)) this.realFolders.set(folder, realPath(folder));
    return this.realFolders.get(folder);
  }
}

function rootOf(folder: string, folders: readonly string[]): string {
  const home = slashes(homedir());
  for (const above of upwards(folder)) {
    // Whoever keeps their home in a repository has not opened all of it.
    if (above !== home && isRepository(above)) return above;
  }
  const [outermost] = folders.filter((one) => isBelow(folder, one)).sort((a, b) => a.length - b.length);
  if (outermost !== undefined) return outermost;
  let root = folder;
  for (const above of [...upwards(folder)].slice(0, foldersAbove + 1)) {
    if (above === home || parentOf(above) === above) break;
    root = above;
  }
  return root;
}

/** A pipe of that name is none. */
function isRepository(folder: string): boolean {
  const stats = lookAt(`${folder === '/' ? '' : folder}/.git`);
  return stats?.isDirectory() === true || stats?.isFile() === true;
}

function isBelow(place: string, folder: string): boolean {
  return place === folder || place.startsWith(folder === '/' ? '/' : `${folder}/`);
}

function isLink(place: string): boolean {
  return lookAt(place)?.isSymbolicLink() === true;
}

function exists(place: string): boolean {
  return lookAt(place) !== undefined;
}

function lookAt(place: string): ReturnType<typeof lstatSync> {
  try {
    return lstatSync(place, { throwIfNoEntry: false });
  } catch {
    // A file where a folder should be, or one that may not be looked into.
    return undefined;
  }
}

function realPath(place: string): string | undefined {
  try {
    return slashes(realpathSync.native(place));
  } catch {
    return undefined;
  }
}

function slashes(place: string): string {
  return place.replaceAll('\\', '/');
}
