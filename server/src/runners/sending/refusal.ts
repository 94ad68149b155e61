import {
  needsTransactionBlock,
  refusedInFunction,
  refusedInTransactionBlock,
} from '../../sql/transaction-block';
import type { Statement } from '../../sql/statement';
import type { Refusal, Schedule } from '../runner';
import type { Section } from './sections';

/** What a runner says of itself when a statement fails because of how it is sent. */
interface Terms {
  /** Why there is a transaction block, a clause: `Prisma Migrate 7.3 sends the whole file as one query`. */
  readonly because: string;
  /** What to do with a statement that must not be in a transaction block, one sentence. */
  readonly instead: string;
  /** The server major, when the project names it. */
  readonly postgresVersion: number | undefined;
}

/** Why the server refuses `statement` at this place; undefined when it does not. `terms` are asked for only if it does. */
export function refusalOf(
  statement: Statement,
  index: number,
  schedule: Schedule,
  terms: () => Terms,
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
    const where = scheduled.block === 'pipeline' ? 'after another statement of it' : 'in it';
    const { because, instead } = terms();
    return { reason: `${because}; ${alone} fails ${where}.`, instead };
  }
  const grouped = needsTransactionBlock(statement);
  if (grouped === undefined) return undefined;
  if (scheduled.block === 'none') {
    return {
      reason: `${grouped} fails outside a transaction block.`,
      instead: 'Put it between BEGIN and COMMIT, with the statements that it is for.',
    };
  }
  if (scheduled.block !== 'pipeline') return undefined;
  const { because, postgresVersion } = terms();
  const previous = schedule.statements[index - 1];
  const isFirst = previous?.transaction !== scheduled.transaction;
  if (isFirst || (postgresVersion ?? 0) < 18) {
    return {
      reason: `${because}; a pipeline is not a transaction block to ${grouped}${isFirst ? ' as its first statement' : ' before PostgreSQL 18'}.`,
      instead: 'Put it between BEGIN and COMMIT, with the statements that it is for.',
    };
  }
  return undefined;
}

/** Whether the statement is a COMMIT or ROLLBACK that ends the transaction which the runner opened for its section. */
export function endsManagedTransaction(
  statement: Statement,
  index: number,
  { statements, sections }: Schedule,
  isManaged: (section: Section) => boolean,
): boolean {
  if (statement.kind !== 'TransactionControl' || statements[index]?.block !== 'explicit') return false;
  if (!['commit', 'rollback', 'prepare'].includes(statement.action)) return false;
  const part = sections?.find(({ kind }) => kind === statements[index]?.section);
  return part !== undefined && isManaged(part);
}
