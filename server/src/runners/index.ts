import { dbmate } from './dbmate';
import { drizzle } from './drizzle';
import { goose } from './goose';
import { isFile, join, nameOf, parentOf } from './paths';
import { prisma } from './prisma';
import { psql } from './psql';
import type { FileTree, Project, Runner } from './runner';
import { supabase } from './supabase';
import { packageScripts } from './versions';

/** All runners; the first that recognises a file runs it, and the last recognises all. */
export const runners: readonly Runner[] = [supabase, prisma, drizzle, goose, dbmate, psql];

/**
 * The project that `path`, a file or a folder, belongs to. `choice` is the id of a runner that the person named: it is
 * taken also where its own marks are missing, and then the folder of the file has the migrations.
 */
export function recognise(path: string, tree: FileTree, choice?: string): Project {
  const chosen = runners.find(({ id }) => id === choice);
  if (chosen !== undefined) return chosen.recognise(path, tree) ?? withoutMarks(chosen, path, tree);
  const projects = runners.flatMap((runner) => runner.recognise(path, tree) ?? []);
  const [first = withoutMarks(psql, path, tree)] = projects;
  if (first.runner !== supabase) return first;
  // drizzle-kit can write into supabase/migrations; which of the two runs the files is up to the project.
  const other = projects.find(({ runner }) => runner === drizzle);
  if (other === undefined || other.folder !== first.folder) return first;
  const scripts = packageScripts(first.root, tree);
  const isDrizzle = /\bdrizzle-kit\s+migrate\b/.test(scripts);
  const isSupabase = /\bsupabase\s+(?:db\s+(?:push|reset)|migration\s+up)\b/.test(scripts);
  return isDrizzle && !isSupabase ? other : first;
}

function withoutMarks(runner: Runner, path: string, tree: FileTree): Project {
  const isSql = /\.sql$/i.test(path) && (isFile(path, tree) || tree.list(path).length === 0);
  const folder = isSql ? parentOf(path) : path;
  const hasFolders = runner !== psql && nameOf(path) === 'migration.sql';
  const migrations = hasFolders ? parentOf(folder) : folder;
  return {
    runner,
    root: folder,
    folder: join(migrations, '.'),
    version: undefined,
    postgresVersion: undefined,
  };
}

export { labelOf, shortLabelOf } from './label';
