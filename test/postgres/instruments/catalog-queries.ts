/**
 * One query per kind of object. Each gives `object` (kind and name, unique), `schema` (null outside of schemas) and
 * `properties` (jsonb; what is null is left out). They run on every supported major: a column that only some majors
 * have is read through `to_jsonb(row) ->> 'column'`, which is null on the others.
 */
export const catalogQueries: readonly string[] = [
  catalogQuery({
    object: `'schema ' || n.nspname`,
    schema: 'n.nspname',
    properties: `'owner', n.nspowner::regrole, 'privileges', ${privileges('n.nspacl', 'n', 'n.nspowner')}`,
    from: 'pg_namespace n',
    where: `${isUserSchema('n')} AND ${isNotOfExtension('pg_namespace', 'n.oid')}`,
  }),

  // Relations: tables, partitioned tables, views, materialized views, sequences, composite types, foreign tables.
  catalogQuery({
    object: `'relation ' || n.nspname || '.' || c.relname`,
    schema: 'n.nspname',
    properties: `
      'kind', c.relkind,
      'owner', c.relowner::regrole,
      'privileges', ${privileges('c.relacl', `(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)`, 'c.relowner', false)},
      'persistence', c.relpersistence,
      'accessMethod', (SELECT amname FROM pg_am WHERE oid = c.relam),
      'tablespace', (SELECT spcname FROM pg_tablespace WHERE oid = c.reltablespace),
      'options', c.reloptions,
      'toastOptions', (SELECT t.reloptions FROM pg_class t WHERE t.oid = c.reltoastrelid),
      'partitionKey', pg_get_partkeydef(c.oid),
      'partitionBound', pg_get_expr(c.relpartbound, c.oid),
      'parents', (SELECT jsonb_agg(jsonb_build_object('parent', i.inhparent::regclass,
          'detachPending', i.inhdetachpending) ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid),
      'ofType', NULLIF(c.reloftype, 0)::regtype,
      'rowSecurity', c.relrowsecurity,
      'forceRowSecurity', c.relforcerowsecurity,
      'replicaIdentity', c.relreplident,
      'populated', CASE WHEN c.relkind = 'm' THEN c.relispopulated END,
      'definition', CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
      'foreignOptions', (SELECT f.ftoptions FROM pg_foreign_table f WHERE f.ftrelid = c.oid)`,
    from: 'pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace',
    where: `c.relkind IN ('r', 'p', 'v', 'm', 'S', 'c', 'f') AND ${isUserSchema('n')}
      AND ${isNotOfExtension('pg_class', 'c.oid')}`,
  }),

  // Positions are counted without dropped columns: a table that lost and regained its last column is the same table.
  catalogQuery({
    object: `'column ' || n.nspname || '.' || c.relname || '.' || a.attname`,
    schema: 'n.nspname',
    properties: `
      'position', (SELECT count(*) FROM pg_attribute b
          WHERE b.attrelid = a.attrelid AND b.attnum BETWEEN 1 AND a.attnum AND NOT b.attisdropped),
      'type', format_type(a.atttypid, a.atttypmod),
      'notNull', a.attnotnull,
      'default', (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
          WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum),
      'identity', NULLIF(a.attidentity, ''),
      'generated', NULLIF(a.attgenerated, ''),
      'collation', (SELECT o.oid::regcollation FROM pg_collation o WHERE o.oid = a.attcollation),
      'storage', a.attstorage,
      'compression', NULLIF(a.attcompression, ''),
      'statisticsTarget', NULLIF(to_jsonb(a) ->> 'attstattarget', '-1'),
      'options', a.attoptions,
      'foreignOptions', a.attfdwoptions,
      'isLocal', a.attislocal,
      'inheritedFrom', NULLIF(a.attinhcount, 0),
      'privileges', CASE WHEN a.attacl IS NOT NULL THEN ${privileges('a.attacl', 'c', 'c.relowner')} END`,
    from: `pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace`,
    where: `c.relkind IN ('r', 'p', 'v', 'm', 'c', 'f') AND a.attnum > 0 AND NOT a.attisdropped
      AND ${isUserSchema('n')} AND ${isNotOfExtension('pg_class', 'c.oid')}`,
  }),

  // Constraints of tables and of domains. The triggers behind them are only named where somebody has disabled them.
  catalogQuery({
    object: `'constraint ' || n.nspname || '.' || coalesce(c.relname, t.typname) || '.' || o.conname`,
    schema: 'n.nspname',
    properties: `
      'definition', pg_get_constraintdef(o.oid),
      'type', o.contype,
      'validated', o.convalidated,
      'enforced', to_jsonb(o) ->> 'conenforced',
      'deferrable', o.condeferrable,
      'deferred', o.condeferred,
      'isLocal', o.conislocal,
      'inheritedFrom', NULLIF(o.coninhcount, 0),
      'noInherit', o.connoinherit,
      'index', NULLIF(o.conindid, 0)::regclass,
      'disabledTriggers', (SELECT jsonb_agg(g.tgfoid::regproc || ' ' || g.tgenabled::text ORDER BY g.tgfoid::regproc::text)
          FROM pg_trigger g WHERE g.tgconstraint = o.oid AND g.tgisinternal AND g.tgenabled <> 'O')`,
    from: `pg_constraint o LEFT JOIN pg_class c ON c.oid = o.conrelid LEFT JOIN pg_type t ON t.oid = o.contypid
      JOIN pg_namespace n ON n.oid = coalesce(c.relnamespace, t.typnamespace)`,
    where: `o.contype <> 't' AND ${isUserSchema('n')} AND ${isNotOfExtension('pg_class', 'o.conrelid')}
      AND ${isNotOfExtension('pg_type', 'o.contypid')}`,
  }),

  catalogQuery({
    object: `'index ' || n.nspname || '.' || c.relname`,
    schema: 'n.nspname',
    properties: `
      'definition', pg_get_indexdef(i.indexrelid),
      'table', i.indrelid::regclass,
      'unique', i.indisunique,
      'primaryKey', i.indisprimary,
      'exclusion', i.indisexclusion,
      'immediate', i.indimmediate,
      'valid', i.indisvalid,
      'ready', i.indisready,
      'live', i.indislive,
      'clustered', i.indisclustered,
      'replicaIdentity', i.indisreplident,
      'nullsNotDistinct', to_jsonb(i) ->> 'indnullsnotdistinct',
      'options', c.reloptions,
      'tablespace', (SELECT spcname FROM pg_tablespace WHERE oid = c.reltablespace),
      'parent', (SELECT h.inhparent::regclass FROM pg_inherits h WHERE h.inhrelid = c.oid),
      'statisticsTargets', (SELECT jsonb_object_agg(a.attnum, to_jsonb(a) -> 'attstattarget') FROM pg_attribute a
          WHERE a.attrelid = c.oid AND coalesce(to_jsonb(a) ->> 'attstattarget', '-1') <> '-1')`,
    from: 'pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace',
    where: `${isUserSchema('n')} AND ${isNotOfExtension('pg_class', 'i.indrelid')}`,
  }),

  // A sequence's definition, without its value, which is data.
  catalogQuery({
    object: `'sequence ' || n.nspname || '.' || c.relname`,
    schema: 'n.nspname',
    properties: `
      'type', s.seqtypid::regtype, 'start', s.seqstart::text, 'increment', s.seqincrement::text,
      'minimum', s.seqmin::text, 'maximum', s.seqmax::text, 'cache', s.seqcache::text, 'cycle', s.seqcycle,
      'ownedBy', (SELECT d.refobjid::regclass || '.' || a.attname || ' ' || d.deptype::text FROM pg_depend d
          JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i'))`,
    from: 'pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace',
    where: `${isUserSchema('n')} AND ${isNotOfExtension('pg_class', 'c.oid')}`,
  }),

  // Types of their own: not the row types of tables, and not the array type that comes with each type.
  catalogQuery({
    object: `'type ' || n.nspname || '.' || t.typname`,
    schema: 'n.nspname',
    properties: `
      'kind', t.typtype,
      'owner', t.typowner::regrole,
      'privileges', ${privileges('t.typacl', 'T', 't.typowner')},
      'labels', (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
      'baseType', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
      'notNull', CASE WHEN t.typtype = 'd' THEN t.typnotnull END,
      'default', t.typdefault,
      'collation', (SELECT o.oid::regcollation FROM pg_collation o WHERE o.oid = t.typcollation),
      'subtype', (SELECT r.rngsubtype::regtype FROM pg_range r WHERE r.rngtypid = t.oid),
      'input', CASE WHEN t.typtype = 'b' THEN t.typinput::regproc END,
      'output', CASE WHEN t.typtype = 'b' THEN t.typoutput::regproc END`,
    from: 'pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid',
    where: `(c.oid IS NULL OR c.relkind = 'c') AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
      AND ${isUserSchema('n')} AND ${isNotOfExtension('pg_type', 't.oid')}`,
  }),

  catalogQuery({
    object: `'function ' || n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'`,
    schema: 'n.nspname',
    properties: `
      'kind', p.prokind,
      'owner', p.proowner::regrole,
      'privileges', ${privileges('p.proacl', 'f', 'p.proowner')},
      'definition', CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END,
      'aggregate', (SELECT to_jsonb(a) - '{aggfnoid,aggsortop,aggtranstype,aggmtranstype}'::text[]
          || jsonb_build_object('state', a.aggtranstype::regtype) FROM pg_aggregate a WHERE a.aggfnoid = p.oid)`,
    from: 'pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace',
    where: `${isUserSchema('n')} AND ${isNotOfExtension('pg_proc', 'p.oid')}`,
  }),

  catalogQuery({
    object: `'trigger ' || n.nspname || '.' || c.relname || '.' || t.tgname`,
    schema: 'n.nspname',
    properties: `
      'definition', pg_get_triggerdef(t.oid), 'enabled', t.tgenabled,
      'parent', (SELECT p.tgname || ' on ' || p.tgrelid::regclass FROM pg_trigger p WHERE p.oid = t.tgparentid)`,
    from: 'pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace',
    where: `NOT t.tgisinternal AND ${isUserSchema('n')}`,
  }),

  catalogQuery({
    object: `'rule ' || n.nspname || '.' || c.relname || '.' || r.rulename`,
    schema: 'n.nspname',
    properties: `'definition', pg_get_ruledef(r.oid), 'enabled', r.ev_enabled`,
    from: 'pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace',
    where: `r.rulename <> '_RETURN' AND ${isUserSchema('n')}`,
  }),

  catalogQuery({
    object: `'policy ' || n.nspname || '.' || c.relname || '.' || p.polname`,
    schema: 'n.nspname',
    properties: `
      'command', p.polcmd, 'permissive', p.polpermissive,
      'roles', (SELECT jsonb_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE r::regrole::text END ORDER BY 1)
          FROM unnest(p.polroles) r),
      'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)`,
    from: 'pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace',
    where: isUserSchema('n'),
  }),

  catalogQuery({
    object: `'extension ' || e.extname`,
    schema: 'NULL',
    properties: `'version', e.extversion, 'schema', e.extnamespace::regnamespace, 'owner', e.extowner::regrole`,
    from: 'pg_extension e',
    where: 'true',
  }),

  catalogQuery({
    object: `'statistics ' || n.nspname || '.' || s.stxname`,
    schema: 'n.nspname',
    properties: `
      'definition', pg_get_statisticsobjdef(s.oid), 'owner', s.stxowner::regrole,
      'target', NULLIF(to_jsonb(s) ->> 'stxstattarget', '-1')`,
    from: 'pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace',
    where: `${isUserSchema('n')} AND ${isNotOfExtension('pg_statistic_ext', 's.oid')}`,
  }),

  catalogQuery({
    object: `'publication ' || p.pubname`,
    schema: 'NULL',
    properties: `
      'publication', to_jsonb(p) - '{oid,pubowner,pubname}'::text[],
      'owner', p.pubowner::regrole,
      'tables', CASE WHEN NOT p.puballtables THEN (SELECT jsonb_agg(to_jsonb(t) - 'pubname'
          ORDER BY t.schemaname, t.tablename) FROM pg_publication_tables t WHERE t.pubname = p.pubname) END`,
    from: 'pg_publication p',
    where: 'true',
  }),

  catalogQuery({
    object: `'event trigger ' || e.evtname`,
    schema: 'NULL',
    properties: `'event', e.evtevent, 'function', e.evtfoid::regproc, 'enabled', e.evtenabled, 'tags', e.evttags,
      'owner', e.evtowner::regrole`,
    from: 'pg_event_trigger e',
    where: isNotOfExtension('pg_event_trigger', 'e.oid'),
  }),

  catalogQuery({
    object: `'default privileges for ' || d.defaclrole::regrole || ' ' || d.defaclobjtype::text
      || CASE d.defaclnamespace WHEN 0 THEN '' ELSE ' in ' || d.defaclnamespace::regnamespace END`,
    schema: `CASE WHEN d.defaclnamespace <> 0 THEN d.defaclnamespace::regnamespace::text END`,
    properties: `'privileges', ${privileges('d.defaclacl', 'r', 'd.defaclrole')}`,
    from: 'pg_default_acl d',
    where: 'true',
  }),

  catalogQuery({
    object: `'setting of ' || CASE s.setrole WHEN 0 THEN 'everyone' ELSE s.setrole::regrole::text END`,
    schema: 'NULL',
    properties: `'settings', s.setconfig`,
    from: 'pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase',
    where: 'd.datname = current_database()',
  }),

  // The comments that users make; those on built-in objects have lower numbers, apart from the one on "public".
  catalogQuery({
    object: `'comment on ' || o.type || ' ' || o.identity`,
    schema: 'o.schema',
    properties: `'text', c.description`,
    from: `pg_description c, pg_identify_object(c.classoid, c.objoid, c.objsubid) o`,
    where: `(c.objoid >= 16384 OR c.classoid = 'pg_namespace'::regclass AND c.objoid = 'public'::regnamespace)
      AND ${isNotOfExtension('c.classoid', 'c.objoid')}`,
  }),

  // What migrations rarely touch is only listed. What belongs to no schema and is not built in has a number of a user.
  ...[
    ...[
      'pg_collation',
      'pg_conversion',
      'pg_operator',
      'pg_opclass',
      'pg_opfamily',
      'pg_ts_config',
      'pg_ts_dict',
    ],
    ...[
      'pg_ts_parser',
      'pg_ts_template',
      'pg_cast',
      'pg_foreign_data_wrapper',
      'pg_foreign_server',
      'pg_language',
    ],
    ...['pg_am', 'pg_transform', 'pg_user_mapping'],
  ].map((catalog) =>
    catalogQuery({
      object: `o.type || ' ' || o.identity`,
      schema: 'o.schema',
      properties: `'owner', (SELECT pg_get_userbyid(d.refobjid) FROM pg_shdepend d
        WHERE d.classid = x.tableoid AND d.objid = x.oid AND d.deptype = 'o'
          AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))`,
      from: `${catalog} x, pg_identify_object(x.tableoid, x.oid, 0) o`,
      where: `x.oid >= 16384 AND ${isNotOfExtension(catalog, 'x.oid')}`,
    }),
  ),
];

