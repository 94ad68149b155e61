import type { Index, Relation } from '../catalog/relation';
import type { CreateIndex, IndexColumn } from '../sql/statement';
import { sameExpression } from './questions/same-expression';
import { quoted } from './questions/what-waits';
import { defineRule } from './rule';

export default defineRule({
  id: 'create-index-duplicate',
  meta: {
    category: 'style',
    severity: 'information',
    addedIn: '0.1.0',
    unnecessary: true,
    aliases: ['splinter:0009_duplicate_index'],
    docs: {
      summary: 'The table already has an index that serves the same queries.',
      why:
        'Every `INSERT` and most `UPDATE`s write each index. It takes memory and disk, and keeps updates from being ' +
        'heap-only. An index on `(a)` adds nothing next to one on `(a, b)`, nor does a plain one next to the index of ' +
        'a primary key or unique constraint on the same columns.',
      instead:
        'Leave it out. If the new index is to replace the old one, build the new one, then drop the old one with ' +
        '`DROP INDEX CONCURRENTLY`.',
      references: ['https://www.postgresql.org/docs/current/indexes-multicolumn.html'],
    },
    examples: [
      {
        bad: 'CREATE INDEX CONCURRENTLY orders_user_idx ON orders (user_id);',
        good: '',
      },
    ],
  },

  on: ['CreateIndex'],

  *check(statement, { catalog }) {
    const relation = catalog.relation(statement.relation);
    if (relation === undefined || relation.persistence === 'temporary') return;
    const isCovered = (index: Index): boolean =>
      index.name !== statement.index?.text && covers(index, statement, relation);
    const index = relation.indexes.find(isCovered);
    if (index === undefined) return;
    const columns = index.columns.map(({ column, expression }) =>
      column === undefined ? (expression?.text ?? '') : quoted(column),
    );
    const said =
      columns.length === statement.columns.length
        ? { message: `The index ${quoted(index.name)} has the same columns.`, remedy: 'Leave this one out.' }
        : {
            message: `The index ${quoted(index.name)} on (${columns.join(', ')}) begins with the same columns.`,
            remedy: 'Leave this one out, unless you need it for being smaller.',
          };
    yield { range: statement.columnList, ...said, subject: statement };
  },
});

/** Whether `index` serves every query, and forbids every row, that the new index would. */
function covers(index: Index, statement: CreateIndex, { columns: known }: Relation): boolean {
  if (index.method !== statement.method || !sameExpression(index.predicate, statement.predicate))
    return false;
  const isWhole = index.columns.length === statement.columns.length;
  // Only a B-tree is searched by its first columns alone.
  if (!isWhole && (index.method !== 'btree' || index.columns.length < statement.columns.length)) return false;
  if (
    statement.unique &&
    (!index.unique || !isWhole || statement.nullsNotDistinct !== index.nullsNotDistinct)
  ) {
    return false;
  }
  const collationOf = (name: string | undefined): string | undefined =>
    known.find((column) => column.name === name)?.collation;
  const has = new Set([...index.include, ...index.columns.map(({ column }) => column)]);
  return (
    statement.include.every((column) => has.has(column)) &&
    (pairs(index, statement, false, collationOf) || pairs(index, statement, true, collationOf))
  );
}

/** Whether the keys agree one by one; `backward`: when one of the two indexes is read from its end. */
function pairs(
  index: Index,
  statement: CreateIndex,
  backward: boolean,
  collationOf: (column: string | undefined) => string | undefined,
): boolean {
  return statement.columns.every((key, place) => {
    const other = index.columns[place];
    if (other === undefined || key.column !== other.column) return false;
    return (
      sameExpression(key.expression, other.expression) &&
      key.operatorClass === other.operatorClass &&
      (key.collation ?? collationOf(key.column)) === (other.collation ?? collationOf(other.column)) &&
      key.descending === (other.descending !== backward) &&
      nullsFirst(key) === (nullsFirst(other) !== backward)
    );
  });
}

function nullsFirst({ nulls, descending }: Pick<IndexColumn, 'nulls' | 'descending'>): boolean {
  return nulls === undefined ? descending : nulls === 'first';
}
