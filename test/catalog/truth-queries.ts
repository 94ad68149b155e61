const name = `n.nspname || '.' || c.relname`;
/** For objects that are in the schema n: it is none of the server's. */
export const ofUsers = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** For an object that no extension has brought. */
export function ofNoExtension(catalog: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;
}

const relationsOfUsers = `${ofUsers} AND ${ofNoExtension('pg_class', 'c.oid')}`;
const fromClass = `FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace`;
const actions = (column: string) =>
  `CASE ${column} WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END`;
const names = (keys: string, relation: string) =>
  `coalesce((SELECT string_agg(attname, ', ' ORDER BY place) FROM unnest(${keys}) WITH ORDINALITY AS key (attnum, place)
     JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = key.attnum), '')`;

const enabled = (letter: string) =>
  `CASE ${letter} WHEN 'O' THEN 'origin' WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' ELSE 'always' END`;

/** The same lines, as the server's catalog has them. */
export const relationQueries: readonly string[] = [
  `SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned-table' WHEN 'f' THEN 'foreign-table' WHEN 'v' THEN 'view'
     WHEN 'm' THEN 'materialized-view' WHEN 'S' THEN 'sequence' ELSE 'composite-type' END || ' ' || ${name}
     || CASE relpersistence WHEN 'u' THEN ' unlogged' ELSE '' END AS line
   ${fromClass} WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c') AND ${relationsOfUsers}`,
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
   WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND attnum > 0 AND NOT attisdropped AND ${relationsOfUsers}`,
  `SELECT 'place ' || ${name} || ' ' || attname || ' ' || row_number() OVER (PARTITION BY c.oid ORDER BY attnum) AS line
   FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
   WHERE relkind IN ('v', 'm', 'c') AND attnum > 0 AND NOT attisdropped AND ${relationsOfUsers}`,
  `SELECT 'uses ' || ${name} || ' ' || rn.nspname || '.' || r.relname || '.' || attname AS line
   FROM pg_rewrite JOIN pg_class c ON c.oid = ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = pg_rewrite.oid
       AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.refobjid <> ev_class
     JOIN pg_class r ON r.oid = d.refobjid JOIN pg_namespace rn ON rn.oid = r.relnamespace
     JOIN pg_attribute ON attrelid = r.oid AND attnum = d.refobjsubid
   WHERE c.relkind IN ('v', 'm') AND rulename = '_RETURN' AND rn.nspname !~ '^pg_' AND rn.nspname <> 'information_schema'
     AND ${relationsOfUsers}`,
  `SELECT 'owned ' || ${name} || ' ' || attname || ' ' || sn.nspname || '.' || s.relname AS line
   FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace
     JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
     JOIN pg_class c ON c.oid = refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND ${relationsOfUsers}`,
  `SELECT 'child ' || ${name} || ' of ' || pn.nspname || '.' || p.relname AS line
   FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_class p ON p.oid = inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
   WHERE c.relkind IN ('r', 'p', 'f') AND ${relationsOfUsers}`,
  `SELECT 'constraint ' || ${name} || ' ' || conname || ' '
     || CASE contype WHEN 'c' THEN 'CHECK' WHEN 'f' THEN 'FOREIGN KEY' WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'EXCLUDE' END
     || CASE contype WHEN 'c' THEN '' ELSE ' (' || ${names('conkey', 'conrelid')} || ')' END
     || CASE contype WHEN 'f' THEN ' references ' || (SELECT fn.nspname || '.' || f.relname FROM pg_class f JOIN pg_namespace fn
          ON fn.oid = f.relnamespace WHERE f.oid = confrelid) || ' (' || ${names('confkey', 'confrelid')} || ') on delete '
          || ${actions('confdeltype')} || ' on update ' || ${actions('confupdtype')} ELSE '' END
     || CASE WHEN condeferrable THEN ' deferrable' ELSE '' END
     || CASE WHEN convalidated THEN '' ELSE ' NOT VALID' END AS line
   FROM pg_constraint JOIN pg_class c ON c.oid = conrelid JOIN pg_namespace n ON n.oid = relnamespace
   WHERE contype IN ('c', 'f', 'p', 'u', 'x') AND relkind IN ('r', 'p', 'f') AND ${relationsOfUsers}
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
   WHERE c.relkind IN ('r', 'p', 'm') AND ${relationsOfUsers}`,
  `SELECT concat_ws(' ', 'trigger ' || ${name}, tgname,
     CASE WHEN tgtype & 2 <> 0 THEN 'BEFORE' WHEN tgtype & 64 <> 0 THEN 'INSTEAD OF' ELSE 'AFTER' END,
     CASE WHEN tgtype & 1 <> 0 THEN 'ROW' ELSE 'STATEMENT' END,
     CASE WHEN tgtype & 8 <> 0 THEN 'DELETE' END, CASE WHEN tgtype & 4 <> 0 THEN 'INSERT' END,
     CASE WHEN tgtype & 32 <> 0 THEN 'TRUNCATE' END, CASE WHEN tgtype & 16 <> 0 THEN 'UPDATE' END,
     'of ' || nullif(${names('tgattr::int2[]', 'tgrelid')}, ''),
     CASE WHEN tgqual IS NOT NULL THEN 'when' END,
     (SELECT proname FROM pg_proc f WHERE f.oid = tgfoid),
     '(' || array_to_string((string_to_array(encode(tgargs, 'escape'), '\\000'))[1:tgnargs], ', ') || ')',
     'new ' || tgnewtable, 'old ' || tgoldtable,
     CASE WHEN tgconstraint <> 0 THEN 'constraint' END, CASE WHEN tgdeferrable THEN 'deferrable' END,
     CASE WHEN tginitdeferred THEN 'deferred' END, ${enabled('tgenabled')},
     CASE WHEN tgparentid <> 0 THEN 'inherited' END) AS line
   FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid JOIN pg_namespace n ON n.oid = relnamespace
   WHERE NOT tgisinternal AND ${relationsOfUsers}`,
  `SELECT concat_ws(' ', 'rule ' || ${name}, rulename,
     CASE ev_type WHEN '1' THEN 'SELECT' WHEN '2' THEN 'UPDATE' WHEN '3' THEN 'INSERT' ELSE 'DELETE' END,
     CASE WHEN is_instead THEN 'instead' END, ${enabled('ev_enabled')}) AS line
   FROM pg_rewrite JOIN pg_class c ON c.oid = ev_class JOIN pg_namespace n ON n.oid = relnamespace
   WHERE rulename <> '_RETURN' AND ${relationsOfUsers}`,
  `SELECT concat_ws(' ', 'policy ' || ${name}, polname,
     CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
     CASE WHEN NOT polpermissive THEN 'restrictive' END,
     'to ' || (SELECT string_agg(role, ', ' ORDER BY role COLLATE "C") FROM (
        SELECT CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r) END AS role FROM unnest(polroles) r) roles),
     CASE WHEN polqual IS NOT NULL THEN 'using' END, CASE WHEN polwithcheck IS NOT NULL THEN 'check' END) AS line
   FROM pg_policy JOIN pg_class c ON c.oid = polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${relationsOfUsers}`,
  `SELECT 'force-row-security ' || ${name} AS line ${fromClass} WHERE relforcerowsecurity AND ${relationsOfUsers}`,
  `SELECT concat_ws(' ', 'sequence-options ' || ${name}, (SELECT typname FROM pg_type WHERE oid = seqtypid), seqstart, seqincrement,
     seqmin, seqmax, seqcache, CASE WHEN seqcycle THEN 'true' ELSE 'false' END) AS line
   FROM pg_sequence JOIN pg_class c ON c.oid = seqrelid JOIN pg_namespace n ON n.oid = relnamespace WHERE ${relationsOfUsers}`,
  `SELECT 'row-security ' || ${name} AS line ${fromClass} WHERE relrowsecurity AND ${relationsOfUsers}`,
];
