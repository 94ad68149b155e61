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
      summary: 'A statement takes a strong lock on a table in use, and may wait for it without limit.',
      why:
        'Even a statement that takes a millisecond must first get its lock, and waits for every transaction that uses ' +
        'the table: a report, a backup, a forgotten session. Meanwhile every later query that conflicts with its lock ' +
        'waits for it, so the table is blocked for that time.',
      instead:
        'Set `lock_timeout` to a few seconds before it (`SET LOCAL` in a transaction block), and run the migration ' +
        'again if it fails. Do not set it for `CREATE INDEX CONCURRENTLY`, which a timeout leaves with an invalid ' +
        'index. Reported once per file.',
      references: [
        'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT',
        'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
      ],
    },
    examples: [
      {
        bad: 'ALTER TABLE orders ADD COLUMN note text;',
        good:
          '-- Gives up after 5s, so that other queries do not queue up meanwhile.\n' +
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
      message: `Waits for ${lock.mode} on ${quoted(lock.relation.name)} with no lock_timeout; later ${blocksReads(lock.mode) ? 'queries' : 'writes'} queue up meanwhile.`,
      subject: statement,
    };
  },

  fixes({ subject: statement }, context) {
    return fixBySteps(`Set lock_timeout to ${context.lockTimeout}`, setLockTimeout.steps(statement, context));
  },
});
