import type { Step } from '../runners/runner';
import { parseFile } from '../sql/parse';
import { quoteLiteral } from '../sql/print';
import type { RewriteContext } from './rewrite';

/**
 * `steps` that give up when another transaction keeps them from a strong lock, unless the file has set a lock_timeout
 * already. Not so what runs outside of transactions: a concurrent build that gives up leaves an invalid index.
 */
export function withShortLocks(steps: readonly Step[], context: RewriteContext): readonly Step[] {
  if (context.catalog.setting('lock_timeout') !== undefined) return steps;
  const value = quoteLiteral(context.lockTimeout);
  const firstElsewhere = steps.findIndex(({ transaction }) => transaction !== 'inherits');
  return steps.map((step, index): Step => {
    if (step.transaction === 'none' || !takesStrongLock(step)) return step;
    const isHere = firstElsewhere < 0 || index < firstElsewhere;
    if (isHere && !context.schedule.inTransactionBlock) {
      return timed(step, (sql) => `SET lock_timeout = ${value};\n${sql}\nRESET lock_timeout;`);
    }
    // What the schedule says of the statement's place is not true of later ones: SET LOCAL needs a block of its own.
    const transaction = isHere ? step.transaction : 'own';
    return { ...timed(step, (sql) => `SET LOCAL lock_timeout = ${value};\n${sql}`), transaction };
  });
}

function timed(step: Step, limited: (sql: string) => string): Step {
  const { sql, again = '' } = step;
  return { ...step, sql: limited(sql), ...(again === '' ? {} : { again: limited(again) }) };
}

/** All that ALTER TABLE does for a rewrite takes one, but VALIDATE CONSTRAINT; so do RENAME and an index ON ONLY a table. */
function takesStrongLock({ sql }: Step): boolean {
  return parseFile(sql).statements.some(
    ({ parsed: { statement } }) =>
      (statement?.kind === 'AlterTable' &&
        statement.actions.some(({ type }) => type !== 'ValidateConstraint')) ||
      statement?.kind === 'Rename' ||
      (statement?.kind === 'CreateIndex' && !statement.concurrently),
  );
}
