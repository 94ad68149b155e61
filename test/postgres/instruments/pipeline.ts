import type pg from 'pg';

/**
 * Sends all statements with the extended protocol and one Sync at the end, as pgx's `SendBatch` and `pgconn.ExecBatch` do:
 * Parse, Bind, Describe and Execute for each, then Sync. The server goes through them as one implicit transaction, except
 * that some statements commit by themselves; after an error it skips all that follow.
 */
export async function sendPipeline(client: pg.Client, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return;
  await new Promise<void>((resolve, reject) => {
    client.query(
      new Pipeline(statements, (error) => {
        if (error) reject(error);
        else resolve();
      }),
    );
  });
}

/** The statement of a pipeline that failed, counted from 0; undefined for an error that came from elsewhere. */
export function failedStatement(error: unknown): number | undefined {
  return error instanceof Error && 'pipelineStatement' in error ? Number(error.pipelineStatement) : undefined;
}

/** The shape that `pg` gives the server's answers to, for as long as the pipeline is the client's current query. */
class Pipeline implements pg.Submittable {
  /** `pg` wraps this one when the client has a query timeout, and expects it to be called at the end. */
  callback: (error: Error | undefined) => void;
  private completed = 0;
  private failure: Error | undefined;
  private ended = false;

  constructor(
    private readonly statements: readonly string[],
    callback: (error: Error | undefined) => void,
  ) {
    this.callback = callback;
  }

  submit(connection: pg.Connection): void {
    connection.stream.cork();
    for (const text of this.statements) {
      connection.parse({ name: '', text, types: [] }, true);
      connection.bind({ portal: '', statement: '', values: [] }, true);
      connection.describe({ type: 'P', name: '' }, true);
      connection.execute({ portal: '' }, true);
    }
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription(): void {
    // The rows themselves are of no interest.
  }

  handleDataRow(): void {
    // As above.
  }

  handleCommandComplete(): void {
    this.completed += 1;
  }

  handleEmptyQuery(): void {
    this.completed += 1;
  }

  handleError(error: Error): void {
    this.failure = Object.assign(error, { pipelineStatement: this.completed });
    // `pg` no longer tells a failed query when the connection is ready, so this is the last word. The Sync is already on
    // its way; whatever is queued behind waits for its answer.
    this.end();
  }

  handleReadyForQuery(): void {
    this.end();
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.callback(this.failure);
  }
}
