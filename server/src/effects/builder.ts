import { Catalog } from '../catalog/catalog';
import { replay } from '../catalog/replay';
import { hasUnknownPart } from '../catalog/dynamic-sql';
import { family, nameOf, partsOfIndex } from '../catalog/edit';
import { type Index, type Named, nameKey, type Relation, type RelationName } from '../catalog/relation';
import { compareLockModes, type LockMode } from '../postgres/lock-modes';
import type { Major } from '../postgres/versions';
import type { Statement } from '../sql/statement';
import type { Effects, LockRole, RelationLock, RowFailure, RowLock } from './effects';
import { mostCalls } from '../catalog/routines';

/** Collects what a statement does, part by part. */
export class EffectsBuilder {
  /** The schema as it is before the part of the statement that is looked at. */
  catalog: Catalog;
  private readonly locks = new Map<string, RelationLock>();
  private readonly rewritten = new Map<string, RelationName>();
  private readonly scanned = new Map<string, RelationName>();
  private readonly indexed = new Map<string, RelationName>();
  private readonly rowLocks: RowLock[] = [];
  private readonly failures: RowFailure[] = [];
  private readonly calls = new Set<string>();
  private roleOfAll: LockRole | undefined;
  private touchesRows = false;
  private waits = false;
  private transactional = true;
  private known = true;

  constructor(
    private readonly before: Catalog,
    readonly major: Major,
  ) {
    this.catalog = before;
  }

  /** Adds what a call does, once. With `role` all its locks are taken for that reason. */
  call(key: string, role: LockRole | undefined, run: () => void): void {
    if (this.calls.has(key)) return;
    if (this.calls.size >= mostCalls) {
      this.unknown();
      return;
    }
    const outer = this.roleOfAll;
    this.calls.add(key);
    this.roleOfAll = role ?? outer;
    run();
    this.roleOfAll = outer;
  }

  /** A catalog of its own for a statement of several parts, of which a later one may need what an earlier one makes. */
  layer(): Catalog {
    if (this.catalog === this.before) this.catalog = new Catalog(this.before);
    return this.catalog;
  }

  /** Lets what comes next see what a part of the statement has made. */
  advance(part: Statement): void {
    replay(part, this.layer(), { file: this.catalog.file, statement: -1 });
  }

  relation(name: Named): Relation | undefined {
    return this.catalog.relation(name);
  }

  /** The indexes on the partitions that belong to an index of a partitioned table. */
  partsOfIndex(relation: Relation, index: string): ReturnType<typeof partsOfIndex> {
    return partsOfIndex(this.catalog, relation, index);
  }

  /** Adds a lock; of several on one relation the strongest counts. What the statement makes itself is not told. */
  lock(name: Named, mode: LockMode, role: LockRole): void {
    const relation = this.catalog.resolve(name);
    if (this.isUnknownName(relation) || this.isMadeHere(relation)) return;
    const key = nameKey(relation);
    const held = this.locks.get(key);
    if (held !== undefined && compareLockModes(held.mode, mode) >= 0) return;
    this.locks.set(key, { relation, mode, role: held?.role ?? this.roleOfAll ?? role });
  }

  /** Adds a lock on an index. ACCESS SHARE on indexes is not told: every query has it. */
  lockIndex(schema: string, name: string, mode: LockMode): void {
    if (this.isUnknownName({ schema, name })) return;
    if (mode === 'ACCESS SHARE' || this.before.index({ schema, name }) === undefined) return;
    const held = this.locks.get(nameKey({ schema, name }));
    if (held !== undefined && compareLockModes(held.mode, mode) >= 0) return;
    const role = this.roleOfAll ?? 'index';
    this.locks.set(nameKey({ schema, name }), { relation: { schema, name }, mode, role });
  }

  /** Locks all indexes of a relation, or those that `which` takes. */
  lockIndexes(relation: Relation | undefined, mode: LockMode, which?: (index: Index) => boolean): void {
    for (const index of relation?.indexes ?? []) {
      if (which?.(index) !== false) this.lockIndex(relation?.schema ?? '', index.name, mode);
    }
  }

  /** Locks a relation together with its partitions or children, as most commands do. Returns all of them. */
  lockFamily(name: Named, mode: LockMode, role: LockRole): readonly RelationName[] {
    this.lock(name, mode, role);
    const members = this.familyOf(name);
    for (const member of members.slice(1)) this.lock(member, mode, this.memberRole(member));
    return members;
  }

  /** A relation, known or not, with its partitions or children. */
  familyOf(name: Named): readonly RelationName[] {
    const relation = this.catalog.relation(name);
    return relation === undefined ? [this.catalog.resolve(name)] : family(this.catalog, relation).map(nameOf);
  }

  /** A relation and, when it is a view, what it reads, down to the tables; each once. */
  withSources(name: Named): readonly RelationName[] {
    return this.closure(this.catalog.resolve(name), (relation) =>
      relation.kind === 'view' ? relation.reads : [],
    );
  }

