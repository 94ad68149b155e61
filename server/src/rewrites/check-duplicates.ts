import type { Catalog } from '../catalog/catalog';
import { indent } from '../sql/layout';
import { dollarQuote, quoteIdentifier, quoteLiteral } from '../sql/print';
import { fileWords, type Rewrite } from './rewrite';
import { conditionsOf, displayKey, primaryKeyOf, type UniqueKey, whereClause } from './unique-key';

/** Stops the migration with a clear message when there are duplicates. */
export const checkDuplicates: Rewrite<UniqueKey> = {
  id: 'check-duplicates',
  docs: {
    summary:
      'Looks for duplicates before the unique index is built, and stops the migration when there are some.',
    why:
      'A build that meets duplicates fails late: after it has scanned the table, and with `CONCURRENTLY` it leaves an ' +
      'invalid index. The check reads the table under `ACCESS SHARE`, which blocks nothing.',
  },

  steps(key, { catalog }) {
    return [
      {
        sql: guard(key, catalog),
        transaction: 'inherits',
        why: `Stops here if rows share ${displayKey(key)}, before anything is built.`,
        name: fileWords(key.name, 'check_duplicates'),
      },
    ];
  },
};

/** A query for people: each key that occurs more than once, how often, and some of its rows. */
export function duplicateQuery(key: UniqueKey, catalog: Catalog): string {
  const elements = displayKey(key);
  const primaryKey = primaryKeyOf(catalog.relation(key.relation)).map(quoteIdentifier);
  const [id = 'ctid'] = primaryKey;
  const rows =
    primaryKey.length > 1
      ? `(array_agg((${primaryKey.join(', ')})::text ORDER BY ${primaryKey.join(', ')}))[1:5]`
      : `(array_agg(${id} ORDER BY ${id}))[1:5]`;
  return (
    `SELECT ${elements}, count(*) AS copies, ${rows} AS first_rows\n` +
    `FROM ${key.target}\n${whereClause(conditionsOf(key))}` +
    `GROUP BY ${elements}\nHAVING count(*) > 1\nORDER BY count(*) DESC\nLIMIT 100;`
  );
}

function guard(key: UniqueKey, catalog: Catalog): string {
  const elements = displayKey(key);
  const columns = catalog.relation(key.relation)?.columns ?? [];
  // A variable that has the name of a column would be ambiguous.
  const variable = columns.some(({ name }) => name === 'duplicate') ? 'duplicate_key' : 'duplicate';
  const values = key.elements.map(({ sql }) =>
    key.nullsNotDistinct ? `coalesce((${sql})::text, 'NULL')` : `(${sql})::text`,
  );
  const query =
    `SELECT concat_ws(', ', ${values.join(', ')}) AS value, count(*) AS copies, count(*) OVER () AS keys\n` +
    `INTO ${variable}\nFROM ${key.target}\n${whereClause(conditionsOf(key))}` +
    `GROUP BY ${elements}\nHAVING count(*) > 1\nLIMIT 1;`;
  const message =
    `${format(key.relation.name)} has duplicates: values of (${elements.replaceAll('%', '%%')}) that occur more than ` +
    'once: %; for instance (%), % times.';
  const hint = `Remove them before "${key.name}" is created; nothing has been built yet.`;
  return `DO ${dollarQuote(
    [
      '\nDECLARE',
      `  ${variable} record;`,
      'BEGIN',
      `  ${indent(query, 2)}`,
      '  IF FOUND THEN',
      `    RAISE EXCEPTION ${quoteLiteral(message)},`,
      `      ${variable}.keys, ${variable}.value, ${variable}.copies`,
      `      USING ERRCODE = 'unique_violation', HINT = ${quoteLiteral(hint)};`,
      '  END IF;',
      'END\n',
    ].join('\n'),
  )};`;
}

/** A name in a format string of RAISE. */
function format(name: string): string {
  return `"${name.replaceAll('%', '%%')}"`;
}
