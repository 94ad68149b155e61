import type { Relation } from '../catalog/relation';
import { canReference, knownForeignKeyTypes } from '../postgres/foreign-key-types';
import { formatType } from '../postgres/types';
import {
  type ColumnPair,
  foreignKeysAdded,
  type KeyType,
  type NewForeignKey,
} from './questions/foreign-keys';
import { list, quoted } from './questions/what-waits';
import { defineRule } from './rule';

export default defineRule({
  id: 'add-foreign-key-refused',
  meta: {
    category: 'existence',
    severity: 'error',
    addedIn: '0.1.0',
    docs: {
      summary:
        'A foreign key references columns that are not unique together, or whose types PostgreSQL cannot compare.',
      why:
        'A foreign key needs a unique index on exactly the columns that it references, without a `WHERE`, and an ' +
        'operator that compares each pair of columns. Otherwise PostgreSQL fails with `there is no unique constraint ' +
        'matching given keys` or `foreign key constraint "…" cannot be implemented`.',
      instead:
        'Reference the primary key, or add a unique constraint first; give the referencing column the type of the ' +
        'referenced one.',
      references: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
    },
    examples: [
      {
        bad: 'CREATE TABLE notes (id bigint PRIMARY KEY, user_id uuid REFERENCES users (id));',
        good: 'CREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));',
      },
      {
        bad: 'CREATE TABLE notes (id bigint PRIMARY KEY, author text REFERENCES users (email));',
        good: 'CREATE TABLE notes (id bigint PRIMARY KEY, author bigint REFERENCES users (id));',
      },
    ],
  },

  on: ['AlterTable', 'CreateTable'],

  *check(statement, { catalog, inBody }) {
    // Between periods of time other operators are asked for.
    if (inBody === 'conditional' || /\bperiod\b/i.test(statement.text)) return;
    for (const key of foreignKeysAdded(statement, catalog)) {
      const refusal =
        keyRefusal(key, statement.kind === 'AlterTable' && addsKey(statement.text)) ?? typeRefusal(key);
      if (refusal !== undefined) yield { range: key.referencedName.range, subject: key, ...refusal };
    }
  },
});

interface Refusal {
  readonly message: string;
  readonly remedy: string;
}

/** Whether the statement adds a key besides, which may be the one that is referenced. */
function addsKey(text: string): boolean {
  return /\b(?:unique|primary\s+key)\b/i.test(text);
}

function keyRefusal(
  { constraint, referenced, columns }: NewForeignKey,
  mayAddKey: boolean,
): Refusal | undefined {
  // The new table itself is judged by what it says, which may come later.
  if (referenced === undefined || mayAddKey) return undefined;
  const name = quoted(referenced.name);
  if (columns === undefined) {
    return {
      message: `there is no primary key for referenced table ${name}.`,
      remedy: 'Name columns that are unique.',
    };
  }
  if (columns.length !== constraint.columns.length) {
    return {
      message: `number of referencing and referenced columns for foreign key disagree: ${constraint.columns.length} and ${columns.length} of ${name}.`,
      remedy: 'Name the same number of columns on both sides.',
    };
  }
  // What is not there at all is reported as that.
  if (columns.some((column) => !referenced.columns.some((one) => one.name === column))) return undefined;
  if (isUnique(referenced, columns)) return undefined;
  return {
    message: `there is no unique constraint matching given keys for referenced table ${name}: ${list(columns.map(quoted))}.`,
    remedy: 'Reference the primary key, or add a unique constraint first.',
  };
}

function isUnique(relation: Relation, columns: readonly string[]): boolean {
  return relation.indexes.some((index) => {
    const keys = index.columns.map(({ column }) => column);
    return (
      index.unique &&
      index.predicate === undefined &&
      keys.length === columns.length &&
      columns.every((column) => keys.includes(column))
    );
  });
}

function typeRefusal({ constraint, from, referencedName, pairs }: NewForeignKey): Refusal | undefined {
  const pair = pairs.find(({ fromType, toType }) => isRefused(fromType, toType));
  if (pair === undefined) return undefined;
  const name = constraint.name === undefined ? '' : ` ${quoted(constraint.name.text)}`;
  return {
    message: `foreign key constraint${name} cannot be implemented: ${said(from, pair.from, pair.fromType)}, ${said(referencedName.name, pair.to, pair.toType)}.`,
    remedy: 'Give both the same type.',
  };
}

function said(table: string, column: string, type: ColumnPair['fromType']): string {
  return `${quoted(column)} of ${quoted(table)} is ${formatType(type)}`;
}

/** Whether the server has no operator for the pair, as far as that is certain. */
function isRefused(from: KeyType, to: KeyType): boolean {
  const isKnown = ({ name, schema, isEnum }: KeyType): boolean =>
    isEnum || (schema === undefined && knownForeignKeyTypes.includes(name));
  if (!isKnown(from) || !isKnown(to)) return false;
  if (from.isEnum || to.isEnum || from.isArray || to.isArray) {
    return from.name !== to.name || from.isArray !== to.isArray || from.isEnum !== to.isEnum;
  }
  return canReference(from.name, to.name) === false;
}
