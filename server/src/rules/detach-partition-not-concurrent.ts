import { fileWords } from '../rewrites/rewrite';
import { quoted } from './questions/what-waits';
import { rangeOfWords } from './questions/words';
import { defineRule, fixBySteps } from './rule';

export default defineRule({
  id: 'detach-partition-not-concurrent',
  meta: {
    category: 'locking',
    severity: 'information',
    addedIn: '0.1.0',
    aliases: ['squawk:require-concurrent-partition-detach'],
    docs: {
      summary: 'A partition is detached without `CONCURRENTLY`.',
      why:
        '`DETACH PARTITION` takes `ACCESS EXCLUSIVE` on the partitioned table and on all that queries of it use. It ' +
        'waits for every query that is running on any partition, and meanwhile every later query waits for it.',
      instead:
        'Detach it with `CONCURRENTLY`, outside a transaction block. It also waits, but queries go on meanwhile. The ' +
        'partition keeps a `CHECK` with its bounds. If it is interrupted, `DETACH PARTITION … FINALIZE` completes it. ' +
        'With a default partition there is no concurrent form: set a `lock_timeout` then.',
      references: [
        'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION',
      ],
    },
    examples: [
      {
        bad: 'ALTER TABLE measurements DETACH PARTITION measurements_2025;',
        good:
          '-- Queries go on while it waits for those that have begun. The partition keeps a CHECK with its\n' +
          '-- bounds.\n' +
          'ALTER TABLE measurements DETACH PARTITION measurements_2025 CONCURRENTLY;',
      },
    ],
  },

  on: ['AlterTable'],

  *check(statement, { catalog }) {
    const { relation, actions, text } = statement;
    if (catalog.isNew(relation)) return;
    for (const action of actions) {
      if (action.type !== 'DetachPartition' || action.concurrently || action.finalize) continue;
      const hasDefault = catalog.relation(relation)?.defaultPartition !== undefined;
      yield {
        range: rangeOfWords(text, action.range, ['detach', 'partition']) ?? action.range,
        message: `Waits for all queries on ${quoted(relation.name)}; later queries queue up meanwhile.`,
        remedy: hasDefault
          ? 'Set lock_timeout: with a default partition there is no concurrent form.'
          : 'Detach it with CONCURRENTLY, outside a transaction.',
        subject: statement,
      };
    }
  },

  fixes({ subject: { relation, actions, text } }, { catalog }) {
    const [action] = actions;
    const parent = catalog.relation(relation);
    if (action?.type !== 'DetachPartition' || parent === undefined) return [];
    // 55000: not while there is a default partition.
    if (parent.defaultPartition !== undefined) return [];
    const word = text.startsWith('alter') ? 'concurrently' : 'CONCURRENTLY';
    return fixBySteps('Detach concurrently', [
      {
        sql: `${text} ${word};`,
        transaction: 'none',
        why: 'Queries go on while it waits for those that have begun. The partition keeps a CHECK with its bounds.',
        name: fileWords('detach', action.partition.name),
      },
    ]);
  },
});
