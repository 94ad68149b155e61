import type { Node } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import type { UsedObject } from './dependencies/uses';
import type { SequenceOptions } from './sequence-options';
import type { ConstraintType, Expression, ReferentialAction, TypeName } from '../sql/statement';

/** Where a thing was made. `statement` is the index in its file. */
export interface Origin {
  readonly file: string;
  readonly statement: number;
}

/** `schema.name`, both as in the catalog. */
export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** A name that may lack its schema, as authors write it. */
export interface Named {
  readonly schema: string | undefined;
  readonly name: string;
}

type RelationKind =
  | 'table'
  | 'partitioned table'
  | 'view'
  | 'materialized view'
  | 'foreign table'
  | 'sequence'
  | 'composite type';

/** What a role may do with an object. */
export interface Grant {
  /** `public` for everyone: no role can be called that. */
  readonly role: string;
  readonly privileges: readonly string[];
  /** Those of `privileges` that it may grant to others. */
  readonly grantable: readonly string[];
}

/** What an object can have besides its definition. */
export interface ObjectFacts {
  readonly comment?: string | undefined;
  /** undefined: the role that runs the migrations. */
  readonly owner?: string | undefined;
  /** undefined: what the server gives by default, which is all to the owner. */
  readonly privileges?: readonly Grant[] | undefined;
}

/** A relation as it is before a statement. Never changed: a statement that alters it makes a new one. */
export interface Relation extends RelationName, ObjectFacts {
  readonly kind: RelationKind;
  readonly persistence: 'permanent' | 'temporary' | 'unlogged';
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
  /** The relations whose foreign keys point here. */
  readonly referencedBy: readonly RelationName[];
  /** The partitioned table or the inheritance parents that this hangs on. */
  readonly parents: readonly RelationName[];
  /** Partitions, and children by inheritance. */
  readonly children: readonly RelationName[];
  /** The default partition, among `children`. */
  readonly defaultPartition: RelationName | undefined;
  /** The composite type that a table was made OF. */
  readonly ofType: RelationName | undefined;
  /** Of a partitioned table. */
  readonly partitionKey: PartitionKey | undefined;
  /** Of a view or a materialized view: its query. */
  readonly query: Node | undefined;
  /** Of a materialized view: false after WITH NO DATA, when nobody can read it (55000). */
  readonly isPopulated?: boolean;
  /** The relations that the query of a view reads. */
  readonly reads: readonly RelationName[];
  /** The columns that the query of a view uses, by relation. */
  readonly columnsRead: readonly ColumnsRead[];
  /** What the query of a view uses besides columns. */
  readonly objectsRead: readonly UsedObject[];
  /** Whether `columnsRead` is all: not where the columns of something that it reads are unknown. */
  readonly areColumnsReadKnown: boolean;
  /** The views that read this relation. */
  readonly readBy: readonly RelationName[];
  readonly triggers: readonly Trigger[];
  readonly policies: readonly Policy[];
  readonly rowSecurity: boolean;
  /** FORCE ROW LEVEL SECURITY: for the owner too. */
  readonly forceRowSecurity?: boolean;
  /** Of a sequence. */
  readonly sequence?: SequenceOptions;
  /** Of a sequence that no column has owned yet: none need be looked for. */
  readonly isFree?: boolean;
  readonly rules?: readonly RewriteRule[];
  readonly statistics?: readonly Statistics[];
  readonly origin: Origin;
  /** False when columns may be missing: made by a query of, or LIKE, an unknown relation, or altered before it was seen. */
  readonly isComplete: boolean;
}

/** What an expression uses, by what its names meant when it was stored. */
export interface Uses {
  /** The columns of the relation that the expression is a part of. */
  readonly own: readonly string[];
  /** Those of others. */
  readonly columns: readonly ColumnsRead[];
  readonly objects: readonly UsedObject[];
  /** Whether that is all: not where something is named of which no more is known. */
  readonly areKnown: boolean;
}

export const noUses: Uses = { own: [], columns: [], objects: [], areKnown: true };

/** An expression as the server keeps it. `put` notes what a new one uses. */
export interface StoredExpression extends Expression {
  readonly uses?: Uses;
}

/** Columns of one relation that a view uses: they cannot be dropped without it, nor get another type. */
export interface ColumnsRead extends RelationName {
  readonly columns: readonly string[];
}

export interface PartitionKey {
  readonly strategy: 'range' | 'list' | 'hash';
  /** undefined stands for an expression. */
  readonly columns: readonly (string | undefined)[];
}

/** When a trigger or a rule fires; `origin`, as it is made: not where changes are only replicated. */
type Enabled = 'origin' | 'disabled' | 'replica' | 'always';

export interface Trigger {
  readonly name: string;
  readonly function: Named;
  readonly arguments: readonly string[];
  readonly timing: 'BEFORE' | 'AFTER' | 'INSTEAD OF';
  /** What fires it. */
  readonly events: readonly ('INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE')[];
  /** Of UPDATE OF. */
  readonly columns: readonly string[];
  readonly level: 'ROW' | 'STATEMENT';
  /** WHEN. */
  readonly condition: StoredExpression | undefined;
  readonly transitionTables: readonly { readonly name: string; readonly isNew: boolean }[];
  /** CREATE CONSTRAINT TRIGGER. */
  readonly isConstraint: boolean;
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  /** FROM, of a constraint trigger. */
  readonly references: RelationName | undefined;
  readonly enabled: Enabled;
  /** Whether a partitioned table has given it to this partition. */
  readonly isInherited: boolean;
  readonly comment?: string | undefined;
  readonly origin: Origin;
}

