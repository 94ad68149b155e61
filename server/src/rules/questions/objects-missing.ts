import type { Catalog } from '../../catalog/catalog';
import {
  absenceOf,
  type Former,
  formerOf,
  hasDoubts,
  hasKnownColumns,
  schemasOf,
} from '../../catalog/existence';
import type { Named, Relation } from '../../catalog/relation';
import type { AlterTable, Drop, Name, Rename, Statement } from '../../sql/statement';
import type { Range } from '../../sql/text';
import { functionMissing, functionsNamedBy } from './functions';
import { rangeOfWord } from './relations-used';
import { list, quoted } from './what-waits';

/** An index, constraint, trigger, policy, type or function that a statement names and that is not there. */
interface MissingObject {
  readonly kind: string;
  readonly name: string;
  /** The relation that would have it. */
  readonly owner: Relation | undefined;
  readonly former: Former | undefined;
  /** False when it may have been made before the first migration. */
  readonly isSure: boolean;
  readonly range: () => Range;
  /** Where IF EXISTS would make the statement do nothing instead. */
  readonly ifExistsAt: number | undefined;
  /** The names that it could be meant as. */
  readonly others: readonly string[];
  /** What there is instead. */
  readonly hint?: string | undefined;
}

/** The objects that a statement names and that are not there, as far as that is certain. */
export function objectsMissing(statement: Statement, catalog: Catalog): readonly MissingObject[] {
  switch (statement.kind) {
    case 'Drop':
      return statement.ifExists ? [] : drop(statement, catalog);
    case 'AlterTable':
      return alterTable(statement, catalog);
    case 'Rename':
      return [...rename(statement, catalog), ...functions(statement, catalog)];
    case 'Other':
      return functions(statement, catalog);
    default:
      return [];
  }
}

function drop(statement: Drop, catalog: Catalog): readonly MissingObject[] {
  const { objectType, names, relation, concurrently } = statement;
  const [first] = names;
  if (first === undefined) return [];
  // CONCURRENTLY and IF EXISTS together are for whoever builds indexes that way.
  const ifExistsAt = concurrently ? undefined : first.range.start;
  switch (objectType) {
    case 'INDEX':
      return names.flatMap((name) => indexNamed(catalog, name, () => name.range, ifExistsAt));
    case 'TYPE':
    case 'DOMAIN':
      return names.flatMap((name) => typeNamed(catalog, name, () => name.range, ifExistsAt));
    case 'TRIGGER':
    case 'POLICY':
      if (relation === undefined) return [];
      return ofRelation(catalog, relation, (owner) =>
        part(owner, objectType.toLowerCase(), first.name, () => first.range, ifExistsAt),
      );
    default:
      return functions(statement, catalog, ifExistsAt);
  }
}

/** The functions that a statement names with their arguments. */
function functions(statement: Statement, catalog: Catalog, ifExistsAt?: number): readonly MissingObject[] {
  return functionsNamedBy(statement).flatMap((place) => {
    const missing = functionMissing(place, catalog);
    if (missing === undefined) return [];
    const { name, former, isSure, others } = missing;
    const hint = others.length === 0 ? undefined : `There is ${list(others.map(quoted))}.`;
    const kind = place.objectType.toLowerCase();
    return [
      { kind, name, owner: undefined, former, isSure, range: place.range, ifExistsAt, others: [], hint },
    ];
  });
}

