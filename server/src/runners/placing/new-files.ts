import { nextVersions, slug } from '../files/naming';
import { join } from '../files/paths';
import type { FileChange, NewFileSite } from '../runner';
import type { FileDraft } from './layout';

/** The files that a placement adds, and what the author must know of them. */
export interface NewFiles {
  readonly changes: readonly FileChange[];
  readonly notes: readonly string[];
}

/** New files in the folder of the migrations, each with the next version behind `existing`: `20260211083000_name.sql`. */
export function numberedFiles(
  files: readonly FileDraft[],
  { project, now }: NewFileSite,
  existing: readonly string[],
  sign = '_',
): NewFiles {
  const versions = nextVersions(existing, files.length, now);
  return {
    changes: files.map(({ name, text }, index) => ({
      kind: 'create',
      path: join(project.folder, `${versions[index] ?? ''}${sign}${slug(name)}.sql`),
      text,
    })),
    notes: [],
  };
}
