/** A place in the catalog, by its own text, and the type of what it holds. */
export interface Key<Value> {
  readonly text: string;
  /** Whether two values say the same. Without it they have to be the same object. */
  same?(a: Value, b: Value): boolean;
}

/** Some places of one table, which are asked for together. */
export interface Range<Value> {
  /** How the texts of their keys begin. */
  readonly prefix: string;
  key(text: string): Key<Value>;
}

/** No name in PostgreSQL has this character. */
const separator = '\0';

/** What is found by names. A key is made for each look-up, so these are written out. */
class Table<Value> {
  protected readonly prefix: string;

  /** `label` is that of no other table or slot. */
  constructor(label: string) {
    this.prefix = `${label}${separator}`;
  }

  protected range(prefix: string): Range<Value> {
    return { prefix, key: (text) => ({ text }) };
  }
}

/** What is found by its schema and its name. */
export class ObjectTable<Value> extends Table<Value> {
  at(schema: string, name: string): Key<Value> {
    return { text: `${this.prefix}${schema}${separator}${name}` };
  }

  /** Where the object of this name is found. */
  of({ schema, name }: { readonly schema: string; readonly name: string }): Key<Value> {
    return this.at(schema, name);
  }

  /** Those of a schema; without one, all. */
  in(schema?: string): Range<Value> {
    return this.range(schema === undefined ? this.prefix : `${this.prefix}${schema}${separator}`);
  }
}

/** What is found by a name that has no schema. */
export class NameTable<Value> extends Table<Value> {
  at(name: string): Key<Value> {
    return { text: `${this.prefix}${name}` };
  }

  all(): Range<Value> {
    return this.range(this.prefix);
  }
}

/** What is found by several names: `schema`, `relation`, `column`. */
export class PathTable<Value> extends Table<Value> {
  at(...names: readonly string[]): Key<Value> {
    return { text: this.prefix + names.join(separator) };
  }
}

const slots = new Map<string, Key<never>>();

/** What there is once. `label` is that of no other table or slot. */
export function slot<Value>(label: string, same?: (a: Value, b: Value) => boolean): Key<Value> {
  const key: Key<Value> = same === undefined ? { text: label } : { text: label, same };
  slots.set(label, key);
  return key;
}

/** The key with this text. */
export function keyWithText(text: string): Key<never> {
  return slots.get(text) ?? { text };
}
