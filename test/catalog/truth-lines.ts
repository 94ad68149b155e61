import type { PGlite } from '@electric-sql/pglite';
import type { Catalog } from '../../server/src/catalog/catalog';
import type { Column, Constraint, Index, Relation } from '../../server/src/catalog/relation';
import { formatType } from '../../server/src/postgres/types';

/** The facts of a catalog that are compared, a line each. The second word is the relation that it is about. */
export interface Lines {
  readonly lines: ReadonlySet<string>;
  /** Relations of which not all is known; what hangs on them is left out on both sides. */
  readonly incomplete: ReadonlySet<string>;
}

const tableKinds = new Set<Relation['kind']>(['table', 'partitioned table', 'foreign table']);

/** What a replayed catalog says. */
export function catalogLines(catalog: Catalog): Lines {
  const lines = new Set<string>();
  const incomplete = new Set<string>();
  for (const relation of catalog.allRelations()) {
    if (relation.persistence === 'temporary') continue;
    const name = `${relation.schema}.${relation.name}`;
    if (!relation.isComplete && tableKinds.has(relation.kind)) {
      incomplete.add(name);
      continue;
    }
    lines.add(
      `${relation.kind.replaceAll(' ', '-')} ${name}${relation.persistence === 'unlogged' ? ' unlogged' : ''}`,
    );
    for (const { name: trigger, events } of relation.triggers) {
      lines.add(`trigger ${name} ${trigger} ${[...events].sort().join(' ')}`);
    }
    for (const index of relation.indexes) lines.add(`index ${name} ${indexText(index)}`);
    if (!tableKinds.has(relation.kind)) continue;
    for (const parent of relation.parents) lines.add(`child ${name} of ${parent.schema}.${parent.name}`);
    for (const column of relation.columns) {
      lines.add(`column ${name} ${columnText(column)}`);
      const { sequence } = column;
      if (sequence !== undefined)
        lines.add(`owned ${name} ${column.name} ${sequence.schema}.${sequence.name}`);
    }
    for (const constraint of relation.constraints) {
      if (constraint.type !== 'NOT NULL') lines.add(`constraint ${name} ${constraintText(constraint)}`);
    }
    for (const { name: policy } of relation.policies) lines.add(`policy ${name} ${policy}`);
    if (relation.rowSecurity) lines.add(`row-security ${name}`);
  }
  return { lines, incomplete };
}

function columnText({
  name,
  type,
  notNull,
  default: fallback,
  identity,
  generated,
  collation,
}: Column): string {
  const written = type === undefined ? '?' : formatType(type).replaceAll('"', '');
  const extras = [
    collation === undefined ? '' : ` collate ${collation}`,
    notNull ? ' not null' : '',
    fallback === undefined ? '' : ' default',
    identity === undefined ? '' : ` identity ${identity}`,
    generated === undefined ? '' : ` generated ${generated}`,
  ];
  return `${name} ${written}${extras.join('')}`;
}

function constraintText({ name, type, columns, references, isValid, deferrable }: Constraint): string {
  const keys = type === 'CHECK' ? '' : ` (${columns.join(', ')})`;
  const target =
    references === undefined
      ? ''
      : ` references ${references.relation.schema}.${references.relation.name} (${references.columns.join(', ')})` +
        ` on delete ${references.onDelete} on update ${references.onUpdate}`;
  return `${name} ${type}${keys}${target}${deferrable ? ' deferrable' : ''}${isValid ? '' : ' NOT VALID'}`;
}

function indexText({ name, unique, method, columns, include, predicate, nullsNotDistinct }: Index): string {
  const keys = columns.map(({ column, descending, nulls }) => {
    const order = descending ? ' desc' : '';
    const isDefault = nulls === undefined || (nulls === 'first') === descending;
    return `${column ?? '*'}${order}${isDefault ? '' : ` nulls ${nulls}`}`;
  });
  return [
    name,
    ...(unique ? ['unique'] : []),
    method,
    `(${keys.join(', ')})`,
    ...(include.length === 0 ? [] : [`include (${include.join(', ')})`]),
    ...(nullsNotDistinct ? ['nulls not distinct'] : []),
    ...(predicate === undefined ? [] : ['partial']),
  ].join(' ');
}

const name = `n.nspname || '.' || c.relname`;
const ofUsers = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')`;
const fromClass = `FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace`;
const actions = (column: string) =>
  `CASE ${column} WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END`;
const names = (keys: string, relation: string) =>
  `coalesce((SELECT string_agg(attname, ', ' ORDER BY place) FROM unnest(${keys}) WITH ORDINALITY AS key (attnum, place)
     JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = key.attnum), '')`;

