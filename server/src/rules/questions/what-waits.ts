import type { Catalog } from '../../catalog/catalog';
import { lockHeldOn } from '../../catalog/held-locks';
import { isSame, type RelationName } from '../../catalog/relation';
import type { Effects } from '../../effects/effects';
import { blocksReads, blocksWrites } from '../../postgres/lock-modes';

/** A statement, and the schema before it. */
interface Situation {
  readonly catalog: Catalog;
  readonly effects: Effects;
}

/**
 * `every read and write of "orders" and every write to "users"`: what waits on these relations while the statement works,
 * for its own locks and for those that its transaction holds already.
 */
export function whatWaits({ catalog, effects }: Situation, relations: readonly RelationName[]): string {
  const isClosed = (one: RelationName): boolean => {
    const own = effects.locks.filter(({ relation }) => isSame(relation, one));
    return [...own, lockHeldOn(catalog, one)].some((lock) => lock !== undefined && blocksReads(lock.mode));
  };
  const waits = [
    { what: 'every read and write of', names: relations.filter(isClosed) },
    { what: 'every write to', names: relations.filter((one) => !isClosed(one)) },
  ];
  return list(
    waits.flatMap(({ what, names }) =>
      names.length === 0 ? [] : [`${what} ${list(names.map(({ name }) => quoted(name)))}`],
    ),
  );
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
