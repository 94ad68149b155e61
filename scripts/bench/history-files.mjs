import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'libpg-query';

/** Real projects, whose migrations make one long history. They lie beside a developer's checkout. */
const corpus = path.resolve('../shared/corpus');
const sources = [
  { folder: 'supabase/villeheikkila__Tastybytes', isMigration: /\.sql$/ },
  { folder: 'prisma/langfuse__langfuse', isMigration: /migration\.sql$/ },
  { folder: 'atlas/openmeterio__openmeter', isMigration: /\.up\.sql$/ },
];

/** Why no history can be made; undefined when one can. */
export function whyNoHistory() {
  return existsSync(corpus) ? undefined : `${corpus} is not there`;
}

/**
 * A Supabase project in an empty folder with `count` migrations: those of real projects, over and over, each time with
 * other names for what they make. The grammar must be loaded.
 * @param {string} folder
 * @param {number} count
 * @returns {{ folder: string, paths: string[], bytes: number }}
 */
export function makeHistory(folder, count) {
  const migrations = path.join(folder, 'supabase/migrations');
  mkdirSync(migrations, { recursive: true });
  writeFileSync(path.join(folder, 'supabase/config.toml'), '[db]\nmajor_version = 15\n');
  const texts = sources.flatMap(({ folder: source, isMigration }) => textsOf(source, isMigration));
  const names = namesMadeBy(texts);
  const paths = [];
  let bytes = 0;
  for (let index = 0; index < count; index++) {
    const round = Math.floor(index / texts.length);
    const text = renamed(texts[index % texts.length], names, round);
    const file = path.join(migrations, `${20_200_101_000_000 + index}_change.sql`);
    writeFileSync(file, text);
    paths.push(file);
    bytes += text.length;
  }
  return { folder, paths, bytes };
}

function textsOf(source, isMigration) {
  const folder = path.join(corpus, source);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isMigration.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => readFileSync(file, 'utf8'));
}

/** The names of relations, indexes, types, functions and constraints that statements of these texts make. */
function namesMadeBy(texts) {
  const names = new Set();
  for (const text of texts) {
    let statements;
    try {
      statements = parseSync(text).stmts ?? [];
    } catch {
      // A file that is not read whole keeps its names.
      continue;
    }
    for (const { stmt } of statements) collect(stmt, names);
  }
  return new RegExp(`(?<![\\w$])(?:${[...names].join('|')})(?![\\w$])`, 'g');
}

function collect(node, names) {
  const [kind, body] = Object.entries(node)[0] ?? [];
  const add = (name) => {
    // Short ones are also words of the language.
    if (typeof name === 'string' && /^\w{5,}$/.test(name)) names.add(name);
  };
  const addLast = (list) => add(list?.at(-1)?.String?.sval);
  if (kind === 'CreateStmt') {
    add(body.relation.relname);
    for (const { Constraint } of body.tableElts ?? []) add(Constraint?.conname);
  } else if (kind === 'IndexStmt') add(body.idxname);
  else if (kind === 'ViewStmt') add(body.view.relname);
  else if (kind === 'CreateTableAsStmt') add(body.into.rel.relname);
  else if (kind === 'RenameStmt' && body.renameType === 'OBJECT_TABLE') add(body.newname);
  else if (kind === 'CreateSeqStmt') add(body.sequence.relname);
  else if (kind === 'CreateEnumStmt') addLast(body.typeName);
  else if (kind === 'CreateDomainStmt') addLast(body.domainname);
  else if (kind === 'CompositeTypeStmt') add(body.typevar.relname);
  else if (kind === 'CreateFunctionStmt') addLast(body.funcname);
  else if (kind === 'AlterTableStmt') {
    for (const { AlterTableCmd } of body.cmds ?? []) add(AlterTableCmd?.def?.Constraint?.conname);
  }
}

function renamed(text, names, round) {
  return round === 0 ? text : text.replace(names, (name) => `${name}_${round}`);
}
