import type { Catalog } from '../../catalog/catalog';
import type { TypeEntry } from '../../catalog/entries';
import type { Relation, RelationName } from '../../catalog/relation';
import { commonFunctions, commonTypes } from '../../postgres/common';
import type { Proposal, ProposalKind } from './completion';
import type { Recency } from './recency';
import type { CompletionSite } from './site';
import { shownName } from '../headline';
import { objectOf, type ObjectName, relationOf } from '../names/names';
import { commonTable } from '../names/scope';
import { type Place, typedMark } from '../names/walker';

/** Groups of proposals, in the order in which they come. */
const secondGroup = 1_000_000;
const thirdGroup = 2_000_000;

/** The things of the catalog that a name may name at `place`, when they are no columns. */
export function objectProposals(
  place: Place,
  site: CompletionSite,
  catalog: Catalog,
  recency: Recency,
  made: ReadonlySet<string>,
): readonly Proposal[] {
  switch (place.kind) {
    case 'relation':
      return relations(place, site, catalog, recency);
    case 'index':
      return indexes(place, catalog, recency);
    case 'constraint':
      return constraints(place, site, catalog);
    case 'type':
      return types(place, site, catalog, recency);
    case 'function':
      return functions(place, catalog);
    case 'schema':
      return schemas(catalog);
    case 'trigger':
    case 'policy':
      return partsOf(place, catalog);
    case 'value':
      return place.of === undefined ? [] : valueProposals(place.of, catalog, made);
    case 'local':
    case 'column':
      return [];
  }
}

/** The schema that is written in front of the name. */
function writtenSchema({ parts }: Place): string | undefined {
  return parts.length > 1 ? parts.at(-2)?.text : undefined;
}

const kinds: Readonly<Record<Relation['kind'], ProposalKind>> = {
  table: 'table',
  'partitioned table': 'table',
  'foreign table': 'table',
  view: 'view',
  'materialized view': 'view',
  sequence: 'sequence',
  'composite type': 'type',
};

/** Which relations can stand where the words say what they must be. */
function isOfType({ kind }: Relation, objectType: string | undefined): boolean {
  switch (objectType) {
    case 'SEQUENCE':
      return kind === 'sequence';
    case 'VIEW':
      return kind === 'view';
    case 'MATERIALIZED VIEW':
      return kind === 'materialized view';
    case 'FOREIGN TABLE':
      return kind === 'foreign table';
    case 'TABLE':
      return kind === 'table' || kind === 'partitioned table' || kind === 'foreign table';
    default:
      return kind !== 'sequence' && kind !== 'composite type';
  }
}

function relations(
  place: Place,
  site: CompletionSite,
  catalog: Catalog,
  recency: Recency,
): readonly Proposal[] {
  const schema = writtenSchema(place);
  const named = namesIn(catalog, schema);
  const found = catalog
    .allRelations(schema)
    .filter(
      (relation) =>
        (schema === undefined || relation.schema === schema) && isOfType(relation, place.objectType),
    );
  const proposals = found.map((relation): Proposal => ({
    ...named(relation),
    kind: kinds[relation.kind],
    detail: relation.kind === 'table' ? '' : relation.kind,
    rank: recency.ofRelation(relation),
    object: { kind: 'relation', schema: relation.schema, name: relation.name, owner: undefined },
  }));
  // In a FROM list a function may stand too.
  const called = place.scope === undefined ? [] : functions(place, catalog).filter(({ isName }) => isName);
  if (schema !== undefined) return [...proposals, ...called];
  return [...commonTables(place, site), ...proposals, ...schemasOf(found, catalog), ...called];
}

/** Names as they must be written here: with the schema when search_path would not find them. */
function namesIn(
  catalog: Catalog,
  written: string | undefined,
): (name: RelationName) => Pick<Proposal, 'label' | 'text' | 'isName' | 'qualifier'> {
  const { searchPath } = catalog;
  return ({ schema, name }) => {
    const isFound = written !== undefined || searchPath.includes(schema) || schema.startsWith('pg_temp');
    if (isFound) return { label: name, text: name, isName: true };
    return { label: shownName({ schema, name }), text: name, isName: true, qualifier: schema };
  };
}

function commonTables({ scope }: Place, { before }: CompletionSite): readonly Proposal[] {
  const names: string[] = [];
  for (let at = scope; at !== undefined; at = at.parent) names.push(...at.commonTables.keys());
  return names
    .filter((name) => name !== typedMark && commonTable(scope, name) !== undefined && before.length > 0)
    .map((name) => ({ label: name, kind: 'alias', text: name, isName: true, detail: 'WITH', rank: -1 }));
}

/** Schemas, where a name in them may follow. */
function schemasOf(found: readonly RelationName[], catalog: Catalog): readonly Proposal[] {
  const { searchPath } = catalog;
  const others = new Set(found.map(({ schema }) => schema).filter((schema) => !searchPath.includes(schema)));
  return [...others].map((schema) => ({
    label: schema,
    kind: 'schema',
    text: schema,
    isName: true,
    rank: secondGroup,
  }));
}

function schemas(catalog: Catalog): readonly Proposal[] {
  return [...new Set(['public', ...catalog.allSchemas()])].map((schema, rank) => ({
    label: schema,
    kind: 'schema',
    text: schema,
    isName: true,
    rank,
  }));
}

