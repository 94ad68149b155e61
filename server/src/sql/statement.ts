import type { Node } from '@pgsql/types';
import type { LockMode } from '../postgres/lock-modes';
import type { Range } from './text';

/**
 * One statement as the rest of Lockstep sees it. Every range in it is relative to the first character of the
 * statement, so that the same text parses to the same object wherever it stands, and may be kept.
 */
export type Statement =
  | CreateIndex
  | Drop
  | CreateTable
  | AlterTable
  | Rename
  | Truncate
  | DataChange
  | Select
  | TransactionControl
  | SetVariable
  | LockTable
  | DoBlock
  | Other;

export type StatementKind = Statement['kind'];
export type StatementOf<Kind extends StatementKind> = Extract<Statement, { kind: Kind }>;

interface Base<Kind extends string> {
  readonly kind: Kind;
  /** The command tag, as psql prints it: `CREATE INDEX`. */
  readonly command: string;
  /** The author's text, without the semicolon and without comments before it. */
  readonly text: string;
  /** The words that name the command, for a squiggle: `CREATE UNIQUE INDEX`. */
  readonly commandRange: Range;
  /** The grammar's own tree, for what the fields below do not say. Its offsets are UTF-8 bytes. */
  readonly node: Node;
}

/** An identifier; `text` is folded and unquoted, as in the catalog. */
export interface Name {
  readonly text: string;
  readonly range: Range;
}

/** A name that may be qualified. `schema` is undefined when the author left it to search_path. */
export interface QualifiedName {
  readonly schema: string | undefined;
  readonly name: string;
  readonly range: Range;
}

/** An expression with the author's own text. */
export interface Expression {
  readonly node: Node;
  readonly text: string;
  readonly range: Range;
}

export interface TypeName {
  /** undefined for built-in types and for what search_path finds. */
  readonly schema: string | undefined;
  /** As in pg_type: `int4`, `timestamptz`, `varchar`; for serial types `serial`, `bigserial`, `smallserial`. */
  readonly name: string;
  /** `[10, 2]` for numeric(10,2). */
  readonly modifiers: readonly number[];
  readonly isArray: boolean;
  /** As written: `character varying(10)`. */
  readonly text: string;
  readonly range: Range;
}

export interface IndexColumn {
  /** The column, or the expression in the author's text. */
  readonly column: string | undefined;
  readonly expression: Expression | undefined;
  readonly operatorClass: string | undefined;
  readonly collation: string | undefined;
  readonly descending: boolean;
  readonly nulls: 'first' | 'last' | undefined;
  /** The element in the author's text: `lower(email) text_pattern_ops DESC`. */
  readonly text: string;
  readonly range: Range;
}

export interface CreateIndex extends Base<'CreateIndex'> {
  readonly index: Name | undefined;
  readonly relation: QualifiedName;
  /** `ON ONLY`: the partitions are left alone. */
  readonly only: boolean;
  readonly unique: boolean;
  readonly concurrently: boolean;
  readonly ifNotExists: boolean;
  /** `btree` when none is written. */
  readonly method: string;
  readonly columns: readonly IndexColumn[];
  readonly include: readonly string[];
  readonly nullsNotDistinct: boolean;
  readonly predicate: Expression | undefined;
  /** The word INDEX. */
  readonly indexKeyword: Range;
  readonly concurrentlyKeyword: Range | undefined;
  readonly ifNotExistsKeywords: Range | undefined;
  /** From the `(` to the `)` of the key columns. */
  readonly columnList: Range;
}

/** DROP of anything: `objectType` is `INDEX`, `TABLE`, `VIEW`, `MATERIALIZED VIEW`, `FUNCTION`, … */
export interface Drop extends Base<'Drop'> {
  readonly objectType: string;
  readonly names: readonly QualifiedName[];
  readonly concurrently: boolean;
  readonly ifExists: boolean;
  readonly cascade: boolean;
  /** For objects that hang on a relation (TRIGGER, POLICY, RULE): that relation; `names` has the object's own name. */
  readonly relation: QualifiedName | undefined;
}

export type ConstraintType =
  | 'NOT NULL'
  | 'NULL'
  | 'DEFAULT'
  | 'CHECK'
  | 'UNIQUE'
  | 'PRIMARY KEY'
  | 'FOREIGN KEY'
  | 'EXCLUDE'
  | 'IDENTITY'
  | 'GENERATED';

