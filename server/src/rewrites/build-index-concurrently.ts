import { nameOfNewIndex } from '../catalog/names';
import type { Step } from '../runners/runner';
import type { CreateIndex } from '../sql/statement';
import { createIndexText } from './create-index-text';
import { fileWords, type Rewrite, type RewriteContext } from './rewrite';
import { withoutLockTimeout } from './session-lock-timeout';
import { afterFailedBuild, indexNameBeside } from './statement-text';

interface ConcurrentBuild {
  readonly statement: CreateIndex;
  /** Whether an invalid index of this name is dropped first. True when omitted. */
  readonly dropLeftover?: boolean;
}

/** Builds an index while writes go on. */
export const buildIndexConcurrently: Rewrite<ConcurrentBuild> = {
  id: 'build-index-concurrently',
  docs: {
    summary: 'Builds the index with `CONCURRENTLY`, after it drops the leftover index of a failed build.',
    why:
      'The build holds `SHARE UPDATE EXCLUSIVE`, so that reads and writes go on. A build that fails leaves an invalid ' +
      'index, which `IF NOT EXISTS` takes for a good one; it is dropped first, so that the migration can simply run ' +
      'again. `lock_timeout` must be off: it fires while the build waits for old transactions, and then leaves an ' +
      'invalid index.',
  },

  steps({ statement, dropLeftover = true }, context) {
    if (!canBeBuiltConcurrently(statement, context)) return [];
    const { catalog } = context;
    const name = nameOfNewIndex(statement, catalog);
    const build: Step = {
      sql: `${createIndexText(statement, { name, isConcurrent: true, ifNotExists: !dropLeftover })};`,
      transaction: 'none',
      why: `Writes go on while the index is built. ${afterFailedBuild(name)}`,
      name: fileWords(name, 'concurrently'),
    };
    if (!dropLeftover) return withoutLockTimeout([build], context);
    const drop: Step = {
      sql: `DROP INDEX CONCURRENTLY IF EXISTS ${indexNameBeside(statement.relation, name, catalog)};`,
      transaction: 'none',
      why: 'A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.',
      name: fileWords(name, 'leftover'),
    };
    return withoutLockTimeout([drop, build], context);
  },
};

/** Whether the server can build this index concurrently, and it is not there already. */
function canBeBuiltConcurrently(statement: CreateIndex, { catalog }: RewriteContext): boolean {
  const relation = catalog.relation(statement.relation);
  // 0A000: cannot create index on partitioned table concurrently.
  if (relation?.kind === 'partitioned table') return false;
  if (statement.index === undefined) return true;
  // The catalog's own index of this name is no leftover; dropping it would be another migration.
  const { schema } = catalog.resolve(statement.relation);
  return catalog.index({ schema, name: statement.index.text }) === undefined;
}
