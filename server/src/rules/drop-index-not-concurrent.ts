import { dropIndexConcurrently } from '../rewrites/drop-index-concurrently';
import { quoted } from './questions/what-waits';
import { defineRule, fixBySteps } from './rule';

export default defineRule({
  id: 'drop-index-not-concurrent',
  meta: {
    category: 'locking',
    severity: 'information',
    addedIn: '0.1.0',
    remedy: 'Drop it with CONCURRENTLY, outside a transaction.',
    aliases: ['squawk:require-concurrent-index-deletion', 'atlas:PG102'],
    docs: {
      summary: 'An index is dropped without `CONCURRENTLY` from a table that already exists.',
      why:
        '`DROP INDEX` takes `ACCESS EXCLUSIVE` on the table of the index. It waits for every query that is running on ' +
        'the table, and meanwhile every later query waits for it.',
      instead:
        'Drop it with `DROP INDEX CONCURRENTLY`, one index at a time and outside a transaction block. That does not ' +
        'work for the indexes of constraints and of partitioned tables.',
      references: ['https://www.postgresql.org/docs/current/sql-dropindex.html'],
    },
    examples: [
      {
        bad: 'DROP INDEX orders_user_id_idx;',
        good:
          '-- Reads and writes go on while the index is dropped.\n' +
          'DROP INDEX CONCURRENTLY orders_user_id_idx;',
      },
    ],
  },

  on: ['Drop'],

  *check(statement, { catalog }) {
    if (statement.objectType !== 'INDEX' || statement.concurrently) return;
    for (const name of statement.names) {
      const found = catalog.index(name);
      if (found === undefined ? statement.ifExists : catalog.isNew(found.relation)) continue;
      // The server refuses to drop the index of a constraint.
      if (found?.index.constraint !== undefined) continue;
      const table = found === undefined ? 'its table' : quoted(found.relation.name);
      yield {
        range: name.range,
        message: `Dropping this index waits for all queries on ${table}; later queries queue up meanwhile.`,
        subject: statement,
      };
    }
  },

  fixes({ subject: statement }, context) {
    return fixBySteps('Drop concurrently', dropIndexConcurrently.steps(statement, context));
  },
});
