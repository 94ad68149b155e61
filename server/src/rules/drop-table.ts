import { quoted } from './questions/what-waits';
import { defineRule } from './rule';

export default defineRule({
  id: 'drop-table',
  meta: {
    category: 'data-loss',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Deploy code that does not use it first.',
    aliases: ['squawk:ban-drop-table', 'atlas:DS102'],
    docs: {
      summary: 'A table is dropped that this migration has not made.',
      why:
        'Its rows are gone for good, and code that is running and still uses it fails. `DROP TABLE` takes ' +
        '`ACCESS EXCLUSIVE` on the table, and on every table that it references; with `CASCADE`, views and foreign keys ' +
        'of other tables go with it.',
      instead:
        'First ship code that does not use the table, and drop it in a later deployment. Renaming it first shows whether ' +
        'somebody still needs it and can be undone. Keep a copy when the rows may be wanted again.',
      references: ['https://www.postgresql.org/docs/current/sql-droptable.html'],
    },
    examples: [
      {
        bad: 'DROP TABLE events;',
        good: 'ALTER TABLE events RENAME TO events_unused;',
      },
    ],
  },

  on: ['Drop'],

  *check(statement, { catalog }) {
    if (statement.objectType !== 'TABLE') return;
    for (const name of statement.names) {
      if (catalog.isNew(name)) continue;
      yield {
        range: name.range,
        message: `Drops ${quoted(name.name)} with all of its rows; running code may still use it.`,
        subject: name,
      };
    }
  },
});
