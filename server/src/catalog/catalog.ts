import type { QualifiedName } from '../sql/statement';
import type { Index, Origin, Relation, RelationName } from './relation';

/** Everything that one key may hold. */
type Entry = Relation | IndexEntry | readonly string[] | string | TypeEntry | FunctionEntry;

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
  readonly origin: Origin;
}

export interface FunctionEntry {
  readonly volatility: 'volatile' | 'stable' | 'immutable';
  readonly language: string;
  /** The body, when it is a string. */
  readonly body: string | undefined;
}

/** What was asked for, and what the answer was. */
export type Read = readonly [key: string, value: unknown];

/**
 * The schema and the session's settings as they are before a statement: a layer over an older catalog. Values are
 * never changed, so that two catalogs agree on a key exactly when they hold the same object; this is how the result
 * for a statement can be kept while another statement is edited (see `recordReads`).
 */
export class Catalog {
  private readonly entries = new Map<string, Entry | undefined>();
  private reads: Read[] | undefined;
  private writes: [key: string, value: Entry | undefined][] | undefined;

  constructor(private readonly base?: Catalog) {}

  /** The relation of this name; an unqualified name is looked up along search_path. */
  relation(name: RelationName | QualifiedName): Relation | undefined {
    for (const schema of name.schema === undefined ? this.searchPath : [name.schema]) {
      const found = this.get(`relation ${schema}.${name.name}`) as Relation | undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The index of this name, and the relation that it is on. */
  index(name: RelationName | QualifiedName): IndexEntry | undefined {
    for (const schema of name.schema === undefined ? this.searchPath : [name.schema]) {
      const found = this.get(`index ${schema}.${name.name}`) as IndexEntry | undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  type(name: { readonly schema: string | undefined; readonly name: string }): TypeEntry | undefined {
    for (const schema of name.schema === undefined ? this.searchPath : [name.schema]) {
      const found = this.get(`type ${schema}.${name.name}`) as TypeEntry | undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The function of this name that was declared last; overloads are not told apart. */
  function(name: { readonly schema: string | undefined; readonly name: string }): FunctionEntry | undefined {
    for (const schema of name.schema === undefined ? this.searchPath : [name.schema]) {
      const found = this.get(`function ${schema}.${name.name}`) as FunctionEntry | undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The full name of a relation, known or not: the first schema of search_path stands in for an unknown one. */
  resolve(name: RelationName | QualifiedName): RelationName {
    const found = this.relation(name);
    if (found !== undefined) return { schema: found.schema, name: found.name };
    return { schema: name.schema ?? this.searchPath[0] ?? 'public', name: name.name };
  }

  /** Whether the relation was made earlier in this file, so that nobody else uses it yet. */
  isNew(name: RelationName | QualifiedName): boolean {
    const relation = this.relation(name);
    if (relation === undefined) return false;
    return relation.persistence === 'temporary' || relation.origin.file === this.file;
  }

  /** Whether a statement before this one in the file looked for duplicates of the relation, or removed rows of it. */
  duplicatesAreHandled(name: RelationName | QualifiedName): boolean {
    const { schema, name: relation } = this.resolve(name);
    return this.get(`duplicates handled ${schema}.${relation}`) === this.file;
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

  /** Makes or replaces what `key` holds; undefined removes it. For `catalog/` only. */
  set(key: string, value: Entry | undefined): void {
    this.entries.set(key, value);
    this.writes?.push([key, value]);
  }

  /** What `key` holds. For `catalog/` only. */
  get(key: string): Entry | undefined {
    const value = this.peek(key);
    // What the recorded work wrote itself is no premise of it.
    if (this.writes?.some(([written]) => written === key) !== true) this.reads?.push([key, value]);
    return value;
  }

  private peek(key: string): Entry | undefined {
    if (this.entries.has(key)) return this.entries.get(key);
    return this.base?.peek(key);
  }

  /** Runs `work` and returns its result with all that it read and wrote here. */
  record<Result>(work: () => Result): { result: Result; reads: readonly Read[]; writes: readonly Read[] } {
    const reads: Read[] = (this.reads = []);
    const writes: [string, Entry | undefined][] = (this.writes = []);
    try {
      return { result: work(), reads, writes };
    } finally {
      this.reads = undefined;
      this.writes = undefined;
    }
  }

  /** Whether everything that was read is still the same object here. */
  agrees(reads: readonly Read[]): boolean {
    return reads.every(([key, value]) => this.peek(key) === value);
  }

  /** Does again what was recorded as written. */
  replayWrites(writes: readonly Read[]): void {
    for (const [key, value] of writes) this.entries.set(key, value as Entry | undefined);
  }
}
