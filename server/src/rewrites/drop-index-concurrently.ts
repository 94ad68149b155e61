import type { Drop } from '../sql/statement';
import { fileWords, type Rewrite, type RewriteContext } from './rewrite';
import { withoutLockTimeout } from './session-lock-timeout';
import { slice } from './statement-text';

/** Drops indexes while reads and writes go on. */
export const dropIndexConcurrently: Rewrite<Drop> = {
  id: 'drop-index-concurrently',
  docs: {
    summary: 'Drops each index with `CONCURRENTLY`, one statement for each.',
    why:
      'A plain `DROP INDEX` takes `ACCESS EXCLUSIVE` on the table: it waits for running queries, and later ones wait ' +
      'for it. `CONCURRENTLY` drops one index at a time and blocks neither reads nor writes.',
  },

  steps(statement, context) {
    if (!canBeDroppedConcurrently(statement, context)) return [];
    const condition = statement.ifExists ? ' IF EXISTS' : '';
    return withoutLockTimeout(
      statement.names.map((name) => ({
        sql: `DROP INDEX CONCURRENTLY${condition} ${slice(statement, name.range)};`,
        transaction: 'none' as const,
        why: 'Reads and writes go on while the index is dropped.',
        name: fileWords('drop', name.name, 'concurrently'),
      })),
      context,
    );
  },
};

/** CONCURRENTLY knows no CASCADE and no index of a partitioned table; the index of a constraint falls with it only. */
function canBeDroppedConcurrently(statement: Drop, { catalog }: RewriteContext): boolean {
  if (statement.objectType !== 'INDEX' || statement.cascade) return false;
  return statement.names.every((name) => {
    const entry = catalog.index(name);
    if (entry === undefined) return true;
    const isPartitioned = catalog.relation(entry.relation)?.kind === 'partitioned table';
    return entry.index.constraint === undefined && entry.index.parent === undefined && !isPartitioned;
  });
}
