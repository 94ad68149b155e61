import { type Key, keyWithText, type Range } from './keys';

/** What was asked for or written, and what the answer was. */
export type Read = readonly [key: Key<unknown>, value: unknown];

/**
 * A store of entries over an older one. Entries are never changed, so that two layers agree on a key exactly when they
 * hold the same object; this is how the result for a statement can be kept while another statement is edited (see
 * `record`).
 */
export class Layer {
  /** By the text of their key; undefined where one was taken away. */
  private readonly entries = new Map<string, unknown>();
  private reads: Read[] | undefined;
  private writes: Read[] | undefined;
  /** The texts of the keys of `writes`. */
  private written: Set<string> | undefined;

  constructor(private base?: Layer) {}

  /** Makes or replaces what `key` holds; undefined removes it. For `catalog/` only. */
  set<Value>(key: Key<Value>, value: NoInfer<Value> | undefined): void {
    this.entries.set(key.text, value);
    this.writes?.push([key, value]);
    this.written?.add(key.text);
  }

  /** Removes what `key` holds. Where nothing is, nothing is written. For `catalog/` only. */
  clear(key: Key<never>): void {
    if (this.get<unknown>(key) !== undefined) this.set<unknown>(key, undefined);
  }

  /** What `key` holds. For `catalog/` only. */
  get<Value>(key: Key<Value>): Value | undefined {
    const value = this.peek(key);
    this.note(key, value);
    return value;
  }

  /** Records a read, here and in the older catalogs that answered it. */
  private note(key: Key<unknown>, value: unknown): void {
    for (const layer of this.downwards()) {
      // What the recorded work wrote itself is no premise of it.
      if (layer.written?.has(key.text) !== true) layer.reads?.push([key, value]);
      if (layer.entries.has(key.text)) return;
    }
  }

  /** This layer and the older ones; there may be thousands. */
  private *downwards(): Generator<Layer> {
    yield this;
    for (let layer = this.base; layer !== undefined; layer = layer.base) yield layer;
  }

  /** What `key` holds, without its being recorded. */
  private peek<Value>(key: Key<Value>): Value | undefined {
    if (key instanceof ListKey) return this.textsIn(key.prefix) as Value;
    if (this.entries.has(key.text)) return this.entries.get(key.text) as Value | undefined;
    let layer = this.base;
    while (layer?.entries.has(key.text) === false) layer = layer.base;
    return layer?.entries.get(key.text) as Value | undefined;
  }

  /**
   * The entries of a range, with their keys. This looks at the whole catalog: it is for commands like DROP SCHEMA that
   * nobody runs often.
   */
  list<Value>(range: Range<Value>): readonly { readonly key: Key<Value>; readonly value: Value }[] {
    return this.keysIn(range, this.get(new ListKey(range.prefix)) ?? [], (key) => this.get(key));
  }

  /** As `list`, without its being recorded: for what looks nothing up again. */
  protected listAside<Value>(
    range: Range<Value>,
  ): readonly { readonly key: Key<Value>; readonly value: Value }[] {
    return this.keysIn(range, this.textsIn(range.prefix), (key) => this.peek(key));
  }

  private keysIn<Value>(
    range: Range<Value>,
    texts: readonly string[],
    read: (key: Key<Value>) => Value | undefined,
  ): readonly { readonly key: Key<Value>; readonly value: Value }[] {
    return texts.flatMap((text) => {
      const key = range.key(text);
      const value = read(key);
      return value === undefined ? [] : [{ key, value }];
    });
  }

  private textsIn(prefix: string): readonly string[] {
    const texts = new Set<string>();
    for (const { entries } of [...this.downwards()].reverse()) {
      for (const [text, value] of entries) {
        if (!text.startsWith(prefix)) continue;
        if (value === undefined) texts.delete(text);
        else texts.add(text);
      }
    }
    return [...texts];
  }

  /** Has everything again as an older layer below this one has it. */
  restore(older: Layer): void {
    const texts = new Set<string>();
    for (const layer of this.downwards()) {
      if (layer === older) break;
      for (const text of layer.entries.keys()) texts.add(text);
    }
    for (const text of texts) {
      const key: Key<unknown> = keyWithText(text);
      const value = older.peek(key);
      if (this.peek(key) !== value) this.set(key, value);
    }
  }

  /** Runs `work` and returns its result with all that it read and wrote here. */
  record<Result>(work: () => Result): { result: Result; reads: readonly Read[]; writes: readonly Read[] } {
    const reads: Read[] = (this.reads = []);
    const writes: Read[] = (this.writes = []);
    this.written = new Set();
    try {
      return { result: work(), reads: withoutRepetition(reads), writes };
    } finally {
      this.reads = undefined;
      this.writes = undefined;
      this.written = undefined;
    }
  }

  /**
   * Takes over the entries of older catalogs that are not much larger, so that a lookup passes few layers however many
   * files were replayed. To be called when nothing will be written here any more.
   */
  compact(): this {
    while (this.base !== undefined && this.base.entries.size <= 2 * this.entries.size) {
      const { entries, base } = this.base;
      for (const [text, value] of entries) {
        if (!this.entries.has(text)) this.entries.set(text, value);
      }
      this.base = base;
    }
    return this;
  }

  /** Whether everything that was read still says the same here. */
  agrees(reads: readonly Read[]): boolean {
    return reads.every(([key, value]) => isSame(key, this.peek(key), value));
  }

  /** Whether everything that was written says the same here and there. */
  agreesWith(other: Layer, writes: readonly Read[]): boolean {
    return writes.every(([key]) => isSame(key, this.peek(key), other.peek(key)));
  }

  /** Does again what was recorded as written. */
  replayWrites(writes: readonly Read[]): void {
    for (const [key, value] of writes) this.entries.set(key.text, value);
  }
}

/** What a range holds: the texts of its keys. */
class ListKey implements Key<readonly string[]> {
  readonly text: string;

  constructor(readonly prefix: string) {
    this.text = `keys of ${prefix}`;
  }

  same(a: readonly string[], b: readonly string[]): boolean {
    return a.length === b.length && a.every((text, index) => text === b[index]);
  }
}

function isSame(key: Key<unknown>, a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && key.same?.(a, b) === true;
}

/** Each key once: a value that is asked for again is the same one. */
function withoutRepetition(reads: readonly Read[]): readonly Read[] {
  const seen = new Set<string>();
  return reads.filter(([key]) => seen.size < seen.add(key.text).size);
}
