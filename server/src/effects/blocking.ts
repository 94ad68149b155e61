import type { Catalog } from '../catalog/catalog';
import { columnsOfType } from '../catalog/drop';
import { foreignKeysOn } from '../catalog/edit';
import { isSame, type Named, nameKey, type Relation, type RelationName } from '../catalog/relation';
import { conflict, type LockMode } from '../postgres/lock-modes';
import type { Effects, RelationLock, RowLock } from './effects';
import { sequencesIn } from './volatility';
import { visitReached } from '../catalog/reached';

/**
 * What other sessions do with a relation every day. VACUUM stands for all that takes its lock: ANALYZE, CREATE INDEX
 * CONCURRENTLY, VALIDATE CONSTRAINT. INSERT into a partitioned table waits for rows of the partition that is locked.
 */
const activities = [
  'SELECT',
  'SELECT FOR UPDATE',
  'INSERT',
  'UPDATE',
  'DELETE',
  'VACUUM',
  'nextval',
] as const;

export type Activity = (typeof activities)[number];

/** By which way a lock is felt: on the relation itself, or by one of the five ways in which locks spill over. */
export type Way =
  'itself' | 'index' | 'partition' | 'parent' | 'foreign key' | 'view' | 'type' | 'sequence' | 'rows';

/** What waits, on one relation. */
export interface Wait {
  readonly activity: Activity;
  readonly way: Way;
  /** The relation whose lock is waited for: the relation itself, an index of it, or another one. */
  readonly for: RelationName;
}

export interface BlockedRelation {
  readonly relation: RelationName;
  /** In the order of `activities`; each once. */
  readonly waits: readonly Wait[];
}

/** A lock that an activity has to take. */
interface Need {
  readonly relation: RelationName;
  readonly mode: LockMode;
  readonly way: Way;
}

const modes: Readonly<Record<Activity, LockMode>> = {
  SELECT: 'ACCESS SHARE',
  'SELECT FOR UPDATE': 'ROW SHARE',
  INSERT: 'ROW EXCLUSIVE',
  UPDATE: 'ROW EXCLUSIVE',
  DELETE: 'ROW EXCLUSIVE',
  VACUUM: 'SHARE UPDATE EXCLUSIVE',
  nextval: 'ROW EXCLUSIVE',
};

/**
 * What other sessions cannot do while the locks of a statement, or of a transaction, are held: on the relations that
 * it locks, and on those that feel it. An activity needs more locks than the one on its own relation: the planner
 * opens all indexes, a query of a whole reads its parts, a row that is put into a partition is checked against the
 * bound that the parent knows, foreign keys look at the other table, a view reads what is below it. `catalog` is the
 * schema as the other sessions see it, before the statement.
 */
export function whatWaits(
  { locks, rowLocks, duration }: Pick<Effects, 'locks' | 'rowLocks' | 'duration'>,
  catalog: Catalog,
): readonly BlockedRelation[] {
  const strong = locks.filter(({ mode }) => modesFelt.has(mode));
  if (strong.length === 0 && rowLocks.length === 0) return [];
  // What CONCURRENTLY locks at its end is out of everybody's way by then: the index is dead, the partition detached.
  const isConcurrent = duration === 'waits for transactions';
  return candidates(strong, rowLocks, catalog).flatMap((relation) => {
    const waits = activities
      .flatMap((activity) => waitOf(activity, relation, strong, rowLocks, catalog) ?? [])
      .filter(({ way }) => way === 'itself' || !isConcurrent);
    return waits.length === 0 ? [] : [{ relation: { schema: relation.schema, name: relation.name }, waits }];
  });
}

/** The modes that stop something that happens every day. */
const modesFelt: ReadonlySet<LockMode> = new Set([
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
]);

function waitOf(
  activity: Activity,
  relation: Relation,
  locks: readonly RelationLock[],
  rowLocks: readonly RowLock[],
  catalog: Catalog,
): Wait | undefined {
  if (!happens(activity, relation)) return undefined;
  for (const need of new Needs(catalog).of(activity, relation)) {
    const lock = locks.find((held) => isSame(held.relation, need.relation) && conflict(held.mode, need.mode));
    if (lock !== undefined) return { activity, way: need.way, for: lock.relation };
  }
  const rows = rowLocks.find((held) => isSame(held.relation, relation) && isHeldUp(activity, held));
  return rows === undefined ? undefined : { activity, way: 'rows', for: rows.relation };
}

function isHeldUp(activity: Activity, { rows }: RowLock): boolean {
  if (rows === 'in pg_class') return activity === 'VACUUM';
  return activity === 'UPDATE' || activity === 'DELETE' || activity === 'SELECT FOR UPDATE';
}

function happens(activity: Activity, { kind }: Relation): boolean {
  switch (kind) {
    case 'sequence':
      return activity === 'nextval' || activity === 'SELECT';
    case 'view':
      return activity === 'SELECT';
    case 'materialized view':
      return activity === 'SELECT' || activity === 'VACUUM';
    case 'composite type':
      return false;
    case 'table':
    case 'partitioned table':
    case 'foreign table':
      return activity !== 'nextval';
  }
}

