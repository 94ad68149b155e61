import type { TimelineView } from '../features/timeline-view';

export type { TimelineView } from '../features/timeline-view';

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
  /** `[uri]`: answers with a `TimelineView`; its `markdown` is for editors that draw nothing. */
  timeline: 'lockstep.timeline',
  /** `[uri, position]`: shows as a message what the statement there does, and what is held meanwhile. */
  explain: 'lockstep.explain',
  /** `[notes]`: shows what the author must know after a fix. */
  notes: 'lockstep.notes',
  /** `[]`: answers with null. A server that does not is no help any more. */
  ping: 'lockstep.ping',
  /** `[FixedFiles, notes]`: shows, after a fix of several files, the one in front, and such notes. */
  fixed: 'lockstep.fixed',
} as const;

/** Commands of the client, which it names in its capability `experimental.commands.commands`; lenses then use them. */
export const clientCommands = {
  /** `[uri, position]`: shows the lock timeline of a document. */
  timeline: 'lockstep.showTimeline',
} as const;

/** What a fix does to files, by their URIs. */
export interface FixedFiles {
  readonly created: readonly string[];
  /** With what they are called afterwards. */
  readonly changed: readonly string[];
  /** The one that its author wants to see. */
  readonly front: string;
}

/** What a command answers with. */
export type CommandResult = Status | TimelineView | null;

/** What Lockstep takes a document for. */
export interface Status {
  /** `Supabase CLI 2.109.1 · PostgreSQL 15`. */
  readonly label: string;
  /** How that was found out, one sentence each. */
  readonly details: readonly string[];
}