interface CatalogQuery {
  readonly object: string;
  readonly schema: string;
  readonly properties: string;
  readonly from: string;
  readonly where: string;
}

function catalogQuery({ object, schema, properties, from, where }: CatalogQuery): string {
  return `SELECT ${object} AS object, (${schema})::text AS schema,
    jsonb_strip_nulls(jsonb_build_object(${properties})) AS properties FROM ${from} WHERE ${where}`;
}

function isUserSchema(namespace: string): string {
  return `(${namespace}.nspname !~ '^pg_' AND ${namespace}.nspname <> 'information_schema')`;
}

/** An extension's objects come and go with it; the extension's own entry stands for them. */
function isNotOfExtension(catalog: string, oid: string): string {
  const classId = catalog.includes('.') ? catalog : `'${catalog}'::regclass`;
  return `NOT EXISTS (SELECT FROM pg_depend member
    WHERE member.classid = ${classId} AND member.objid = ${oid} AND member.deptype = 'e')`;
}

/** Privileges as sorted text. Default ones are written out: a GRANT and its REVOKE must leave no trace. */
function privileges(acl: string, objectType: string, owner: string, isLiteral = true): string {
  const type = isLiteral ? `'${objectType}'` : objectType;
  return `(SELECT jsonb_agg(CASE p.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(p.grantee) END || ': '
      || p.privilege_type || CASE WHEN p.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
      || ' by ' || pg_get_userbyid(p.grantor) ORDER BY p.grantee = 0, pg_get_userbyid(p.grantee), p.privilege_type)
    FROM aclexplode(coalesce(${acl}, acldefault((${type})::"char", ${owner}))) p)`;
}
