import type { Catalog } from '../../catalog/catalog';
import { type Named, nameKey, type RelationName } from '../../catalog/relation';
import type { Token } from '../../sql/scanner';
import type { Statement } from '../../sql/statement';
import type { Range } from '../../sql/text';
import { placesOf } from './places';
import { type Scope, type Source, sourceNamed, sourceName } from './scope';
import type { Place, PlaceKind, PlaceRole } from './walker';

/** A thing of the catalog by its full name at one time. */
export interface ObjectName {
  readonly kind: Exclude<PlaceKind, 'local' | 'value'>;
  /** Empty for a schema itself. */
  readonly schema: string;
  readonly name: string;
  /** The relation, in the same schema, that has the column, constraint, trigger or policy. */
  readonly owner: string | undefined;
}

/** Where a statement names a thing. */
export interface Mention {
  readonly object: ObjectName;
  readonly role: PlaceRole;
  /** Relative to the statement. */
  readonly range: Range;
  /** Of a new name or schema for a thing: what it was called until then. */
  readonly before: ObjectName | undefined;
  /** Whether the thing is there already when the statement makes it, as IF NOT EXISTS and OR REPLACE allow. */
  readonly isThere: boolean;
}

/** Whether two names mean the same thing, at one time. */
export function isSameObject(a: ObjectName, b: ObjectName): boolean {
  return a.kind === b.kind && a.name === b.name && a.schema === b.schema && a.owner === b.owner;
}

/** Whether `object` is a part of the relation, or in the schema, that `whole` is. */
export function isPartOf(object: ObjectName, whole: ObjectName): boolean {
  if (whole.kind === 'schema') return object.schema === whole.name;
  return whole.kind === 'relation' && object.owner === whole.name && object.schema === whole.schema;
}

/** What a statement names, in the order of the text, as the catalog before it has these things. */
export function mentionsOf(statement: Statement, catalog: Catalog): readonly Mention[] {
  const places = placesOf(statement);
  const made = madeBy(places, catalog);
  return places
    .flatMap((place) => mentionsAt(place, catalog, made))
    .sort((a, b) => a.range.start - b.range.start);
}

/** A text that no other column of any relation has; that of the column '' is how the others of its relation begin. */
export function columnKey(relation: Named, column: string): string {
  return `${nameKey(relation)}\0${column}`;
}

/** The columns that a statement makes: what stands behind in it may use them already. */
export function madeBy(places: readonly Place[], catalog: Catalog): ReadonlySet<string> {
  const made = new Set<string>();
  for (const place of places) {
    if (place.kind !== 'column' || place.role !== 'new' || place.owner === undefined) continue;
    made.add(columnKey(relationOf(place.owner, catalog), place.parts.at(-1)?.text ?? ''));
  }
  return made;
}

/** What the parts of one name name: `o.id` a column only, `orders.id` the relation too. */
export function mentionsAt(place: Place, catalog: Catalog, made: ReadonlySet<string>): readonly Mention[] {
  const last = place.parts.at(-1);
  if (last === undefined) return [];
  const mention = (
    object: ObjectName | undefined,
    token: Token = last,
    before?: ObjectName,
  ): readonly Mention[] =>
    object === undefined
      ? []
      : [
          {
            object,
            role: place.role,
            range: token,
            before,
            isThere: place.role === 'new' && isThere(object, catalog),
          },
        ];
  if (place.moves !== undefined) {
    const before = objectOf(place.moves, catalog, made);
    const moved = before === undefined ? undefined : { ...before, schema: last.text };
    return [
      ...mention({ kind: 'schema', schema: '', name: last.text, owner: undefined }),
      ...mention(moved, last, before).map((one) => ({ ...one, role: 'renamed' as const })),
    ];
  }
  if (place.renames !== undefined) {
    const before = objectOf(place.renames, catalog, made);
    return before === undefined ? [] : mention({ ...before, name: last.text }, last, before);
  }
  const object = objectOf(place, catalog, made);
  if (place.kind !== 'column' || place.scope === undefined) return mention(object);
  return [...qualifier(place, catalog), ...mention(object)];
}

/** The relation in front of a column, when its own name stands there and no alias. */
function qualifier({ parts, scope }: Place, catalog: Catalog): readonly Mention[] {
  const token = parts.at(-2) ?? (parts.length === 1 ? parts[0] : undefined);
  if (token === undefined) return [];
  const source = parts.length < 3 ? sourceNamed(scope, token.text) : undefined;
  const relation = source?.alias === undefined ? source?.relation : undefined;
  if (relation === undefined) return [];
  const { schema, name } = relationOf(relation, catalog);
  const object: ObjectName = { kind: 'relation', schema, name, owner: undefined };
  return [{ object, role: 'use', range: token, before: undefined, isThere: false }];
}

/** The full name of a relation that is written as `parts`. */
export function relationOf(parts: readonly Token[], catalog: Catalog): RelationName {
  return catalog.resolve({ schema: parts.at(-2)?.text, name: parts.at(-1)?.text ?? '' });
}

