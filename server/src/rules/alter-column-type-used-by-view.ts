import { viewsNeeding } from './questions/dependents';
import { listNames, quoted } from './questions/what-waits';
import { defineRule } from './rule';

export default defineRule({
  id: 'alter-column-type-used-by-view',
  meta: {
    category: 'existence',
    severity: 'error',
    addedIn: '0.1.0',
    remedy: 'Drop the view first and create it again after this statement, in one transaction.',
    docs: {
      summary: 'A statement changes the type of a column that a view uses.',
      why:
        'PostgreSQL fails with `cannot alter type of a column used by a view or rule`, and the migration with it. ' +
        'This happens even if the type stays the same, and wherever in its query the view uses the column.',
      instead:
        'In one transaction: drop the view, change the type, create the view again, with its privileges and the views ' +
        'that read it.',
      references: ['https://www.postgresql.org/docs/current/rules-views.html'],
    },
    examples: [
      {
        setup: 'CREATE VIEW open_orders AS SELECT id, coupon FROM orders WHERE closed_at IS NULL;',
        bad: 'ALTER TABLE orders ALTER COLUMN coupon TYPE varchar(40);',
        good:
          'DROP VIEW open_orders;\nALTER TABLE orders ALTER COLUMN coupon TYPE varchar(40);\n' +
          'CREATE VIEW open_orders AS SELECT id, coupon FROM orders WHERE closed_at IS NULL;',
      },
    ],
  },

  on: ['AlterTable'],

  *check(statement, { catalog, inBody }) {
    const relation = catalog.relation(statement.relation);
    if (inBody === 'conditional' || relation === undefined) return;
    for (const action of statement.actions) {
      if (action.type !== 'AlterColumnType') continue;
      const views = viewsNeeding(catalog, relation, action.column.text);
      if (views.length === 0) continue;
      const names = listNames(views.map(({ name }) => name));
      yield {
        range: action.column.range,
        message:
          'cannot alter type of a column used by a view or rule: ' +
          (views.length === 1
            ? `the ${views[0]?.kind ?? 'view'} ${names} uses ${quoted(action.column.text)}.`
            : `the views ${names} use ${quoted(action.column.text)}.`),
        subject: action,
      };
    }
  },
});
