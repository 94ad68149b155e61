import type { Node, PartitionBoundSpec } from '@pgsql/types';
import { columnOf, conjuncts, disjuncts } from '../catalog/expressions';
import { foreignKeysOn } from '../catalog/edit';
import { isAlike } from '../catalog/partitions';
import type { Named, Relation, RelationName } from '../catalog/relation';
import { strings } from '../sql/build/reader';
import { isProvenNotNull } from './add-constraint';
import type { EffectsBuilder } from './builder';
import { addForeignKey, isInherited } from './foreign-keys';
import { visitReached } from '../catalog/reached';

/** A partition comes to `parent`: what that means for the default partition. */
export function makeRoom(
  effects: EffectsBuilder,
  parent: Named,
  bound: PartitionBoundSpec | undefined,
): void {
  const relation = effects.relation(parent);
  const fallback = relation?.defaultPartition;
  if (relation === undefined || fallback === undefined) return;
  for (const member of effects.lockFamily(fallback, 'ACCESS EXCLUSIVE', 'default partition')) {
    if (excludesBound(relation, effects.relation(member), bound)) continue;
    effects.scan(member);
    effects.fails(member, 'the default partition has a row that belongs to the new one', '23514');
  }
}

/** ATTACH PARTITION: the lock on the parent is taken by the caller. */
export function attachPartition(
  effects: EffectsBuilder,
  parent: Named,
  partition: Named,
  bound: PartitionBoundSpec | undefined,
): void {
  const members = effects.lockFamily(partition, 'ACCESS EXCLUSIVE', 'partition');
  const whole = effects.relation(parent);
  lockAncestors(effects, whole);
  // The only partition, as the default, takes any row.
  const takesAll = bound?.is_default === true && whole?.isComplete === true && whole.children.length === 0;
  for (const member of members) {
    if (takesAll || impliesBound(whole, effects.relation(member), bound)) continue;
    effects.scan(member);
    effects.fails(partition, "a row is outside the partition's bounds", '23514');
  }
  makeRoom(effects, parent, bound);
  lockReferencing(effects, parent);
  effects.lockIndexes(whole, 'SHARE UPDATE EXCLUSIVE');
  const part = effects.relation(partition);
  for (const { references, columns, isValid } of whole?.constraints ?? []) {
    if (references === undefined) continue;
    const isThere = part?.constraints.some(
      (other) =>
        other.references?.relation.name === references.relation.name &&
        other.columns.join() === columns.join(),
    );
    addForeignKey(effects, members, references.relation, columns, isValid && isThere !== true);
  }
  for (const index of whole?.indexes ?? []) {
    if (part?.isComplete === true && part.indexes.some((other) => isAlike(other, index))) continue;
    for (const member of members) {
      effects.buildIndex(member);
      effects.scan(member);
    }
  }
}

/** The bounds of a partition are also those of what it is a partition of. */
export function lockAncestors(effects: EffectsBuilder, whole: Relation | undefined): void {
  visitReached(whole?.parents ?? [], (name) => {
    const ancestor = effects.relation(name);
    if (ancestor?.kind !== 'partitioned table') return [];
    effects.lock(name, 'ACCESS SHARE', 'parent');
    return ancestor.parents;
  });
}

/** The foreign keys that point at a partitioned table point at its new partitions too. */
export function lockReferencing(effects: EffectsBuilder, parent: Named): void {
  const mode = effects.major >= 15 ? 'SHARE ROW EXCLUSIVE' : 'ACCESS SHARE';
  for (const other of referencing(effects, parent)) effects.lock(other, mode, 'referencing table');
}

/** The relations with a foreign key of their own that points at a partitioned table. */
function referencing(effects: EffectsBuilder, parent: Named): readonly Relation[] {
  const whole = effects.relation(parent);
  if (whole === undefined) return [];
  return foreignKeysOn(effects.catalog, whole).flatMap(({ relation, constraint }) =>
    isInherited(effects, relation, constraint) ? [] : [relation],
  );
}

/** The foreign keys of a partitioned table reach its new or leaving partitions too. */
export function lockReferencedBy(effects: EffectsBuilder, parent: Named): void {
  for (const { references } of effects.relation(parent)?.constraints ?? []) {
    if (references !== undefined) {
      effects.lockFamily(references.relation, 'SHARE ROW EXCLUSIVE', 'referenced table');
    }
  }
}

