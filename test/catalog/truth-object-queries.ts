import { ofNoExtension, ofUsers } from './truth-queries';

/** The types that have a name of their own. */
const userTypes = `pg_type t JOIN pg_namespace n ON n.oid = typnamespace LEFT JOIN pg_class k ON k.oid = typrelid
  WHERE (k.oid IS NULL OR k.relkind = 'c') AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid) AND typtype <> 'm'
    AND ${ofUsers} AND ${ofNoExtension('pg_type', 't.oid')} AND ${ofNoExtension('pg_class', 't.typrelid')}`;

/** No extension has brought the function, and no range type. */
const ofNobody = `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'))`;

/** `public.f(integer)` */
const signature = `replace(n.nspname || '.' || proname || '(' || coalesce((SELECT string_agg(format_type(type, NULL), ', ' ORDER BY place)
  FROM unnest(proargtypes) WITH ORDINALITY AS a (type, place)), '') || ')', '"', '')`;

/** `anon=INSERT,SELECT* postgres=…` */
function grants(privileges: string): string {
  return `(SELECT string_agg(role || '=' || list, ' ' ORDER BY (role || '=' || list) COLLATE "C") FROM (
    SELECT CASE grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(grantee) END AS role,
      string_agg(privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END, ','
        ORDER BY (privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END) COLLATE "C") AS list
    FROM aclexplode(${privileges}) GROUP BY grantee) g)`;
}

interface FactQuery {
  readonly kind: string;
  readonly name: string;
  readonly owner: string;
  readonly privileges: string;
  /** The letter of acldefault(). */
  readonly letter: string;
  readonly from: string;
  readonly comment: readonly [catalog: string, oid: string];
}

function facts({ kind, name, owner, privileges, letter, from, comment }: FactQuery): readonly string[] {
  const [catalog, oid] = comment;
  const description = `obj_description(${oid}, ${catalog})`;
  return [
    `SELECT 'owner ' || ${name} || ' ' || pg_get_userbyid(${owner}) AS line FROM ${from}`,
    `SELECT 'grants ' || ${name} || ' ' || coalesce(${grants(`coalesce(${privileges}, acldefault('${letter}', ${owner}))`)}, '') AS line FROM ${from}`,
    `SELECT replace('comment ' || ${name} || ' ${kind.toLowerCase()} ' || ${description}, '"', '') AS line FROM ${from} AND ${description} IS NOT NULL`,
  ];
}

function comments(
  kind: string,
  part: string,
  from: string,
  catalog: string,
  oid: string,
  column = '0',
): string {
  return `SELECT replace('comment ' || n.nspname || '.' || relname || ' ${kind} ' || ${part} || ' ' || description, '"', '') AS line
    FROM ${from} JOIN pg_namespace n ON n.oid = relnamespace
    JOIN pg_description d ON d.classoid = '${catalog}'::regclass AND d.objoid = ${oid} AND d.objsubid = ${column}
    WHERE ${ofUsers} AND ${ofNoExtension('pg_class', 'c.oid')}`;
}

