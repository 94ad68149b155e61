import type { Catalog } from '../../catalog/catalog';
import { isSame, type RelationName } from '../../catalog/relation';
import type { Effects } from '../../effects/effects';
import { blocksReads, blocksWrites, strongest } from '../../postgres/lock-modes';

/** `every write to "orders" and "users"`: what waits for the locks that a statement holds on these relations. */
export function whatWaits({ locks }: Effects, relations: readonly RelationName[]): string {
  const held = locks.filter(({ relation }) => relations.some((one) => isSame(one, relation)));
  const mode = strongest(held.map((lock) => lock.mode)) ?? 'ACCESS EXCLUSIVE';
  const names = list(relations.map(({ name }) => quoted(name)));
  return blocksReads(mode) ? `every read and write of ${names}` : `every write to ${names}`;
}

/** The relations whose writes wait, the target first: those that nobody uses yet are left out. */
export function relationsThatWait({ locks }: Effects, catalog: Catalog): readonly RelationName[] {
  return locks
    .filter(({ relation, mode, role }) => {
      const isHere = role === 'target' || role === 'referenced table';
      return isHere && blocksWrites(mode) && !catalog.isNew(relation);
    })
    .map(({ relation }) => relation);
}

/** A name as messages have it. */
export function quoted(name: string): string {
  return `"${name}"`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[], word: 'and' | 'or' = 'and'): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1) ?? ''}`;
}

/** More names than these make a message that nobody reads. */
const mostNames = 3;

/** The names in quotes: `"a", "b", "c" and 4 more`. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map(quoted);
  const more = names.length - shown.length;
  return list(more > 0 ? [...shown, `${String(more)} more`] : shown);
}
