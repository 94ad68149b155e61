import type { PGlite } from '@electric-sql/pglite';
import type { Catalog } from '../../server/src/catalog/catalog';
import type { Column, Constraint, Index, Policy, Relation, Trigger } from '../../server/src/catalog/relation';
import type { SequenceOptions } from '../../server/src/catalog/sequence-options';
import { formatType } from '../../server/src/postgres/types';
import { objectQueries } from './truth-object-queries';
import { objectLines, shown } from './truth-objects';
import { relationQueries } from './truth-queries';

/** The facts of a catalog that are compared, a line each. The second word is the relation that it is about. */
export interface Lines {
  readonly lines: ReadonlySet<string>;
  /** Relations of which not all is known; what hangs on them is left out on both sides. */
  readonly incomplete: ReadonlySet<string>;
}

const withColumns = new Set<Relation['kind']>([
  'table',
  'partitioned table',
  'foreign table',
  'view',
  'materialized view',
  'composite type',
]);
const tableKinds = new Set<Relation['kind']>(['table', 'partitioned table', 'foreign table']);

/** The schema of temporary objects, which the server calls otherwise in each session. */
const isTemporary = (line: string): boolean => / pg_temp\./.test(line);

/** What a replayed catalog says. */
export function catalogLines(catalog: Catalog): Lines {
  const lines = new Set<string>();
  const incomplete = new Set<string>();
  for (const relation of catalog.allRelations()) {
    if (relation.persistence === 'temporary') continue;
    const name = `${relation.schema}.${relation.name}`;
    if (!relation.isComplete && withColumns.has(relation.kind)) {
      incomplete.add(name);
      continue;
    }
    lines.add(
      `${relation.kind.replaceAll(' ', '-')} ${name}${relation.persistence === 'unlogged' ? ' unlogged' : ''}`,
    );
    for (const trigger of relation.triggers) lines.add(`trigger ${name} ${triggerText(trigger)}`);
    for (const { name: rule, event, isInstead, enabled } of relation.rules ?? []) {
      lines.add(`rule ${name} ${rule} ${event}${isInstead ? ' instead' : ''} ${enabled}`);
    }
    if (relation.sequence !== undefined)
      lines.add(`sequence-options ${name} ${sequenceText(relation.sequence)}`);
    for (const index of relation.indexes) lines.add(`index ${name} ${indexText(index)}`);
    for (const [index, column] of withColumns.has(relation.kind) ? relation.columns.entries() : []) {
      lines.add(`column ${name} ${columnText(column)}`);
      if (!tableKinds.has(relation.kind)) lines.add(`place ${name} ${column.name} ${index + 1}`);
    }
    for (const { schema, name: read, columns } of relation.columnsRead) {
      for (const column of columns) lines.add(`uses ${name} ${schema}.${read}.${column}`);
    }
    if (!tableKinds.has(relation.kind)) continue;
    for (const parent of relation.parents) lines.add(`child ${name} of ${parent.schema}.${parent.name}`);
    for (const column of relation.columns) {
      const { sequence } = column;
      if (sequence !== undefined)
        lines.add(`owned ${name} ${column.name} ${sequence.schema}.${sequence.name}`);
    }
    for (const constraint of relation.constraints) {
      if (constraint.type !== 'NOT NULL') lines.add(`constraint ${name} ${constraintText(constraint)}`);
    }
    for (const policy of relation.policies) lines.add(`policy ${name} ${policyText(policy)}`);
    if (relation.rowSecurity) lines.add(`row-security ${name}`);
    if (relation.forceRowSecurity === true) lines.add(`force-row-security ${name}`);
  }
  for (const line of objectLines(catalog, incomplete)) lines.add(line);
  for (const line of lines) if (isTemporary(line)) lines.delete(line);
  return { lines, incomplete };
}

function sequenceText(options: SequenceOptions): string {
  const { type, start, increment, minimum, maximum, cache, cycle } = options;
  return [type, start, increment, minimum, maximum, cache, cycle].join(' ');
}

function triggerText(trigger: Trigger): string {
  const { name, timing, level, events, columns, condition, function: called } = trigger;
  return [
    name,
    timing,
    level,
    ...[...events].sort(),
    ...(columns.length === 0 ? [] : [`of ${columns.join(', ')}`]),
    ...(condition === undefined ? [] : ['when']),
    called.name,
    `(${trigger.arguments.join(', ')})`,
    ...trigger.transitionTables.map(({ name: table, isNew }) => `${isNew ? 'new' : 'old'} ${table}`).sort(),
    ...(trigger.isConstraint ? ['constraint'] : []),
    ...(trigger.deferrable ? ['deferrable'] : []),
    ...(trigger.initiallyDeferred ? ['deferred'] : []),
    trigger.enabled,
    ...(trigger.isInherited ? ['inherited'] : []),
  ].join(' ');
}

function policyText({ name, command, permissive, roles, using, check }: Policy): string {
  const parts = [
    ...(permissive ? [] : ['restrictive']),
    `to ${roles.map(shown).sort().join(', ')}`,
    ...(using === undefined ? [] : ['using']),
    ...(check === undefined ? [] : ['check']),
  ];
  return `${name} ${command} ${parts.join(' ')}`;
}

function columnText({
  name,
  type,
  notNull,
  default: fallback,
  identity,
  generated,
  collation,
}: Column): string {
  const written = type === undefined ? '?' : formatType(type).replaceAll('"', '');
  const extras = [
    collation === undefined ? '' : ` collate ${collation}`,
    notNull ? ' not null' : '',
    fallback === undefined ? '' : ' default',
    identity === undefined ? '' : ` identity ${identity}`,
    generated === undefined ? '' : ` generated ${generated}`,
  ];
  return `${name} ${written}${extras.join('')}`;
}

function constraintText({ name, type, columns, references, isValid, deferrable }: Constraint): string {
  const keys = type === 'CHECK' ? '' : ` (${columns.join(', ')})`;
  const target =
    references === undefined
      ? ''
      : ` references ${references.relation.schema}.${references.relation.name} (${references.columns.join(', ')})` +
        ` on delete ${references.onDelete} on update ${references.onUpdate}`;
  return `${name} ${type}${keys}${target}${deferrable ? ' deferrable' : ''}${isValid ? '' : ' NOT VALID'}`;
}

function indexText({ name, unique, method, columns, include, predicate, nullsNotDistinct }: Index): string {
  const keys = columns.map(({ column, descending, nulls }) => {
    const order = descending ? ' desc' : '';
    const isDefault = nulls === undefined || (nulls === 'first') === descending;
    return `${column ?? '*'}${order}${isDefault ? '' : ` nulls ${nulls}`}`;
  });
  return [
    name,
    ...(unique ? ['unique'] : []),
    method,
    `(${keys.join(', ')})`,
    ...(include.length === 0 ? [] : [`include (${include.join(', ')})`]),
    ...(nullsNotDistinct ? ['nulls not distinct'] : []),
    ...(predicate === undefined ? [] : ['partial']),
  ].join(' ');
}

/** What the server's own catalog says. */
export async function serverLines(database: PGlite): Promise<readonly string[]> {
  const lines: string[] = [];
  // With an empty path every type has its schema, which the query then takes off. The session stays as it is.
  await database.exec(`BEGIN; SET LOCAL search_path = ''`);
  for (const query of [...relationQueries, ...objectQueries]) {
    const { rows } = await database.query<{ line: string }>(query);
    lines.push(...rows.map(({ line }) => line));
  }
  await database.exec('COMMIT');
  return lines;
}
