import { buildIndexOnPartitions } from '../rewrites/build-index-on-partitions';
import type { CreateIndex } from '../sql/statement';
import { quoted } from './questions/what-waits';
import { defineRule, type Finding, fixBySteps } from './rule';

export default defineRule({
  id: 'create-index-concurrently-partitioned',
  meta: {
    category: 'transaction',
    severity: 'error',
    isRefusal: true,
    addedIn: '0.1.0',
    docs: {
      summary:
        '`CREATE INDEX CONCURRENTLY` or `DROP INDEX CONCURRENTLY` names a partitioned table or its index.',
      why: 'PostgreSQL refuses both with `0A000`, in all versions up to 18: partitioned tables have no concurrent form.',
      instead:
        'Create the index `ON ONLY` the partitioned table, which builds nothing, build that of each partition with ' +
        '`CONCURRENTLY`, then attach them with `ALTER INDEX … ATTACH PARTITION`. Drop the index of a partitioned table ' +
        'without `CONCURRENTLY`, with a `lock_timeout`.',
      references: [
        'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
        'https://www.postgresql.org/docs/current/sql-dropindex.html',
      ],
    },
    examples: [
      {
        bad: 'CREATE INDEX CONCURRENTLY measurements_value_idx ON measurements (value);',
        good:
          '-- Builds nothing. The index is invalid until that of each partition is attached, also of one\n' +
          '-- that no migration creates.\n' +
          "SET lock_timeout = '5s';\n" +
          'CREATE INDEX measurements_value_idx ON ONLY measurements (value);\n' +
          'RESET lock_timeout;\n' +
          '\n' +
          '-- A failed concurrent build leaves an invalid index.\n' +
          'DROP INDEX CONCURRENTLY IF EXISTS measurements_2025_value_idx;\n' +
          '\n' +
          '-- Writes to "measurements_2025" go on while its index is built. A build that fails, also by\n' +
          '-- lock_timeout, leaves an invalid index: drop measurements_2025_value_idx before the next try.\n' +
          'CREATE INDEX CONCURRENTLY measurements_2025_value_idx ON measurements_2025 (value);\n' +
          '\n' +
          '-- Attaching builds nothing. With the last one, the index of "measurements" is valid.\n' +
          'BEGIN;\n' +
          "SET LOCAL lock_timeout = '5s';\n" +
          'ALTER INDEX measurements_value_idx ATTACH PARTITION measurements_2025_value_idx;\n' +
          'COMMIT;',
      },
    ],
  },

  on: ['CreateIndex', 'Drop'],

  *check(statement, { catalog }): Iterable<Finding<CreateIndex | undefined>> {
    if (!statement.concurrently) return;
    const names = statement.kind === 'CreateIndex' ? [statement.relation] : statement.names;
    for (const name of names) {
      const owner = statement.kind === 'CreateIndex' ? name : catalog.index(name)?.relation;
      if (owner === undefined || catalog.relation(owner)?.kind !== 'partitioned table') continue;
      const isCreated = statement.kind === 'CreateIndex';
      yield {
        range: (isCreated ? statement.concurrentlyKeyword : undefined) ?? name.range,
        message: isCreated
          ? `cannot create index on partitioned table ${quoted(owner.name)} concurrently.`
          : `cannot drop partitioned index ${quoted(name.name)} concurrently.`,
        remedy: isCreated
          ? 'Build it concurrently on each partition, then attach those to an index ON ONLY the table.'
          : 'Drop it without CONCURRENTLY.',
        subject: isCreated ? statement : undefined,
      };
    }
  },

  fixes({ subject }, context) {
    if (subject === undefined) return [];
    return fixBySteps('Build concurrently on each partition', buildIndexOnPartitions.steps(subject, context));
  },
});
