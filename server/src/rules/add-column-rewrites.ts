import type { Catalog } from '../catalog/catalog';
import { isSerial } from '../catalog/constraints';
import { addColumnInSteps } from '../rewrites/add-column-in-steps';
import { withShortLocks } from '../rewrites/short-locks';
import type { AlterTable, AlterTableAction, ColumnDefinition } from '../sql/statement';
import type { Range } from '../sql/text';
import { withoutPrecheck } from './questions/duplicates';
import { effectsOfAction } from './questions/effects-of-action';
import { quoted } from './questions/what-waits';
import { defineRule, type Finding, fixBySteps } from './rule';

interface Subject {
  readonly statement: AlterTable;
  readonly action: Extract<AlterTableAction, { type: 'AddColumn' }>;
}

export default defineRule({
  id: 'add-column-rewrites',
  meta: {
    category: 'rewrite',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Add the column without it, then fill the rows in batches.',
    aliases: ['squawk:adding-field-with-default', 'eugene:E11', 'atlas:PG302'],
    docs: {
      summary: 'A new column rewrites a table that already exists.',
      why:
        'A column without a default, or with a constant one, is only an entry in the catalog. When each row needs a ' +
        'value of its own, PostgreSQL copies the table and rebuilds all of its indexes under `ACCESS EXCLUSIVE`. This ' +
        'applies to a volatile default such as `gen_random_uuid()` or `clock_timestamp()`, `serial`, an identity ' +
        'column, a `STORED` generated column, and a domain with a constraint. `now()` is not volatile and is free.',
      instead:
        'Add the column without the default, set the default for new rows, fill the existing rows in batches, then ' +
        'make it `NOT NULL` without a scan. Instead of a `STORED` generated column, PostgreSQL 18 has `VIRTUAL` ones, ' +
        'which cost nothing to add.',
      references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
    },
    examples: [
      {
        bad: 'ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();',
        good:
          '-- Without a default the table is not rewritten; the default that follows serves new rows.\n' +
          "SET lock_timeout = '5s';\n" +
          'ALTER TABLE orders ADD COLUMN token uuid;\n' +
          'ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();\n' +
          'RESET lock_timeout;\n' +
          '\n' +
          '-- Fills "token" in the existing rows, 10,000 per transaction: row locks end with each batch.\n' +
          'DO $$\n' +
          'DECLARE\n' +
          '  first_key orders.id%TYPE;\n' +
          '  last_key orders.id%TYPE;\n' +
          'BEGIN\n' +
          '  SELECT id INTO first_key FROM orders ORDER BY id LIMIT 1;\n' +
          '  WHILE FOUND LOOP\n' +
          '    SELECT id INTO last_key\n' +
          '    FROM (SELECT id FROM orders WHERE id >= first_key ORDER BY id LIMIT 10000) AS batch\n' +
          '    ORDER BY id DESC LIMIT 1;\n' +
          '    UPDATE orders SET token = DEFAULT\n' +
          '    WHERE id BETWEEN first_key AND last_key AND token IS NULL;\n' +
          '    COMMIT;\n' +
          '    SELECT id INTO first_key FROM orders WHERE id > last_key ORDER BY id LIMIT 1;\n' +
          '  END LOOP;\n' +
          'END\n' +
          '$$;',
      },
    ],
  },

  on: ['AlterTable'],

  *check(statement, context): Iterable<Finding<Subject>> {
    const { catalog } = context;
    if (catalog.isNew(statement.relation)) return;
    const relation = catalog.resolve(statement.relation);
    for (const action of statement.actions) {
      if (action.type !== 'AddColumn') continue;
      const effects = effectsOfAction(statement, action, context);
      if (effects.rewrites.length === 0) continue;
      const { range, reason } = causeOf(action.column, catalog);
      yield {
        range,
        message: `${reason}, so PostgreSQL rewrites ${quoted(relation.name)}; every read and write waits until it is done.`,
        subject: { statement, action },
      };
    }
  },

  fixes({ subject }, context) {
    const steps = addColumnInSteps.steps(subject, context);
    const { text: column } = subject.action.column.name;
    return fixBySteps(
      'Add the column empty, then fill it in batches',
      withShortLocks(withoutPrecheck(steps, column), context),
    );
  },
});

/** What makes the rows differ, and where it is written. */
function causeOf(
  { type, constraints, range }: ColumnDefinition,
  catalog: Catalog,
): { readonly range: Range; readonly reason: string } {
  const generated = constraints.find((constraint) => constraint.type === 'GENERATED' && constraint.stored);
  if (generated !== undefined) {
    return { range: generated.range, reason: 'A stored generated column is computed for each row' };
  }
  const identity = constraints.find((constraint) => constraint.type === 'IDENTITY');
  if (identity !== undefined) return { range: identity.range, reason: 'An identity column numbers each row' };
  if (isSerial(type)) return { range: type.range, reason: `A ${type.text} column numbers each row` };
  const domain = catalog.type(type);
  if (domain?.kind === 'domain' && domain.isConstrained) {
    return { range: type.range, reason: `The domain ${quoted(domain.name)} has a constraint` };
  }
  const written = constraints.find((constraint) => constraint.type === 'DEFAULT');
  return { range: written?.range ?? range, reason: 'The default is computed for each row' };
}
