import type { Major } from '../../server/src/postgres/versions';
import type { Catalog } from '../../server/src/catalog/catalog';
import { allDependencies, type Dependency } from '../../server/src/catalog/dependencies/graph';
import { describeObject } from '../../server/src/catalog/dependencies/objects';

const letters: Readonly<Record<Dependency['kind'], string>> = {
  normal: 'n',
  auto: 'a',
  internal: 'i',
  'partition primary': 'P',
  'partition secondary': 'S',
};

/**
 * The rows of pg_depend about what migrations made, as pg_describe_object() prints them. Left out is what the server makes
 * for itself: the tables of TOAST, the triggers of constraints, the constraints that 18 has for NOT NULL and for the partitions that a foreign key points at, the functions and
 * the multirange of a range; and what extensions have brought, of which migrations do not speak,
 * what depends on the server's own views, default privileges, and that a view is among what its own query reads, which it
 * was until 15.
 */
const query = `
  SELECT DISTINCT pg_describe_object(classid, objid, objsubid) || ' -> '
    || pg_describe_object(refclassid, refobjid, refobjsubid) || ' [' || deptype::text || ']' AS line
  FROM pg_depend d,
    LATERAL (SELECT (pg_identify_object(classid, objid, objsubid)).identity AS own,
      (pg_identify_object(refclassid, refobjid, refobjsubid)).identity AS other) named
  WHERE objid >= 16384 AND (refobjid >= 16384 OR refclassid = 'pg_namespace'::regclass)
    AND classid <> 'pg_default_acl'::regclass AND deptype <> 'e' AND refclassid <> 'pg_language'::regclass
    AND own || other !~ 'pg_toast|_ConstraintTrigger_|pg_temp|multirange'
    AND NOT EXISTS (SELECT FROM pg_rewrite r
      WHERE classid = 'pg_rewrite'::regclass AND r.oid = objid AND ev_type = '1' AND refobjid = ev_class AND deptype = 'n')
    AND NOT EXISTS (SELECT FROM pg_type t JOIN pg_depend e ON e.objid = typrelid AND e.deptype = 'e'
      WHERE d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid AND e.classid = 'pg_class'::regclass)
    AND NOT EXISTS (SELECT FROM pg_constraint c
      WHERE classid = 'pg_constraint'::regclass AND c.oid = objid AND contype = 'n')
    AND NOT EXISTS (SELECT FROM pg_depend t WHERE d.classid = 'pg_proc'::regclass AND t.classid = d.classid
      AND t.objid = d.objid AND t.refclassid = 'pg_type'::regclass AND t.deptype = 'i')
    AND NOT EXISTS (SELECT FROM pg_depend t WHERE d.classid = 'pg_constraint'::regclass AND t.classid = d.classid
      AND t.objid = d.objid AND t.refclassid = d.classid AND t.deptype = 'i')
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')
    AND NOT EXISTS (SELECT FROM pg_depend e
      WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e')`;

export interface DependencyLine {
  readonly line: string;
}

export type QueryLines = (sql: string) => Promise<readonly DependencyLine[]>;

/** What a server says, whose search_path is empty. */
export async function serverDependencies(ask: QueryLines): Promise<readonly string[]> {
  return (await ask(query)).map(({ line }) => line);
}

/** What a replayed catalog says. */
export function catalogDependencies(catalog: Catalog, major: Major): readonly string[] {
  return [...allDependencies(catalog, major)].map(
    ({ object, on, kind }) =>
      `${describeObject(catalog, object)} -> ${describeObject(catalog, on)} [${letters[kind]}]`,
  );
}

/**
 * What only pg_depend has, all that is left: GROUP BY of a primary key lets a query name the other columns, which needs
 * that key; and the collation of an expression that is a key of an index.
 */
export const dependenciesUnknown: Readonly<Record<string, readonly string[] | undefined>> = {
  lakekeeper: [
    'index public.tabular_name_namespace_name_gist_index -> collation public.case_insensitive [n]',
  ],
  'Tastybytes-supabase': [
    'rule _RETURN on view public.view__brand_ratings -> constraint brand_pkey on table public.brands [n]',
    'rule _RETURN on view public.view__product_ratings -> constraint product_pkey on table public.products [n]',
    'rule _RETURN on view public.view__profile_product_ratings -> constraint product_pkey on table public.products [n]',
    'rule _RETURN on view public.view__search_product_ratings -> constraint product_pkey on table public.products [n]',
  ],
};
