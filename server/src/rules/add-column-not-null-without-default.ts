import { isEmptied } from '../catalog/remembered';
import { effectsOfAction } from './questions/effects-of-action';
import { listNames, quoted } from './questions/what-waits';
import { keywordsOf } from './questions/words';
import { defineRule } from './rule';

export default defineRule({
  id: 'add-column-not-null-without-default',
  meta: {
    category: 'compatibility',
    severity: 'error',
    addedIn: '0.1.0',
    remedy: 'Give it a default, or add it without NOT NULL and fill it first.',
    aliases: ['squawk:adding-required-field', 'atlas:MF103'],
    docs: {
      summary: 'A column that may not be NULL is added without a value to a table that already exists.',
      why:
        'Every existing row would have NULL there, so the statement fails with `23502` as soon as the table has one ' +
        'row. It succeeds on an empty table, as in a development database, and fails in production. Where it does not ' +
        'fail, running code that does not know the column can no longer insert rows.',
      instead:
        'Give the column a default: a constant one costs nothing, and can be dropped when all code writes the column. ' +
        'Or add the column without `NOT NULL`, deploy the code that writes it, fill the existing rows, and then make ' +
        'it `NOT NULL` without a scan. Which value the existing rows get is for the author to say, so there is no ' +
        'quick fix.',
      references: [
        'https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN',
        'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES',
      ],
    },
    examples: [
      {
        bad: 'ALTER TABLE orders ADD COLUMN currency text NOT NULL;',
        good: "ALTER TABLE orders ADD COLUMN currency text NOT NULL DEFAULT 'EUR';",
      },
    ],
  },

  on: ['AlterTable'],

  *check(statement, context) {
    const { catalog } = context;
    if (catalog.isNew(statement.relation) || isEmptied(catalog, statement.relation)) return;
    // Each fails because of the same rows, so the first one speaks for all.
    const failing = statement.actions.flatMap((action) => {
      if (action.type !== 'AddColumn') return [];
      const { name, constraints } = action.column;
      // The value of a generated column may be NULL, but it has one.
      if (constraints.some(({ type }) => type === 'GENERATED')) return [];
      const required = constraints.find(({ type }) => type === 'NOT NULL' || type === 'PRIMARY KEY');
      const { failsOnRows } = effectsOfAction(statement, action, context);
      const fails = failsOnRows.some(({ sqlstate }) => sqlstate === '23502');
      return required === undefined || !fails ? [] : [{ action, name: name.text, required }];
    });
    const [first] = failing;
    if (first === undefined) return;
    const columns = `column${failing.length > 1 ? 's' : ''} ${listNames(failing.map(({ name }) => name))}`;
    yield {
      range: keywordsOf(statement.text, first.required),
      message: `Fails if ${quoted(catalog.resolve(statement.relation).name)} has rows: they have no value for the new ${columns}.`,
      subject: first.action,
    };
  },
});
