import type { Node } from '@pgsql/types';
import type { Assignment, Statement } from '../sql/statement';
import type { Uncertainty } from './certainty';
import type { Index, Origin, Relation, RelationName } from './relation';

/** Everything that one key may hold. */
export type Entry =
  | Relation
  | IndexEntry
  | readonly string[]
  | readonly RelationName[]
  | readonly LocalSetting[]
  | readonly Uncertainty[]
  | PreparedEntry
  | string
  | TypeEntry
  | FunctionEntry
  | DroppedKeys;

/** What SET LOCAL replaced until the end of the transaction. */
export interface LocalSetting {
  readonly key: string;
  readonly value: string | readonly string[] | undefined;
}

/** Where an index is found by its own name. */
export interface IndexEntry {
  readonly relation: RelationName;
  readonly index: Index;
}

export interface TypeEntry {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'enum' | 'domain' | 'composite' | 'range' | 'other';
  /** Of a domain: whether it has a constraint. */
  readonly isConstrained: boolean;
  /** Of a domain: the type below it. */
  readonly base: string | undefined;
  /** Of an enum: its values in their order. */
  readonly labels: readonly string[];
  readonly origin: Origin;
}

export interface FunctionEntry {
  readonly volatility: 'volatile' | 'stable' | 'immutable';
  readonly language: string;
  /** The body, when it is a string. */
  readonly body: string | undefined;
  /** Of a function that is `SELECT expression` and no more: the expression that the planner puts in place of a call. */
  readonly expression: Node | undefined;
  /** The names of its parameters, in order. */
  readonly parameters: readonly (string | undefined)[];
  /** What a call runs: its statements, and queries in its conditions and loops. */
  readonly statements: readonly Statement[];
  /** The expressions of EXECUTE whose text is built at run time. */
  readonly executed: readonly string[];
  readonly assignments: readonly Assignment[];
  /** Whether it does something that cannot be read. */
  readonly isOpaque: boolean;
}

/** What PREPARE has named, in a session. */
export interface PreparedEntry {
  readonly file: string;
  readonly statement: Statement;
}

/** The unique indexes that one file has dropped from a relation. */
export interface DroppedKeys {
  readonly file: string;
  readonly indexes: readonly Index[];
}
