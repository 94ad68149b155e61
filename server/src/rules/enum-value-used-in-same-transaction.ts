import { newEnumValues } from '../catalog/new-enum-values';
import { fileWords } from '../rewrites/rewrite';
import { Reader } from '../sql/build/reader';
import { quoteIdentifier } from '../sql/print';
import type { Statement } from '../sql/statement';
import type { Range } from '../sql/text';
import { placeOfEnumValue } from './questions/enum-literals';
import { quoted } from './questions/what-waits';
import { defineRule, fixBySteps } from './rule';

export default defineRule({
  id: 'enum-value-used-in-same-transaction',
  meta: {
    category: 'transaction',
    severity: 'error',
    addedIn: '0.1.0',
    remedy: 'Use it in a later transaction.',
    docs: {
      summary: 'A value that `ALTER TYPE … ADD VALUE` has added is used in the same transaction.',
      why:
        'A new value of an enum can be used after the transaction that added it has committed. Until then PostgreSQL ' +
        'refuses it with `55P04`, unsafe use of new value: as a default, in a comparison, a cast or a row. From ' +
        'version 17 on it may be used at once if the same transaction created the type.',
      instead:
        'Add the value in a transaction of its own, which is a migration of its own when the runner sends each file in one ' +
        'transaction. A runner that sends all new migrations in one transaction needs a deployment in between.',
      references: ['https://www.postgresql.org/docs/current/sql-altertype.html#id-1.9.3.42.7'],
    },
    examples: [
      {
        setup:
          "CREATE TYPE order_status AS ENUM ('new', 'paid');\n" +
          "ALTER TABLE orders ADD COLUMN status order_status NOT NULL DEFAULT 'new';",
        bad:
          "BEGIN;\nALTER TYPE order_status ADD VALUE 'returned';\n" +
          "UPDATE orders SET status = 'returned' WHERE id = 1;\nCOMMIT;",
        good:
          'BEGIN;\n' +
          "ALTER TYPE order_status ADD VALUE 'returned';\n" +
          'COMMIT;\n' +
          '\n' +
          '-- The new value can be used after the transaction that added it has committed.\n' +
          "UPDATE orders SET status = 'returned' WHERE id = 1;",
      },
    ],
  },

  on: ['AlterTable', 'CreateIndex', 'CreateTable', 'DataChange', 'Other', 'Select'],

  *check(statement, { catalog, postgresVersion }) {
    for (const added of newEnumValues(catalog)) {
      const isNewType = catalog.type(added.type)?.origin.file === catalog.file;
      if (isNewType && postgresVersion >= 17) continue;
      const place = isRoutine(statement) ? undefined : placeOfEnumValue(statement, added, catalog);
      if (place === undefined) continue;
      yield {
        range: rangeOfConstant(statement.text, place),
        message: `unsafe use of new value ${quoted(added.value)} of enum type ${quoteIdentifier(added.type.name)}: this transaction adds it.`,
        subject: statement,
      };
      return;
    }
  },

  fixes({ subject: statement }) {
    const target = 'relation' in statement ? statement.relation?.name : undefined;
    return fixBySteps('Run it after the commit', [
      {
        sql: `${statement.text};`,
        transaction: 'own',
        why: 'The new value can be used after the transaction that added it has committed.',
        name: fileWords(statement.command.split(' ')[0] ?? '', target ?? '', 'with new value'),
      },
    ]);
  },
});

/** A body is planned when it is called. */
function isRoutine(statement: Statement): boolean {
  return statement.kind === 'Other' && 'CreateFunctionStmt' in statement.node;
}

function rangeOfConstant(text: string, place: number): Range {
  const reader = new Reader(text);
  const token = reader.indexAt(reader.offset(place));
  return reader.range(token, token);
}
