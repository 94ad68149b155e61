import { Catalog } from '../../../server/src/catalog/catalog';
import { endTransaction, replay, startFile } from '../../../server/src/catalog/replay';
import { effectsOf } from '../../../server/src/effects/effects-of';
import type { Major } from '../../../server/src/postgres/versions';
import { parseFile } from '../../../server/src/sql/parse';
import type { Statement } from '../../../server/src/sql/statement';
import { refusedInTransactionBlock } from '../../../server/src/sql/transaction-block';
import type { LocalServer } from '../servers';
import { withDatabase } from '../servers';
import { differences } from './compare';
import { Measuring, type Obstacle, type Outcome } from './measuring';
import { type Migration, migrationsOf, type Project } from './projects';
import unknowable from './unknowable.json';

/** By project and file, why nobody can know what a statement in it does. */
const unknowableFiles: Readonly<Record<string, Readonly<Record<string, string | undefined>> | undefined>> =
  unknowable;

/** One statement and what came of it, when that is worth a look. */
interface Remark {
  readonly file: string;
  readonly statement: string;
  readonly lines: readonly string[];
}

/** How the predictions for one project compare with one server. */
interface Conformance {
  readonly project: string;
  readonly major: Major;
  /** All statements but those that begin and end transactions. */
  readonly statements: number;
  /** Those that the server went through with, and that could be measured. */
  readonly executed: number;
  readonly agreed: number;
  readonly disagreements: readonly Remark[];
  /** Statements of which Lockstep says that it does not know what they do, and could. They do not agree. */
  readonly unknown: readonly Remark[];
  /** Those of which nobody can know it from the migrations alone, as `unknowable.json` says with the reason. */
  readonly unknowable: readonly Remark[];
  /** The files in `unknowable.json` in which all is known by now. */
  readonly settled: readonly string[];
  readonly refused: readonly Remark[];
  /** Statements that went through before anybody could look. */
  readonly unseen: readonly Remark[];
}

/** Runs a project's migrations on a new database, statement by statement, and compares each with its prediction. */
export async function runProject(server: LocalServer, major: Major, project: Project): Promise<Conformance> {
  return withDatabase(server, '', async (database) => {
    await dropRoles(server, database);
    const measuring = await Measuring.start(server, database);
    try {
      return await runMigrations(measuring, major, project, migrationsOf(project));
    } finally {
      await measuring.end();
    }
  });
}

/** Roles belong to the whole server; those of another project are none of this one's. */
async function dropRoles(server: LocalServer, database: string): Promise<void> {
  const client = await server.connect(database, 'setup');
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT quote_ident(rolname) AS name FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user`,
    );
    for (const { name } of rows) await client.query(`DROP ROLE ${name}`);
  } finally {
    await client.end();
  }
}

async function runMigrations(
  measuring: Measuring,
  major: Major,
  { name: project, prelude }: Project,
  migrations: readonly Migration[],
): Promise<Conformance> {
  const listed = unknowableFiles[project] ?? {};
  let catalog = new Catalog();
  let statements = 0;
  let executed = 0;
  const remarks = {
    disagreements: [] as Remark[],
    unknown: [] as Remark[],
    unknowable: [] as Remark[],
    refused: [] as Remark[],
    unseen: [] as Remark[],
  };
  for (const { file, text } of migrations) {
    const isPrelude = file === prelude;
    const layer = new Catalog(catalog);
    startFile(layer, file);
    await measuring.newSession();
    for (const [index, { start, end, parsed }] of parseFile(text).statements.entries()) {
      const { statement } = parsed;
      const sql = text.slice(start, end);
      if (statement?.kind === 'TransactionControl') continue;
      if (!isPrelude) statements++;
      const remark = (...lines: string[]): Remark => ({ file, statement: sql, lines });
      const outcome = await run(measuring, sql, statement, layer);
      if (outcome.kind === 'refused') {
        if (isPrelude) throw new Error(`${file}: ${outcome.message}`);
        remarks.refused.push(remark(`${outcome.code} ${outcome.message}`));
        continue;
      }
      if (statement === undefined) {
        executed++;
        remarks.disagreements.push(remark('Lockstep cannot read it'));
        continue;
      }
      if (isPrelude) {
        // Nothing is compared.
      } else if (outcome.deeds === undefined) {
        remarks.unseen.push(remark());
      } else {
        executed++;
        const effects = effectsOf(statement, new Catalog(layer), major);
        const lines = differences(outcome.deeds, effects, statement, layer);
        if (!effects.isKnown)
          (listed[file] === undefined ? remarks.unknown : remarks.unknowable).push(remark(...lines));
        else if (lines.length > 0) remarks.disagreements.push(remark(...lines));
      }
      replay(statement, layer, { file, statement: index });
      endTransaction(layer);
    }
    catalog = layer.compact();
  }
  const { disagreements, unknown, unknowable } = remarks;
  const agreed = executed - disagreements.length - unknown.length - unknowable.length;
  const settled = Object.keys(listed).filter((file) => !unknowable.some((remark) => remark.file === file));
  return { project, major, statements, executed, agreed, settled, ...remarks };
}

async function run(
  measuring: Measuring,
  sql: string,
  statement: Statement | undefined,
  catalog: Catalog,
): Promise<Outcome> {
  // Its data would have to follow.
  if (statement?.command === 'COPY') return { kind: 'refused', code: '', message: 'COPY is not run.' };
  if (statement === undefined || refusedInTransactionBlock(statement) === undefined)
    return measuring.run(sql);
  return measuring.runAlone(sql, obstacleTo(statement, catalog));
}

/** What makes a statement wait that must be its own transaction, after it has taken its locks. */
function obstacleTo(statement: Statement, catalog: Catalog): Obstacle | undefined {
  if (statement.kind === 'CreateIndex') {
    return { relation: quoted(catalog.resolve(statement.relation)), mode: 'ROW EXCLUSIVE' };
  }
  const [name] = statement.kind === 'Drop' ? statement.names : [];
  const found = name === undefined ? undefined : catalog.index(name);
  return found === undefined ? undefined : { relation: quoted(found.relation), mode: 'ACCESS SHARE' };
}

function quoted({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return [schema, name].map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
}
