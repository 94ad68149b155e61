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
      summary: 'A statement drops a table that this migration has not created.',
      why:
        'Its rows are lost, and running code that still uses it fails. `DROP TABLE` takes `ACCESS EXCLUSIVE` on the ' +
        'table, and on every table that it references; `CASCADE` also drops views on it, and foreign keys of other ' +
        'tables.',
      instead:
        'First ship code that does not use the table, and drop it in a later deployment. Renaming it first shows ' +
        'whether anything still needs it, and can be undone. Keep a copy if the rows may be needed again.',
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
