import { impliesNotNull } from '../catalog/expressions';
import type { Named, Relation } from '../catalog/relation';
import type { ConstraintDefinition } from '../sql/statement';
import { type EffectsBuilder, quotedColumns } from './builder';
import { addForeignKey } from './foreign-keys';

/** Whether a column is certain to have no null, so that NOT NULL can be set without a look at the rows. */
export function isProvenNotNull(relation: Relation | undefined, column: string): boolean {
  if (relation === undefined) return false;
  if (relation.columns.some(({ name, notNull }) => name === column && notNull)) return true;
  return relation.constraints.some(
    ({ type, isValid, expression }) =>
      type === 'CHECK' && isValid && expression !== undefined && impliesNotNull(expression.node, column),
  );
}

/** SET NOT NULL on one relation. */
export function setNotNull(effects: EffectsBuilder, name: Named, column: string): void {
  if (isProvenNotNull(effects.relation(name), column)) return;
  effects.scan(name);
  effects.fails(name, `a row's "${column}" is null`, '23502');
}

/** ADD CONSTRAINT on a relation and the members of its family; the locks of these are taken by the caller. */
export function addConstraint(
  effects: EffectsBuilder,
  target: Named,
  members: readonly Named[],
  constraint: ConstraintDefinition,
): void {
  switch (constraint.type) {
    case 'CHECK':
      addCheck(effects, target, members, constraint);
      break;
    case 'FOREIGN KEY':
      if (constraint.references === undefined) break;
      addForeignKey(
        effects,
        members,
        constraint.references.relation,
        constraint.columns,
        !constraint.notValid && constraint.enforced,
      );
      break;
    case 'NOT NULL':
      if (constraint.notValid) break;
      for (const member of members)
        for (const column of constraint.columns) setNotNull(effects, member, column);
      break;
    case 'PRIMARY KEY':
    case 'UNIQUE':
    case 'EXCLUDE':
      if (constraint.usingIndex === undefined) buildKey(effects, target, members, constraint);
      else useIndex(effects, target, constraint, constraint.usingIndex);
      break;
    case 'NULL':
    case 'DEFAULT':
    case 'IDENTITY':
    case 'GENERATED':
      break;
  }
}

function addCheck(
  effects: EffectsBuilder,
  target: Named,
  members: readonly Named[],
  constraint: ConstraintDefinition,
): void {
  if (constraint.notValid || !constraint.enforced) return;
  for (const member of constraint.noInherit ? [target] : members) effects.scan(member);
  effects.fails(target, `a row breaks the CHECK ${constraint.expression?.text ?? ''}`.trimEnd(), '23514');
}

function buildKey(
  effects: EffectsBuilder,
  target: Named,
  members: readonly Named[],
  constraint: ConstraintDefinition,
): void {
  // Before 18 the partitions are only locked as CREATE INDEX does it.
  const partitionLock = effects.major >= 18 ? 'ACCESS EXCLUSIVE' : 'SHARE';
  for (const member of members.slice(1)) effects.lock(member, partitionLock, 'partition');
  for (const member of members) {
    effects.buildIndex(member);
    effects.scan(member);
  }
  if (constraint.type === 'EXCLUDE') {
    effects.fails(target, 'two rows exclude each other', '23P01');
    return;
  }
  effects.fails(target, duplicates(constraint.columns), '23505');
  if (constraint.type === 'PRIMARY KEY') {
    for (const column of constraint.columns) setNotNull(effects, target, column);
  }
}

function useIndex(
  effects: EffectsBuilder,
  target: Named,
  constraint: ConstraintDefinition,
  indexName: string,
): void {
  const { schema } = effects.catalog.resolve(target);
  // The index takes the constraint's name.
  if ((constraint.name?.text ?? indexName) !== indexName) {
    effects.lockIndex(schema, indexName, 'SHARE UPDATE EXCLUSIVE');
  }
  if (constraint.type !== 'PRIMARY KEY') return;
  const index = effects.relation(target)?.indexes.find(({ name }) => name === indexName);
  if (index === undefined) {
    effects.scan(target);
    effects.fails(target, `a row has a null in a column of "${indexName}"`, '23502');
    return;
  }
  for (const { column } of index.columns) if (column !== undefined) setNotNull(effects, target, column);
}

/** When a unique index cannot be built. */
export function duplicates(columns: readonly string[]): string {
  return columns.length === 1
    ? `two rows share a ${quotedColumns(columns)}`
    : `two rows share the same ${quotedColumns(columns)}`;
}

/** VALIDATE CONSTRAINT. */
export function validateConstraint(
  effects: EffectsBuilder,
  target: Named,
  members: readonly Named[],
  name: string,
): void {
  const constraint = effects.relation(target)?.constraints.find((one) => one.name === name);
  if (constraint?.isValid === true) return;
  for (const member of members) effects.scan(member);
  if (constraint?.references !== undefined) {
    for (const other of effects.lockFamily(constraint.references.relation, 'ROW SHARE', 'referenced table')) {
      effects.scan(other);
    }
  }
  const failures = { 'FOREIGN KEY': '23503', 'NOT NULL': '23502', CHECK: '23514' } as const;
  const type = constraint?.type;
  const sqlstate = type === 'FOREIGN KEY' || type === 'NOT NULL' ? failures[type] : failures.CHECK;
  effects.fails(target, `a row breaks "${name}"`, sqlstate);
}
