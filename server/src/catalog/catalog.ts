import type { Statement } from '../sql/statement';
import { isAffected, type Uncertainty, uncertainKey } from './certainty';
import type {
  DroppedKeys,
  FunctionEntry,
  IndexEntry,
  PreparedEntry,
  PublicationEntry,
  SchemaEntry,
  TypeEntry,
} from './entries';
import { Layer } from './layer';
import { sameSignature, takes } from './signatures';
import type { Index, Named, Origin, Relation, RelationName } from './relation';

/** The constraints that the open transaction has added as NOT VALID, and whose locks it holds. */
export const addedConstraintsKey = 'constraints added';

/** The files before this one that run in one transaction with it. */
export const joinedFilesKey = 'joined files';

/** Where temporary relations are. */
export const temporarySchema = 'pg_temp';

/** The names of the functions there. */
export const temporaryFunctionsKey = 'temporary functions';

/** The origin of a relation of which only later statements were seen. */
export const unseen: Origin = { file: '', statement: -1 };

/** The schema and the session's settings as they are before a statement, and what can be asked of them. */
export class Catalog extends Layer {
  /** The relation of this name; an unqualified name is looked up along search_path. */
  relation(name: Named): Relation | undefined {
    for (const schema of this.schemasFor(name.schema)) {
      const found = this.get(`relation ${schema}.${name.name}`) as Relation | undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The index of this name, and the relation that it is on. */
  index(name: Named): IndexEntry | undefined {
    for (const schema of this.schemasFor(name.schema)) {
      const found = this.get(`index ${schema}.${name.name}`) as IndexEntry | undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  type(name: Named): TypeEntry | undefined {
    for (const schema of name.schema === undefined ? this.searchPath : [name.schema]) {
      const found = this.get(`type ${schema}.${name.name}`) as TypeEntry | undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The functions of this name that a call may mean: of those with the same arguments the first of search_path. */
  functions(name: Named): readonly FunctionEntry[] {
    const all = (name.schema === undefined ? this.searchPath : [name.schema]).map(
      (schema) => (this.get(`function ${schema}.${name.name}`) as readonly FunctionEntry[] | undefined) ?? [],
    );
    const [first = [], ...others] = all.filter((entries) => entries.length > 0);
    return others.reduce(
      (found, entries) => [
        ...found,
        ...entries.filter((entry) => !found.some((one) => sameSignature(one, entry))),
      ],
      first,
    );
  }

  /** The function that a call means, as far as the number of its arguments says; the one that was declared last. */
  function(name: Named, argumentCount?: number): FunctionEntry | undefined {
    const all = this.functions(name);
    if (all.length < 2 || argumentCount === undefined) return all.at(-1);
    return all.findLast((entry) => takes(entry, argumentCount)) ?? all.at(-1);
  }

  /** The statement that EXECUTE runs by this name. */
  prepared(name: string): Statement | undefined {
    const entry = this.get(`prepared ${name}`) as PreparedEntry | undefined;
    return entry?.file === this.file ? entry.statement : undefined;
  }

  /** Whether a constraint in the schema has this name; names that the server chooses are unique in their schema. */
  constraintIsTaken({ schema, name }: RelationName): boolean {
    return this.get(`constraint ${schema}.${name}`) !== undefined;
  }

  /** Whether CLUSTER without a table would take this one too. */
  isClustered({ schema, name }: RelationName): boolean {
    return this.get(`clustered ${schema}.${name}`) !== undefined;
  }

  /** Whether the migrations made this schema, so that they know all that is in it. */
  hasSchema(name: string): boolean {
    return (this.get(`schema ${name}`) as SchemaEntry | undefined)?.isMade === true;
  }

  /** The relations that a publication names. */
  publication(name: string): readonly RelationName[] {
    const entry = this.get(`publication ${name}`) as PublicationEntry | undefined;
    return (entry?.tables ?? []).map(({ relation }) => relation);
  }

  /** The tables that were made OF a composite type. */
  typedTables(type: Named): readonly RelationName[] {
    const { schema, name } = this.resolve(type);
    return (this.get(`typed tables ${schema}.${name}`) as readonly RelationName[] | undefined) ?? [];
  }

  /** The relations that an object of CREATE STATISTICS is about. */
  statistics(name: Named): readonly RelationName[] {
    for (const schema of this.schemasFor(name.schema)) {
      const found = this.get(`statistics ${schema}.${name.name}`) as readonly RelationName[] | undefined;
      if (found !== undefined) return found;
    }
    return [];
  }

  /**
   * All relations, or those of one schema. This looks at the whole catalog: it is for commands like DROP SCHEMA that
   * nobody runs often.
   */
  allRelations(schema?: string): readonly Relation[] {
    return this.keys(schema === undefined ? 'relation ' : `relation ${schema}.`)
      .map((key) => this.get(key) as Relation | undefined)
      .filter((relation) => relation !== undefined);
  }

  /** The full name of a relation, known or not: the first schema of search_path stands in for an unknown one. */
  resolve(name: Named): RelationName {
    const found = this.relation(name);
    if (found !== undefined) return { schema: found.schema, name: found.name };
    return { schema: name.schema ?? this.searchPath[0] ?? 'public', name: name.name };
  }

  /** Whether the relation was made earlier in this file, or in this transaction, so that nobody else uses it yet. */
  isNew(name: Named): boolean {
    const relation = this.relation(name);
    if (relation === undefined || relation.origin === unseen) return false;
    const { persistence, origin } = relation;
    if (persistence === 'temporary' || origin.file === this.file) return true;
    return ((this.get(joinedFilesKey) as readonly string[] | undefined) ?? []).includes(origin.file);
  }

  /**
   * Whether the catalog is certain about a relation. Ask this before you tell an author that something is wrong which
   * only the catalog knows.
   *
   * When there is such a relation: all its columns, constraints and indexes are known. It is not certain when a query
   * made it, when it was only altered by the migrations that were seen, or when code may have changed it that is made
   * up at run time.
   *
   * When there is none: it really is not there. That is not certain when the migrations make no relation in its schema,
   * or name others there that they have not made (an early migration is missing, or an extension or the platform has a
   * part in it), or when such code may have made it.
   */
  isCertain(name: Named): boolean {
    const uncertain = (this.get(uncertainKey) as readonly Uncertainty[] | undefined) ?? [];
    const relation = this.relation(name);
    if (relation !== undefined) return relation.isComplete && !isAffected(uncertain, relation);
    return this.schemasFor(name.schema).every((schema) => {
      const isWhole =
        this.get(`makes relations ${schema}`) !== undefined && this.get(`incomplete ${schema}`) === undefined;
      return isWhole && !isAffected(uncertain, { schema, name: name.name });
    });
  }

  /**
   * Whether a statement before this one looked for duplicates of the relation, or removed rows of it. In earlier files
   * only what names all of `key`, the elements of a unique key as SQL, counts: it is about the same duplicates.
   */
  duplicatesAreHandled(name: Named, key: readonly string[]): boolean {
    const { schema, name: relation } = this.resolve(name);
    if (this.get(`duplicates handled ${schema}.${relation}`) === this.file) return true;
    const checks =
      (this.get(`duplicate checks ${schema}.${relation}`) as readonly string[] | undefined) ?? [];
    return checks.some((text) => key.every((element) => text.includes(withoutSpaces(element))));
  }

  /** Whether a statement before this one in the file has removed all rows of the relation, and none has come since. */
  isEmptied(name: Named): boolean {
    const { schema, name: relation } = this.resolve(name);
    return this.get(`emptied ${schema}.${relation}`) === this.file;
  }

  /** Whether the transaction that is open has added this constraint as NOT VALID, and still holds the lock for that. */
  isLockedBy({ schema, name }: RelationName, constraint: string): boolean {
    const added = (this.get(addedConstraintsKey) as readonly string[] | undefined) ?? [];
    return added.includes(`${schema}.${name}.${constraint}`);
  }

  /** The unique indexes that statements before this one in the file have dropped from a relation. */
  droppedKeys({ schema, name }: RelationName): readonly Index[] {
    const dropped = this.get(`dropped keys ${schema}.${name}`) as DroppedKeys | undefined;
    return dropped?.file === this.file ? dropped.indexes : [];
  }

  /** Whether a statement before this one in the file dropped an index of this name, known or not. */
  droppedIndex(name: RelationName): boolean {
    return this.get(`dropped index ${name.schema}.${name.name}`) === this.file;
  }

  /** Where a name may be found; temporary relations come before those of search_path. */
  private schemasFor(schema: string | undefined): readonly string[] {
    if (schema !== undefined) return [schema];
    if (this.get('temporary relations') === undefined) return this.searchPath;
    return [temporarySchema, ...this.searchPath];
  }

  /** The schemas that an unqualified name is looked up in. */
  get searchPath(): readonly string[] {
    return (this.get('search path') as readonly string[] | undefined) ?? ['public'];
  }

  /** A session setting such as `lock_timeout`, lower case, as set earlier in the file; undefined: the server's. */
  setting(name: string): string | undefined {
    return this.get(`setting ${name}`) as string | undefined;
  }

  /** The file that is being replayed. */
  get file(): string {
    return (this.get('file') as string | undefined) ?? '';
  }

  /** All types, by their full names. Like `allRelations` for what nobody asks often; it is not recorded. */
  allTypes(): readonly TypeEntry[] {
    return this.keysWith('type ')
      .map((key) => this.peek(key) as TypeEntry | undefined)
      .filter((type) => type !== undefined);
  }

  /** The full names of all functions and procedures. */
  allFunctions(): readonly RelationName[] {
    return this.keysWith('function ').map((key) => {
      const [schema = '', ...name] = key.slice('function '.length).split('.');
      return { schema, name: name.join('.') };
    });
  }

  /** The schemas that migrations made. */
  allSchemas(): readonly string[] {
    return this.keysWith('schema ').flatMap((key) => {
      const entry = this.peek(key) as SchemaEntry | undefined;
      return entry?.isMade === true ? [entry.name] : [];
    });
  }
}

/** SQL for a comparison that spaces and case have no part in. */
export function withoutSpaces(sql: string): string {
  return sql.replace(/\s+/g, '').toLowerCase();
}
