import { refusedInTransactionBlock } from '../../sql/transaction-block';
import type { SourceFile, SourceStatement } from '../../sql/source';
import type { Block, Schedule, ScheduledStatement } from '../runner';

/**
 * What a runner sends for a file, in order; numbers are indices of statements. A runner is described by what it
 * sends; what follows for each statement is the server's doing, and is the same for all of them (`schedule`).
 */
export type Message =
  | { readonly kind: 'begin' }
  | { readonly kind: 'commit' }
  /** One simple query. */
  | { readonly kind: 'query'; readonly statements: readonly number[] }
  /** The extended protocol: every statement, then one Sync. */
  | { readonly kind: 'pipeline'; readonly statements: readonly number[] };

/** The whole file as one query: two statements or more make an implicit transaction block. */
export function asOneQuery(file: SourceFile): readonly Message[] {
  return [{ kind: 'query', statements: file.statements.map((_, index) => index) }];
}

/** Each statement as its own query, as psql -f does. */
export function asQueries(file: SourceFile): readonly Message[] {
  return file.statements.map((_, index) => ({ kind: 'query', statements: [index] }));
}

/** What stands between two occurrences of `breakpoint` as one query. The runner looks into strings and comments, too. */
export function asChunks(file: SourceFile, breakpoint: string): readonly Message[] {
  const messages: { kind: 'query'; statements: number[] }[] = [];
  let chunk = -1;
  let end = -1;
  file.statements.forEach((statement, index) => {
    const last = messages.at(-1);
    if (last !== undefined && statement.start < end) {
      last.statements.push(index);
      return;
    }
    chunk = file.text.indexOf(breakpoint, statement.start);
    end = chunk < 0 ? file.text.length : chunk;
    messages.push({ kind: 'query', statements: [index] });
  });
  return messages;
}

/** `messages` between the runner's own BEGIN and COMMIT. */
export function inTransaction(messages: readonly Message[]): readonly Message[] {
  return [{ kind: 'begin' }, ...messages, { kind: 'commit' }];
}

/**
 * The file in batches that `batch` makes messages of; a statement that is to be `alone` ends the batch before it and is
 * sent as its own query.
 */
export function inBatches(
  file: SourceFile,
  alone: (statement: SourceStatement, index: number) => boolean,
  batch: (statements: readonly number[]) => readonly Message[],
): readonly Message[] {
  const messages: Message[] = [];
  let pending: number[] = [];
  const flush = (): void => {
    if (pending.length > 0) for (const message of batch(pending)) messages.push(message);
    pending = [];
  };
  file.statements.forEach((statement, index) => {
    if (alone(statement, index)) {
      flush();
      messages.push({ kind: 'query', statements: [index] });
    } else pending.push(index);
  });
  flush();
  return messages;
}

/** The transactions in which the server runs the statements of `file`, when it is sent as `messages`. */
export function schedule(file: SourceFile, messages: readonly Message[]): Schedule {
  const server = new Server();
  const scheduled: ScheduledStatement[] = [];
  messages.forEach((message, number) => {
    if (message.kind === 'begin') server.begin();
    else if (message.kind === 'commit') server.commit();
    else {
      const implicit =
        message.kind === 'pipeline' ? 'pipeline' : message.statements.length > 1 ? 'implicit' : 'none';
      for (const index of message.statements) {
        const statement = file.statements[index];
        if (statement !== undefined) scheduled[index] = server.run(statement, index, implicit, number);
      }
      server.endOfMessage();
    }
  });
  const { openedBy } = server;
  return openedBy === undefined ? { statements: scheduled } : { statements: scheduled, leftOpen: [openedBy] };
}

/** The part of PostgreSQL's transaction states that decides what is legal (TBlockState in xact.c). */
class Server {
  private transactions = 0;
  /** undefined: no transaction is open. */
  private open:
    { readonly number: number; block: Exclude<Block, 'none'>; by?: number | undefined } | undefined;
  /** Whether a statement of this message ran in the open transaction; the next of a pipeline is then no longer first. */
  private isFirst = true;

  /** The statement that opened the transaction which is open. */
  get openedBy(): number | undefined {
    return this.open?.by;
  }

  /** A BEGIN of the runner's, or that of statement `by`. */
  begin(by?: number): void {
    // Where a block is open already, the server warns and goes on in it.
    if (this.open?.block === 'explicit') return;
    // BEGIN after other statements of a query or pipeline takes them into its block.
    this.open = { number: this.open?.number ?? ++this.transactions, block: 'explicit', by };
  }

  commit(): void {
    this.open = undefined;
    this.isFirst = true;
  }

  endOfMessage(): void {
    if (this.open?.block !== 'explicit') this.commit();
    this.isFirst = true;
  }

  run(
    { parsed: { statement } }: SourceStatement,
    index: number,
    implicit: Block,
    message: number,
  ): ScheduledStatement {
    const action = statement?.kind === 'TransactionControl' ? statement.action : undefined;
    if (action === 'begin') {
      this.begin(index);
      return this.inside(message);
    }
    if (this.open === undefined) {
      if (implicit === 'none') return outside(message);
      // A statement that must be its own transaction commits at once when it is the first of a pipeline. What follows
      // runs in the transaction that it leaves behind, where a second one is refused.
      if (implicit === 'pipeline' && this.isFirst && statement !== undefined) {
        this.isFirst = false;
        if (refusedInTransactionBlock(statement) !== undefined) return outside(message);
      }
      this.open = { number: ++this.transactions, block: implicit };
    }
    const result = this.inside(message);
    if (action === 'commit' || action === 'rollback' || action === 'prepare') this.commit();
    if (statement?.kind === 'TransactionControl' && statement.chains) this.begin(index);
    return result;
  }

  private inside(message: number): ScheduledStatement {
    return {
      section: 'up',
      transaction: this.open?.number ?? null,
      inTransactionBlock: this.open !== undefined,
      block: this.open?.block ?? 'none',
      message,
    };
  }
}

function outside(message: number): ScheduledStatement {
  return { section: 'up', transaction: null, inTransactionBlock: false, block: 'none', message };
}
