import path from 'node:path';
import { Analyser } from '../../server/src/features/analyser';
import { defaultLockTimeout } from '../../server/src/features/analysis';
import { diagnose, type Diagnostic } from '../../server/src/features/diagnose';
import { History, type PastFile } from '../../server/src/features/history';
import { recognise } from '../../server/src/runners';
import { parseFile, Parser } from '../../server/src/sql/parse';
import { Lines } from '../../server/src/sql/text';
import { diskTree } from '../runners/tree';
import { shared } from '../shared';

/** A folder of the corpus whose runner Lockstep knows, or that is run as plain SQL. */
export interface CorpusProject {
  readonly name: string;
  readonly runner: string;
  readonly folder: string;
}

/** Projects of the corpus whose files can be put in order. */
export const projects: readonly CorpusProject[] = [
  { name: 'pgflow', runner: 'supabase', folder: 'supabase/pgflow-dev__pgflow/pkgs/core/supabase/migrations' },
  {
    name: 'Tastybytes',
    runner: 'supabase',
    folder: 'supabase/villeheikkila__Tastybytes/supabase/migrations',
  },
  {
    name: 'langfuse',
    runner: 'prisma',
    folder: 'prisma/langfuse__langfuse/packages/shared/prisma/migrations',
  },
  { name: 'cosmo', runner: 'drizzle', folder: 'drizzle/wundergraph__cosmo/controlplane/migrations' },
  { name: 'infra', runner: 'goose', folder: 'goose/e2b-dev__infra/packages/db/migrations' },
  { name: 'ftl', runner: 'dbmate', folder: 'dbmate/TBD54566975__ftl/backend/controller/sql/schema' },
  // Runners that Lockstep does not know yet; their files without a down section are run as plain SQL.
  { name: 'openmeter', runner: 'psql', folder: 'atlas/openmeterio__openmeter/tools/migrate/migrations' },
  {
    name: 'lakekeeper',
    runner: 'psql',
    folder: 'sqlx/lakekeeper__lakekeeper/crates/lakekeeper-storage-postgres/migrations',
  },
];

/** One finding in a file of the corpus. */
export interface CorpusFinding extends Diagnostic {
  readonly file: string;
  /** The statement's text. */
  readonly sql: string;
  /** The text that is marked, and where it starts, `line:column` as people count them. */
  readonly marked: string;
  readonly place: string;
}

/** What the rules say of all migrations of a project, each judged behind those before it. */
export function findingsIn({ folder, runner }: CorpusProject): readonly CorpusFinding[] {
  const project = recognise(path.join(shared, 'corpus', folder), diskTree, runner);
  if (project.runner.id !== runner) throw new Error(`${folder} is a project of ${project.runner.id}`);
  const parser = new Parser();
  const analyser = new Analyser();
  const history = new History(project);
  const past: PastFile[] = [];
  const found: CorpusFinding[] = [];
  for (const file of project.runner.migrations(project, diskTree)) {
    const text = diskTree.read(file) ?? '';
    const lines = new Lines(text);
    const source = parseFile(text, { boundary: project.runner.boundary, parser });
    const analysis = analyser.analyse(source, {
      path: file,
      project,
      history: history.after([...past]),
      settings: { postgresVersion: 15, lockTimeout: defaultLockTimeout, rules: {} },
      onRuleError: (rule, error) => {
        throw new Error(`${rule} has failed in ${file}`, { cause: error });
      },
    });
    for (const diagnostic of diagnose(analysis)) {
      const sql = analysis.statements[diagnostic.statement]?.statement?.text ?? '';
      const { start, end } = diagnostic.range;
      const { line, character } = lines.positionAt(start);
      const place = `${line + 1}:${character + 1}`;
      const marked = text.slice(start, end);
      found.push({ ...diagnostic, file: path.relative(project.folder, file), sql, marked, place });
    }
    past.push({ path: file, file: source });
  }
  return found;
}
