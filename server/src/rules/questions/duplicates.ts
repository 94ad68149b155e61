import type { Catalog } from '../../catalog/catalog';
import type { Index, Relation } from '../../catalog/relation';
import { areDuplicatesHandled, keysDropped } from '../../catalog/remembered';
import { isVolatile } from '../../effects/volatility';
import type { UniqueKey } from '../../rewrites/unique-key';
import type { Step } from '../../runners/runner';
import { sameExpression } from './same-expression';
import { quoted } from './what-waits';

/** Whether the rows that exist may have duplicates of the key, as far as the catalog and this migration know. */
export function mayHaveDuplicates(key: UniqueKey, catalog: Catalog): boolean {
  const elements = key.elements.map(({ sql }) => sql);
  if (areDuplicatesHandled(catalog, key.relation, elements)) return false;
  const relation = catalog.relation(key.relation);
  if (relation === undefined) return true;
  // One that this migration has dropped has forbidden them until now.
  const indexes = [...relation.indexes, ...keysDropped(catalog, relation)];
  if (indexes.some((index) => impliesUnique(index, key, relation))) return false;
  return !key.elements.some(
    ({ column }) => column !== undefined && isFilledApart(column, key, relation, catalog),
  );
}

/** `steps` that add a column and index it: a look for duplicates is not needed, which another file cannot tell. */
export function withoutPrecheck(steps: readonly Step[], column: string): readonly Step[] {
  return steps.map((step) =>
    /^create unique index/i.test(step.sql)
      ? {
          ...step,
          why: `lockstep-ignore unique-index-without-precheck: ${quoted(column)} is new. ${step.why}`,
        }
      : step,
  );
}

/** Whether an index that exists lets no duplicate of the key be. */
function impliesUnique(index: Index, key: UniqueKey, relation: Relation): boolean {
  if (!index.unique) return false;
  if (index.predicate !== undefined && !sameExpression(index.predicate, key.predicate)) return false;
  return index.columns.every(({ column }) => {
    if (column === undefined || !key.elements.some((element) => element.column === column)) return false;
    const isNotNull = relation.columns.find(({ name }) => name === column)?.notNull === true;
    return !key.nullsNotDistinct || index.nullsNotDistinct || isNotNull;
  });
}

/** Whether this migration made the column, so that its rows hold NULLs or values of their own. */
function isFilledApart(name: string, key: UniqueKey, relation: Relation, catalog: Catalog): boolean {
  const column = relation.columns.find((other) => other.name === name);
  if (column?.origin.file !== catalog.file || column.generated !== undefined) return false;
  if (column.identity !== undefined || column.sequence !== undefined) return true;
  if (column.default === undefined) return !key.nullsNotDistinct;
  return isVolatile(column.default.node, catalog);
}
