import { quoteLiteral } from '../sql/print';
import type { Statement } from '../sql/statement';
import { fileWords, type Rewrite, type RewriteContext } from './rewrite';

/** Lets a statement give up rather than hold up everybody behind it. */
export const setLockTimeout: Rewrite<Statement> = {
  id: 'set-lock-timeout',
  docs: {
    summary: 'Sets `lock_timeout` before the statement.',
    why:
      'A statement that waits for a strong lock makes later queries wait too. With `lock_timeout` it fails after that ' +
      'time and can be run again. In a transaction block `SET LOCAL` ends with the block; elsewhere `SET` stays for ' +
      'the session, and is reset afterwards.',
  },

  steps(statement, context) {
    const { lockTimeout, schedule } = context;
    const before = lockTimeoutStatement(context);
    return [
      {
        sql: [
          before,
          `${statement.text};`,
          ...(schedule.inTransactionBlock ? [] : ['RESET lock_timeout;']),
        ].join('\n'),
        transaction: 'inherits',
        why: `Gives up after ${lockTimeout}, so that other queries do not queue up meanwhile.`,
        name: fileWords(statement.command, 'with_lock_timeout'),
      },
    ];
  },
};

/** The statement to write before; SET LOCAL has no effect outside a transaction block. */
function lockTimeoutStatement({ lockTimeout, schedule }: RewriteContext): string {
  return `SET ${schedule.inTransactionBlock ? 'LOCAL ' : ''}lock_timeout = ${quoteLiteral(lockTimeout)};`;
}
