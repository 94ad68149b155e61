import type { PGlite } from '@electric-sql/pglite';
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
 * what depends on the server's own views, and default privileges.
 */
const query = `
  SELECT DISTINCT pg_describe_object(classid, objid, objsubid) || ' -> '
    || pg_describe_object(refclassid, refobjid, refobjsubid) || ' [' || deptype::text || ']' AS line
  FROM pg_depend d,
    LATERAL (SELECT (pg_identify_object(classid, objid, objsubid)).identity AS own,
      (pg_identify_object(refclassid, refobjid, refobjsubid)).identity AS other)
  WHERE objid >= 16384 AND (refobjid >= 16384 OR refclassid = 'pg_namespace'::regclass)
    AND classid <> 'pg_default_acl'::regclass AND deptype <> 'e' AND refclassid <> 'pg_language'::regclass
    AND own || other !~ 'pg_toast|_ConstraintTrigger_|pg_temp|multirange'
    AND NOT EXISTS (SELECT FROM pg_constraint c
      WHERE classid = 'pg_constraint'::regclass AND c.oid = objid AND contype = 'n')
    AND NOT EXISTS (SELECT FROM pg_depend t WHERE d.classid = 'pg_proc'::regclass AND t.classid = d.classid
      AND t.objid = d.objid AND t.refclassid = 'pg_type'::regclass AND t.deptype = 'i')
    AND NOT EXISTS (SELECT FROM pg_depend t WHERE d.classid = 'pg_constraint'::regclass AND t.classid = d.classid
      AND t.objid = d.objid AND t.refclassid = d.classid AND t.deptype = 'i')
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')
    AND NOT EXISTS (SELECT FROM pg_depend e
      WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e')`;

/** What a server says. */
export async function serverDependencies(database: PGlite): Promise<readonly string[]> {
  await database.exec(`SET search_path = ''`);
  const { rows } = await database.query<{ line: string }>(query);
  await database.exec('RESET search_path');
  return rows.map(({ line }) => line);
}

/** What a replayed catalog says. */
export function catalogDependencies(catalog: Catalog): readonly string[] {
  return [...allDependencies(catalog)].map(
    ({ object, on, kind }) =>
      `${describeObject(catalog, object)} -> ${describeObject(catalog, on)} [${letters[kind]}]`,
  );
}