/** The thing that a place names; undefined when that cannot be told, or it is the server's own. */
export function objectOf(place: Place, catalog: Catalog, made: ReadonlySet<string>): ObjectName | undefined {
  const { kind, parts, role, owner } = place;
  const written = { schema: parts.at(-2)?.text, name: parts.at(-1)?.text ?? '' };
  const home = written.schema ?? catalog.searchPath[0] ?? 'public';
  const inRelation = (relation: RelationName | undefined): ObjectName | undefined =>
    relation === undefined
      ? undefined
      : {
          kind: kind as ObjectName['kind'],
          schema: relation.schema,
          name: written.name,
          owner: relation.name,
        };
  switch (kind) {
    case 'local':
    case 'value':
      return undefined;
    case 'schema':
      return { kind, schema: '', name: written.name, owner: undefined };
    case 'relation':
      return relationObject(place, catalog, written, home);
    case 'index': {
      const found = catalog.index(written);
      const table = owner === undefined ? undefined : relationOf(owner, catalog);
      const schema = found?.relation.schema ?? table?.schema ?? home;
      return { kind, schema, name: written.name, owner: undefined };
    }
    case 'type': {
      const found = catalog.type(written);
      if (found !== undefined) return { kind, schema: found.schema, name: found.name, owner: undefined };
      const row = catalog.relation(written);
      if (row !== undefined)
        return { kind: 'relation', schema: row.schema, name: row.name, owner: undefined };
      return role === 'new' ? { kind, schema: home, name: written.name, owner: undefined } : undefined;
    }
    case 'function': {
      const schemas = written.schema === undefined ? catalog.searchPath : [written.schema];
      const schema = schemas.find(
        (one) => catalog.function({ schema: one, name: written.name }) !== undefined,
      );
      if (schema === undefined && role !== 'new') return undefined;
      return { kind, schema: schema ?? home, name: written.name, owner: undefined };
    }
    case 'constraint':
    case 'trigger':
    case 'policy':
      return inRelation(owner === undefined ? undefined : relationOf(owner, catalog));
    case 'column':
      if (owner !== undefined) return inRelation(relationOf(owner, catalog));
      return inRelation(relationWithColumn(parts, place.scope, catalog, made));
  }
}

function relationObject(
  { role }: Place,
  catalog: Catalog,
  written: { readonly schema: string | undefined; readonly name: string },
  home: string,
): ObjectName | undefined {
  const { name } = written;
  if (role === 'new') return { kind: 'relation', schema: home, name, owner: undefined };
  // ALTER TABLE may name an index.
  const index = catalog.relation(written) === undefined ? catalog.index(written) : undefined;
  if (index !== undefined) return { kind: 'index', schema: index.relation.schema, name, owner: undefined };
  return { kind: 'relation', schema: catalog.resolve(written).schema, name, owner: undefined };
}

/** The relation that has the column which is written as `parts`. */
function relationWithColumn(
  parts: readonly Token[],
  scope: Scope | undefined,
  catalog: Catalog,
  made: ReadonlySet<string>,
): RelationName | undefined {
  const name = parts.at(-1)?.text ?? '';
  if (name === '*') return undefined;
  if (parts.length > 2) return relationOf(parts.slice(0, -1), catalog);
  if (parts.length === 2) {
    const relation = sourceNamed(scope, parts[0]?.text ?? '')?.relation;
    return relation === undefined ? undefined : relationOf(relation, catalog);
  }
  for (let at = scope; at !== undefined; at = at.parent) {
    const relations = at.sources.flatMap(({ relation }) =>
      relation === undefined ? [] : [relationOf(relation, catalog)],
    );
    const found = relations.find(
      (relation) =>
        catalog.relation(relation)?.columns.some((column) => column.name === name) === true ||
        made.has(columnKey(relation, name)),
    );
    if (found !== undefined) return found;
    // Of one relation whose columns are not all known it may be.
    const [first] = relations;
    const isOnly = at.sources.length > 0 && at.sources.every((source) => isSameSource(source, at.sources[0]));
    if (first !== undefined && isOnly && catalog.relation(first)?.isComplete !== true) return first;
  }
  return undefined;
}

function isSameSource(a: Source, b: Source | undefined): boolean {
  return a.relation === b?.relation || sourceName(a) === (b === undefined ? undefined : sourceName(b));
}

function isThere({ kind, schema, name, owner }: ObjectName, catalog: Catalog): boolean {
  const relation = owner === undefined ? undefined : catalog.relation({ schema, name: owner });
  switch (kind) {
    case 'relation':
      return catalog.relation({ schema, name }) !== undefined;
    case 'index':
      return catalog.index({ schema, name }) !== undefined;
    case 'type':
      return catalog.type({ schema, name }) !== undefined;
    case 'function':
      return catalog.function({ schema, name }) !== undefined;
    case 'schema':
      return catalog.hasSchema(name);
    case 'column':
      return relation?.columns.some((one) => one.name === name) === true;
    case 'constraint':
      return relation?.constraints.some((one) => one.name === name) === true;
    case 'trigger':
      return relation?.triggers.some((one) => one.name === name) === true;
    case 'policy':
      return relation?.policies.some((one) => one.name === name) === true;
  }
}
