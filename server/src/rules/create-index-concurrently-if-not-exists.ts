import { isIndexDropped } from '../catalog/remembered';
import { buildIndexConcurrently } from '../rewrites/build-index-concurrently';
import { quoted } from './questions/what-waits';
import { defineRule, fixBySteps } from './rule';

export default defineRule({
  id: 'create-index-concurrently-if-not-exists',
  meta: {
    category: 'transaction',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Drop the leftover index first, and leave out IF NOT EXISTS.',
    docs: {
      summary: '`CREATE INDEX CONCURRENTLY IF NOT EXISTS` accepts the leftover index of a failed build.',
      why:
        'A concurrent build that fails, because of a duplicate, a timeout or a lost connection, leaves an index of ' +
        'this name that is marked invalid. No query uses it, a unique one may not enforce anything, and every write ' +
        'may still maintain it. `IF NOT EXISTS` finds the name, skips the build, and the migration counts as applied.',
      instead:
        'Drop a leftover index with `DROP INDEX CONCURRENTLY IF EXISTS`, then build without `IF NOT EXISTS`. On the ' +
        'first run the drop finds nothing and takes no lock.',
      references: [
        'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
      ],
    },
    examples: [
      {
        bad: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_created_at_idx ON orders (created_at);',
        good:
          '-- A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.\n' +
          'DROP INDEX CONCURRENTLY IF EXISTS orders_created_at_idx;\n' +
          '\n' +
          '-- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an\n' +
          '-- invalid index: drop orders_created_at_idx before the next try.\n' +
          'CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);',
      },
    ],
  },

  on: ['CreateIndex'],

  *check(statement, { catalog }) {
    const { index, ifNotExistsKeywords } = statement;
    if (!statement.concurrently || index === undefined || ifNotExistsKeywords === undefined) return;
    if (catalog.isNew(statement.relation)) return;
    const { schema } = catalog.resolve(statement.relation);
    const name = { schema, name: index.text };
    // What an earlier migration has built is no leftover, and what this one has dropped is none any more.
    if (catalog.index(name) !== undefined || isIndexDropped(catalog, name)) return;
    yield {
      range: ifNotExistsKeywords,
      message: `After a failed build, IF NOT EXISTS keeps the invalid index ${quoted(index.text)}.`,
      subject: statement,
    };
  },

  fixes({ subject: statement }, context) {
    return fixBySteps('Drop an invalid leftover first', buildIndexConcurrently.steps({ statement }, context));
  },
});