function indexes(place: Place, catalog: Catalog, recency: Recency): readonly Proposal[] {
  const { owner } = place;
  const schema = writtenSchema(place);
  const named = namesIn(catalog, schema);
  const table = owner === undefined ? undefined : catalog.relation(relationOf(owner, catalog));
  const tables = owner === undefined ? catalog.allRelations(schema) : table === undefined ? [] : [table];
  return tables.flatMap((relation) =>
    relation.indexes
      // Those of constraints cannot be dropped by themselves.
      .filter(({ constraint }) => place.role !== 'drop' || constraint === undefined)
      .map((index): Proposal => ({
        ...named({ schema: relation.schema, name: index.name }),
        kind: 'index',
        description: shownName(relation),
        detail: index.unique ? 'UNIQUE' : '',
        rank: recency.of(index.origin),
        object: { kind: 'index', schema: relation.schema, name: index.name, owner: undefined },
      })),
  );
}

function constraints({ owner }: Place, { before }: CompletionSite, catalog: Catalog): readonly Proposal[] {
  const relation = owner === undefined ? undefined : catalog.relation(relationOf(owner, catalog));
  if (relation === undefined) return [];
  const isValidation = before.at(-2)?.text === 'validate';
  return relation.constraints
    .filter(({ isValid, type }) => (isValidation ? !isValid : type !== 'NOT NULL'))
    .map(({ name, type }, index): Proposal => ({
      label: name,
      kind: 'constraint',
      text: name,
      isName: true,
      detail: type,
      // What was added last comes first.
      rank: relation.constraints.length - index,
      object: { kind: 'constraint', schema: relation.schema, name, owner: relation.name },
    }));
}

function partsOf({ owner, kind }: Place, catalog: Catalog): readonly Proposal[] {
  const relation = owner === undefined ? undefined : catalog.relation(relationOf(owner, catalog));
  const items = kind === 'trigger' ? relation?.triggers : relation?.policies;
  // `DROP POLICY name ON table` names the table behind; until then all are proposed.
  const all = relation === undefined ? catalog.allRelations() : [relation];
  const found = items === undefined ? all : [relation].filter((one) => one !== undefined);
  return found.flatMap((table) =>
    (kind === 'trigger' ? table.triggers : table.policies).map(({ name }, rank): Proposal => ({
      label: name,
      kind: 'trigger',
      text: name,
      isName: true,
      description: shownName(table),
      rank,
      object: { kind: kind as ObjectName['kind'], schema: table.schema, name, owner: table.name },
    })),
  );
}

function types(place: Place, site: CompletionSite, catalog: Catalog, recency: Recency): readonly Proposal[] {
  const schema = writtenSchema(place);
  const named = namesIn(catalog, schema);
  const own = catalog
    .allTypes()
    .filter((type) => schema === undefined || type.schema === schema)
    .map((type): Proposal => ({
      ...named(type),
      kind: 'type',
      detail: type.kind === 'other' ? '' : type.kind,
      rank: recency.of(type.origin),
      object: { kind: 'type', schema: type.schema, name: type.name, owner: undefined },
    }));
  if (place.role === 'drop') return own;
  // The rows of a relation have a type of its name; most often a function returns them.
  const group = site.before.at(-1)?.text === 'setof' ? 0 : thirdGroup;
  const rows = relations({ ...place, objectType: 'ROW' }, site, catalog, recency)
    .filter(({ kind }) => kind !== 'schema')
    .map((row) => ({ ...row, rank: row.rank + group }));
  if (schema !== undefined) return [...own, ...rows];
  const common = commonTypes.map((name, index): Proposal => ({
    label: name,
    kind: 'type',
    text: name,
    isName: false,
    rank: secondGroup + index,
  }));
  return [...own, ...common, ...rows];
}

function functions(place: Place, catalog: Catalog): readonly Proposal[] {
  const schema = writtenSchema(place);
  const named = namesIn(catalog, schema);
  const own = catalog
    .allFunctions()
    .filter((one) => schema === undefined || one.schema === schema)
    .map((one, index): Proposal => ({
      ...named(one),
      kind: 'function',
      rank: secondGroup + index,
    }));
  if (schema !== undefined || place.role === 'drop') return own;
  const common = commonFunctions.map((name, index): Proposal => ({
    label: name,
    kind: 'function',
    text: name,
    isName: false,
    rank: thirdGroup + index,
  }));
  return [...own, ...common];
}

/** The values of an enum: of a type, or of the type of a column. */
export function valueProposals(of: Place, catalog: Catalog, made: ReadonlySet<string>): readonly Proposal[] {
  return (enumOf(of, catalog, made)?.labels ?? []).map((label, rank) => ({
    label,
    kind: 'value',
    text: label,
    isName: false,
    rank,
  }));
}

function enumOf(of: Place, catalog: Catalog, made: ReadonlySet<string>): TypeEntry | undefined {
  const object = objectOf(of, catalog, made);
  if (object?.kind === 'type') return catalog.type(object);
  if (object?.kind !== 'column' || object.owner === undefined) return undefined;
  const relation = catalog.relation({ schema: object.schema, name: object.owner });
  const type = relation?.columns.find(({ name }) => name === object.name)?.type;
  return type === undefined ? undefined : catalog.type(type);
}
