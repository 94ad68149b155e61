/**
 * What the client asks of the server besides plain LSP: commands of `workspace/executeCommand`, with their arguments
 * and results. Any editor may send them.
 */
export const serverCommands = {
  /** `[uri]`: writes the rollback of a migration and shows it. */
  rollback: 'lockstep.rollback',
  /** `[uri]`: writes the validation script of a migration and shows it. */
  validation: 'lockstep.validation',
  /** `[uri, position]`: inserts a check for duplicates above the statement. */
  precheck: 'lockstep.precheck',
  /** `[uri, name]`: makes an empty migration beside the document and shows it. */
  migration: 'lockstep.migration',
  /** `[uri]`: answers with a `Status`. */
  status: 'lockstep.status',
  /** `[uri]`: shows that status as a message. */
  showStatus: 'lockstep.status.show',
  /** `[notes]`: shows what the author must know after a fix. */
  notes: 'lockstep.notes',
} as const;

/** What Lockstep takes a document for. */
export interface Status {
  /** `Supabase CLI 2.109.1 · PostgreSQL 15`. */
  readonly label: string;
  /** How that was found out, one sentence each. */
  readonly details: readonly string[];
}
