import { atlas } from './atlas/atlas';
import { callersOf } from './files/callers';
import { dbmate } from './dbmate';
import { diesel } from './diesel';
import { drizzle } from './drizzle/drizzle';
import { flyway } from './flyway/flyway';
import { golangMigrate } from './golang-migrate';
import { graphileMigrate } from './graphile-migrate';
import { goose } from './goose';
import { liquibase } from './liquibase/liquibase';
import { migrationCode } from './migration-code';
import { nodePgMigrate } from './node-pg-migrate';
import { isFile, join, nameOf, parentOf } from './files/paths';
import { prisma } from './prisma/prisma';
import { psql } from './psql';
import { rambler } from './rambler';
import { refinery } from './refinery';
import { remembered } from './files/remembered';
import type { FileTree, Project, Runner } from './runner';
import { sqitch } from './sqitch/sqitch';
import { sqlMigrate } from './sql-migrate';
import { sqlx } from './sqlx';
import { supabase } from './supabase';
import { tern } from './tern';

/** All runners; the first that recognises a file runs it, and the last recognises all. */
export const runners: readonly Runner[] = [
  supabase,
  prisma,
  drizzle,
  sqitch,
  graphileMigrate,
  goose,
  dbmate,
  sqlMigrate,
  tern,
  rambler,
  liquibase,
  refinery,
  flyway,
  sqlx,
  golangMigrate,
  diesel,
  atlas,
  nodePgMigrate,
  migrationCode,
  psql,
];

/**
 * The project that `path`, a file or a folder, belongs to. `choice` is the id of a runner that the person named: it is
 * taken also where its own marks are missing, and then the folder of the file has the migrations.
 */
export function recognise(path: string, tree: FileTree, choice?: string): Project {
  const chosen = runners.find(({ id }) => id === choice);
  if (chosen !== undefined) return chosen.recognise(path, tree) ?? withoutMarks(chosen, path, tree);
  const remembering = remembered(tree);
  const first = firstOf(runners, path, remembering) ?? withoutMarks(psql, path, tree);
  return callee(first, path, remembering);
}

function firstOf(from: readonly Runner[], path: string, tree: FileTree): Project | undefined {
  for (const runner of from) {
    const project = runner.recognise(path, tree);
    if (project !== undefined) return project;
  }
  return undefined;
}

/** Tools that also write migrations for other runners, and how projects call those that could run them instead. */
const generators: readonly Runner[] = [drizzle, atlas];
const calls: Readonly<Record<string, RegExp>> = {
  supabase: /\bsupabase\s+(?:db\s+(?:push|reset)|migration\s+up)\b/,
  prisma: /\bprisma\s+migrate\s+(?:deploy|dev)\b/,
  drizzle: /\bdrizzle-kit\s+migrate\b/,
  atlas: /\batlas\s+migrate\s+apply\b|\bariga\/atlas-action\/migrate\/apply\b/,
};

/** Of two runners that know the same folder, the one that the project calls, where it calls only one of them. */
function callee(first: Project, path: string, tree: FileTree): Project {
  const rivals = generators.flatMap((runner) => {
    const project = runner === first.runner ? undefined : runner.recognise(path, tree);
    return project?.folder === first.folder ? [project] : [];
  });
  if (rivals.length === 0) return first;
  const texts = [...callersOf(first.root, tree)];
  const called = [first, ...rivals].filter(({ runner: { id } }) =>
    texts.some((text) => calls[id]?.test(text)),
  );
  const [only] = called;
  return only !== undefined && called.length === 1 ? only : first;
}

function withoutMarks(runner: Runner, path: string, tree: FileTree): Project {
  const isSql = /\.sql$/i.test(path) && (isFile(path, tree) || tree.list(path).length === 0);
  const folder = isSql ? parentOf(path) : path;
  const hasFolders = runner !== psql && /^(?:migration|up|down)\.sql$/.test(nameOf(path));
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
