import { functionsDropped } from '../../catalog/alter-function';
import type { Catalog } from '../../catalog/catalog';
import { dependentsOn } from '../../catalog/dependencies/dependents';
import { type DbObject, describeObject } from '../../catalog/dependencies/objects';
import { usedFunction } from '../../catalog/dependencies/uses';
import { columnsOfType, surelyUsesColumn } from '../../catalog/drop';
import { family, foreignKeysOn } from '../../catalog/edit';
import { isDoubtful } from '../../catalog/existence';
import { viewsUsing } from '../../catalog/query-columns';
import { isSame, type Named, type Relation } from '../../catalog/relation';
import { unseen } from '../../catalog/catalog';
import { builtinFunctions } from '../../postgres/signatures';
import type { Major } from '../../postgres/versions';
import type { AlterTable, AlterTableAction, Drop, QualifiedName } from '../../sql/statement';
import { quoteIdentifier } from '../../sql/print';
import type { Range } from '../../sql/text';
import { quoted } from './what-waits';

/** Something that a statement drops without CASCADE although others need it. */
interface Needed {
  /** As the server calls it: `column total of table orders`. */
  readonly name: string;
  readonly range: Range;
  /** What needs it, each as the end of a sentence: `the view "sales" reads it`. */
  readonly reasons: readonly string[];
  /** Whether CASCADE is of any help. */
  readonly mayCascade: boolean;
}

/** What DROP names and others need, so that the server refuses it (2BP01). */
export function neededObjects(statement: Drop, catalog: Catalog, major: Major): readonly Needed[] {
  const { objectType, names, cascade } = statement;
  // CASCADE does not let anybody drop the index of a constraint.
  if (cascade && objectType !== 'INDEX') return [];
  return names.flatMap((name) => {
    const reasons = reasonsToKeep(statement, name, catalog, major);
    const mayCascade = objectType !== 'INDEX';
    return reasons.length === 0
      ? []
      : [{ name: described(statement, name, catalog), range: name.range, reasons, mayCascade }];
  });
}

/** As the server calls what DROP names. */
function described(statement: Drop, name: QualifiedName, catalog: Catalog): string {
  const [called] = functionTypes.has(statement.objectType) ? functionsDropped(catalog, statement, name) : [];
  return called === undefined
    ? `${statement.objectType.toLowerCase()} ${written(name)}`
    : describeObject(catalog, usedFunction(called), catalog.searchPath);
}

const functionTypes = new Set(['FUNCTION', 'PROCEDURE', 'ROUTINE', 'AGGREGATE']);

/** What the catalog's dependencies say; `isTold` leaves out what goes in the same statement, and what is told otherwise. */
function reasonsOf(
  catalog: Catalog,
  major: Major,
  target: DbObject,
  isTold: (object: DbObject) => boolean = () => true,
): readonly string[] {
  return dependentsOn(catalog, target, major)
    .filter((object) => isTold(object) && isSure(catalog, object))
    .map(
      (object) => `${describeObject(catalog, shownAs(catalog, object), catalog.searchPath)} depends on it`,
    );
}

/** What computes a column is the column to its author. */
function shownAs(catalog: Catalog, object: DbObject): DbObject {
  if (object.kind !== 'default value') return object;
  const { schema, name, part } = object;
  const column = catalog.relation({ schema, name })?.columns.find((one) => one.name === part);
  return column?.generated === undefined ? object : { ...object, kind: 'column' };
}

function isSure(catalog: Catalog, object: DbObject): boolean {
  if (object.kind === 'function') return true;
  if (object.kind === 'index') {
    const owner = catalog.relation(catalog.index(object)?.relation ?? object);
    return owner !== undefined && isCertainlyThere(catalog, owner);
  }
  if (!('part' in object) || !('schema' in object)) return false;
  const relation = catalog.relation({ schema: object.schema, name: object.name });
  return relation !== undefined && isCertainlyThere(catalog, relation);
}

