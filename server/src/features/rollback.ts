import type { Catalog } from '../catalog/catalog';
import type { Origin } from '../catalog/relation';
import { invert } from '../inverses';
import { type Grade, type Inverted, worst } from '../inverses/inverse';
import type { Major } from '../postgres/versions';
import type { Schedule } from '../runners/runner';
import { withLineBreaks } from '../sql/layout';
import type { SourceFile } from '../sql/source';
import type { Statement } from '../sql/statement';
import { Lines } from '../sql/text';
import { comment } from '../sql/visible';

/** What a rollback is made from. */
export interface RollbackRequest {
  readonly file: SourceFile;
  /** The schema before the statement at an index. */
  readonly catalogBefore: (index: number) => Catalog;
  readonly postgresVersion: Major;
  /** Which statements are run; those of a down section are left out. All are when omitted. */
  readonly schedule?: Schedule;
  /** The statements to undo, where those are not all. */
  readonly only?: ReadonlySet<number>;
  /** The statement that made a thing. Says what the catalog does not keep, such as storage parameters. */
  readonly statementAt?: (origin: Origin) => Statement | undefined;
  /** Lines for the top, without the dashes. */
  readonly header: readonly string[];
  /** Whether the runner runs it itself, as a section of the migration. */
  readonly isInMigration?: boolean;
}

export interface Rollback {
  /** Its lines end with `\n`, whatever those of the migration end with; what is quoted is as the author wrote it. */
  readonly text: string;
  /** The worst grade of its statements. */
  readonly grade: Grade;
  /** One entry for each statement that is run, in the order of the file. */
  readonly statements: readonly GradedStatement[];
}

interface GradedStatement {
  /** The index in the file. */
  readonly index: number;
  readonly grade: Grade;
  /** What does not come back, and what to look at, one sentence each. */
  readonly notes: readonly string[];
}

/** The SQL that undoes a migration, the last statement first. */
export function rollback(request: RollbackRequest): Rollback {
  const { file, schedule, only } = request;
  const inverted = file.statements.flatMap((_, index) =>
    schedule?.statements[index]?.section === 'down' || only?.has(index) === false
      ? []
      : [{ index, inverse: inverseAt(index, request) }],
  );
  const grade = worst(inverted.map(({ inverse }) => inverse.grade));
  const lines = new Lines(file.text);
  const pieces = [...inverted].reverse().flatMap(({ index, inverse }) => {
    const { start = 0, end = 0 } = file.statements[index] ?? {};
    if (inverse.sql === '' && inverse.notes.length === 0) return [];
    const title = `Undoes line ${lines.positionAt(start).line + 1}: ${excerpt(file.text.slice(start, end))}`;
    return [piece(title, inverse)];
  });
  const howToRun = request.isInMigration === true ? [] : runLine(inverted.map(({ inverse }) => inverse));
  const header = [...request.header, gradeLine(grade), ...howToRun];
  const text = [header.map(comment).join('\n'), ...pieces].join('\n\n') + '\n';
  return {
    text: withLineBreaks(text, '\n'),
    grade,
    statements: inverted.map(({ index, inverse: { grade: own, notes } }) => ({ index, grade: own, notes })),
  };
}

function inverseAt(
  index: number,
  { file, catalogBefore, postgresVersion, statementAt }: RollbackRequest,
): Inverted {
  const parsed = file.statements[index]?.parsed;
  if (parsed?.statement === undefined) {
    const notes = ['Lockstep cannot read this statement, so it cannot undo it.'];
    return { grade: 'not possible', sql: '', notes, transactional: true };
  }
  return invert(parsed.statement, {
    postgresVersion,
    before: catalogBefore(index),
    ...(statementAt === undefined ? {} : { statementAt }),
  });
}

function piece(title: string, { grade, notes, sql }: Inverted): string {
  const prefix = grade === 'exact' ? 'Note' : grade === 'schema only' ? 'Schema only' : 'Not undone';
  const lines = [title, ...notes.map((note) => `${prefix}: ${note}`)];
  const above = lines.map(comment).join('\n');
  return sql === '' ? above : `${above}\n${sql}`;
}

/** The beginning of a statement on one line. */
function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

function gradeLine(grade: Grade): string {
  switch (grade) {
    case 'exact':
      return 'Exact: restores the schema as it was.';
    case 'schema only':
      return 'Schema only: the notes at each statement say what is not restored.';
    case 'not possible':
      return 'Not complete: the notes at each statement say what cannot be undone.';
  }
}

function runLine(inverted: readonly Inverted[]): readonly string[] {
  if (inverted.every(({ sql }) => sql === '')) return ['There is nothing to run.'];
  return inverted.every(({ transactional }) => transactional)
    ? ['All of it can run in one transaction: psql --single-transaction -f.']
    : ['CONCURRENTLY cannot run in a transaction block: run it with psql -f, one statement at a time.'];
}
