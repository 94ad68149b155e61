import type { Catalog } from '../catalog/catalog';
import { type HeldLock, lockHeldOn } from '../catalog/held-locks';
import { type Constraint, isSame, type RelationName } from '../catalog/relation';
import type { Effects, RelationLock } from '../effects/effects';
import { conflict, type LockMode } from '../postgres/lock-modes';
import { fileWords } from '../rewrites/rewrite';
import { quoted } from './questions/what-waits';
import { defineRule, fixBySteps } from './rule';

/** What an application does all the time, in one statement: it locks `first` as it begins, and `then` for a foreign key. */
interface Traffic {
  readonly statement: string;
  readonly isInsert: boolean;
  readonly first: { readonly relation: RelationName; readonly mode: LockMode };
  readonly then: { readonly relation: RelationName; readonly mode: LockMode };
}

export default defineRule({
  id: 'lock-order-deadlocks',
  meta: {
    category: 'locking',
    severity: 'information',
    addedIn: '0.1.0',
    remedy: 'Lock one of the two in each transaction.',
    oncePerFile: true,
    // What holds its lock for long is to leave the transaction anyway.
    yieldsTo: ['locking', 'rewrite'],
    docs: {
      summary:
        'A transaction locks two tables of a foreign key in an order that deadlocks with single statements of the ' +
        'application.',
      why:
        'An `INSERT` holds `ROW EXCLUSIVE` on its table, then looks up the referenced row, which needs `ROW SHARE` on ' +
        'the referenced table. A migration that has locked the referenced table and now locks the referencing one ' +
        'waits for that `INSERT`, which waits for the migration. After `deadlock_timeout` one of them fails with ' +
        '`40P01`: the migration, or the request of a user. In the other order, the same happens with a `DELETE` that ' +
        'cascades. Any such statement that comes between the two is enough. Reported once per file.',
      instead:
        'Lock one of the two tables in each transaction: put the second statement into a transaction of its own, which is ' +
        'a migration of its own when the runner sends each file in one transaction.',
      references: [
        'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS',
        'https://www.postgresql.org/docs/current/runtime-config-locks.html#GUC-DEADLOCK-TIMEOUT',
      ],
    },
    examples: [
      {
        bad:
          'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\n' +
          'ALTER TABLE order_items ADD COLUMN note text;\nCOMMIT;',
        good:
          'BEGIN;\n' +
          'ALTER TABLE orders ADD COLUMN note text;\n' +
          'COMMIT;\n' +
          '\n' +
          '-- In a transaction of its own, it does not wait for one table while it holds the other.\n' +
          'ALTER TABLE order_items ADD COLUMN note text;',
      },
    ],
  },

  on: ['AlterTable', 'CreateIndex', 'CreateTable', 'Drop', 'LockTable', 'Other', 'Rename', 'Truncate'],

  *check(statement, { catalog, effects }) {
    if (!effects.transactional) return;
    for (const lock of effects.locks) {
      const found = deadlock(lock, effects, catalog);
      if (found === undefined) continue;
      const { relation, mode } = found.held;
      yield {
        range: statement.commandRange,
        message: `${found.traffic.statement} that comes first deadlocks with this: it waits for ${quoted(relation.name)}, on which this transaction holds ${mode}.`,
        // Rows come all the time; rows that others refer to go now and then.
        ...(found.traffic.isInsert ? {} : { severity: 'hint' as const }),
        subject: statement,
      };
      return;
    }
  },

  fixes({ subject: statement }) {
    const target = 'relation' in statement ? statement.relation?.name : undefined;
    return fixBySteps('Run it in a transaction of its own', [
      {
        sql: `${statement.text};`,
        transaction: 'own',
        why: 'In a transaction of its own, it does not wait for one table while it holds the other.',
        name: fileWords(statement.command, target ?? ''),
      },
    ]);
  },
});

/** The traffic that this lock deadlocks with, since the transaction holds another one already. */
function deadlock(
  { relation, mode }: RelationLock,
  { locks }: Effects,
  catalog: Catalog,
): { readonly traffic: Traffic; readonly held: HeldLock } | undefined {
  if (catalog.isNew(relation)) return undefined;
  const own = lockHeldOn(catalog, relation);
  for (const traffic of trafficOn(relation, catalog)) {
    const { first, then } = traffic;
    // Nothing that this conflicts with can have begun, or it does not conflict at all.
    if (!conflict(mode, first.mode) || (own !== undefined && conflict(own.mode, first.mode))) continue;
    const before = lockHeldOn(catalog, then.relation);
    if (before === undefined || !conflict(before.mode, then.mode)) continue;
    // A statement that locks both by itself, the referencing table first, does so in any transaction.
    const isOwn = locks.some(
      (lock) => isSame(lock.relation, then.relation) && conflict(lock.mode, then.mode),
    );
    if (!isOwn || traffic.isInsert) return { traffic, held: before };
  }
  return undefined;
}

/** What goes on all the time in a relation that is in use, because of the foreign keys from it and to it. */
function* trafficOn(name: RelationName, catalog: Catalog): Iterable<Traffic> {
  const relation = catalog.relation(name);
  if (relation === undefined) return;
  for (const constraint of relation.constraints) {
    if (constraint.references === undefined || !isInForce(constraint, catalog)) continue;
    yield {
      statement: `An INSERT INTO ${quoted(name.name)}`,
      isInsert: true,
      first: { relation, mode: 'ROW EXCLUSIVE' },
      then: { relation: constraint.references.relation, mode: 'ROW SHARE' },
    };
  }
  for (const other of relation.referencedBy) {
    for (const constraint of catalog.relation(other)?.constraints ?? []) {
      const { references } = constraint;
      if (references === undefined || !isSame(references.relation, relation)) continue;
      // Where rows do not go with those that they refer to, few are deleted that are referred to.
      const cascades = references.onDelete !== 'NO ACTION' && references.onDelete !== 'RESTRICT';
      if (!cascades || !isInForce(constraint, catalog)) continue;
      yield {
        statement: `A DELETE FROM ${quoted(name.name)}`,
        isInsert: false,
        first: { relation, mode: 'ROW EXCLUSIVE' },
        then: { relation: other, mode: 'ROW EXCLUSIVE' },
      };
    }
  }
}

/** Whether the constraint was there before this migration, and is checked. */
function isInForce({ enforced, origin }: Constraint, catalog: Catalog): boolean {
  return enforced && origin.file !== catalog.file;
}