function reasonsToKeep(
  statement: Drop,
  name: QualifiedName,
  catalog: Catalog,
  major: Major,
): readonly string[] {
  const { objectType, names } = statement;
  switch (objectType) {
    case 'TABLE':
    case 'FOREIGN TABLE':
    case 'VIEW':
    case 'MATERIALIZED VIEW': {
      const relation = catalog.relation(name);
      if (relation === undefined) return [];
      const gone = names.flatMap((one) => {
        const found = catalog.relation(one);
        return found === undefined ? [] : partitionsWith(catalog, found);
      });
      const isLeft = (object: DbObject): boolean =>
        // Views, foreign keys and children are told below; triggers and rules of a view go with it.
        (object.kind === 'policy' || object.kind === 'function') &&
        !(object.kind === 'policy' && gone.some((one) => isSame(one, object)));
      const { schema, name: own } = relation;
      return [
        ...reasonsOfRelation(catalog, relation, gone),
        ...reasonsOf(catalog, major, { kind: 'relation', schema, name: own }, isLeft),
      ];
    }
    case 'SEQUENCE': {
      const relation = catalog.relation(name);
      if (relation?.kind !== 'sequence') return [];
      return reasonsOf(catalog, major, { kind: 'relation', schema: relation.schema, name: relation.name });
    }
    case 'FUNCTION':
    case 'PROCEDURE':
    case 'ROUTINE':
    case 'AGGREGATE': {
      const [called, second] = functionsDropped(catalog, statement, name);
      // Which one of several is called may be a guess, and one of the server's own comes first.
      if (called === undefined || second !== undefined || catalog.functions(called).length > 1) return [];
      if (builtinFunctions(called.name).length > 0) return [];
      const gone = names
        .flatMap((one) => functionsDropped(catalog, statement, one))
        .map((one) => describeObject(catalog, usedFunction(one)));
      return reasonsOf(
        catalog,
        major,
        usedFunction(called),
        (object) => !gone.includes(describeObject(catalog, object)),
      );
    }
    case 'INDEX': {
      const { index, relation } = catalog.index(name) ?? {};
      if (index === undefined || relation === undefined || isDoubtful(catalog, relation)) return [];
      if (index.constraint !== undefined) {
        const constraint = quoteIdentifier(index.constraint);
        return [`constraint ${constraint} on table ${quoteIdentifier(relation.name)} requires it`];
      }
      return index.parent === undefined ? [] : [`index ${quoteIdentifier(index.parent.name)} requires it`];
    }
    case 'TYPE':
    case 'DOMAIN': {
      const type = catalog.type(name);
      if (type === undefined) return [];
      const isOther = ({ kind }: DbObject): boolean => kind !== 'column';
      const { schema, name: own } = type;
      return [
        ...reasonsOfType(catalog, type),
        ...[false, true].flatMap((isArray) =>
          reasonsOf(catalog, major, { kind: 'type', schema, name: own, isArray }, isOther),
        ),
      ];
    }
    case 'SCHEMA':
      return catalog
        .allRelations(name.name)
        .filter((relation) => isCertainlyThere(catalog, relation))
        .map((relation) => `it holds the ${relation.kind} ${quoted(relation.name)}`);
    default:
      return [];
  }
}

/** A relation with its partitions, which go with it. */
function partitionsWith(catalog: Catalog, relation: Relation): readonly Relation[] {
  return relation.kind === 'partitioned table' ? family(catalog, relation) : [relation];
}

function isCertainlyThere(catalog: Catalog, relation: Relation): boolean {
  return relation.origin !== unseen && relation.persistence !== 'temporary' && !isDoubtful(catalog, relation);
}

function reasonsOfRelation(
  catalog: Catalog,
  relation: Relation,
  gone: readonly Relation[],
): readonly string[] {
  const isLeft = (other: Relation): boolean =>
    isCertainlyThere(catalog, other) && !gone.some((one) => isSame(one, other));
  return partitionsWith(catalog, relation).flatMap((member) => [
    ...member.readBy.flatMap((name) => {
      const view = catalog.relation(name);
      return view !== undefined && isLeft(view) ? [`the ${view.kind} ${quoted(view.name)} reads it`] : [];
    }),
    ...foreignKeysOn(catalog, member).flatMap(({ relation: other, constraint }) =>
      isLeft(other) ? [foreignKeyReason(constraint.name, other)] : [],
    ),
    ...(member.kind === 'partitioned table' ? [] : member.children).flatMap((name) => {
      const child = catalog.relation(name);
      return child !== undefined && isLeft(child) ? [`${quoted(child.name)} inherits from it`] : [];
    }),
  ]);
}

function foreignKeyReason(constraint: string, { name }: Named): string {
  return `the foreign key ${quoted(constraint)} of ${quoted(name)} depends on it`;
}

