import type { Entry } from './entries';

/** What was asked for, and what the answer was. */
export type Read = readonly [key: string, value: unknown];

/** The key that answers with the keys that begin with what follows, each on a line, so that two answers can be compared. */
const listKey = 'keys of ';

/**
 * A store of entries over an older one. Entries are never changed, so that two layers agree on a key exactly when they
 * hold the same object; this is how the result for a statement can be kept while another statement is edited (see
 * `record`).
 */
export class Layer {
  private readonly entries = new Map<string, Entry | undefined>();
  private reads: Read[] | undefined;
  private writes: [key: string, value: Entry | undefined][] | undefined;
  /** The keys of `writes`. */
  private written: Set<string> | undefined;

  constructor(private base?: Layer) {}

  /** Makes or replaces what `key` holds; undefined removes it. For `catalog/` only. */
  set(key: string, value: Entry | undefined): void {
    this.entries.set(key, value);
    this.writes?.push([key, value]);
    this.written?.add(key);
  }

  /** What `key` holds. For `catalog/` only. */
  get(key: string): Entry | undefined {
    const value = this.peek(key);
    this.note(key, value);
    return value;
  }

  /** Records a read, here and in the older catalogs that answered it. */
  private note(key: string, value: Entry | undefined): void {
    for (const layer of this.downwards()) {
      // What the recorded work wrote itself is no premise of it.
      if (layer.written?.has(key) !== true) layer.reads?.push([key, value]);
      if (layer.entries.has(key)) return;
    }
  }

  /** This layer and the older ones; there may be thousands. */
  private *downwards(): Generator<Layer> {
    yield this;
    for (let layer = this.base; layer !== undefined; layer = layer.base) yield layer;
  }

  /** What `key` holds, without its being recorded. For `features/analyser.ts`, which compares catalogs. */
  peek(key: string): Entry | undefined {
    if (key.startsWith(listKey)) return this.keysWith(key.slice(listKey.length)).join('\n');
    if (this.entries.has(key)) return this.entries.get(key);
    let layer = this.base;
    while (layer?.entries.has(key) === false) layer = layer.base;
    return layer?.entries.get(key);
  }

  /**
   * The keys that begin with `prefix` and hold something. This looks at the whole catalog: it is for commands like DROP
   * SCHEMA that nobody runs often. For `catalog/` only.
   */
  keys(prefix: string): readonly string[] {
    const keys = this.get(`${listKey}${prefix}`) as string;
    return keys === '' ? [] : keys.split('\n');
  }

  /** As `keys`, without its being recorded. */
  protected keysWith(prefix: string): readonly string[] {
    const keys = new Set<string>();
    for (const { entries } of [...this.downwards()].reverse()) {
      for (const [key, value] of entries) {
        if (!key.startsWith(prefix)) continue;
        if (value === undefined) keys.delete(key);
        else keys.add(key);
      }
    }
    return [...keys];
  }

  /** Has everything again as an older layer below this one has it. */
  restore(older: Layer): void {
    const keys = new Set<string>();
    for (const layer of this.downwards()) {
      if (layer === older) break;
      for (const key of layer.entries.keys()) keys.add(key);
    }
    for (const key of keys) {
      const value = older.peek(key);
      if (this.peek(key) !== value) this.set(key, value);
    }
  }

  /** Runs `work` and returns its result with all that it read and wrote here. */
  record<Result>(work: () => Result): { result: Result; reads: readonly Read[]; writes: readonly Read[] } {
    const reads: Read[] = (this.reads = []);
    const writes: [string, Entry | undefined][] = (this.writes = []);
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
      for (const [key, value] of entries) {
        if (!this.entries.has(key)) this.entries.set(key, value);
      }
      this.base = base;
    }
    return this;
  }

  /** Whether everything that was read is still the same object here. */
  agrees(reads: readonly Read[]): boolean {
    return reads.every(([key, value]) => this.peek(key) === value);
  }

  /** Does again what was recorded as written. */
  replayWrites(writes: readonly Read[]): void {
    for (const [key, value] of writes) this.entries.set(key, value as Entry | undefined);
  }
}

/** Each key once: a value that is asked for again is the same one. */
function withoutRepetition(reads: readonly Read[]): readonly Read[] {
  const seen = new Set<string>();
  return reads.filter(([key]) => seen.size < seen.add(key).size);
}
