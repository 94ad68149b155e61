import { filesBelow, filesIn, join, nameOf, parentOf, relative } from '../files/paths';
import type { FileChange, NewFileSite } from '../runner';

/**
 * Renames a migration so that it sorts behind all others, together with what belongs to it: the other file of a pair,
 * a script configuration, its rollback. Empty when the runner names new migrations in another way than this one.
 */
export function renumbered(path: string, site: NewFileSite): readonly FileChange[] {
  const { project, tree } = site;
  const created = project.runner
    .newMigration('x', site)
    .find(
      ({ kind, path: other }) => kind === 'create' && other.endsWith('.sql') && !other.endsWith('.down.sql'),
    );
  if (created === undefined) return [];
  // Of a migration that is a folder, the folder has the version.
  const isFolder = /^(?:up|migration)\.sql$/.test(nameOf(path));
  const old = nameOf(isFolder ? parentOf(path) : path);
  const version = prefixOf(nameOf(isFolder ? parentOf(created.path) : created.path));
  const present = prefixOf(old);
  if (version === undefined || present === undefined) return [];
  const renamed = (name: string): string => version + name.slice(present.length);
  if (isFolder) {
    const folder = parentOf(path);
    const target = join(parentOf(folder), renamed(old));
    return filesBelow(folder, tree).map((file) => rename(file, join(target, relative(folder, file))));
  }
  const folder = parentOf(path);
  const stem = old.slice(0, old.search(/(?:\.up|\.down)?\.sql$/));
  const together = filesIn(folder, tree).filter((name) => name.startsWith(`${stem}.`));
  const companions = (['rollback', 'validation'] as const)
    .map((kind) => project.runner.companion(kind, path, project))
    .filter(({ at, path: other }) => at === 'file' && !together.some((name) => join(folder, name) === other))
    .map(({ path: other }) => other)
    .filter((other) => tree.read(other) !== undefined && nameOf(other).includes(present));
  const changes = [
    ...together.map((name) => rename(join(folder, name), join(folder, renamed(name)))),
    ...companions.map((other) =>
      rename(other, join(parentOf(other), nameOf(other).replace(present, version))),
    ),
  ];
  return project.runner.afterPlacing?.(changes, folder, tree).changes ?? changes;
}

/** What a name begins with up to its title: `20260211093000`, `V7`. */
function prefixOf(name: string): string | undefined {
  return /^[A-Z]?\d[\d.-]*(?=[_.-]|$)/.exec(name)?.[0];
}

function rename(path: string, to: string): FileChange {
  return { kind: 'rename', path, to };
}
