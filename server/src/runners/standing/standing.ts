import type { SourceFile } from '../../sql/source';
import { nameOf, parentOf } from '../files/paths';
import type { FileTree, Project } from '../runner';
import type { Clash, Released, Standing, StandingProblem } from './bookkeeping';
import { renumbered } from './renumber';

/** What a file is judged among. */
interface Neighbours {
  readonly project: Project;
  /** All migrations in their order. */
  readonly migrations: readonly string[];
  readonly tree: FileTree;
  /** undefined where there is no repository, or none that others have, too. */
  readonly released: Released | undefined;
  /** Reads the statements of a text. */
  readonly parse: (text: string) => SourceFile;
}

/** Where a file stands: whether its version is its own, whether it comes in time, and whether it is listed where it must be. */
export function standingOf(path: string, neighbours: Neighbours): Standing {
  const { project, migrations, tree, released, parse } = neighbours;
  const entry = project.runner.bookkeeping.entry?.(path, project, tree);
  const order = twice(path, neighbours) ?? late(path, neighbours);
  const problems = [order, entry].filter((problem) => problem !== undefined);
  const includedBy = (): string | undefined => project.runner.bookkeeping.includedBy?.(path, tree);
  if (released?.has(path) !== true || !migrations.includes(path)) return { problems, includedBy };
  const clash = project.runner.bookkeeping.changed?.(path, project, tree);
  const text = clash === undefined ? undefined : released.read(path);
  if (clash === undefined || text === undefined) return { problems, includedBy };
  let file: SourceFile | undefined;
  const { branch } = released;
  return {
    problems,
    includedBy,
    released: { branch, text, clash, parse, file: () => (file ??= parse(text)) },
  };
}

/** Whether another migration has the same version; of two that nobody else has, the later one is told. */
function twice(
  path: string,
  { project, migrations, released, tree }: Neighbours,
): StandingProblem | undefined {
  const { versionOf, twice: clash } = project.runner.bookkeeping;
  const at = migrations.indexOf(path);
  const version = at < 0 ? undefined : versionOf?.(path, project);
  if (clash === undefined || version === undefined) return undefined;
  const others = migrations.filter((other) => other !== path && versionOf?.(other, project) === version);
  const [first] = others;
  if (first === undefined) return undefined;
  const isKept = (one: string): boolean => released?.has(one) === true;
  // What everybody has is too late to rename; of two that nobody has, one is enough.
  if (isKept(path) || !others.every((other) => isKept(other) || migrations.indexOf(other) < at))
    return undefined;
  const message = `${titleOf(first)} has the version ${version}, too. ${clash.consequence}`;
  return renaming(path, project, tree, clash, message);
}

function late(
  path: string,
  { project, migrations, released, tree }: Neighbours,
): StandingProblem | undefined {
  const { versionOf, late: clashOf } = project.runner.bookkeeping;
  if (released === undefined || released.has(path) !== false) return undefined;
  const clash = clashOf?.(project);
  const at = migrations.indexOf(path);
  const hasPlace = (one: string): boolean => versionOf === undefined || versionOf(one, project) !== undefined;
  if (clash === undefined || at < 0 || !hasPlace(path)) return undefined;
  const after = migrations.slice(at + 1).filter((other) => released.has(other) === true && hasPlace(other));
  const last = after.at(-1);
  if (last === undefined) return undefined;
  const message = `This migration sorts before ${titleOf(last)}, which ${released.branch} already has. ${clash.consequence}`;
  return renaming(path, project, tree, clash, message);
}

function renaming(
  path: string,
  project: Project,
  tree: FileTree,
  { isFatal }: Clash,
  message: string,
): StandingProblem {
  const problem = {
    kind: 'order' as const,
    message,
    isFatal,
    remedy: 'Rename it so that its version is the latest.',
  };
  const isPossible = renumbered(path, { project, tree, now: new Date(0) }).length > 0;
  if (!isPossible) return problem;
  return {
    ...problem,
    repair: {
      title: 'Rename it, so that its version is the latest',
      changes: (site) => renumbered(path, site),
      notes: [`A database that has run it as ${titleOf(path)} takes it for a new one.`],
    },
  };
}

/** What people call a migration: the name of its file, or of its folder where all files are called alike. */
function titleOf(path: string): string {
  const name = nameOf(path);
  return /^(?:up|migration)\.sql$/.test(name) ? nameOf(parentOf(path)) : name;
}