function alterTable(statement: AlterTable, catalog: Catalog): readonly MissingObject[] {
  const { objectType, relation, ifExists, actions } = statement;
  if (objectType === 'INDEX') return ifExists ? [] : indexNamed(catalog, relation, () => relation.range);
  const added = new Set(
    actions.flatMap((action) =>
      action.type === 'AddConstraint' && action.constraint.name !== undefined
        ? [action.constraint.name.text]
        : [],
    ),
  );
  const named = actions.flatMap(
    (action): readonly { readonly name: Name; readonly at: number | undefined }[] => {
      if (action.type === 'DropConstraint' && !action.ifExists) {
        return [{ name: action.constraint, at: action.constraint.range.start }];
      }
      return action.type === 'ValidateConstraint' ? [{ name: action.constraint, at: undefined }] : [];
    },
  );
  if (named.length === 0) return [];
  return ofRelation(catalog, relation, (owner) =>
    named.flatMap(({ name, at }) =>
      added.has(name.text) ? [] : part(owner, 'constraint', name.text, () => name.range, at),
    ),
  );
}

function rename(
  { objectType, relation, from, ifExists, text }: Rename,
  catalog: Catalog,
): readonly MissingObject[] {
  if (relation === undefined || ifExists) return [];
  const range = (): Range => rangeOfWord(text, from, { start: relation.range.end, end: text.length });
  switch (objectType) {
    case 'INDEX':
      return indexNamed(catalog, relation, () => relation.range);
    case 'TYPE':
    case 'DOMAIN':
      return typeNamed(catalog, relation, () => relation.range);
    case 'CONSTRAINT':
      return ofRelation(catalog, relation, (owner) => part(owner, 'constraint', from, range));
    case 'TRIGGER':
    case 'POLICY':
      return ofRelation(catalog, relation, (owner) =>
        part(owner, objectType.toLowerCase(), from, () => rangeOfWord(text, from)),
      );
    default:
      return [];
  }
}

/** What is asked about a table of which everything is known. */
function ofRelation(
  catalog: Catalog,
  name: Named,
  ask: (relation: Relation) => readonly MissingObject[],
): readonly MissingObject[] {
  const relation = catalog.relation(name);
  return relation !== undefined && hasKnownColumns(catalog, relation) ? ask(relation) : [];
}

function part(
  owner: Relation,
  kind: string,
  name: string,
  range: () => Range,
  ifExistsAt?: number,
): readonly MissingObject[] {
  const parts =
    kind === 'constraint' ? owner.constraints : kind === 'trigger' ? owner.triggers : owner.policies;
  if (parts.some((one) => one.name === name) || isMadeByServer(owner, kind, name)) return [];
  const others = parts.map((one) => one.name);
  return [{ kind, name, owner, former: undefined, isSure: true, range, ifExistsAt, others }];
}

/** NOT NULL has a constraint of its own since PostgreSQL 18, and a partition the triggers of its table. */
function isMadeByServer(owner: Relation, kind: string, name: string): boolean {
  return kind === 'constraint' ? /_not_null\d*$/.test(name) : owner.parents.length > 0;
}

function indexNamed(
  catalog: Catalog,
  name: Named,
  range: () => Range,
  ifExistsAt?: number,
): readonly MissingObject[] {
  const absence = absenceOf(catalog, name, 'index');
  if (absence === undefined) return [];
  const { former, others } = absence;
  const isSure =
    former !== undefined || schemasOf(catalog, name).every((schema) => catalog.hasSchema(schema));
  const names = others.flatMap(({ indexes }) => indexes.map((index) => index.name));
  return [
    { kind: 'index', name: name.name, owner: undefined, former, isSure, range, ifExistsAt, others: names },
  ];
}

/** A type is missed only when a migration has dropped or renamed it: extensions and the server bring many. */
function typeNamed(
  catalog: Catalog,
  name: Named,
  range: () => Range,
  ifExistsAt?: number,
): readonly MissingObject[] {
  if (hasDoubts(catalog) || catalog.type(name) !== undefined || catalog.relation(name) !== undefined)
    return [];
  for (const schema of schemasOf(catalog, name)) {
    const former = formerOf(catalog, 'type', schema, name.name);
    if (former !== undefined) {
      return [
        {
          kind: 'type',
          name: name.name,
          owner: undefined,
          former,
          isSure: true,
          range,
          ifExistsAt,
          others: [],
        },
      ];
    }
  }
  return [];
}