export interface Policy {
  readonly name: string;
  readonly command: 'ALL' | 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
  readonly permissive: boolean;
  /** `public` for everyone. */
  readonly roles: readonly string[];
  readonly using: StoredExpression | undefined;
  readonly check: StoredExpression | undefined;
  readonly comment?: string | undefined;
  readonly origin: Origin;
}

/** What CREATE RULE makes. */
export interface RewriteRule {
  readonly name: string;
  readonly event: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
  readonly isInstead: boolean;
  /** What its condition and its actions use. */
  readonly uses: Uses;
  readonly enabled: Enabled;
  readonly comment?: string | undefined;
  readonly origin: Origin;
}

/** What CREATE STATISTICS makes. */
export interface Statistics extends RelationName, ObjectFacts {
  /** `ndistinct`, `dependencies`, `mcv`; empty: all that there are. */
  readonly kinds: readonly string[];
  readonly columns: readonly string[];
  readonly expressions: number;
  /** What its expressions use. */
  readonly uses: Uses;
  /** ALTER STATISTICS … SET STATISTICS. */
  readonly target: number | undefined;
  readonly origin: Origin;
}

export interface Column {
  readonly name: string;
  /** undefined when it comes from a query that does not tell. */
  readonly type: TypeName | undefined;
  readonly notNull: boolean;
  readonly default: StoredExpression | undefined;
  readonly identity: 'always' | 'by default' | undefined;
  readonly generated: 'stored' | 'virtual' | undefined;
  /** Of a generated column: what it is computed by. */
  readonly generation?: StoredExpression | undefined;
  readonly collation: string | undefined;
  /** The sequence that belongs to it: of serial, identity or OWNED BY. */
  readonly sequence: RelationName | undefined;
  readonly privileges?: readonly Grant[] | undefined;
  readonly comment?: string | undefined;
  readonly origin: Origin;
}

export interface Constraint {
  readonly type: Exclude<ConstraintType, 'NULL' | 'DEFAULT' | 'IDENTITY' | 'GENERATED'>;
  /** As PostgreSQL names it when the author did not. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly expression: StoredExpression | undefined;
  readonly references:
    | {
        readonly relation: RelationName;
        readonly columns: readonly string[];
        readonly onDelete: ReferentialAction;
        readonly onUpdate: ReferentialAction;
      }
    | undefined;
  readonly isValid: boolean;
  /** False for NOT ENFORCED (PostgreSQL 18). */
  readonly enforced: boolean;
  readonly noInherit: boolean;
  readonly deferrable: boolean;
  readonly comment?: string | undefined;
  readonly origin: Origin;
}

export interface Index {
  readonly name: string;
  readonly unique: boolean;
  readonly method: string;
  /** Column names; expressions in the author's text, spaces and case normalised. */
  readonly columns: readonly {
    readonly column: string | undefined;
    readonly expression: StoredExpression | undefined;
    readonly operatorClass: string | undefined;
    readonly collation: string | undefined;
    readonly descending: boolean;
    readonly nulls: 'first' | 'last' | undefined;
  }[];
  readonly include: readonly string[];
  readonly predicate: StoredExpression | undefined;
  readonly nullsNotDistinct: boolean;
  /** The constraint that it stands for. */
  readonly constraint: string | undefined;
  /** The index of the partitioned table that it is a part of. */
  readonly parent: RelationName | undefined;
  readonly comment?: string | undefined;
  readonly origin: Origin;
}

/** A relation of which nothing but its name is known. */
export function emptyRelation(
  { schema, name }: RelationName,
  kind: RelationKind,
  origin: Origin,
  isComplete = true,
): Relation {
  return {
    schema,
    name,
    kind,
    persistence: 'permanent',
    columns: [],
    constraints: [],
    indexes: [],
    referencedBy: [],
    parents: [],
    children: [],
    defaultPartition: undefined,
    ofType: undefined,
    partitionKey: undefined,
    query: undefined,
    reads: [],
    columnsRead: [],
    objectsRead: [],
    areColumnsReadKnown: true,
    readBy: [],
    triggers: [],
    policies: [],
    rowSecurity: false,
    origin,
    isComplete,
  };
}

/** The name in a RangeVar of the tree. */
export function named(node: { readonly schemaname?: string; readonly relname?: string } | undefined): Named {
  return { schema: node?.schemaname, name: node?.relname ?? '' };
}

/** The schema and the name of an object that the tree names by a list of strings. */
export function namedBy(names: readonly Node[] | undefined): Named {
  const parts = strings(names);
  return { schema: parts.length > 1 ? parts.at(-2) : undefined, name: parts.at(-1) ?? '' };
}

/** Whether two names mean the same relation. */
export function isSame(a: RelationName, b: RelationName): boolean {
  return a.name === b.name && a.schema === b.schema;
}

/** A text that no other name has; not to be shown. */
export function nameKey({ schema = '', name }: Named): string {
  return `${schema}\0${name}`;
}

/** The server's own catalogs, which every query may read. */
export function isSystemRelation({ schema, name }: Named): boolean {
  if (schema === undefined) return name.startsWith('pg_');
  return schema === 'pg_catalog' || schema === 'information_schema';
}

/** For messages and JSON: `public.orders`. */
export function displayName(relation: Named): string {
  return relation.schema === undefined ? relation.name : `${relation.schema}.${relation.name}`;
}
