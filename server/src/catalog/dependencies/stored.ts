import type { Node } from '@pgsql/types';
import type { Catalog } from '../catalog';
import { columnsOfRelation } from '../query/fields';
import { readExpression, readStatements } from '../query/query';
import type { Source } from '../query/scope';
import { builtin, valueOfColumn } from '../query/value';
import {
  type Index,
  isSame,
  noUses,
  type Relation,
  type RelationName,
  type StoredExpression,
  type Uses,
} from '../relation';
import { allUses, indexWithExpressions, type Place, withExpressions } from './expressions';
import { noteUser } from './follow';
import type { UsedObject } from './uses';

/** The relation as it is stored: of each new expression it is noted what it uses, while the names still mean that. */
export function stored(catalog: Catalog, relation: Relation): Relation {
  const result = withExpressions(relation, storing(catalog, relation));
  if (result === relation) return relation;
  const { schema, name } = relation;
  noteUser(catalog, { kind: 'relation', schema, name }, allUses(result));
  return result;
}

/** An index of `relation`, stored. */
export function storedIndex(catalog: Catalog, relation: Relation, index: Index): Index {
  return indexWithExpressions(index, storing(catalog, relation));
}

function storing(
  catalog: Catalog,
  relation: Relation,
): (expression: StoredExpression, place: Place) => StoredExpression {
  let own: Source | undefined;
  return (expression, place) => {
    if (expression.uses !== undefined) return expression;
    const { node } = expression;
    // Most defaults: nothing is looked up for a literal, or CURRENT_TIMESTAMP, of a type of the server's own.
    const isPlain = place.kind === 'value' && place.column.type?.schema === undefined;
    if (isPlain && ('SQLValueFunction' in node || 'A_Const' in node)) return { ...expression, uses: noUses };
    own ??= sourceOf(relation);
    const sources = place.kind === 'trigger' ? rowsOf(own) : [own];
    const target =
      place.kind === 'value'
        ? valueOfColumn(place.column)
        : place.kind === 'key'
          ? undefined
          : builtin('bool');
    return {
      ...expression,
      uses: usesIn(relation, readExpression(expression.node, sources, target, catalog)),
    };
  };
}

/** What expressions over the columns of a relation use that are stored elsewhere. */
export function usesOfParts(catalog: Catalog, name: RelationName, nodes: readonly Node[]): Uses {
  const relation = catalog.relation({ schema: name.schema, name: name.name });
  const sources = relation === undefined ? [] : [sourceOf(relation)];
  return usesIn(name, readStatements(nodes, sources, catalog));
}

/** What the condition and the actions of a rule use. The rows that actions stand for are of the relation as a whole. */
export function usesOfRule(
  catalog: Catalog,
  relation: Relation,
  condition: Node | undefined,
  actions: readonly Node[],
): Uses {
  const rows = rowsOf(sourceOf(relation));
  const read = (nodes: readonly Node[]): Uses => usesIn(relation, readStatements(nodes, rows, catalog));
  const [when, done] = [read(condition === undefined ? [] : [condition]), read(actions)];
  const { schema, name } = relation;
  const whole: readonly UsedObject[] =
    done.own.length > 0 || actions.some((node) => 'NotifyStmt' in node)
      ? []
      : [{ kind: 'relation', schema, name }];
  return {
    own: [...new Set([...when.own, ...done.own])],
    columns: [...when.columns, ...done.columns],
    objects: [...when.objects, ...done.objects, ...whole],
    areKnown: when.areKnown && done.areKnown,
  };
}

/** What the body of a function uses that is kept as it was read: that of BEGIN ATOMIC or RETURN. */
export function usesOfBody(catalog: Catalog, nodes: readonly Node[]): Uses {
  return usesIn(undefined, readStatements(nodes, [], catalog));
}

function usesIn(
  owner: RelationName | undefined,
  { uses, objects, areUsesKnown }: ReturnType<typeof readExpression>,
): Uses {
  const isOwn = (read: RelationName): boolean => owner !== undefined && isSame(read, owner);
  return {
    own: uses.filter(isOwn).flatMap(({ columns }) => columns),
    columns: uses.filter((read) => !isOwn(read)),
    objects,
    areKnown: areUsesKnown,
  };
}

/** The rows of a trigger or a rule. */
function rowsOf(source: Source): readonly Source[] {
  return ['new', 'old'].map((name) => ({ ...source, name, schema: undefined }));
}

function sourceOf(relation: Relation): Source {
  const { schema, name, isComplete } = relation;
  const columns = columnsOfRelation(relation).map((column) => ({
    ...column,
    uses: [{ relation: { schema, name }, column: column.name }],
  }));
  const row = { ...builtin(name), schema };
  return { name, schema, columns, isComplete, relation: { schema, name }, row };
}
