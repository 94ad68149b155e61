import type { Origin } from '../catalog/relation';
import type { FileChange, Project } from '../runners/runner';
import { withLineBreaks } from '../sql/layout';
import { lineBreakOf } from '../sql/text';
import { type Analysis, catalogBefore } from './analysis';
import { scheduleAt } from './run';
import type { FixSite } from './fix';
import { prechecks } from './precheck';
import { rollback, type RollbackRequest } from './rollback';
import { undoParts } from './undo-parts';
import { validate } from './validate';

/** Files that a command writes, or one sentence on why it cannot. */
export type FileChanges =
  | {
      readonly changes: readonly FileChange[];
      /** The file that the person wants to see. */
      readonly show: string;
      /** What the person must know of them, one sentence each. */
      readonly notes?: readonly string[];
    }
  | { readonly problem: string };

/** The rollback or the validation script of a migration, at the place that the runner has for it. */
export function writeCompanion(
  kind: 'rollback' | 'validation',
  analysis: Analysis,
  { tree }: Pick<FixSite, 'tree'>,
): FileChanges {
  const { file, surroundings } = analysis;
  const { path, project } = surroundings;
  if (file.statements.length === 0) return { problem: `There is no statement in this file.` };
  const { path: target, at, parts } = project.runner.companion(kind, path, project, file);
  if (parts !== undefined) {
    const { edits, problems } = undoParts(parts, requestFor(analysis));
    const notes = parts.length === 0 ? [hasAll] : problems;
    return {
      changes: edits.length === 0 ? [] : [{ kind: 'edit', path: target, edits }],
      show: target,
      notes,
    };
  }
  const { text } = companionText(kind, analysis);
  if (at !== 'file')
    return { changes: [{ kind: 'edit', path: target, edits: [{ range: at, text }] }], show: target };
  const present = tree.read(target);
  if (present === undefined) return { changes: [{ kind: 'create', path: target, text }], show: target };
  const range = { start: 0, end: present.length };
  return { changes: [{ kind: 'edit', path: target, edits: [{ range, text }] }], show: target };
}

const hasAll = 'Nothing to write: each part that can be undone already has its rollback.';

/** The text of the rollback or the validation script, and what the person must know of it. */
export function companionText(
  kind: 'rollback' | 'validation',
  analysis: Analysis,
): { readonly text: string; readonly notes: readonly string[] } {
  const { file, surroundings } = analysis;
  const { path, project } = surroundings;
  const {
    header,
    at,
    parts,
    frame = (sql: string): string => sql,
  } = project.runner.companion(kind, path, project, file);
  const request = { ...requestFor(analysis), isInMigration: at !== 'file', header };
  if (parts !== undefined) {
    const { text, problems } = undoParts(parts, request);
    return { text, notes: parts.length === 0 ? [hasAll] : problems };
  }
  const { text } = kind === 'rollback' ? rollback(request) : validate(request);
  return { text: withLineBreaks(frame(text), lineBreakOf(file.text)), notes: [] };
}

function requestFor(analysis: Analysis): Omit<RollbackRequest, 'header'> {
  const { file, schedule, surroundings } = analysis;
  const { path, settings } = surroundings;
  return {
    file,
    schedule,
    catalogBefore: (index: number) => catalogBefore(analysis, index),
    postgresVersion: settings.postgresVersion,
    statementAt: (origin: Origin) =>
      origin.file === path
        ? file.statements[origin.statement]?.parsed.statement
        : surroundings.pastStatement?.(origin),
  };
}

/** A check for duplicates above the unique index or constraint that the statement at `offset` makes. */
export function writePrecheck(analysis: Analysis, offset: number): FileChanges {
  const { file, surroundings } = analysis;
  const index = file.statements.findIndex((source) => source.terminatedEnd >= offset);
  const source = file.statements[index];
  const { statement } = source?.parsed ?? {};
  const { postgresVersion, lockTimeout } = surroundings.settings;
  const checks =
    statement === undefined
      ? []
      : prechecks(statement, {
          catalog: catalogBefore(analysis, index),
          postgresVersion,
          lockTimeout,
          schedule: scheduleAt(analysis.schedule, index),
        });
  if (source === undefined || checks.length === 0) {
    return { problem: 'The statement at the cursor does not create a unique index or constraint.' };
  }
  const text = withLineBreaks(checks.map((check) => `${check.text}\n\n`).join(''), lineBreakOf(file.text));
  const range = { start: source.start, end: source.start };
  return {
    changes: [{ kind: 'edit', path: surroundings.path, edits: [{ range, text }] }],
    show: surroundings.path,
  };
}

/** An empty migration with the name and the companions that the runner wants. */
export function newMigration(name: string, project: Project, { tree, now }: FixSite): FileChanges {
  const changes = project.runner.newMigration(name, { project, tree, now });
  const created = changes.find(({ kind, path }) => kind === 'create' && path.endsWith('.sql'));
  if (created === undefined)
    return { problem: `${project.runner.label} has no place for a new migration here.` };
  return { changes, show: created.path };
}
