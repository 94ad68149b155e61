import {
  type Column,
  type Index,
  noUses,
  type Relation,
  type StoredExpression,
  type Trigger,
  type Uses,
} from '../relation';
import { mapped } from './mapped';

/** Where an expression of a relation stands: it is the value of a column, a condition, a key, or a condition of a trigger. */
export type Place =
  { readonly kind: 'value'; readonly column: Column } | { readonly kind: 'condition' | 'key' | 'trigger' };

type Change = (expression: StoredExpression, place: Place) => StoredExpression;

/** The relation with other expressions, which `change` makes of each; the same one when it changes none. */
export function withExpressions(relation: Relation, change: Change): Relation {
  const maybe = (expression: StoredExpression | undefined, place: Place): StoredExpression | undefined =>
    expression === undefined ? undefined : change(expression, place);
  const condition = { kind: 'condition' } as const;
  const columns = mapped(relation.columns, (column) => {
    if (column.default === undefined && column.generation === undefined) return column;
    const fallback = maybe(column.default, { kind: 'value', column });
    const generation = maybe(column.generation, { kind: 'value', column });
    if (fallback === column.default && generation === column.generation) return column;
    return { ...column, default: fallback, ...(generation === undefined ? {} : { generation }) };
  });
  const constraints = mapped(relation.constraints, (constraint) => {
    const expression = maybe(constraint.expression, condition);
    return expression === constraint.expression ? constraint : { ...constraint, expression };
  });
  const indexes = mapped(relation.indexes, (index) => indexWithExpressions(index, change));
  const triggers = mapped(relation.triggers, (trigger) => {
    const when = maybe(trigger.condition, { kind: 'trigger' });
    return when === trigger.condition ? trigger : { ...trigger, condition: when };
  });
  const policies = mapped(relation.policies, (policy) => {
    const [using, check] = [maybe(policy.using, condition), maybe(policy.check, condition)];
    return using === policy.using && check === policy.check ? policy : { ...policy, using, check };
  });
  const isSameRelation =
    columns === relation.columns &&
    constraints === relation.constraints &&
    indexes === relation.indexes &&
    triggers === relation.triggers &&
    policies === relation.policies;
  return isSameRelation ? relation : { ...relation, columns, constraints, indexes, triggers, policies };
}

/** The same for one index. */
export function indexWithExpressions(index: Index, change: Change): Index {
  const columns = mapped(index.columns, (key) => {
    const expression = key.expression === undefined ? undefined : change(key.expression, { kind: 'key' });
    return expression === key.expression ? key : { ...key, expression };
  });
  const predicate =
    index.predicate === undefined ? undefined : change(index.predicate, { kind: 'condition' });
  return columns === index.columns && predicate === index.predicate
    ? index
    : { ...index, columns, predicate };
}

/** The function that a trigger calls, as a use of it. */
export function calledBy({ function: { schema, name } }: Trigger): Uses {
  return schema === undefined
    ? noUses
    : { ...noUses, objects: [{ kind: 'function', schema, name, arguments: '' }] };
}

/** What all expressions of a relation use, its rules, and its query. */
export function allUses(relation: Relation): readonly Uses[] {
  const found: Uses[] = [];
  withExpressions(relation, (expression) => {
    if (expression.uses !== undefined) found.push(expression.uses);
    return expression;
  });
  const query = { ...noUses, objects: relation.objectsRead };
  return [
    ...found,
    ...relation.triggers.map(calledBy),
    ...(relation.rules ?? []).map(({ uses }) => uses),
    query,
  ];
}