export interface ConstraintDefinition {
  readonly type: ConstraintType;
  readonly name: Name | undefined;
  /** The constrained columns; for a column constraint, that column. Empty for CHECK on a table. */
  readonly columns: readonly string[];
  /** Of CHECK, DEFAULT and GENERATED. */
  readonly expression: Expression | undefined;
  readonly references:
    | {
        readonly relation: QualifiedName;
        readonly columns: readonly string[];
        readonly onDelete: ReferentialAction;
        readonly onUpdate: ReferentialAction;
      }
    | undefined;
  readonly notValid: boolean;
  /** False for NOT ENFORCED (PostgreSQL 18). */
  readonly enforced: boolean;
  readonly usingIndex: string | undefined;
  readonly include: readonly string[];
  readonly nullsNotDistinct: boolean;
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  readonly noInherit: boolean;
  /** Of GENERATED. */
  readonly stored: boolean;
  /** Of IDENTITY: `ALWAYS` or not. */
  readonly always: boolean;
  /** Of IDENTITY: those of its sequence. */
  readonly sequenceOptions?: readonly Node[];
  /** From CONSTRAINT, or the constraint's own keyword, to its last token. */
  readonly range: Range;
}

export type ReferentialAction = 'NO ACTION' | 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'SET DEFAULT';

export interface ColumnDefinition {
  readonly name: Name;
  readonly type: TypeName;
  readonly collation: string | undefined;
  readonly constraints: readonly ConstraintDefinition[];
  readonly range: Range;
}

export interface CreateTable extends Base<'CreateTable'> {
  readonly relation: QualifiedName;
  readonly ifNotExists: boolean;
  readonly persistence: 'permanent' | 'temporary' | 'unlogged';
  readonly columns: readonly ColumnDefinition[];
  readonly constraints: readonly ConstraintDefinition[];
  readonly partitionOf: QualifiedName | undefined;
  readonly isDefaultPartition: boolean;
  readonly partitioned: boolean;
  readonly inherits: readonly QualifiedName[];
  readonly like: readonly QualifiedName[];
  /** CREATE TABLE … AS, SELECT INTO and CREATE MATERIALIZED VIEW have a query; its columns are not known. */
  readonly isFromQuery: boolean;
  readonly objectType: 'TABLE' | 'MATERIALIZED VIEW' | 'FOREIGN TABLE';
}

export interface AlterTable extends Base<'AlterTable'> {
  /** `TABLE`, `INDEX`, `VIEW`, `MATERIALIZED VIEW`, `SEQUENCE`, `FOREIGN TABLE`, `TYPE`. */
  readonly objectType: string;
  readonly relation: QualifiedName;
  readonly ifExists: boolean;
  readonly only: boolean;
  readonly actions: readonly AlterTableAction[];
}

interface ActionBase<Type extends string> {
  readonly type: Type;
  /** The whole action, without the comma. */
  readonly range: Range;
  readonly node: Node;
}

export type AlterTableAction =
  | (ActionBase<'AddColumn'> & { readonly column: ColumnDefinition; readonly ifNotExists: boolean })
  | (ActionBase<'DropColumn'> & {
      readonly column: Name;
      readonly ifExists: boolean;
      readonly cascade: boolean;
    })
  | (ActionBase<'SetNotNull'> & { readonly column: Name })
  | (ActionBase<'DropNotNull'> & { readonly column: Name })
  | (ActionBase<'SetDefault'> & { readonly column: Name; readonly expression: Expression })
  | (ActionBase<'DropDefault'> & { readonly column: Name })
  | (ActionBase<'AlterColumnType'> & {
      readonly column: Name;
      readonly dataType: TypeName;
      readonly collation: string | undefined;
      readonly using: Expression | undefined;
    })
  | (ActionBase<'AddConstraint'> & { readonly constraint: ConstraintDefinition })
  | (ActionBase<'ValidateConstraint'> & { readonly constraint: Name })
  | (ActionBase<'DropConstraint'> & {
      readonly constraint: Name;
      readonly ifExists: boolean;
      readonly cascade: boolean;
    })
  | (ActionBase<'AttachPartition'> & { readonly partition: QualifiedName; readonly isDefault: boolean })
  | (ActionBase<'DetachPartition'> & {
      readonly partition: QualifiedName;
      readonly concurrently: boolean;
      readonly finalize: boolean;
    })
  /** `subtype` is the grammar's own name: `AT_EnableRowSecurity`. */
  | (ActionBase<'Other'> & { readonly subtype: string; readonly name: string | undefined });

