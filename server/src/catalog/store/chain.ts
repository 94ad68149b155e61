/** Items, the latest first. Who adds one shares those before it: there may be thousands, and a version for each. */
export interface Chain<Item> {
  readonly latest: Item;
  readonly earlier: Chain<Item> | undefined;
}

export function* latestFirst<Item>(chain: Chain<Item> | undefined): Generator<Item> {
  for (let rest = chain; rest !== undefined; rest = rest.earlier) yield rest.latest;
}

/** Whether two chains have the same items; what they share is not looked at. */
export function areChainsAlike<Item>(
  a: Chain<Item>,
  b: Chain<Item>,
  isSameItem: (one: Item, other: Item) => boolean,
): boolean {
  let [one, other]: (Chain<Item> | undefined)[] = [a, b];
  while (one !== undefined && other !== undefined && one !== other) {
    if (!isSameItem(one.latest, other.latest)) return false;
    [one, other] = [one.earlier, other.earlier];
  }
  return one === other;
}