/** The same lines, as the server's catalog has them. */
export const objectQueries: readonly string[] = [
  ...facts({
    kind: 'FUNCTION',
    name: signature,
    owner: 'proowner',
    privileges: 'proacl',
    letter: 'f',
    from: `pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE ${ofUsers} AND ${ofNobody}`,
    comment: [`'pg_proc'`, 'p.oid'],
  }),
  ...facts({
    kind: 'TYPE',
    name: `n.nspname || '.' || typname`,
    owner: 'typowner',
    privileges: 'typacl',
    letter: 'T',
    from: userTypes,
    comment: [`'pg_type'`, 't.oid'],
  }),
  ...['TABLE', 'SEQUENCE'].flatMap((kind) =>
    facts({
      kind,
      name: `n.nspname || '.' || relname`,
      owner: 'relowner',
      privileges: 'relacl',
      letter: kind === 'TABLE' ? 'r' : 's',
      from: `pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE ${ofUsers} AND ${ofNoExtension('pg_class', 'c.oid')}
        AND relkind IN (${kind === 'TABLE' ? `'r', 'p', 'v', 'm', 'f'` : `'S'`})`,
      comment: [`'pg_class'`, 'c.oid'],
    }),
  ),
  ...facts({
    kind: 'SCHEMA',
    name: 'nspname',
    owner: 'nspowner',
    privileges: 'nspacl',
    letter: 'n',
    from: `pg_namespace n WHERE ${ofUsers}`,
    comment: [`'pg_namespace'`, 'n.oid'],
  }),
  // Every database has plpgsql; the comments on extensions come with them.
  `SELECT 'extension ' || extname || ' ' || extnamespace::regnamespace AS line FROM pg_extension WHERE extname <> 'plpgsql'`,
  `SELECT 'collation ' || n.nspname || '.' || collname AS line FROM pg_collation JOIN pg_namespace n ON n.oid = collnamespace WHERE ${ofUsers}`,
  `SELECT 'owner ' || n.nspname || '.' || collname || ' ' || pg_get_userbyid(collowner) AS line
   FROM pg_collation JOIN pg_namespace n ON n.oid = collnamespace WHERE ${ofUsers}`,
  `SELECT 'schema ' || nspname AS line FROM pg_namespace n WHERE ${ofUsers}`,
  `SELECT 'owner ' || pubname || ' ' || pg_get_userbyid(pubowner) AS line FROM pg_publication`,
  `SELECT 'owner ' || n.nspname || '.' || stxname || ' ' || pg_get_userbyid(stxowner) AS line
   FROM pg_statistic_ext JOIN pg_namespace n ON n.oid = stxnamespace`,
  `SELECT 'default-privileges ' || pg_get_userbyid(defaclrole) || '.'
     || coalesce((SELECT nspname FROM pg_namespace n WHERE n.oid = defaclnamespace), '') || ' '
     || CASE defaclobjtype WHEN 'r' THEN 'TABLE' WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FUNCTION' WHEN 'T' THEN 'TYPE' ELSE 'SCHEMA' END
     || ' ' || coalesce(${grants('defaclacl')}, '') AS line
   FROM pg_default_acl`,
  `SELECT 'column-grants ' || n.nspname || '.' || relname || ' ' || attname || ' ' || ${grants('attacl')} AS line
   FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
   WHERE attacl IS NOT NULL AND ${ofUsers} AND ${ofNoExtension('pg_class', 'c.oid')}`,
  comments(
    'column',
    'attname',
    `pg_attribute a JOIN pg_class c ON c.oid = attrelid`,
    'pg_class',
    'c.oid',
    'attnum',
  ),
  comments(
    'constraint',
    'conname',
    `pg_constraint o JOIN pg_class c ON c.oid = conrelid`,
    'pg_constraint',
    'o.oid',
  ),
  comments('trigger', 'tgname', `pg_trigger t JOIN pg_class c ON c.oid = tgrelid`, 'pg_trigger', 't.oid'),
  comments('policy', 'polname', `pg_policy p JOIN pg_class c ON c.oid = polrelid`, 'pg_policy', 'p.oid'),
  comments('rule', 'rulename', `pg_rewrite r JOIN pg_class c ON c.oid = ev_class`, 'pg_rewrite', 'r.oid'),
  `SELECT replace('comment ' || n.nspname || '.' || relname || ' index ' || description, '"', '') AS line
   FROM pg_description JOIN pg_class c ON c.oid = objoid JOIN pg_namespace n ON n.oid = relnamespace
   WHERE classoid = 'pg_class'::regclass AND relkind IN ('i', 'I') AND ${ofUsers}`,
  `SELECT replace('comment ' || coalesce(pubname, n.nspname || '.' || stxname, cn.nspname || '.' || collname) || ' object ' || description, '"', '') AS line
   FROM pg_description d LEFT JOIN pg_publication p ON p.oid = objoid AND classoid = 'pg_publication'::regclass
     LEFT JOIN pg_statistic_ext s ON s.oid = objoid AND classoid = 'pg_statistic_ext'::regclass
     LEFT JOIN pg_collation l ON l.oid = objoid AND classoid = 'pg_collation'::regclass AND l.oid >= 16384
     LEFT JOIN pg_namespace n ON n.oid = stxnamespace LEFT JOIN pg_namespace cn ON cn.oid = collnamespace
   WHERE pubname IS NOT NULL OR stxname IS NOT NULL OR collname IS NOT NULL`,
  `SELECT concat_ws(' ', 'statistics ' || n.nspname || '.' || stxname, cn.nspname || '.' || relname,
     '(' || coalesce((SELECT string_agg(attname, ', ' ORDER BY attname COLLATE "C") FROM pg_attribute
        WHERE attrelid = stxrelid AND attnum = ANY (stxkeys::int2[])), '') || ')',
     CASE WHEN stxexprs IS NULL THEN 0 ELSE array_length(pg_get_statisticsobjdef_expressions(s.oid), 1) END,
     coalesce((SELECT string_agg(kind, ',' ORDER BY kind) FROM (
        SELECT CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' WHEN 'm' THEN 'mcv' END AS kind
        FROM unnest(stxkind) k WHERE k <> 'e') kinds), ''),
     nullif(stxstattarget, -1)) AS line
   FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = stxnamespace JOIN pg_class c ON c.oid = stxrelid
     JOIN pg_namespace cn ON cn.oid = c.relnamespace WHERE n.nspname !~ '^pg_'`,
  `SELECT 'publication ' || pubname || CASE WHEN puballtables THEN ' all tables ' ELSE ' ' END
     || concat_ws(',', CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END,
          CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubtruncate THEN 'truncate' END)
     || ' ' || pubviaroot AS line FROM pg_publication`,
  `SELECT 'published ' || pubname || ' schema ' || nspname AS line FROM pg_publication_namespace
   JOIN pg_publication p ON p.oid = pnpubid JOIN pg_namespace n ON n.oid = pnnspid`,
  `SELECT 'published ' || pubname || ' ' || nspname || '.' || relname
     || coalesce(' (' || (SELECT string_agg(attname, ', ' ORDER BY attname COLLATE "C") FROM pg_attribute
          WHERE attrelid = prrelid AND attnum = ANY (prattrs::int2[])) || ')', '')
     || CASE WHEN prqual IS NULL THEN '' ELSE ' where' END AS line
   FROM pg_publication_rel JOIN pg_publication p ON p.oid = prpubid JOIN pg_class c ON c.oid = prrelid
   JOIN pg_namespace n ON n.oid = relnamespace`,
  `SELECT replace(concat_ws(' ', 'type ' || n.nspname || '.' || typname,
     CASE typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range' ELSE 'other' END,
     CASE typtype WHEN 'e' THEN coalesce((SELECT string_agg(enumlabel, '|' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid), '') END,
     (SELECT format_type(rngsubtype, NULL) FROM pg_range WHERE rngtypid = t.oid),
     CASE typtype WHEN 'd' THEN (SELECT b.typname FROM pg_type b WHERE b.oid = t.typbasetype) END,
     CASE WHEN typnotnull THEN 'not null' END, CASE WHEN typdefault IS NOT NULL THEN 'default' END,
     (SELECT string_agg(conname || CASE WHEN convalidated THEN '' ELSE ' NOT VALID' END, ' ' ORDER BY conname COLLATE "C")
        FROM pg_constraint WHERE contypid = t.oid AND contype = 'c')), '"', '') AS line FROM ${userTypes}`,

  `SELECT replace('function ' || n.nspname || '.' || proname || ' (' || pg_get_function_identity_arguments(p.oid) || ') '
     || CASE prokind WHEN 'a' THEN 'AGGREGATE ' WHEN 'w' THEN 'WINDOW FUNCTION ' WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END
     || CASE prokind WHEN 'a' THEN '' ELSE
          CASE provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END
          || ', returns ' || coalesce(pg_get_function_result(p.oid), CASE prorettype WHEN 'record'::regtype THEN 'record' ELSE 'nothing' END) || ', ' END
     || CASE WHEN proisstrict THEN 'strict, ' ELSE '' END
     || CASE WHEN prosecdef THEN 'security definer, ' ELSE '' END
     || CASE WHEN proleakproof THEN 'leakproof, ' ELSE '' END
     || CASE proparallel WHEN 's' THEN 'parallel safe, ' WHEN 'r' THEN 'parallel restricted, ' ELSE 'parallel unsafe, ' END
     || CASE WHEN procost = CASE WHEN lanname IN ('internal', 'c') THEN 1 ELSE 100 END THEN '' ELSE 'cost ' || procost || ', ' END
     || CASE WHEN prorows = CASE WHEN proretset THEN 1000 ELSE 0 END THEN '' ELSE 'rows ' || prorows || ', ' END
     || coalesce((SELECT string_agg('set ' || setting || ', ', '' ORDER BY place) FROM unnest(proconfig) WITH ORDINALITY AS s (setting, place)), '')
     || lanname || ', ' || pronargdefaults || ' defaults '
     || CASE prokind WHEN 'a' THEN '' ELSE coalesce(prosrc, '') END, '"', '') AS line
   FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace JOIN pg_language l ON l.oid = prolang
   WHERE ${ofUsers} AND ${ofNobody}`,
];
