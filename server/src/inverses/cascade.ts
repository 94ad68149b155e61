import { schemaAfter } from '../catalog/after';
import type { Catalog } from '../catalog/catalog';
import type { Relation } from '../catalog/relation';
import { isSame } from '../catalog/relation';
import type { Statement } from '../sql/statement';
import { type Inverted, worst } from './inverse';

/**
 * An inverse that also says what CASCADE has dropped besides the objects that are named, their keys and their indexes:
 * it does not come back.
 */
export function withLosses(inverted: Inverted, statement: Statement, before: Catalog): Inverted {
  if (!cascades(statement) || inverted.grade === 'not possible') return inverted;
  const after = schemaAfter(statement, before);
  const notes = lost(statement, before, after).map((what) => `CASCADE also dropped ${what}.`);
  if (notes.length === 0) return inverted;
  return {
    ...inverted,
    grade: worst([inverted.grade, 'schema only']),
    notes: [...inverted.notes, ...notes],
  };
}

function cascades(statement: Statement): boolean {
  if (statement.kind === 'Drop') return statement.cascade;
  return (
    statement.kind === 'AlterTable' &&
    statement.actions.some((action) => 'cascade' in action && action.cascade)
  );
}

function lost(statement: Statement, before: Catalog, after: Catalog): readonly string[] {
  const named = statement.kind === 'Drop' ? statement.names.map((name) => before.resolve(name)) : [];
  return before.allRelations().flatMap((relation) => {
    const left = after.relation(relation);
    if (left !== undefined) return partsLost(relation, left);
    const isOther = relation.kind.endsWith('view') && !named.some((name) => isSame(name, relation));
    return isOther ? [`the ${relation.kind} "${relation.name}"`] : [];
  });
}

/** Triggers and policies that are gone from a table that is still there. */
function partsLost(was: Relation, now: Relation): readonly string[] {
  const gone = (parts: readonly { readonly name: string }[], left: readonly { readonly name: string }[]) =>
    parts.filter(({ name }) => left.every((one) => one.name !== name)).map(({ name }) => name);
  return [
    ...gone(was.triggers, now.triggers).map((name) => `the trigger "${name}" on "${was.name}"`),
    ...gone(was.policies, now.policies).map((name) => `the policy "${name}" on "${was.name}"`),
  ];
}