/** Columns whose type is told with its schema are sure to be of this one. */
function reasonsOfType(
  catalog: Catalog,
  type: { readonly schema: string; readonly name: string },
): readonly string[] {
  return columnsOfType(catalog, type).flatMap(({ relation, column }) => {
    const own = relation.columns.find(({ name }) => name === column)?.type;
    const isSure = own?.schema === type.schema && isCertainlyThere(catalog, relation);
    return isSure && !isSame(relation, type)
      ? [`${quoted(column)} of ${quoted(relation.name)} is of this type`]
      : [];
  });
}

/** What ALTER TABLE drops and others need. */
export function neededParts(statement: AlterTable, catalog: Catalog, major: Major): readonly Needed[] {
  const relation = catalog.relation(statement.relation);
  if (relation === undefined) return [];
  return statement.actions.flatMap((action, index): readonly Needed[] => {
    const of = `of ${relation.kind} ${quoteIdentifier(relation.name)}`;
    if (action.type === 'DropColumn' && !action.cascade) {
      const { text, range } = action.column;
      const changed = new Set(statement.actions.slice(0, index).flatMap(columnChanged));
      const reasons = [
        ...viewsNeeding(catalog, relation, text).map(
          (view) => `the ${view.kind} ${quoted(view.name)} uses it`,
        ),
        ...foreignKeysOn(catalog, relation).flatMap(({ relation: other, constraint }) =>
          constraint.references?.columns.includes(text) === true && isOther(catalog, relation, other)
            ? [foreignKeyReason(constraint.name, other)]
            : [],
        ),
        ...reasonsOf(
          catalog,
          major,
          { kind: 'column', schema: relation.schema, name: relation.name, part: text },
          // The others are told above; and what an action before this one has changed may need it no more.
          (object) =>
            object.kind !== 'constraint' &&
            !('part' in object && (object.part === '_RETURN' || changed.has(object.part))),
        ),
      ];
      const name = `column ${quoteIdentifier(text)} ${of}`;
      return reasons.length === 0 ? [] : [{ name, range, reasons, mayCascade: true }];
    }
    if (action.type !== 'DropConstraint' || action.cascade) return [];
    const { text, range } = action.constraint;
    const reasons = reasonsOfKey(catalog, relation, text);
    const name = `constraint ${quoteIdentifier(text)} ${of.replace('of', 'on')}`;
    return reasons.length === 0 ? [] : [{ name, range, reasons, mayCascade: true }];
  });
}

function written({ schema, name }: Named): string {
  return (schema === undefined ? [name] : [schema, name]).map(quoteIdentifier).join('.');
}

/** The column that an action is about. */
function columnChanged(action: AlterTableAction): readonly string[] {
  if ('column' in action && 'text' in action.column) return [action.column.text];
  return action.type === 'Other' && action.name !== undefined ? [action.name] : [];
}

function isOther(catalog: Catalog, relation: Relation, other: Relation): boolean {
  return !isSame(relation, other) && isCertainlyThere(catalog, other);
}

/** The foreign keys that need a key; none where another key of the same columns may serve them. */
function reasonsOfKey(catalog: Catalog, relation: Relation, name: string): readonly string[] {
  const key = relation.constraints.find((constraint) => constraint.name === name);
  if (key === undefined || (key.type !== 'PRIMARY KEY' && key.type !== 'UNIQUE')) return [];
  const isAlike = (columns: readonly (string | undefined)[]): boolean =>
    columns.length === key.columns.length &&
    columns.every((column) => column !== undefined && key.columns.includes(column));
  const others = relation.indexes.filter(
    ({ unique, columns, constraint }) =>
      unique && constraint !== name && isAlike(columns.map(({ column }) => column)),
  );
  if (others.length > 0) return [];
  return foreignKeysOn(catalog, relation, key.columns).flatMap(({ relation: other, constraint }) =>
    constraint.references !== undefined &&
    isAlike(constraint.references.columns) &&
    isOther(catalog, relation, other)
      ? [foreignKeyReason(constraint.name, other)]
      : [],
  );
}

/** The views that are sure to use a column of a relation, or of its partitions and children. */
export function viewsNeeding(catalog: Catalog, relation: Relation, column: string): readonly Relation[] {
  return family(catalog, relation).flatMap((member) =>
    viewsUsing(catalog, member).flatMap((name) => {
      const view = catalog.relation(name);
      const isSure =
        view !== undefined && isCertainlyThere(catalog, view) && surelyUsesColumn(view, member, column);
      return isSure ? [view] : [];
    }),
  );
}
