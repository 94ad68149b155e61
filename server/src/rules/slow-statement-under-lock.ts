import { type HeldLock, heldLocks } from '../catalog/held-locks';
import { blocksReads } from '../postgres/lock-modes';
import { fileWords } from '../rewrites/rewrite';
import type { Statement } from '../sql/statement';
import { worksOnManyRows } from './questions/slow-work';
import { list, listNames } from './questions/what-waits';
import { defineRule, fixBySteps } from './rule';

export default defineRule({
  id: 'slow-statement-under-lock',
  meta: {
    category: 'locking',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Run it in a transaction of its own.',
    // One statement that is slow and locks by itself is one danger, and has a rule of its own. One that is only slow
    // where it fails has, too.
    yieldsTo: ['locking', 'rewrite', 'compatibility'],
    aliases: ['eugene:E4'],
    docs: {
      summary:
        'A statement that works on many rows runs in a transaction that has already locked a table in use.',
      why:
        'A transaction holds its locks until it ends. An `ALTER TABLE` that takes a millisecond holds `ACCESS ' +
        'EXCLUSIVE` through all later statements of its transaction: an `UPDATE` that fills the new column, a scan, ' +
        'an index build. Reads and writes of the table wait until then.',
      instead:
        'Run the slow statement in a transaction of its own, which is a migration of its own when the runner sends each ' +
        'file in one transaction. Reads and writes go on meanwhile, so rows that come in between must be right without ' +
        'it: give the new column its default first. A very large table is better filled in batches.',
      references: [
        'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES',
        'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES',
      ],
    },
    examples: [
      {
        bad:
          'BEGIN;\nALTER TABLE orders ADD COLUMN is_paid boolean;\n' +
          'UPDATE orders SET is_paid = closed_at IS NOT NULL;\nCOMMIT;',
        good:
          'BEGIN;\n' +
          'ALTER TABLE orders ADD COLUMN is_paid boolean;\n' +
          'COMMIT;\n' +
          '\n' +
          '-- In a transaction of its own, the locks of the statements before it are released.\n' +
          'UPDATE orders SET is_paid = closed_at IS NOT NULL;',
      },
    ],
  },

  on: ['AlterTable', 'CreateIndex', 'CreateTable', 'DataChange', 'Other', 'Select'],

  *check(statement, { catalog, effects }) {
    if (!effects.transactional || !worksOnManyRows(statement, effects, catalog)) return;
    const held = heldLocks(catalog);
    if (held.length === 0) return;
    yield { range: statement.commandRange, message: messageFor(held), subject: statement };
  },

  fixes({ subject: statement }) {
    return fixBySteps('Run it in a transaction of its own', [
      {
        sql: `${statement.text};`,
        transaction: 'own',
        why: 'In a transaction of its own, the locks of the statements before it are released.',
        name: fileWords(statement.command.split(' ')[0] ?? '', targetOf(statement)),
      },
    ]);
  },
});

/** Those that block reads are worse than those that block writes; only the worst are told. */
function messageFor(held: readonly HeldLock[]): string {
  const blockingReads = held.filter(({ mode }) => blocksReads(mode));
  const worst = blockingReads.length > 0 ? blockingReads : held;
  const relations = listNames(worst.map(({ relation }) => relation.name));
  const what = blockingReads.length > 0 ? 'read and write of' : 'write to';
  const modes = list([...new Set(worst.map(({ mode }) => mode))]);
  const commands = list([...new Set(worst.map(({ command }) => command))]);
  return `Every ${what} ${relations} waits until this is done, as this transaction holds ${modes} since the ${commands} before it.`;
}

function targetOf(statement: Statement): string {
  if (statement.kind === 'DataChange') return statement.relation?.name ?? '';
  return 'relation' in statement ? (statement.relation?.name ?? '') : '';
}
