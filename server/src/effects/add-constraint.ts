import { impliesNotNull } from '../catalog/expressions';
import type { Index, Named, Relation } from '../catalog/relation';
import type { LockMode } from '../postgres/lock-modes';
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
  for (const member of constraint.noInherit ? [target] : members) {
    if (!hasCheck(effects, member, constraint)) effects.scan(member);
  }
  effects.fails(target, `a row breaks the CHECK ${constraint.expression?.text ?? ''}`.trimEnd(), '23514');
}

/** Whether a child has the constraint already, which then becomes that of the parent as well. */
function hasCheck(
  effects: EffectsBuilder,
  member: Named,
  { name, expression }: ConstraintDefinition,
): boolean {
  return (effects.relation(member)?.constraints ?? []).some(
    (other) =>
      other.type === 'CHECK' &&
      other.isValid &&
      other.name === name?.text &&
      other.expression?.text === expression?.text,
  );
}

function buildKey(
  effects: EffectsBuilder,
  target: Named,
  members: readonly Named[],
  constraint: ConstraintDefinition,
): void {
  const isPartitioned = effects.relation(target)?.kind === 'partitioned table';
  const isPrimary = constraint.type === 'PRIMARY KEY';
  const setsNotNull =
    isPrimary && constraint.columns.some((column) => !isProvenNotNull(effects.relation(target), column));
  // Children by inheritance have no part in a key, but for the NOT NULL of a primary key; 18 locks them all the same.
  const others = isPartitioned || setsNotNull || effects.major >= 18 ? members.slice(1) : [];
  for (const member of others) {
    effects.lock(member, setsNotNull ? 'ACCESS EXCLUSIVE' : partitionLock(effects, constraint), 'partition');
    if (isPrimary) for (const column of constraint.columns) setNotNull(effects, member, column);
  }
  for (const member of isPartitioned ? members : members.slice(0, 1)) {
    const twin = member === members[0] ? undefined : keyLike(effects, member, constraint);
    if (twin !== undefined) {
      effects.lockIndex(effects.catalog.resolve(member).schema, twin.name, 'SHARE');
      continue;
    }
    effects.buildIndex(member);
    effects.scan(member);
  }
  if (constraint.type === 'EXCLUDE') {
    effects.fails(target, 'two rows exclude each other', '23P01');
    return;
  }
  effects.fails(target, duplicates(constraint.columns), '23505');
  if (isPrimary) for (const column of constraint.columns) setNotNull(effects, target, column);
}

/** Before 18 the partitions are only locked as CREATE INDEX does it, and CREATE TRIGGER for a key that is deferred. */
function partitionLock({ major }: EffectsBuilder, { deferrable }: ConstraintDefinition): LockMode {
  if (major >= 18) return 'ACCESS EXCLUSIVE';
  return deferrable ? 'SHARE ROW EXCLUSIVE' : 'SHARE';
}

/** The key of a partition that becomes a part of the new one. */
function keyLike(
  effects: EffectsBuilder,
  member: Named,
  { type, columns }: ConstraintDefinition,
): Index | undefined {
  const relation = effects.relation(member);
  const key = relation?.constraints.find(
    (other) => other.type === type && other.columns.join() === columns.join(),
  );
  if (key === undefined) return undefined;
  return relation?.indexes.find(({ constraint, parent }) => parent === undefined && constraint === key.name);
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
  for (const member of members) {
    const own = effects.relation(member)?.constraints.find((one) => one.name === name);
    if (own?.isValid !== true) effects.scan(member);
  }
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
