import { catalogQueries } from './catalog-queries';

/** Whatever can run SQL: a `pg` client, PGlite. */
interface Queryable {
  query(sql: string): Promise<{ rows: unknown[] }>;
}

/** A property as it came out of the catalog: text, numbers, and lists and objects of them. */
type Property = string | number | boolean | readonly Property[] | { readonly [key: string]: Property };

/**
 * Everything that users have defined in a database, without object ids: two databases with equal catalogs cannot be
 * told apart by DDL. Keys are "index public.orders_pkey", "column public.orders.id", … in alphabetical order.
 */
export type Catalog = Readonly<Record<string, Readonly<Record<string, Property>>>>;

interface CatalogOptions {
  /** Schemas to leave out, such as the one where a runner keeps its history. */
  readonly excludeSchemas?: readonly string[];
  /** The client is in a transaction block, whose changes are to be seen. It is left as it was. */
  readonly inTransaction?: boolean;
}

interface CatalogRow {
  readonly object: string;
  readonly schema: string | null;
  readonly properties: Readonly<Record<string, Property>>;
}

/** Reads the catalog of the database that `client` is connected to. */
export async function readCatalog(client: Queryable, options: CatalogOptions = {}): Promise<Catalog> {
  const excluded = new Set(options.excludeSchemas);
  const entries: [string, CatalogRow['properties']][] = [];
  const [begin, end] = options.inTransaction
    ? ['SAVEPOINT before_reading', 'ROLLBACK TO SAVEPOINT before_reading']
    : ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', 'ROLLBACK'];
  await client.query(begin);
  try {
    // With an empty path, every definition that PostgreSQL prints has schema-qualified names.
    await client.query(`SET LOCAL search_path = ''`);
    for (const query of catalogQueries) {
      const { rows } = await client.query(query);
      for (const { object, schema, properties } of rows as CatalogRow[]) {
        if (schema === null || !excluded.has(schema)) entries.push([object, properties]);
      }
    }
  } finally {
    await client.query(end);
  }
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const catalog = Object.fromEntries(entries);
  if (Object.keys(catalog).length !== entries.length) {
    const names = entries.map(([name]) => name);
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    throw new Error(`The catalog dump has two objects called ${twice.join(', ')}.`);
  }
  return catalog;
}

/** What is different in `after`, one readable line for each difference; none when the catalogs are equal. */
export function differences(before: Catalog, after: Catalog): string[] {
  const objects = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return objects.flatMap((object) => {
    const old = before[object];
    const now = after[object];
    if (old === undefined) return [`${object}: is new`];
    if (now === undefined) return [`${object}: is gone`];
    return propertyDifferences(object, old, now);
  });
}

function propertyDifferences(
  object: string,
  old: Readonly<Record<string, Property>>,
  now: Readonly<Record<string, Property>>,
): string[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return names.flatMap((name) => {
    const [was, is] = [print(old[name]), print(now[name])];
    return was === is ? [] : [`${object}: ${name} was ${was}, is ${is}`];
  });
}

function print(property: Property | undefined): string {
  return property === undefined ? 'not set' : JSON.stringify(property);
}
