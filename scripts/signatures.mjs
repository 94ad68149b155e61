// Reads from a server what the types of expressions follow from, and writes it down: for scripts/generate-functions.mjs.

/** What has been read: for each name the signatures, by their arguments. */
/** @type {Map<string, Map<string, string>>} */
const functions = new Map();
/** @type {Map<string, Map<string, string>>} */
const operators = new Map();
/** @type {Map<string, string>} */
const categories = new Map();
/** @type {Set<string>} */
const casts = new Set();
/** @type {Map<string, string>} */
const ranges = new Map();

/** @type {Map<string, { columns: Map<string, string>, lists: Set<string> }>} */
const systemRelations = new Map();

/** Functions that nobody calls by name: what stands behind operators, indexes, types and aggregates. */
const hidden = [
  '^implementation of .* operator',
  '^I/O$',
  '^I/O typmod$',
  '^hash$',
  '^less-equal-greater',
  '^(larger|smaller) of two$',
  '^aggregate (transition|final) function$',
  '^for use by pg_upgrade$',
  '^window RANGE support$',
].join('|');

/** The types of arguments in order; one of `optional` may be left out, and one after dots may come again and again. */
const signature = `
  array_to_string(ARRAY(
    SELECT CASE WHEN provariadic <> 0 AND place = pronargs THEN '...' ELSE '' END || typname
      || CASE WHEN place > pronargs - pronargdefaults THEN '?' ELSE '' END
    FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS argument (type, place) JOIN pg_type ON pg_type.oid = type
    ORDER BY place), ',')`;

/** The columns that a call in FROM has, when they are named. */
const columns = `
  array_to_string(ARRAY(
    SELECT proargnames[place] || ':' || typname
    FROM unnest(proallargtypes, proargmodes) WITH ORDINALITY AS argument (type, mode, place)
    JOIN pg_type ON pg_type.oid = type
    WHERE mode IN ('o', 't', 'b')
    ORDER BY place), ',')`;

/** @param {import('pg').Client} client */
export async function readSignatures(client) {
  const called = await client.query(
    `
    SELECT proname AS name, ${signature} AS arguments, result.typname AS result, ${columns} AS columns
    FROM pg_proc
    JOIN pg_type result ON result.oid = prorettype
    WHERE prokind <> 'p' AND proname ~ '^[a-z]'
      AND NOT (proargtypes::oid[] && ARRAY['internal'::regtype::oid, 'cstring'::regtype::oid])
      AND prorettype NOT IN ('internal'::regtype, 'cstring'::regtype, 'trigger'::regtype, 'event_trigger'::regtype)
      AND coalesce(obj_description(pg_proc.oid, 'pg_proc'), '') !~ $1
    ORDER BY pg_proc.oid`,
    [hidden],
  );
  for (const { name, arguments: types, result, columns: named } of called.rows) {
    put(functions, name, types, named === '' ? result : `${result}(${named})`);
  }
  const written = await client.query(`
    SELECT oprname AS name, concat_ws(',', a.typname, b.typname) AS arguments, result.typname AS result
    FROM pg_operator
    LEFT JOIN pg_type a ON a.oid = oprleft
    JOIN pg_type b ON b.oid = oprright
    JOIN pg_type result ON result.oid = oprresult
    ORDER BY pg_operator.oid`);
  for (const { name, arguments: types, result } of written.rows) put(operators, name, types, result);
  const types = await client.query(`
    SELECT typname AS name, typcategory::text || CASE WHEN typispreferred THEN '!' ELSE '' END
      || CASE WHEN typcollation <> 0 THEN '~' ELSE '' END AS category
    FROM pg_type LEFT JOIN pg_class ON pg_class.oid = typrelid
    WHERE typtype IN ('b', 'r', 'm') AND typcategory NOT IN ('A', 'P')
    ORDER BY pg_type.oid`);
  for (const { name, category } of types.rows) categories.set(name, category);
  const implicit = await client.query(`
    SELECT source.typname AS source, target.typname AS target
    FROM pg_cast
    JOIN pg_type source ON source.oid = castsource
    JOIN pg_type target ON target.oid = casttarget
    WHERE castcontext = 'i' AND source.oid <> target.oid`);
  for (const { source, target } of implicit.rows) casts.add(`${source}=${target}`);
  const spans = await client.query(`
    SELECT range.typname AS range, subtype.typname AS subtype, multi.typname AS multirange
    FROM pg_range
    JOIN pg_type range ON range.oid = rngtypid
    JOIN pg_type subtype ON subtype.oid = rngsubtype
    JOIN pg_type multi ON multi.oid = rngmultitypid`);
  for (const { range, subtype, multirange } of spans.rows) ranges.set(range, `${subtype}=${multirange}`);
}

