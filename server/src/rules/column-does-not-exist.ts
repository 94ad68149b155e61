import { columnAbsenceOf } from '../catalog/existence';
import { columnsMissing } from './questions/columns-used';
import { fixName, type MissingName, nearName, whatBecame } from './questions/missing-names';
import { quoted } from './questions/what-waits';
import { defineRule, type Finding } from './rule';

export default defineRule({
  id: 'column-does-not-exist',
  meta: {
    category: 'existence',
    severity: 'error',
    addedIn: '0.1.0',
    docs: {
      summary: 'A statement names a column that its table or view does not have, or no longer has.',
      why:
        'PostgreSQL fails with `column "…" does not exist`, and the migration with it. Reported for tables that the ' +
        'migrations create, and for views on such tables, since all their columns are known; not for other tables.',
      instead: 'Correct the name, or add the column first.',
      references: ['https://www.postgresql.org/docs/current/errcodes-appendix.html'],
    },
    examples: [
      {
        bad: 'UPDATE orders SET cupon = NULL WHERE id = 1;',
        good: 'UPDATE orders SET coupon = NULL WHERE id = 1;',
      },
      {
        setup: 'ALTER TABLE orders RENAME COLUMN coupon TO voucher;',
        bad: "SELECT id FROM orders WHERE coupon = 'A';",
        good: "SELECT id FROM orders WHERE voucher = 'A';",
      },
    ],
  },

  on: ['CreateIndex', 'AlterTable', 'CreateTable', 'Rename', 'DataChange', 'Select', 'Other'],

  *check(statement, { catalog, inBody }): Iterable<Finding<MissingName>> {
    if (inBody === 'conditional') return;
    const told = new Set<number>();
    for (const { relation, column, range } of columnsMissing(statement, { catalog, inBody })) {
      const place = range();
      if (told.has(place.start)) continue;
      told.add(place.start);
      const former = columnAbsenceOf(catalog, relation, column)?.former;
      const names = relation.columns.map(({ name }) => name);
      const renamed = former?.to !== undefined && names.includes(former.to.name) ? former.to.name : undefined;
      const meant = renamed ?? nearName(column, names);
      const isGone = former !== undefined;
      yield {
        range: place,
        message: isGone
          ? `column ${quoted(column)} of relation ${quoted(relation.name)} does not exist: ${whatBecame(former, catalog)}.`
          : `column ${quoted(column)} of relation ${quoted(relation.name)} does not exist.`,
        remedy:
          meant === undefined
            ? isGone
              ? 'Leave this out, or move it before that statement.'
              : 'Add it first, or correct the name.'
            : renamed === undefined
              ? `Write ${quoted(meant)}, if you mean that.`
              : `Write ${quoted(meant)}.`,
        subject: { range: place, meant, isSure: renamed !== undefined },
      };
    }
  },

  fixes: ({ subject }, { statement }) => fixName(subject, statement.text),
});
