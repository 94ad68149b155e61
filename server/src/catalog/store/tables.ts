import type { Uncertainty } from '../certainty';
import type { User } from '../dependencies/follow';
import type {
  CollationEntry,
  DroppedKeys,
  ExtensionEntry,
  FunctionEntry,
  IndexEntry,
  PreparedEntry,
  PublicationEntry,
  SchemaEntry,
  TypeEntry,
} from '../entries';
import type { Former, FormerKind } from '../existence';
import type { HeldLock } from '../held-locks';
import type { NewEnumValue } from '../new-enum-values';
import type { DefaultPrivileges } from '../privileges';
import { isSame, type Relation, type RelationName } from '../relation';
import { areChainsAlike, type Chain } from './chain';
import { type Key, NameTable, ObjectTable, PathTable, slot } from './keys';

// What the server has.

export const relations = new ObjectTable<Relation>('relation');
export const indexes = new ObjectTable<IndexEntry>('index');
export const types = new ObjectTable<TypeEntry>('type');
/** By name, all that differ in their arguments. */
export const functions = new ObjectTable<readonly FunctionEntry[]>('function');
export const collations = new ObjectTable<CollationEntry>('collation');
/** The relation that an object of CREATE STATISTICS is about. */
export const statistics = new ObjectTable<RelationName>('statistics');
export const schemas = new NameTable<SchemaEntry>('schema');
export const extensions = new NameTable<ExtensionEntry>('extension');
export const publications = new NameTable<PublicationEntry>('publication');
export const publicationNames = slot<readonly string[]>('publications');
export const defaultPrivilegesKey = slot<readonly DefaultPrivileges[]>('default privileges');
/** By the name of a constraint, the relations of its schema that have one of this name. */
export const constraintOwners = new ObjectTable<readonly string[]>('constraint');
/** The tables that CLUSTER takes when it is told none. */
export const clusteredTables = new ObjectTable<true>('clustered');
/** By composite type, the tables that were made OF it. */
export const typedTables = new ObjectTable<readonly RelationName[]>('typed tables');
/** By type, the functions that take or return it. */
export const functionsOfType = new ObjectTable<readonly RelationName[]>('functions of type');
/** By type, the views that use columns of its rows. */
export const rowUsers = new ObjectTable<readonly RelationName[]>('views that use rows');

// The session, and the transaction that is open.

/** The file that is being replayed. */
export const currentFile = slot<string>('file');
/** The files before this one that run in one transaction with it. */
export const joinedFiles = slot<readonly string[]>('joined files');
export const searchPath = slot<readonly string[]>('search path');
/** By name, lower case. */
export const settings = new NameTable<string>('setting');
/** What was changed since the session began; a new session forgets it. */
export const changedSettings = slot<readonly Key<unknown>[]>('changed settings');
/** What SET LOCAL replaced until the end of the transaction. */
export const localSettings = slot<readonly LocalSetting[]>('local settings');
export const temporaryRelations = slot<readonly string[]>('temporary relations');
export const temporaryFunctions = slot<readonly string[]>('temporary functions');
export const preparedStatements = new NameTable<PreparedEntry>('prepared');
/** The locks that the transaction holds. */
export const locksHeld = slot<Chain<HeldLock>>('locks held', (a, b) =>
  areChainsAlike(
    a,
    b,
    (one, other) =>
      isSame(one.relation, other.relation) && one.mode === other.mode && one.command === other.command,
  ),
);
/** The values that the transaction has added to enums. */
export const enumValuesAdded = slot<readonly NewEnumValue[]>('enum values added', (a, b) =>
  areAlike(a, b, (one, other) => isSame(one.type, other.type) && one.value === other.value),
);
/** The constraints that the transaction has added as NOT VALID. */
export const constraintsAdded = slot<readonly AddedConstraint[]>('constraints added');
/** The calls that the statement at hand has led to. */
export const callsMade = slot<readonly string[]>('calls');

/** By what is used, who uses it in expressions: relations, and functions by their names. Some may be gone. */
export const usersOf = new NameTable<readonly User[]>('users of');

// What rules remember, and how much of all this is certain.

/** By relation, the last file with a statement that looks for its duplicates. */
export const duplicatesHandled = new ObjectTable<string>('duplicates handled');
/** By relation, the texts of such statements. */
export const duplicateChecks = new ObjectTable<readonly string[]>('duplicate checks');
/** By relation, the file that has removed all its rows. */
export const emptied = new ObjectTable<string>('emptied');
export const droppedKeys = new ObjectTable<DroppedKeys>('dropped keys');
/** By index, the file that has dropped it. */
export const droppedIndexes = new ObjectTable<string>('dropped index');
export const formers: Readonly<Record<FormerKind, PathTable<Former>>> = {
  relation: new PathTable('former relation'),
  column: new PathTable('former column'),
  index: new PathTable('former index'),
  type: new PathTable('former type'),
  function: new PathTable('former function'),
};
export const uncertainties = slot<readonly Uncertainty[]>('uncertain relations');
/** The schemas in which migrations make relations. */
export const schemasInUse = new NameTable<true>('makes relations');
/** The schemas with relations that no migration has made. */
export const incompleteSchemas = new NameTable<true>('incomplete');

/** A setting, and what it was before SET LOCAL. */
interface LocalSetting {
  readonly key: Key<unknown>;
  readonly value: unknown;
}

interface AddedConstraint {
  readonly relation: RelationName;
  readonly name: string;
}

function areAlike<Item>(
  a: readonly Item[],
  b: readonly Item[],
  isSameItem: (one: Item, other: Item) => boolean,
): boolean {
  return (
    a.length === b.length &&
    a.every((one, index) => {
      const other = b[index];
      return other !== undefined && isSameItem(one, other);
    })
  );
}
