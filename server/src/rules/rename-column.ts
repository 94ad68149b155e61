import { quoted } from './questions/what-waits';
import { defineRule } from './rule';

export default defineRule({
  id: 'rename-column',
  meta: {
    category: 'compatibility',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Add a column of the new name, and drop the old one later.',
    aliases: ['squawk:renaming-column', 'atlas:BC102'],
    docs: {
      summary: 'A column of a table that already exists is renamed.',
      why:
        'Running code knows the old name, the next release knows the new one: one of them fails with `42703` until ' +
        'the other is gone. Functions and policies that have the name in a text fail, too.',
      instead:
        'Add a column of the new name, let the code write both, copy the old values, let the code read the new one, ' +
        'and drop the old one in a later deployment. Or keep the name of the column, and rename it in the code alone.',
      references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME'],
    },
    examples: [
      {
        bad: 'ALTER TABLE orders RENAME COLUMN coupon TO voucher;',
        good: 'ALTER TABLE orders ADD COLUMN voucher text;',
      },
    ],
  },

  on: ['Rename'],

  *check(statement, { catalog }) {
    const { objectType, relation, from, to } = statement;
    if (objectType !== 'COLUMN' || relation === undefined || catalog.isNew(relation)) return;
    const known = catalog.relation(relation);
    if (known?.kind === 'composite type') return;
    // What this migration has made, nobody knows yet.
    if (known?.columns.find(({ name }) => name === from)?.origin.file === catalog.file) return;
    yield {
      range: statement.commandRange,
      message: `Code that uses ${quoted(from)} of ${quoted(relation.name)} fails after the commit, code that uses ${quoted(to)} before it.`,
      subject: statement,
    };
  },
});