/** The relations that are locked, and those that feel it, near ones first. */
function candidates(
  locks: readonly RelationLock[],
  rowLocks: readonly RowLock[],
  catalog: Catalog,
): readonly Relation[] {
  const found = new Map<string, Relation>();
  const add = (name: Named | undefined): void => {
    const relation = name === undefined ? undefined : catalog.relation(name);
    if (relation !== undefined) found.set(nameKey(relation), relation);
  };
  for (const { relation } of [...locks, ...rowLocks]) add(catalog.index(relation)?.relation ?? relation);
  // A map goes on with what is added meanwhile.
  for (const relation of found.values()) {
    for (const name of [
      ...relation.parents,
      ...relation.children,
      ...relation.readBy,
      ...relation.referencedBy,
    ])
      add(name);
    for (const { references } of relation.constraints) add(references?.relation);
    if (relation.kind === 'composite type') {
      for (const use of columnsOfType(catalog, relation)) add(use.relation);
    }
    if (relation.kind === 'sequence') for (const user of usersOf(relation, catalog)) add(user);
  }
  return [...found.values()];
}

/** The tables whose columns take the next value of a sequence. */
function usersOf(sequence: RelationName, catalog: Catalog): readonly Relation[] {
  return catalog
    .allRelations(sequence.schema)
    .filter((relation) => takesFrom(relation, catalog).some((one) => isSame(one, sequence)));
}

function takesFrom({ columns }: Relation, catalog: Catalog): readonly RelationName[] {
  return columns.flatMap(({ identity, sequence, default: value }) =>
    identity !== undefined && sequence !== undefined
      ? [sequence]
      : sequencesIn(value?.node).map((name) => catalog.resolve(name)),
  );
}

/** What an activity does besides, to which relation. */
interface Reached {
  readonly activity: Activity;
  readonly name: Named;
  readonly way: Way;
}

/** Collects the locks that an activity takes. */
class Needs {
  private readonly seen = new Set<string>();
  private readonly needs: Need[] = [];
  /** What the relation at hand leads to. */
  private found: Reached[] = [];

  constructor(private readonly catalog: Catalog) {}

  of(activity: Activity, relation: Relation): readonly Need[] {
    const first: Reached = { activity, name: relation, way: 'itself' };
    visitReached([first], (reached) => {
      this.found = [];
      this.visit(reached);
      return this.found;
    });
    return this.needs;
  }

  private add(activity: Activity, name: Named, way: Way): void {
    this.found.push({ activity, name, way });
  }

  private visit({ activity, name, way }: Reached): void {
    const relation = this.catalog.relation(name);
    const key = `${activity} ${name.schema ?? ''}.${name.name}`;
    if (relation === undefined || this.seen.has(key)) return;
    this.seen.add(key);
    this.needs.push({ relation, mode: modes[activity], way });
    for (const index of relation.indexes) {
      const mode = activity === 'VACUUM' ? 'ACCESS SHARE' : modes[activity];
      this.needs.push({
        relation: { schema: relation.schema, name: index.name },
        mode,
        way: way === 'itself' ? 'index' : way,
      });
    }
    if (relation.kind === 'view')
      for (const read of relation.reads) this.add(activity, read, nextWay(way, 'view'));
    for (const child of relation.children) this.part(activity, relation, child, way);
    if (activity === 'INSERT' || activity === 'UPDATE') {
      for (const parent of relation.parents) {
        const isPartition = this.catalog.relation(parent)?.kind === 'partitioned table';
        if (isPartition)
          this.needs.push({ relation: parent, mode: 'ACCESS SHARE', way: nextWay(way, 'parent') });
      }
    }
    if (activity === 'VACUUM') this.types(relation, way);
    if (activity === 'INSERT') this.insert(relation, way);
    if (activity === 'DELETE') this.delete(relation, way);
  }

  private part(activity: Activity, whole: Relation, part: RelationName, way: Way): void {
    // A row goes to a child by inheritance only when it is put there.
    if (activity === 'INSERT' && whole.kind !== 'partitioned table') return;
    this.add(activity === 'VACUUM' ? 'SELECT' : activity, part, nextWay(way, 'partition'));
  }

  /** ANALYZE looks into rows of composite types. */
  private types({ columns }: Relation, way: Way): void {
    for (const { type } of columns) {
      const composite = type === undefined ? undefined : this.catalog.relation(type);
      if (composite?.kind !== 'composite type') continue;
      this.needs.push({ relation: composite, mode: 'ACCESS SHARE', way: nextWay(way, 'type') });
    }
  }

  private insert(relation: Relation, way: Way): void {
    for (const { references } of relation.constraints) {
      if (references !== undefined)
        this.add('SELECT FOR UPDATE', references.relation, nextWay(way, 'foreign key'));
    }
    for (const sequence of takesFrom(relation, this.catalog))
      this.add('nextval', sequence, nextWay(way, 'sequence'));
  }

  private delete(relation: Relation, way: Way): void {
    for (const { relation: other, constraint } of foreignKeysOn(this.catalog, relation)) {
      const action = constraint.references?.onDelete;
      const asked: Activity =
        action === 'CASCADE'
          ? 'DELETE'
          : action === 'SET NULL' || action === 'SET DEFAULT'
            ? 'UPDATE'
            : 'SELECT FOR UPDATE';
      this.add(asked, other, nextWay(way, 'foreign key'));
    }
  }
}

/** The first step away from the relation is what a person wants to hear of. */
function nextWay(way: Way, next: Way): Way {
  return way === 'itself' ? next : way;
}
