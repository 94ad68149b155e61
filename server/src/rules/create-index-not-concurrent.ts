import { buildIndexConcurrently } from '../rewrites/build-index-concurrently';
import { buildIndexOnPartitions } from '../rewrites/build-index-on-partitions';
import { relationsThatWait, whatWaits } from './questions/what-waits';
import { defineRule, fixBySteps } from './rule';

export default defineRule({
  id: 'create-index-not-concurrent',
  meta: {
    category: 'locking',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Build it with CONCURRENTLY, outside a transaction.',
    aliases: ['squawk:require-concurrent-index-creation', 'eugene:E6', 'atlas:PG101'],
    docs: {
      summary: 'An index is built without `CONCURRENTLY` on a table that already exists.',
      why:
        '`CREATE INDEX` holds `SHARE` on the table until the transaction ends. `INSERT`, `UPDATE` and `DELETE` wait ' +
        'that long; so does `VACUUM`. The time grows with the table.',
      instead:
        'Build it with `CREATE INDEX CONCURRENTLY`, outside a transaction block. It scans the table twice and waits ' +
        'for older transactions, but writes go on. A build that fails leaves an invalid index, which must be dropped ' +
        'before the next try. On a partitioned table, build the index of each partition concurrently, then attach ' +
        'them.',
      references: [
        'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
        'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
      ],
    },
    examples: [
      {
        bad: 'CREATE INDEX orders_created_at_idx ON orders (created_at);',
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

  *check(statement, context) {
    const { catalog, effects } = context;
    if (statement.concurrently || catalog.isNew(statement.relation)) return;
    // Nothing is built ON ONLY a partitioned table, and when IF NOT EXISTS finds the index.
    if (effects.indexBuilds.length === 0) return;
    const kind = catalog.relation(statement.relation)?.kind;
    // Only REFRESH writes to a materialized view.
    if (kind === 'materialized view') return;
    const isPartitioned = kind === 'partitioned table';
    const partitions = isPartitioned ? ' and its partitions' : '';
    yield {
      range: statement.commandRange,
      message: `Building this index blocks ${whatWaits(context, relationsThatWait(effects, catalog))}${partitions} until it is done.`,
      ...(isPartitioned
        ? {
            remedy:
              'Build it concurrently on each partition, then attach those to an index ON ONLY the table.',
          }
        : {}),
      subject: statement,
    };
  },

  fixes({ subject: statement }, context) {
    const onPartitions = buildIndexOnPartitions.steps(statement, context);
    return [
      ...fixBySteps('Build concurrently', buildIndexConcurrently.steps({ statement }, context)),
      ...fixBySteps('Build concurrently on each partition', onPartitions),
    ];
  },
});
