// What no server keeps, and rules ask of the statements before this one.
import type { Catalog } from './catalog';
import type { Index, Named, RelationName } from './relation';
import { droppedIndexes, droppedKeys, duplicateChecks, duplicatesHandled, emptied } from './store/tables';

/** How many checks of a relation are remembered besides the last one. */
const mostChecks = 3;

/** `HAVING count(*) > 1`: a look at duplicates. */
const counting = /\bhaving\s+count\s*\([^()]*\)\s*(?:>\s*1|>=\s*2|<>\s*1|!=\s*1)/i;

/** The rows of each key in an order, so that all but the first can go. */
const ranking = /\brow_number\s*\(\s*\)/i;

/** Whether SQL looks for duplicates. */
export function countsDuplicates(sql: string): boolean {
  return counting.test(sql);
}

/** From here to the end of the file nobody asks for a check for duplicates of this relation. */
export function handleDuplicates(catalog: Catalog, name: RelationName, sql: string): void {
  catalog.set(duplicatesHandled.of(name), catalog.file);
  if (!counting.test(sql) && !ranking.test(sql)) return;
  const key = duplicateChecks.of(name);
  const checks = catalog.get(key) ?? [];
  catalog.set(key, [...checks.slice(-mostChecks), withoutSpaces(sql)]);
}

/**
 * Whether a statement before this one looked for duplicates of the relation, or removed rows of it. In earlier files
 * only what names all of `key`, the elements of a unique key as SQL, counts: it is about the same duplicates.
 */
export function areDuplicatesHandled(catalog: Catalog, name: Named, key: readonly string[]): boolean {
  const relation = catalog.resolve(name);
  if (catalog.get(duplicatesHandled.of(relation)) === catalog.file) return true;
  const checks = catalog.get(duplicateChecks.of(relation)) ?? [];
  return checks.some((sql) => key.every((element) => sql.includes(withoutSpaces(element))));
}

/** SQL for a comparison that spaces and case have no part in. */
function withoutSpaces(sql: string): string {
  return sql.replace(/\s+/g, '').toLowerCase();
}

/** Notes that a relation has no rows, or has some again. */
export function setEmptied(catalog: Catalog, name: RelationName, isEmpty: boolean): void {
  if (isEmpty || isEmptied(catalog, name)) {
    catalog.set(emptied.of(name), isEmpty ? catalog.file : undefined);
  }
}

/** Whether a statement before this one in the file has removed all rows of the relation, and none has come since. */
export function isEmptied(catalog: Catalog, name: Named): boolean {
  return catalog.get(emptied.of(catalog.resolve(name))) === catalog.file;
}

/** Notes that a statement of this file has dropped a unique index of a relation. */
export function noteDroppedKey(catalog: Catalog, relation: RelationName, index: Index): void {
  const all = [...keysDropped(catalog, relation), index];
  catalog.set(droppedKeys.of(relation), { file: catalog.file, indexes: all });
}

/** The unique indexes that statements before this one in the file have dropped from a relation. */
export function keysDropped(catalog: Catalog, relation: RelationName): readonly Index[] {
  const dropped = catalog.get(droppedKeys.of(relation));
  return dropped?.file === catalog.file ? dropped.indexes : [];
}

/** Notes that a statement of this file has dropped an index, known or not. */
export function noteDroppedIndex(catalog: Catalog, name: RelationName): void {
  catalog.set(droppedIndexes.of(name), catalog.file);
}

/** Whether a statement before this one in the file dropped an index of this name, known or not. */
export function isIndexDropped(catalog: Catalog, name: RelationName): boolean {
  return catalog.get(droppedIndexes.of(name)) === catalog.file;
}
