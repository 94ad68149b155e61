import { join, nameOf, parentOf } from './paths';
import type { Companion, FileChange } from '../runner';

/** `001_a.up.sql`, `001_a.down.sql`: which of the two a file is; undefined when it is neither. */
export function directionOf(path: string): 'up' | 'down' | undefined {
  const direction = /\.(up|down)\.sql$/.exec(nameOf(path))?.[1];
  return direction === 'up' || direction === 'down' ? direction : undefined;
}

/** The other file of the pair. */
function otherOf(path: string): string {
  return path.replace(/\.(up|down)\.sql$/, (_, direction) => (direction === 'up' ? '.down.sql' : '.up.sql'));
}

/** The migrations that ran before a down file: its up file and all before it. undefined for other files. */
export function beforeDown(path: string, migrations: readonly string[]): readonly string[] | undefined {
  if (directionOf(path) !== 'down') return undefined;
  const up = migrations.indexOf(otherOf(path));
  return up < 0 ? undefined : migrations.slice(0, up + 1);
}

/** A new pair, or the up file alone, where the project writes no others. */
export function createPair(
  folder: string,
  base: string,
  text: string,
  hasDown = true,
): readonly FileChange[] {
  const up: FileChange = { kind: 'create', path: join(folder, `${base}.up.sql`), text };
  return hasDown ? [up, { kind: 'create', path: join(folder, `${base}.down.sql`), text: '' }] : [up];
}

/** What to do about the down files of new migrations. */
export const emptyDownFiles =
  'What undoes a new migration is empty yet: "Generate Rollback" in the migration writes it.';

/** What undoes an up file is the down file; what checks it lies where no runner looks for migrations. */
export function pairCompanion(kind: 'rollback' | 'validation', path: string, label: string): Companion {
  const name = nameOf(path);
  if (kind === 'rollback' && directionOf(path) === 'up') {
    return { path: otherOf(path), header: [`Undoes ${name}.`], at: 'file' };
  }
  return {
    path: join(parentOf(path), `${kind}s/${name}`),
    header: [
      kind === 'rollback' ? `Undoes ${name}.` : `Checks what ${name} has done.`,
      `${label} never runs this file; run it with psql.`,
    ],
    at: 'file',
  };
}
