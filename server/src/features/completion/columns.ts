import type { Catalog } from '../../catalog/catalog';
import type { Column, Relation, RelationName } from '../../catalog/relation';
import type { Proposal } from './completion';
import { valueProposals } from './objects';
import { shownName } from '../headline';
import { columnKey, type ObjectName, relationOf } from '../names/names';
import {
  commonTable,
  type Output,
  type Query,
  type Scope,
  type Source,
  sourceName,
  sourceNamed,
} from '../names/scope';
import { type Place, typedMark } from '../names/walker';
import { plainType } from '../relation-hover';

/** The columns that a name may name at `place`, and what may qualify them. */
export function columnProposals(
  place: Place,
  places: readonly Place[],
  catalog: Catalog,
  made: ReadonlySet<string>,
): readonly Proposal[] {
  const { owner, scope, parts } = place;
  if (owner !== undefined) return ownColumns(place, places, catalog, made);
  if (parts.length > 2) return columnsOf(relationOf(parts.slice(0, -1), catalog), catalog, made, 0);
  if (parts.length === 2) {
    const qualifier = parts[0]?.text ?? '';
    const source = sourceNamed(scope, qualifier);
    if (source !== undefined) return columnsOfSource(source, catalog, made, 0);
    return columnsOf(catalog.resolve({ schema: undefined, name: qualifier }), catalog, made, 0);
  }
  const found: Proposal[] = place.of === undefined ? [] : [...valueProposals(place.of, catalog, made)];
  let distance = 1;
  for (let at = scope; at !== undefined; at = at.parent) {
    const sources = at.sources.filter(({ alias }) => alias?.text !== typedMark);
    for (const source of sources) found.push(...columnsOfSource(source, catalog, made, distance * 1000));
    found.push(...sources.flatMap(aliasProposal));
    distance++;
  }
  return withoutRepetition(found);
}

/** In a list of columns none is named twice. */
function ownColumns(
  place: Place,
  places: readonly Place[],
  catalog: Catalog,
  made: ReadonlySet<string>,
): readonly Proposal[] {
  const { owner, list } = place;
  if (owner === undefined) return [];
  const others = list === undefined ? [] : places.filter((other) => other.list === list);
  const taken = new Set(others.map(({ parts }) => parts.at(-1)?.text));
  return columnsOf(relationOf(owner, catalog), catalog, made, 0).filter(({ text }) => !taken.has(text));
}

/** The columns of a relation in their order, with those that the statement is about to make. */
function columnsOf(
  name: RelationName,
  catalog: Catalog,
  made: ReadonlySet<string>,
  rank: number,
): readonly Proposal[] {
  const relation = catalog.relation(name);
  const prefix = columnKey(name, '');
  const added = [...made].flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  const columns = relation?.columns ?? [];
  return [
    ...columns.map((column, index) => columnProposal(column, relation, rank + index)),
    ...added
      .filter((one) => one !== typedMark && !columns.some((column) => column.name === one))
      .map((one, index) => plain(one, rank + columns.length + index, shownName(name))),
  ];
}

function columnProposal(column: Column, relation: Relation | undefined, rank: number): Proposal {
  const { name, type, notNull } = column;
  const detail = [
    ...(type === undefined ? [] : [plainType(type.text)]),
    ...(notNull ? ['NOT NULL'] : []),
  ].join(' ');
  const of =
    relation === undefined ? {} : { description: shownName(relation), object: objectOf(name, relation) };
  return {
    label: name,
    kind: 'column',
    text: name,
    isName: true,
    rank,
    ...(detail === '' ? {} : { detail }),
    ...of,
  };
}

function objectOf(name: string, { schema, name: owner }: Relation): ObjectName {
  return { kind: 'column', schema, name, owner };
}

function plain(name: string, rank: number, description: string): Proposal {
  return { label: name, kind: 'column', text: name, isName: true, rank, description };
}

function columnsOfSource(
  source: Source,
  catalog: Catalog,
  made: ReadonlySet<string>,
  rank: number,
): readonly Proposal[] {
  const { relation, query, columns } = source;
  const description = sourceName(source) ?? '';
  if (columns.length > 0) return columns.map(({ text }, index) => plain(text, rank + index, description));
  if (relation !== undefined) {
    const common = relation.length === 1 ? commonTable(undefined, relation[0]?.text ?? '') : undefined;
    return common === undefined
      ? columnsOf(relationOf(relation, catalog), catalog, made, rank)
      : answerOf(common, description, catalog, made, rank);
  }
  return query === undefined ? [] : answerOf(query, description, catalog, made, rank);
}

/** How deep `SELECT *` from `SELECT *` is followed. */
const deepest = 5;

function answerOf(
  { outputs }: Query,
  description: string,
  catalog: Catalog,
  made: ReadonlySet<string>,
  rank: number,
  depth = 0,
): readonly Proposal[] {
  const expand = (output: Output): readonly Proposal[] => {
    if ('name' in output) return [plain(output.name, 0, description)];
    return depth > deepest ? [] : allOf(output.all, output.of, catalog, made, depth + 1);
  };
  return outputs.flatMap(expand).map((proposal, index) => ({ ...proposal, description, rank: rank + index }));
}

/** The columns of `*`, or of `alias.*`. */
function allOf(
  scope: Scope,
  of: string | undefined,
  catalog: Catalog,
  made: ReadonlySet<string>,
  depth: number,
): readonly Proposal[] {
  const sources = scope.sources.filter((source) => of === undefined || sourceName(source) === of);
  return sources.flatMap((source) =>
    source.query === undefined
      ? columnsOfSource(source, catalog, made, 0)
      : answerOf(source.query, sourceName(source) ?? '', catalog, made, 0, depth),
  );
}

function aliasProposal(source: Source): readonly Proposal[] {
  const name = sourceName(source);
  if (name === undefined || name === typedMark) return [];
  const detail =
    source.alias === undefined || source.relation === undefined ? undefined : source.relation.at(-1)?.text;
  return [
    {
      label: name,
      kind: 'alias',
      text: name,
      isName: true,
      rank: 900_000,
      ...(detail === undefined ? {} : { detail }),
    },
  ];
}

/** A column that two relations have is shown once for each of them, but never twice for one. */
function withoutRepetition(proposals: readonly Proposal[]): readonly Proposal[] {
  const seen = new Set<string>();
  return proposals.filter(({ kind, label, description }) => {
    const size = seen.size;
    return seen.add(`${kind} ${label} ${description ?? ''}`).size > size;
  });
}