/** The same lines, as the server's catalog has them. */
const queries = [
  `SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned-table' WHEN 'f' THEN 'foreign-table' WHEN 'v' THEN 'view'
     WHEN 'm' THEN 'materialized-view' WHEN 'S' THEN 'sequence' ELSE 'composite-type' END || ' ' || ${name}
     || CASE relpersistence WHEN 'u' THEN ' unlogged' ELSE '' END AS line
   ${fromClass} WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c') AND ${ofUsers}`,
  `SELECT 'column ' || ${name} || ' ' || attname || ' '
     || replace(regexp_replace(format_type(atttypid, atttypmod), '^("?[[:alnum:]_-]+"?)[.]', ''), '"', '')
     || CASE WHEN attcollation <> typcollation THEN ' collate ' || collname ELSE '' END
     || CASE WHEN attnotnull AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'n'
          AND conkey = ARRAY[attnum] AND NOT convalidated) THEN ' not null' ELSE '' END
     || CASE WHEN atthasdef AND attgenerated = '' THEN ' default' ELSE '' END
     || CASE attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity by default' ELSE '' END
     || CASE attgenerated WHEN 's' THEN ' generated stored' WHEN 'v' THEN ' generated virtual' ELSE '' END AS line
   FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
     JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_collation l ON l.oid = attcollation
   WHERE relkind IN ('r', 'p', 'f') AND attnum > 0 AND NOT attisdropped AND ${ofUsers}`,
  `SELECT 'owned ' || ${name} || ' ' || attname || ' ' || sn.nspname || '.' || s.relname AS line
   FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace
     JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
     JOIN pg_class c ON c.oid = refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND ${ofUsers}`,
  `SELECT 'child ' || ${name} || ' of ' || pn.nspname || '.' || p.relname AS line
   FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_class p ON p.oid = inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
   WHERE c.relkind IN ('r', 'p', 'f') AND ${ofUsers}`,
  `SELECT 'constraint ' || ${name} || ' ' || conname || ' '
     || CASE contype WHEN 'c' THEN 'CHECK' WHEN 'f' THEN 'FOREIGN KEY' WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'EXCLUDE' END
     || CASE contype WHEN 'c' THEN '' ELSE ' (' || ${names('conkey', 'conrelid')} || ')' END
     || CASE contype WHEN 'f' THEN ' references ' || (SELECT fn.nspname || '.' || f.relname FROM pg_class f JOIN pg_namespace fn
          ON fn.oid = f.relnamespace WHERE f.oid = confrelid) || ' (' || ${names('confkey', 'confrelid')} || ') on delete '
          || ${actions('confdeltype')} || ' on update ' || ${actions('confupdtype')} ELSE '' END
     || CASE WHEN condeferrable THEN ' deferrable' ELSE '' END
     || CASE WHEN convalidated THEN '' ELSE ' NOT VALID' END AS line
   FROM pg_constraint JOIN pg_class c ON c.oid = conrelid JOIN pg_namespace n ON n.oid = relnamespace
   WHERE contype IN ('c', 'f', 'p', 'u', 'x') AND relkind IN ('r', 'p', 'f') AND ${ofUsers}
     AND (contype <> 'f' OR conparentid = 0 OR (SELECT conrelid FROM pg_constraint up WHERE up.oid = pg_constraint.conparentid) <> conrelid)`,
  `SELECT 'index ' || ${name} || ' ' || i.relname || CASE WHEN indisunique THEN ' unique' ELSE '' END
     || ' ' || amname || ' (' || (
          SELECT string_agg(CASE WHEN key.attnum = 0 THEN '*' ELSE attname END
            || CASE WHEN indoption[place - 1] & 1 = 1 THEN ' desc' ELSE '' END
            || CASE WHEN indoption[place - 1] IN (0, 3) THEN '' WHEN indoption[place - 1] = 1 THEN ' nulls last' ELSE ' nulls first' END, ', ' ORDER BY place)
          FROM unnest(indkey::int2[]) WITH ORDINALITY AS key (attnum, place)
          LEFT JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = key.attnum
          WHERE place <= indnkeyatts) || ')'
     || CASE WHEN indnatts = indnkeyatts THEN '' ELSE ' include (' || (
          SELECT string_agg(attname, ', ' ORDER BY place) FROM unnest(indkey::int2[]) WITH ORDINALITY AS key (attnum, place)
          JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = key.attnum WHERE place > indnkeyatts) || ')' END
     || CASE WHEN indnullsnotdistinct THEN ' nulls not distinct' ELSE '' END
     || CASE WHEN indpred IS NULL THEN '' ELSE ' partial' END AS line
   FROM pg_index JOIN pg_class i ON i.oid = indexrelid JOIN pg_class c ON c.oid = indrelid
   JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am ON pg_am.oid = i.relam
   WHERE c.relkind IN ('r', 'p', 'm') AND ${ofUsers}`,
  `SELECT 'trigger ' || ${name} || ' ' || tgname || ' ' || array_to_string(ARRAY[
       CASE WHEN tgtype & 8 <> 0 THEN 'DELETE' END, CASE WHEN tgtype & 4 <> 0 THEN 'INSERT' END,
       CASE WHEN tgtype & 32 <> 0 THEN 'TRUNCATE' END, CASE WHEN tgtype & 16 <> 0 THEN 'UPDATE' END], ' ') AS line
   FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid JOIN pg_namespace n ON n.oid = relnamespace
   WHERE NOT tgisinternal AND ${ofUsers}`,
  `SELECT 'policy ' || ${name} || ' ' || polname AS line
   FROM pg_policy JOIN pg_class c ON c.oid = polrelid JOIN pg_namespace n ON n.oid = relnamespace WHERE ${ofUsers}`,
  `SELECT 'row-security ' || ${name} AS line ${fromClass} WHERE relrowsecurity AND ${ofUsers}`,
];

/** What the server's own catalog says. */
export async function serverLines(database: PGlite): Promise<readonly string[]> {
  const lines: string[] = [];
  // With an empty path every type has its schema, which the query then takes off.
  await database.exec(`SET search_path = ''`);
  for (const query of queries) {
    const { rows } = await database.query<{ line: string }>(query);
    lines.push(...rows.map(({ line }) => line));
  }
  return lines;
}
