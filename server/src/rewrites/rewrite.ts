import type { Catalog } from '../catalog/catalog';
import type { Major } from '../postgres/versions';
import type { ScheduledStatement, Step } from '../runners/runner';

/** One safe way to do what a statement does. The file name is the id. */
export interface Rewrite<Subject> {
  /** Kebab-case, says what is done: `build-index-concurrently`. */
  readonly id: string;
  readonly docs: {
    /** What the steps do, in one sentence. */
    readonly summary: string;
    /** Why they are safe, or safer than the statement. */
    readonly why: string;
  };
  /** The steps that replace the statement, or that come before it; empty when this is no way to do it. */
  steps(subject: Subject, context: RewriteContext): readonly Step[];
}

/** What a rewrite may ask. A `RuleContext` is one. */
export interface RewriteContext {
  readonly postgresVersion: Major;
  /** The schema as it is before the statement. */
  readonly catalog: Catalog;
  readonly schedule: ScheduledStatement;
  /** The value for lock_timeout: `5s`. */
  readonly lockTimeout: string;
}

/** Words for a file name from names of the catalog: `"Conversation" closed` becomes `conversation_closed`. */
export function fileWords(...names: readonly string[]): string {
  return names
    .join('_')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '');
}
