import { blocksReads, blocksWrites, compareLockModes } from '../postgres/lock-modes';
import { setLockTimeout } from '../rewrites/set-lock-timeout';
import { quoted } from './questions/what-waits';
import { defineRule, fixBySteps } from './rule';

export default defineRule({
  id: 'lock-timeout-missing',
  meta: {
    category: 'locking',
    severity: 'information',
    addedIn: '0.1.0',
    remedy: 'Set lock_timeout before it.',
    oncePerFile: true,
    // What holds its lock for long needs more than a timeout, and says so.
    yieldsTo: ['locking', 'rewrite'],
    aliases: ['squawk:require-timeout-settings', 'eugene:E9'],
    docs: {
      summary: 'A statement takes a strong lock on a table in use, and may wait for it without end.',
      why:
        'Even a statement that is done in a millisecond must first get its lock, and waits for every transaction that ' +
        'uses the table: a report, a backup, a forgotten session. While it waits, every query that comes later and ' +
        'conflicts with its lock waits behind it, so the table is as good as locked for that long.',
      instead:
        'Set `lock_timeout` to a few seconds before it (`SET LOCAL` in a transaction block), and run the migration again ' +
        'when it gives up. Not so for `CREATE INDEX CONCURRENTLY`, which a timeout leaves with an invalid index. This is ' +
        'reported once in a file.',
      references: [
        'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT',
        'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
      ],
    },
    examples: [
      {
        bad: 'ALTER TABLE orders ADD COLUMN note text;',
        good:
          '-- Gives up after 5s rather than make others wait behind it.\n' +
          "SET lock_timeout = '5s';\n" +
          'ALTER TABLE orders ADD COLUMN note text;\n' +
          'RESET lock_timeout;',
      },
    ],
  },

  on: ['AlterTable', 'CreateIndex', 'CreateTable', 'Drop', 'LockTable', 'Other', 'Rename', 'Truncate'],

  *check(statement, { catalog, effects }) {
    const limit = catalog.setting('lock_timeout');
    if (!effects.transactional || (limit !== undefined && !/^0\D*$/.test(limit))) return;
    if (statement.kind === 'LockTable' && statement.nowait) return;
    // drop-index-not-concurrent has a word on these.
    if (statement.kind === 'Drop' && statement.objectType === 'INDEX') return;
    const strong = effects.locks.filter(
      ({ relation, mode }) =>
        blocksWrites(mode) &&
        !catalog.isNew(catalog.index(relation)?.relation ?? relation) &&
        // Queries use a composite type without a lock on it.
        catalog.relation(relation)?.kind !== 'composite type',
    );
    const [first, ...others] = strong;
    if (first === undefined) return;
    const lock = others.reduce((a, b) => (compareLockModes(b.mode, a.mode) > 0 ? b : a), first);
    yield {
      range: statement.commandRange,
      message: `Waits for ${lock.mode} on ${quoted(lock.relation.name)} without a lock_timeout; every ${blocksReads(lock.mode) ? 'query' : 'write'} that comes later waits behind it.`,
      subject: statement,
    };
  },

  fixes({ subject: statement }, context) {
    return fixBySteps(`Set lock_timeout to ${context.lockTimeout}`, setLockTimeout.steps(statement, context));
  },
});
