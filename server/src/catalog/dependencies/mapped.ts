/** The items, changed; the same list when none was. */
export function mapped<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  let changed: Item[] | undefined;
  let index = 0;
  for (const item of items) {
    const next = change(item);
    if (next !== item) {
      changed ??= [...items];
      changed[index] = next;
    }
    index++;
  }
  return changed ?? items;
}
