import { nullsNotDistinctEdit } from '../rewrites/enforce-nulls-not-distinct';
import { keyOfConstraint, keyOfIndex, type UniqueKey } from '../rewrites/unique-key';
import type { AlterTable, ConstraintDefinition, CreateIndex } from '../sql/statement';
import { list, quoted } from './questions/what-waits';
import { columnListOf } from './questions/words';
import { defineRule, type Finding } from './rule';

type Subject =
  | { readonly statement: CreateIndex; readonly constraint?: undefined }
  | { readonly statement: AlterTable; readonly constraint: ConstraintDefinition };

export default defineRule({
  id: 'unique-index-nulls-distinct',
  meta: {
    category: 'style',
    severity: 'hint',
    addedIn: '0.1.0',
    docs: {
      summary: 'A unique index or constraint over several columns has one that can be NULL.',
      why:
        'NULLs are distinct from each other: if two rows agree in all other columns of the key and have NULL in this ' +
        'one, the index accepts both. In a key of a single column that is expected; in a key of several columns it is ' +
        'often forgotten.',
      instead:
        'If such rows are duplicates, write `NULLS NOT DISTINCT` (PostgreSQL 15 and later), or make the column `NOT ' +
        'NULL`. If NULL stands for rows that the key is not about, write `WHERE column IS NOT NULL`, which also makes ' +
        'the index smaller.',
      references: ['https://www.postgresql.org/docs/current/indexes-unique.html'],
    },
    examples: [
      {
        bad: 'CREATE UNIQUE INDEX CONCURRENTLY orders_user_id_coupon_key ON orders (user_id, coupon);',
        good: 'CREATE UNIQUE INDEX CONCURRENTLY orders_user_id_coupon_key ON orders (user_id, coupon) NULLS NOT DISTINCT;',
      },
    ],
  },

  on: ['CreateIndex', 'AlterTable'],

  *check(statement, { catalog, postgresVersion }): Iterable<Finding<Subject>> {
    const relation = catalog.relation(statement.relation);
    if (relation === undefined || catalog.isNew(statement.relation)) return;
    const remedy =
      postgresVersion < 15
        ? 'Unless you want that, make its columns NOT NULL.'
        : 'Unless you want that, write NULLS NOT DISTINCT.';
    const nullable = (key: UniqueKey | undefined): string | undefined => {
      if (key === undefined || key.nullsNotDistinct || key.elements.length < 2) return undefined;
      const names = key.elements.flatMap(({ column, isNullable }) => {
        const isKnown = relation.columns.some(({ name, type }) => name === column && type !== undefined);
        return isNullable && isKnown && column !== undefined ? [quoted(column)] : [];
      });
      return names.length === 0 ? undefined : list(names, 'or');
    };
    if (statement.kind === 'CreateIndex') {
      const names = nullable(keyOfIndex(statement, catalog));
      if (names !== undefined)
        yield { range: statement.columnList, message: messageFor(names), remedy, subject: { statement } };
      return;
    }
    for (const action of statement.actions) {
      if (action.type !== 'AddConstraint' || action.constraint.type !== 'UNIQUE') continue;
      const { constraint } = action;
      const names = nullable(keyOfConstraint(statement, constraint, catalog));
      if (names === undefined) continue;
      const range = columnListOf(statement.text, constraint);
      yield { range, message: messageFor(names), remedy, subject: { statement, constraint } };
    }
  },

  fixes({ subject }, { postgresVersion }) {
    const edit = postgresVersion < 15 ? undefined : nullsNotDistinctEdit(subject);
    if (edit === undefined) return [];
    const title = 'Add NULLS NOT DISTINCT';
    return [{ title, safety: 'review', change: { kind: 'edits', edits: [edit] } }];
  },
});

function messageFor(names: string): string {
  return `Two rows may share all other columns of this key when ${names} is NULL.`;
}