  /** The views that read a relation, and those that read them; each once. */
  viewsOver(relation: RelationName): readonly RelationName[] {
    return this.closure(nameOf(relation), ({ readBy }) => readBy).slice(1);
  }

  private closure(
    start: RelationName,
    next: (relation: Relation) => readonly RelationName[],
  ): readonly RelationName[] {
    const found = new Map([[nameKey(start), start]]);
    for (const name of found.values()) {
      const relation = this.catalog.relation(name);
      for (const other of relation === undefined ? [] : next(relation)) found.set(nameKey(other), other);
    }
    return [...found.values()];
  }

  private memberRole(member: RelationName): LockRole {
    const [parent] = this.catalog.relation(member)?.parents ?? [];
    const isPartition = parent !== undefined && this.catalog.relation(parent)?.kind === 'partitioned table';
    return isPartition ? 'partition' : 'child';
  }

  /** The relation is read whole. A partitioned table has no rows of its own, and a new table has none at all. */
  scan(name: Named): void {
    const relation = this.storage(name);
    if (relation !== undefined) this.scanned.set(nameKey(relation), relation);
  }

  /** The relation's rows are copied to a new file, and its indexes are built anew. */
  rewrite(name: Named): void {
    const relation = this.storage(name);
    if (relation === undefined) return;
    this.rewritten.set(nameKey(relation), relation);
    this.scanned.set(nameKey(relation), relation);
    const known = this.catalog.relation(relation);
    if (known?.isComplete !== true || known.indexes.length > 0) this.buildIndex(relation);
    this.lockIndexes(known, 'ACCESS EXCLUSIVE');
  }

  /** The relation's file is copied as it is; its indexes stay. */
  copyFile(name: Named): void {
    const relation = this.storage(name);
    if (relation !== undefined) this.rewritten.set(nameKey(relation), relation);
  }

  /** An index of the relation is built. */
  buildIndex(name: Named): void {
    const relation = this.storage(name);
    if (relation !== undefined) this.indexed.set(nameKey(relation), relation);
  }

  /** A relation that has rows of its own, and is not made by this statement. */
  private storage(name: Named): RelationName | undefined {
    const relation = this.catalog.resolve(name);
    const kind = this.catalog.relation(name)?.kind;
    const hasRows = kind !== 'partitioned table' && kind !== 'view' && kind !== 'foreign table';
    return hasRows && !this.isUnknownName(relation) && !this.isMadeHere(relation) ? relation : undefined;
  }

  /** Whether only the server knows which relation this is: the name stands in the text of an EXECUTE. */
  private isUnknownName({ schema, name }: RelationName): boolean {
    const isUnknown = hasUnknownPart(name) || hasUnknownPart(schema);
    if (isUnknown) this.unknown();
    return isUnknown;
  }

  private isMadeHere(relation: RelationName): boolean {
    if (this.catalog === this.before) return false;
    return (
      this.before.relation(relation) === undefined && this.catalog.relation(relation)?.isComplete === true
    );
  }

  fails(name: Named, condition: string, sqlstate: string): void {
    const relation = this.catalog.resolve(name);
    if (this.isUnknownName(relation) || hasUnknownPart(condition)) return;
    const isRepeated = this.failures.some(
      (other) => other.condition === condition && other.sqlstate === sqlstate,
    );
    if (!isRepeated) this.failures.push({ relation, condition, sqlstate });
  }

  /** Others wait for rows of the relation. */
  lockRows(name: Named, rows: RowLock['rows']): void {
    const relation = this.catalog.resolve(name);
    if (this.isUnknownName(relation) || this.isMadeHere(relation)) return;
    this.rowLocks.push({ relation, rows });
  }

  /** It changes rows of its own, as many as there are. */
  changesRows(): void {
    this.touchesRows = true;
  }

  /** It waits for other transactions to end, while it holds no lock that stops them. */
  waitsForTransactions(): void {
    this.waits = true;
  }

  ownTransaction(): void {
    this.transactional = false;
  }

  /** There is something in it that Lockstep knows nothing of. */
  unknown(): void {
    this.known = false;
  }

  build(): Effects {
    const growsWithRows =
      this.touchesRows || this.rewritten.size > 0 || this.scanned.size > 0 || this.indexed.size > 0;
    return {
      locks: [...this.locks.values()],
      rewrites: [...this.rewritten.values()],
      scans: [...this.scanned.values()],
      indexBuilds: [...this.indexed.values()],
      rowLocks: this.rowLocks,
      failsOnRows: this.failures,
      transactional: this.transactional,
      duration: this.waits
        ? 'waits for transactions'
        : growsWithRows
          ? 'proportional to rows'
          : 'catalog only',
      isKnown: this.known,
    };
  }
}

/** Columns in a message: `"a"`, or `("a", "b")`. */
export function quotedColumns(columns: readonly string[]): string {
  const quoted = columns.map((column) => `"${column}"`).join(', ');
  return columns.length === 1 ? quoted : `(${quoted})`;
}
