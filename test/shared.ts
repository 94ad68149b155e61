import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The project's root. */
export const root = path.join(__dirname, '..');

/** Measurements and real migrations that lie beside a developer's checkout, not in the repository. */
export const shared = path.join(root, '../shared');

/** For node:test's `skip`: false when the folder is there, else why the test cannot run. */
export function needsShared(folder: 'corpus' | 'facts'): string | false {
  return existsSync(path.join(shared, folder)) ? false : `../shared/${folder} is not there`;
}

/** The paths of all .sql files below a folder, sorted. */
export function sqlFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