/** DETACH PARTITION: the lock on the parent is taken by the caller. */
export function detachPartition(effects: EffectsBuilder, parent: Named, partition: Named): void {
  effects.lockFamily(partition, 'ACCESS EXCLUSIVE', 'partition');
  effects.lockIndexes(effects.relation(partition), 'ACCESS EXCLUSIVE', (index) => index.parent !== undefined);
  lockReferencedBy(effects, parent);
  // No row may point at a row that leaves.
  for (const other of referencing(effects, parent)) {
    effects.lock(other, 'ACCESS EXCLUSIVE', 'referencing table');
    effects.scan(other);
    effects.fails(other, 'a row points at one of the partition', '23503');
  }
  const fallback: RelationName | undefined = effects.relation(parent)?.defaultPartition;
  if (fallback !== undefined) effects.lock(fallback, 'ACCESS EXCLUSIVE', 'default partition');
}

/** One bound of a table that is partitioned by one column. */
interface Bound {
  readonly column: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly values: readonly string[];
}

function boundOf(whole: Relation | undefined, spec: PartitionBoundSpec | undefined): Bound | undefined {
  const [column, ...others] = whole?.partitionKey?.columns ?? [];
  if (column === undefined || others.length > 0 || spec === undefined || spec.is_default === true)
    return undefined;
  if (spec.strategy === 'l') {
    const values = (spec.listdatums ?? []).map(constantOf);
    return values.includes(undefined)
      ? undefined
      : { column, from: undefined, to: undefined, values: values.flatMap((value) => value ?? []) };
  }
  if (spec.strategy !== 'r') return undefined;
  const [lower] = spec.lowerdatums ?? [];
  const [upper] = spec.upperdatums ?? [];
  return { column, from: constantOf(lower), to: constantOf(upper), values: [] };
}

/** Whether the valid checks of a table say that every row is within the bound. */
function impliesBound(
  whole: Relation | undefined,
  part: Relation | undefined,
  spec: PartitionBoundSpec | undefined,
): boolean {
  const bound = boundOf(whole, spec);
  if (bound === undefined || part === undefined || !isProvenNotNull(part, bound.column)) return false;
  const facts = validChecks(part).flatMap(conjuncts).flatMap(comparisonOf);
  const holds = (operator: string, value: string | undefined) =>
    value === undefined ||
    facts.some(
      (fact) => fact.column === bound.column && fact.operator === operator && fact.values.join() === value,
    );
  if (bound.values.length === 0) return holds('>=', bound.from) && holds('<', bound.to);
  return facts.some(
    (fact) =>
      fact.column === bound.column &&
      fact.operator === '=' &&
      fact.values.every((value) => bound.values.includes(value)),
  );
}

/** Whether the valid checks of a default partition say that no row of it is within the bound of a new one. */
function excludesBound(
  whole: Relation,
  part: Relation | undefined,
  spec: PartitionBoundSpec | undefined,
): boolean {
  const bound = boundOf(whole, spec);
  if (bound === undefined || part === undefined || bound.values.length > 0) return false;
  return validChecks(part)
    .flatMap(conjuncts)
    .some((check) => {
      const sides = disjuncts(check).flatMap(comparisonOf);
      return (
        sides.length === disjuncts(check).length &&
        sides.every(
          (side) =>
            side.column === bound.column &&
            ((side.operator === '<' && side.values.join() === bound.from) ||
              (side.operator === '>=' && side.values.join() === bound.to)),
        )
      );
    });
}

function validChecks(relation: Relation): readonly Node[] {
  return relation.constraints.flatMap(({ type, isValid, expression }) =>
    type === 'CHECK' && isValid && expression !== undefined ? [expression.node] : [],
  );
}

interface Comparison {
  readonly column: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** `column op constant`, `column IN (…)` or `column = ANY (ARRAY[…])`. */
function comparisonOf(node: Node): readonly Comparison[] {
  if (!('A_Expr' in node)) return [];
  const { kind, lexpr, rexpr, name } = node.A_Expr;
  const column = columnOf(lexpr);
  if (column === undefined || rexpr === undefined) return [];
  if (kind === 'AEXPR_IN' && 'List' in rexpr) {
    const values = (rexpr.List.items ?? []).map(constantOf);
    if (values.includes(undefined)) return [];
    return [{ column, operator: strings(name).join(), values: values.flatMap((value) => value ?? []) }];
  }
  const value = constantOf(rexpr);
  if (kind !== 'AEXPR_OP' || value === undefined) return [];
  return [{ column, operator: strings(name).join(), values: [value] }];
}

/** A constant as text; a cast around it changes nothing here. */
function constantOf(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if ('TypeCast' in node) return constantOf(node.TypeCast.arg);
  if (!('A_Const' in node)) return undefined;
  const { ival, fval, sval, boolval } = node.A_Const;
  if (ival !== undefined) return String(ival.ival ?? 0);
  if (fval !== undefined) return fval.fval;
  if (sval !== undefined) return sval.sval ?? '';
  return boolval === undefined ? undefined : String(boolval.boolval === true);
}