export type AlterTableActionType = AlterTableAction['type'];

export interface Rename extends Base<'Rename'> {
  /** What is renamed: `TABLE`, `COLUMN`, `CONSTRAINT`, `INDEX`, `VIEW`, `SCHEMA`, `TYPE`, … */
  readonly objectType: string;
  /** The relation that is renamed, or that has the column or constraint. */
  readonly relation: QualifiedName | undefined;
  readonly from: string;
  readonly to: string;
  readonly ifExists: boolean;
}

export interface Truncate extends Base<'Truncate'> {
  readonly relations: readonly QualifiedName[];
  readonly cascade: boolean;
}

export interface DataChange extends Base<'DataChange'> {
  readonly operation: 'INSERT' | 'UPDATE' | 'DELETE' | 'MERGE' | 'COPY';
  /** undefined for COPY (query) TO. */
  readonly relation: QualifiedName | undefined;
  readonly hasWhere: boolean;
  /** Columns that UPDATE sets or INSERT names. */
  readonly columns: readonly string[];
  /** Other relations that it reads, CTEs left out. */
  readonly reads: readonly QualifiedName[];
  /** INSERT, UPDATE and DELETE in its WITH list. What they read is among `reads`. */
  readonly changesInWith: readonly DataChange[];
}

export interface Select extends Base<'Select'> {
  readonly reads: readonly QualifiedName[];
  /** FOR UPDATE, FOR SHARE, … */
  readonly locksRows: boolean;
  /** INSERT, UPDATE and DELETE in its WITH list. What they read is among `reads`. */
  readonly changesInWith: readonly DataChange[];
}

export interface TransactionControl extends Base<'TransactionControl'> {
  readonly action:
    'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'rollback to' | 'prepare' | 'other';
  /** AND CHAIN: the next transaction begins at once. */
  readonly chains: boolean;
  /** The savepoint that it sets, releases or rolls back to. */
  readonly savepoint: string | undefined;
}

export interface SetVariable extends Base<'SetVariable'> {
  /** Lower case; undefined for RESET ALL and SET TRANSACTION. */
  readonly variable: string | undefined;
  /** The values as text: `['auth', 'public']` for search_path; empty for SET … TO DEFAULT and RESET. */
  readonly values: readonly string[];
  readonly isLocal: boolean;
}

export interface LockTable extends Base<'LockTable'> {
  readonly relations: readonly QualifiedName[];
  readonly mode: LockMode;
  readonly nowait: boolean;
}

export interface DoBlock extends Base<'DoBlock'> {
  readonly language: string;
  /** The statements of the body that are static, and EXECUTE of a constant string; in the order of the text. */
  readonly body: readonly NestedStatement[];
  /** What else it does. */
  readonly call: CallBody;
  /** Whether the body executes strings that are built at run time. */
  readonly isDynamic: boolean;
}

/** A statement inside a body; `start` is its offset in the statement around it; undefined when it cannot be told. */
export interface NestedStatement {
  readonly statement: Statement;
  readonly start: number | undefined;
  /** Whether it stands under IF, CASE, a loop or an exception handler. */
  readonly conditional: boolean;
}

/** Any other command. `body` has what a function's body does when it is called, not when this statement runs. */
export interface Other extends Base<'Other'> {
  /** The grammar's name of the node: `CreatePolicyStmt`. */
  readonly nodeType: string;
  readonly body: readonly NestedStatement[];
  /** Of CREATE FUNCTION and CREATE PROCEDURE: what else a call does. */
  readonly call: CallBody | undefined;
}

/** What running a body does besides its statements. */
export interface CallBody {
  /** Queries in its conditions, loops and assignments, and expressions that call functions. */
  readonly queries: readonly Statement[];
  /** The expressions of EXECUTE whose text is built at run time. */
  readonly executed: readonly string[];
  /** What its variables hold, as far as EXECUTE may need it. */
  readonly assignments: readonly Assignment[];
  /** Whether there is something in it that cannot be read, such as another language. */
  readonly isOpaque: boolean;
}

/** A value that a variable of a body takes at some time. */
export interface Assignment {
  readonly variable: string;
  /** undefined when it comes from a query. */
  readonly expression: string | undefined;
  /** Whether the variable takes each element of the expression in turn: FOREACH. */
  readonly isElement: boolean;
}
