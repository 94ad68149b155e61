import type { Step } from '../runners/runner';
import { quoteLiteral } from '../sql/print';
import type { RewriteContext } from './rewrite';

/**
 * `steps` with lock_timeout off, when the file set one for the session before: if it fires while a concurrent build
 * waits for old transactions, it leaves an invalid index.
 */
export function withoutLockTimeout(
  steps: readonly Step[],
  { catalog, schedule }: RewriteContext,
): readonly Step[] {
  const value = catalog.setting('lock_timeout');
  // In a transaction block the steps go elsewhere, and what the file sets does not reach them.
  if (value === undefined || /^0\D*$/.test(value) || schedule.inTransactionBlock) return steps;
  return [
    {
      sql: 'SET lock_timeout = 0;',
      transaction: 'inherits',
      why: 'A lock_timeout that fires during a concurrent build leaves an invalid index.',
      name: 'lock_timeout_off',
    },
    ...steps,
    {
      sql: `SET lock_timeout = ${quoteLiteral(value)};`,
      transaction: 'inherits',
      why: 'Restores the setting of the file.',
      name: 'lock_timeout_on',
    },
  ];
}
