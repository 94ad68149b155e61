import { quoted } from './questions/what-waits';
import { defineRule } from './rule';

export default defineRule({
  id: 'drop-column',
  meta: {
    category: 'compatibility',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Deploy code that does not use it first.',
    aliases: ['squawk:ban-drop-column', 'atlas:DS103'],
    docs: {
      summary: 'A column of a table that already exists is dropped.',
      why:
        'Running code that knows the column by name fails after the commit: `SELECT` lists, `INSERT`s, the column ' +
        'lists that an ORM loaded when it started. The values of the column are lost, and with it the indexes and ' +
        'constraints that use it.',
      instead:
        'First ship code that neither reads nor writes the column (tell the ORM to ignore it), and drop it in a later ' +
        'deployment. A column that is `NOT NULL` without a default needs one, or `DROP NOT NULL`, before that code ships.',
      references: [
        'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN',
      ],
    },
    examples: [
      {
        bad: 'ALTER TABLE orders DROP COLUMN coupon;',
        good: 'ALTER TABLE orders ALTER COLUMN coupon DROP NOT NULL;',
      },
    ],
  },

  on: ['AlterTable'],

  *check(statement, { catalog }) {
    if (statement.objectType !== 'TABLE' || catalog.isNew(statement.relation)) return;
    const relation = catalog.relation(statement.relation);
    for (const action of statement.actions) {
      if (action.type !== 'DropColumn') continue;
      const column = relation?.columns.find(({ name }) => name === action.column.text);
      // What this migration has made, nobody knows yet; what is not there, nobody uses.
      if (column?.origin.file === catalog.file) continue;
      if (column === undefined && action.ifExists && relation?.isComplete === true) continue;
      yield {
        range: action.column.range,
        message: `Running code may still use ${quoted(action.column.text)}.`,
        subject: action,
      };
    }
  },
});
