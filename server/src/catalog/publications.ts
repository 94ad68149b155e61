import type { Node, RangeVar } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import type { Catalog } from './catalog';
import { usesOfParts } from './dependencies/stored';
import { family, nameOf } from './edit';
import type { PublicationEntry, PublishedTable } from './entries';
import { isSame, named, type Origin, type RelationName } from './relation';
import { currentRole } from './roles';
import { publicationNames, publications } from './store/tables';

function names(catalog: Catalog): readonly string[] {
  return catalog.get(publicationNames) ?? [];
}

/** The publications that the migrations have made. */
export function allPublications(catalog: Catalog): readonly PublicationEntry[] {
  return names(catalog).flatMap((name) => publicationNamed(catalog, name) ?? []);
}

/** A publication that the migrations have made. */
function publicationNamed(catalog: Catalog, name: string): PublicationEntry | undefined {
  return catalog.get(publications.at(name));
}

/** CREATE PUBLICATION. */
export function createPublication(catalog: Catalog, node: Node, origin: Origin): void {
  if (!('CreatePublicationStmt' in node)) return;
  const { pubname: name = '', pubobjects, for_all_tables: allTables, options } = node.CreatePublicationStmt;
  const { tables, schemas } = objectsOf(catalog, pubobjects);
  catalog.set(publications.at(name), {
    name,
    allTables: allTables === true,
    schemas,
    tables,
    options: optionsOf(options),
    owner: currentRole(catalog),
    origin,
  });
  if (!names(catalog).includes(name)) catalog.set(publicationNames, [...names(catalog), name]);
}

/** ALTER PUBLICATION … ADD, SET and DROP, and SET of options. */
export function alterPublication(catalog: Catalog, node: Node): void {
  if (!('AlterPublicationStmt' in node)) return;
  const { pubname: name = '', pubobjects, action, options } = node.AlterPublicationStmt;
  const { tables, schemas } = objectsOf(catalog, pubobjects);
  const isListed = (table: PublishedTable) => tables.some((one) => isSame(one.relation, table.relation));
  changePublication(catalog, name, (old) => {
    if (options !== undefined) return { ...old, options: { ...old.options, ...optionsOf(options) } };
    if (action === 'AP_SetObjects') return { ...old, tables, schemas };
    const otherTables = old.tables.filter((table) => !isListed(table));
    const otherSchemas = old.schemas.filter((schema) => !schemas.includes(schema));
    return action === 'AP_DropObjects'
      ? { ...old, tables: otherTables, schemas: otherSchemas }
      : { ...old, tables: [...otherTables, ...tables], schemas: [...otherSchemas, ...schemas] };
  });
}

/** Changes a publication; undefined takes it away. */
export function changePublication(
  catalog: Catalog,
  name: string,
  edit: (publication: PublicationEntry) => PublicationEntry | undefined,
): void {
  const old = publicationNamed(catalog, name);
  if (old === undefined) return;
  const changed = edit(old);
  if (changed === old) return;
  if (changed?.name !== name) {
    catalog.set(publications.at(name), undefined);
    const others = names(catalog).filter((one) => one !== name);
    catalog.set(publicationNames, changed === undefined ? others : [...others, changed.name]);
  }
  if (changed !== undefined) catalog.set(publications.at(changed.name), changed);
}

/** A relation that is called something else is so in publications; one that is gone is published no more. */
export function followRelation(catalog: Catalog, from: RelationName, to: RelationName | undefined): void {
  changeTables(catalog, from, (table) => (to === undefined ? [] : [{ ...table, relation: nameOf(to) }]));
}

/** A schema whose tables are published is called something else, or gone. */
export function followSchema(catalog: Catalog, from: string, to: string | undefined): void {
  for (const name of names(catalog)) {
    changePublication(catalog, name, (publication) => {
      if (!publication.schemas.includes(from)) return publication;
      const others = publication.schemas.filter((one) => one !== from);
      return { ...publication, schemas: to === undefined ? others : [...others, to] };
    });
  }
}

/** A column that is called something else is so in the lists of publications. */
export function followColumn(catalog: Catalog, relation: RelationName, from: string, to: string): void {
  changeTables(catalog, relation, (table) => [
    { ...table, columns: table.columns?.map((column) => (column === from ? to : column)) },
  ]);
}

/** A relation whose column list has a column that goes with CASCADE is published no more. */
export function forgetColumn(catalog: Catalog, relation: RelationName, column: string): void {
  changeTables(catalog, relation, (table) => (table.columns?.includes(column) === true ? [] : [table]));
}

function changeTables(
  catalog: Catalog,
  relation: RelationName,
  edit: (table: PublishedTable) => readonly PublishedTable[],
): void {
  for (const name of names(catalog)) {
    changePublication(catalog, name, (publication) => {
      if (!publication.tables.some((table) => isSame(table.relation, relation))) return publication;
      const tables = publication.tables.flatMap((table) =>
        isSame(table.relation, relation) ? edit(table) : [table],
      );
      return { ...publication, tables };
    });
  }
}

/** The tables in the object list of a publication. */
export function published(catalog: Catalog, nodes: readonly Node[] | undefined): readonly RelationName[] {
  return objectsOf(catalog, nodes).tables.map(({ relation }) => relation);
}

/** The tables and the schemas in the object list of a publication. */
function objectsOf(
  catalog: Catalog,
  nodes: readonly Node[] | undefined,
): Pick<PublicationEntry, 'tables' | 'schemas'> {
  const tables: PublishedTable[] = [];
  const schemas: string[] = [];
  for (const node of nodes ?? []) {
    if (!('PublicationObjSpec' in node)) continue;
    const { pubobjtype, pubtable, name } = node.PublicationObjSpec;
    if (pubtable !== undefined) {
      const { relation, columns, whereClause } = pubtable;
      for (const table of publishedWith(catalog, relation)) {
        tables.push({
          relation: nameOf(table),
          columns: columns === undefined ? undefined : strings(columns),
          hasCondition: whereClause !== undefined,
          uses: usesOfParts(catalog, table, whereClause === undefined ? [] : [whereClause]),
        });
      }
    } else if (pubobjtype === 'PUBLICATIONOBJ_TABLES_IN_SCHEMA') schemas.push(name ?? '');
    else if (pubobjtype === 'PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA') {
      schemas.push(catalog.searchPath[0] ?? 'public');
    }
  }
  return { tables, schemas };
}

/** A table with its children by inheritance, unless ONLY is written; partitions are published with their table. */
function publishedWith(catalog: Catalog, node: RangeVar | undefined): readonly RelationName[] {
  const name = catalog.resolve(named(node));
  const relation = catalog.relation(name);
  const isAlone = node?.inh !== true || relation?.kind === 'partitioned table';
  return relation === undefined || isAlone ? [name] : family(catalog, relation);
}

function optionsOf(nodes: readonly Node[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (nodes ?? []).flatMap((node) => {
      if (!('DefElem' in node)) return [];
      const { defname = '', arg } = node.DefElem;
      // An option without a value is one that is on.
      if (arg === undefined) return [[defname, 'true']];
      if ('String' in arg) return [[defname, arg.String.sval ?? '']];
      // A word without quotes.
      if ('TypeName' in arg) return [[defname, strings(arg.TypeName.names).at(-1) ?? '']];
      return 'Boolean' in arg ? [[defname, String(arg.Boolean.boolval === true)]] : [];
    }),
  );
}
