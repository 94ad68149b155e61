import { list, quoted } from './questions/what-waits';
import { defineRule } from './rule';

export default defineRule({
  id: 'vacuum-full-rewrites',
  meta: {
    category: 'rewrite',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Use pg_repack, or a plain VACUUM.',
    aliases: ['squawk:prefer-repack'],
    docs: {
      summary: '`VACUUM FULL` or `CLUSTER` copies a table that already exists.',
      why:
        'Both write the whole table and all of its indexes again under `ACCESS EXCLUSIVE`: reads and writes wait ' +
        'until they are done, and the disk must hold the table twice.',
      instead:
        'A plain `VACUUM` makes the space of dead rows reusable while reads and writes go on. To return it to the ' +
        'disk, or to order the rows, use the extension `pg_repack`, which takes `ACCESS EXCLUSIVE` only to swap the ' +
        'tables at its end.',
      references: [
        'https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY',
        'https://www.postgresql.org/docs/current/sql-cluster.html',
      ],
    },
    examples: [{ bad: 'VACUUM FULL orders;', good: 'VACUUM (ANALYZE) orders;' }],
  },

  on: ['Other'],

  *check(statement, { catalog, effects }) {
    const { node } = statement;
    if (!('VacuumStmt' in node) && !('ClusterStmt' in node)) return;
    const copied = effects.rewrites.filter((relation) => !catalog.isNew(relation));
    if (copied.length === 0) return;
    const names = list(copied.map(({ name }) => quoted(name)));
    yield {
      range: statement.commandRange,
      message: `Copies ${names} with all indexes; every read and write waits until it is done.`,
      subject: statement,
    };
  },
});
