import type { Node } from '@pgsql/types';
import type { Assignment, Statement } from '../sql/statement';
import type { Index, ObjectFacts, Origin, RelationName, Uses } from './relation';

/** Where an index is found by its own name. */
export interface IndexEntry {
  readonly relation: RelationName;
  readonly index: Index;
}

export interface TypeEntry extends RelationName, ObjectFacts {
  readonly kind: 'enum' | 'domain' | 'composite' | 'range' | 'other';
  /** Of a domain: whether it has a constraint. */
  readonly isConstrained: boolean;
  /** Of a domain: the type below it. */
  readonly base: string | undefined;
  /** Of a domain: its constraints, as far as they were seen. */
  readonly constraints?: readonly DomainConstraint[];
  /** Of a domain. */
  readonly isNotNull?: boolean;
  readonly hasDefault?: boolean;
  /** Of a range: what it is a range of. */
  readonly subtype?: TypeReference;
  /** Of an enum: its values in their order. */
  readonly labels: readonly string[];
  readonly origin: Origin;
}

/** A CHECK of a domain. */
export interface DomainConstraint {
  readonly name: string;
  readonly isValid: boolean;
  readonly comment?: string | undefined;
}

export interface SchemaEntry extends ObjectFacts {
  readonly name: string;
  /** Whether the migrations made it, so that they know all that is in it. */
  readonly isMade: boolean;
}

export interface PublicationEntry extends ObjectFacts {
  readonly name: string;
  readonly allTables: boolean;
  readonly schemas: readonly string[];
  readonly tables: readonly PublishedTable[];
  /** `publish` and the like, as in the author's text. */
  readonly options: Readonly<Record<string, string>>;
  readonly origin: Origin;
}

export interface PublishedTable {
  readonly relation: RelationName;
  /** undefined: all. */
  readonly columns: readonly string[] | undefined;
  readonly hasCondition: boolean;
  /** What the condition uses. */
  readonly uses: Uses;
}

export interface ExtensionEntry {
  readonly name: string;
  readonly schema: string;
  readonly comment?: string | undefined;
  readonly origin: Origin;
}

export interface CollationEntry extends RelationName, ObjectFacts {
  readonly origin: Origin;
}

/** A type as a function's argument or result names it. */
export interface TypeReference {
  /** undefined: one of PostgreSQL's own, or one whose schema nobody knows. */
  readonly schema: string | undefined;
  /** As in pg_type; empty for `%TYPE` of an unknown column. */
  readonly name: string;
  readonly isArray: boolean;
  /** Whether it is PostgreSQL's own, or a migration has made it. */
  readonly isKnown: boolean;
}

export interface Argument {
  /** TABLE: a column of RETURNS TABLE. */
  readonly mode: 'IN' | 'OUT' | 'INOUT' | 'VARIADIC' | 'TABLE';
  readonly name: string | undefined;
  readonly type: TypeReference;
  /** In the author's text. */
  readonly default: string | undefined;
}

/** A function, procedure or aggregate. Several may share a name when their input arguments differ in type. */
export interface FunctionEntry extends RelationName, ObjectFacts {
  readonly kind: 'FUNCTION' | 'WINDOW FUNCTION' | 'PROCEDURE' | 'AGGREGATE';
  readonly arguments: readonly Argument[];
  /** Of an ordered-set aggregate: how many arguments stand before ORDER BY. */
  readonly directArguments: number | undefined;
  /** undefined for a procedure without output, and for an aggregate, whose state function decides. */
  readonly result: TypeReference | undefined;
  readonly returnsSet: boolean;
  readonly volatility: 'volatile' | 'stable' | 'immutable';
  readonly isStrict: boolean;
  readonly isSecurityDefiner: boolean;
  readonly isLeakproof: boolean;
  readonly parallel: 'unsafe' | 'restricted' | 'safe';
  /** undefined: the server's default. */
  readonly cost: number | undefined;
  readonly rows: number | undefined;
  /** SET, as in pg_proc: `search_path=public, pg_temp`. */
  readonly settings: readonly string[];
  readonly language: string;
  /** The body, when it is a string. */
  readonly body: string | undefined;
  /** Of a function that is `SELECT expression` and no more: the expression that the planner puts in place of a call. */
  readonly expression: Node | undefined;
  /** What a call runs: its statements, and queries in its conditions and loops. */
  readonly statements: readonly Statement[];
  /** What a body uses that is kept as it was read, and the defaults of arguments: a string is read at each call. */
  readonly uses?: Uses;
  /** The expressions of EXECUTE whose text is built at run time. */
  readonly executed: readonly string[];
  readonly assignments: readonly Assignment[];
  /** Whether it does something that cannot be read. */
  readonly isOpaque: boolean;
  /** Whether it was altered since it was made, so that the statement that made it does not say all. */
  readonly isAltered?: boolean;
  readonly origin: Origin;
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
