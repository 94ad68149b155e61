import {
  needsTransactionBlock,
  refusedInFunction,
  refusedInTransactionBlock,
} from '../sql/transaction-block';
import type { Statement } from '../sql/statement';
import type { Refusal, Schedule } from './runner';

/** What a runner says of itself when a statement fails because of how it is sent. */
export interface Terms {
  /** Why there is a transaction block, a clause: `Prisma Migrate 7.3 sends the whole file as one query`. */
  readonly because: string;
  /** What to do with a statement that must not be in a transaction block, one sentence. */
  readonly instead: string;
  /** The server major, when the project names it. */
  readonly postgresVersion: number | undefined;
}

/** Why the server refuses `statement` at this place of the schedule; undefined when it does not. */
export function refusalOf(
  statement: Statement,
  index: number,
  schedule: Schedule,
  { because, instead, postgresVersion }: Terms,
): Refusal | undefined {
  const scheduled = schedule.statements[index];
  if (scheduled === undefined) return undefined;
  const nested = refusedInFunction(statement);
  if (nested !== undefined) {
    return {
      reason: `${nested} cannot be executed from a DO block.`,
      instead: 'Write it as a statement of its own.',
    };
  }
  const alone = refusedInTransactionBlock(statement);
  if (alone !== undefined && scheduled.block !== 'none') {
    const where = scheduled.block === 'pipeline' ? 'behind another statement of it' : 'in it';
    return { reason: `${because}; ${alone} fails ${where}.`, instead };
  }
  const grouped = needsTransactionBlock(statement);
  if (grouped === undefined) return undefined;
  if (scheduled.block === 'none') {
    return {
      reason: `${grouped} fails outside of a transaction block.`,
      instead: 'Put it between BEGIN and COMMIT, with the statements that it is for.',
    };
  }
  const previous = schedule.statements[index - 1];
  const isFirst = previous?.transaction !== scheduled.transaction;
  if (scheduled.block === 'pipeline' && (isFirst || (postgresVersion ?? 0) < 18)) {
    return {
      reason: `${because}; a pipeline is no transaction block to ${grouped}${isFirst ? ' as its first statement' : ' before PostgreSQL 18'}.`,
      instead: 'Put it between BEGIN and COMMIT, with the statements that it is for.',
    };
  }
  return undefined;
}