/** @param {import('pg').Client} client */
export async function readSystemRelations(client) {
  const { rows } = await client.query(`
    SELECT CASE nspname WHEN 'pg_catalog' THEN relname ELSE nspname || '.' || relname END AS name, attname AS column,
      typname || CASE WHEN attcollation <> typcollation THEN '=' || collname ELSE '' END AS type
    FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    JOIN pg_type ON pg_type.oid = atttypid
    LEFT JOIN pg_collation ON pg_collation.oid = attcollation
    WHERE attnum > 0 AND relkind IN ('r', 'v') AND nspname IN ('pg_catalog', 'information_schema')
      AND (nspname = 'pg_catalog' OR relname !~ '^(_pg|sql_)')
    ORDER BY 1, attnum`);
  /** @type {Map<string, string[]>} */
  const byRelation = new Map();
  for (const { name, column, type } of rows) {
    byRelation.set(name, [...(byRelation.get(name) ?? []), `${column}:${type}`]);
  }
  for (const [name, columns] of byRelation) {
    const known = systemRelations.get(name) ?? { columns: new Map(), lists: new Set() };
    known.lists.add(columns.join());
    for (const column of columns) {
      const [own = '', type = ''] = column.split(':');
      known.columns.set(own, (known.columns.get(own) ?? type) === type ? type : '');
    }
    systemRelations.set(name, known);
  }
}

/** The text of the generated file about the server's own relations, without its first line. */
export function systemRelationsText() {
  const all = [...systemRelations]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { columns, lists }]) => {
      const words = [...columns].map(([column, type]) => (type === '' ? column : `${column}:${type}`));
      return `${name}${lists.size > 1 ? '?' : ''} ${words.join(' ')}`;
    });
  return `/**
 * The server's own tables and views, with their columns: \`name column:type=collation …\`. Where majors differ, a "?"
 * stands behind the name, and a column has no type that is not the same in all.
 */
export const systemRelations = \`
${all.join('\n')}
\`;
`;
}

/**
 * What a function answers in another way in another major, as some do that tell the server's state, is only a record.
 * @param {Map<string, Map<string, string>>} all
 * @param {string} name
 * @param {string} types
 * @param {string} result
 */
function put(all, name, types, result) {
  const signatures = all.get(name) ?? new Map();
  signatures.set(types, (signatures.get(types) ?? result) === result ? result : 'record');
  all.set(name, signatures);
}

/** The text of the generated file, without its first line. */
export function signaturesText() {
  return `/** The functions that can be called by name: \`name arguments>result;…\`, with the columns of a call in FROM. */
export const functionSignatures = \`
${lines(functions)}
\`;

/** The operators, in the same way. */
export const operatorSignatures = String.raw\`
${lines(operators).replaceAll('`', '${"`"}')}
\`;

/** The category of each type that is no array, as in pg_type; "!" is a preferred type, "~" one with collations. */
export const typeCategories = \`
${wrapped([...categories].map(([name, category]) => `${name}=${category}`).sort())}
\`;

/** The casts that the server makes unasked: \`source=target\`. */
export const implicitCasts = \`
${wrapped([...casts].sort())}
\`;

/** The subtype and the multirange of each range type. */
export const rangeTypes = \`
${wrapped([...ranges].map(([range, others]) => `${range}=${others}`).sort())}
\`;
`;
}

/** @param {Map<string, Map<string, string>>} all */
function lines(all) {
  return [...all]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, signatures]) =>
        `${name} ${[...signatures].map(([types, result]) => `${types}>${result}`).join(';')}`,
    )
    .join('\n');
}

/**
 * Words in lines of readable length.
 * @param {readonly string[]} words
 */
export function wrapped(words) {
  let line = '';
  const all = [];
  for (const word of words) {
    if (line.length + word.length > 105) {
      all.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...all, line].join('\n');
}
