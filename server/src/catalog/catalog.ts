import type { Statement } from '../sql/statement';
import { isAffected } from './certainty';
import type { FunctionEntry, IndexEntry, TypeEntry } from './entries';
import { Layer } from './store/layer';
import { sameSignature, takes } from './signatures';
import { isSame, type Named, type Origin, type Relation, type RelationName } from './relation';
import {
  clusteredTables,
  constraintOwners,
  constraintsAdded,
  currentFile,
  functions,
  incompleteSchemas,
  indexes,
  joinedFiles,
  preparedStatements,
  publications,
  relations,
  schemas,
  schemasInUse,
  searchPath,
  settings,
  statistics,
  temporaryRelations,
  typedTables,
  types,
  uncertainties,
} from './store/tables';

/** Where temporary relations are. */
export const temporarySchema = 'pg_temp';

/** The origin of a relation of which only later statements were seen. */
export const unseen: Origin = { file: '', statement: -1 };

/** The schema and the session's settings as they are before a statement, and what can be asked of them. */
export class Catalog extends Layer {
  /** The relation of this name; an unqualified name is looked up along search_path. */
  relation(name: Named): Relation | undefined {
    for (const schema of this.schemasFor(name.schema)) {
      const found = this.get(relations.at(schema, name.name));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The index of this name, and the relation that it is on. */
  index(name: Named): IndexEntry | undefined {
    for (const schema of this.schemasFor(name.schema)) {
      const found = this.get(indexes.at(schema, name.name));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  type(name: Named): TypeEntry | undefined {
    for (const schema of name.schema === undefined ? this.searchPath : [name.schema]) {
      const found = this.get(types.at(schema, name.name));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The functions of this name that a call may mean: of those with the same arguments the first of search_path. */
  functions(name: Named): readonly FunctionEntry[] {
    const all = (name.schema === undefined ? this.searchPath : [name.schema]).map(
      (schema) => this.get(functions.at(schema, name.name)) ?? [],
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
    const entry = this.get(preparedStatements.at(name));
    return entry?.file === this.file ? entry.statement : undefined;
  }

  /** Whether a constraint in the schema has this name; names that the server chooses are unique in their schema. */
  constraintIsTaken(name: RelationName): boolean {
    return this.get(constraintOwners.of(name)) !== undefined;
  }

  /** Whether CLUSTER without a table would take this one too. */
  isClustered(name: RelationName): boolean {
    return this.get(clusteredTables.of(name)) !== undefined;
  }

  /** Whether the migrations made this schema, so that they know all that is in it. */
  hasSchema(name: string): boolean {
    return this.get(schemas.at(name))?.isMade === true;
  }

  /** The relations that a publication names. */
  publication(name: string): readonly RelationName[] {
    return (this.get(publications.at(name))?.tables ?? []).map(({ relation }) => relation);
  }

  /** The tables that were made OF a composite type. */
  typedTables(type: Named): readonly RelationName[] {
    return this.get(typedTables.of(this.resolve(type))) ?? [];
  }

  /** The relations that an object of CREATE STATISTICS is about. */
  statistics(name: Named): readonly RelationName[] {
    for (const schema of this.schemasFor(name.schema)) {
      const found = this.get(statistics.at(schema, name.name));
      if (found !== undefined) return [found];
    }
    return [];
  }

  /**
   * All relations, or those of one schema. This looks at the whole catalog: it is for commands like DROP SCHEMA that
   * nobody runs often.
   */
  allRelations(schema?: string): readonly Relation[] {
    return this.list(relations.in(schema)).map(({ value }) => value);
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
    return (this.get(joinedFiles) ?? []).includes(origin.file);
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
    const uncertain = this.get(uncertainties) ?? [];
    const relation = this.relation(name);
    if (relation !== undefined) return relation.isComplete && !isAffected(uncertain, relation);
    return this.schemasFor(name.schema).every((schema) => {
      const isWhole =
        this.get(schemasInUse.at(schema)) !== undefined &&
        this.get(incompleteSchemas.at(schema)) === undefined;
      return isWhole && !isAffected(uncertain, { schema, name: name.name });
    });
  }

  /** Whether the transaction that is open has added this constraint as NOT VALID, and still holds the lock for that. */
  isLockedBy(relation: RelationName, constraint: string): boolean {
    const added = this.get(constraintsAdded) ?? [];
    return added.some((one) => one.name === constraint && isSame(one.relation, relation));
  }

  /** Where a name may be found; temporary relations come before those of search_path. */
  private schemasFor(schema: string | undefined): readonly string[] {
    if (schema !== undefined) return [schema];
    if (this.get(temporaryRelations) === undefined) return this.searchPath;
    return [temporarySchema, ...this.searchPath];
  }

  /** The schemas that an unqualified name is looked up in. */
  get searchPath(): readonly string[] {
    return this.get(searchPath) ?? ['public'];
  }

  /** A session setting such as `lock_timeout`, lower case, as set earlier in the file; undefined: the server's. */
  setting(name: string): string | undefined {
    return this.get(settings.at(name));
  }

  /** The file that is being replayed. */
  get file(): string {
    return this.get(currentFile) ?? '';
  }

  /** All types, by their full names. Like `allRelations` for what nobody asks often; it is not recorded. */
  allTypes(): readonly TypeEntry[] {
    return this.listAside(types.in()).map(({ value }) => value);
  }

  /** The full names of all functions and procedures. */
  allFunctions(): readonly RelationName[] {
    return this.listAside(functions.in()).flatMap(({ value: [first] }) =>
      first === undefined ? [] : [{ schema: first.schema, name: first.name }],
    );
  }

  /** The schemas that migrations made. */
  allSchemas(): readonly string[] {
    return this.listAside(schemas.all()).flatMap(({ value }) => (value.isMade ? [value.name] : []));
  }
}
