import { closeSync, fstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { openRegularFile, readBytes, readRegularFile } from './regular-file';

/** An object of a repository, as git stores it. */
interface GitObject {
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly data: Buffer;
}

/** An object of more bytes is not read; a few bytes can stand for as many as one likes. */
const largestObject = 64 * 1024 * 1024;

/** git itself makes no longer ones: `pack.depth`. */
const longestDeltaChain = 4095;

/** Packs of a repository, and repositories that it borrows objects from. */
const mostPacks = 1000;
const mostAlternates = 100;

/** Why a repository is not read: it is broken, or made to cost whoever reads it. */
export class Unreadable extends Error {}

/**
 * Reads the objects of a repository, loose or packed. Nothing is run: a repository can name programs that git itself
 * would start, and the folder may be one that nobody has said to trust.
 */
export class GitObjects {
  private readonly packs: Pack[] = [];

  constructor(private readonly folders: readonly string[]) {
    for (const file of folders.flatMap(packsIn).slice(0, mostPacks)) {
      const pack = Pack.open(file);
      if (pack !== undefined) this.packs.push(pack);
    }
  }

  /** undefined when there is none of this id. */
  read(id: string): GitObject | undefined {
    const deltas: Buffer[] = [];
    let kept = 0;
    let stored = this.stored(id);
    for (; stored !== undefined && 'delta' in stored; stored = stored.base()) {
      deltas.push(stored.delta);
      kept += stored.delta.length;
      if (deltas.length > longestDeltaChain || kept > largestObject) {
        throw new Unreadable(`The object ${id} is made of too many others.`);
      }
    }
    if (stored === undefined) return undefined;
    const data = deltas.reverse().reduce((base, delta) => patched(base, delta), stored.data);
    return { type: stored.type, data };
  }

  private stored(id: string): Stored | undefined {
    for (const folder of this.folders) {
      const content = contentOf(path.join(folder, id.slice(0, 2), id.slice(2)), largestObject);
      if (content !== undefined) return loose(inflateSync(content, { maxOutputLength: largestObject }));
    }
    for (const pack of this.packs) {
      const offset = pack.offsetOf(id);
      if (offset !== undefined) return pack.read(offset, (base) => this.stored(base));
    }
    return undefined;
  }

  close(): void {
    for (const pack of this.packs) pack.close();
  }
}

/** An object as it is stored: whole, or as the difference to another one. */
type Stored = GitObject | { readonly delta: Buffer; base(): Stored | undefined };

/** What a small file of a repository says; undefined when there is none. Throws for one that is too large. */
export function textOf(file: string, most = 1024 * 1024): string | undefined {
  return contentOf(file, most)?.toString('utf8');
}

function contentOf(file: string, most: number): Buffer | undefined {
  let content: ReturnType<typeof readRegularFile>;
  try {
    content = readRegularFile(file, most);
  } catch {
    return undefined;
  }
  if ('bytes' in content) return content.bytes;
  throw new Unreadable(`${file} ${content.problem}.`);
}

/** The folders with the objects of a repository: its own, and those that it borrows from. */
export function objectFolders(common: string): readonly string[] {
  const own = path.join(common, 'objects');
  const others = (textOf(path.join(own, 'info/alternates')) ?? '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return [own, ...others.slice(0, mostAlternates).map((other) => path.resolve(own, other))];
}

/** The indexes of the packs. */
function packsIn(folder: string): readonly string[] {
  const packs = path.join(folder, 'pack');
  try {
    return readdirSync(packs)
      .filter((name) => name.endsWith('.idx'))
      .map((name) => path.join(packs, name));
  } catch {
    return [];
  }
}

function loose(content: Buffer): GitObject | undefined {
  const end = content.indexOf(0);
  const type = content.toString('latin1', 0, end).split(' ')[0];
  return isType(type) ? { type, data: content.subarray(end + 1) } : undefined;
}

function isType(type: string | undefined): type is GitObject['type'] {
  return type === 'commit' || type === 'tree' || type === 'blob' || type === 'tag';
}

const typesByNumber: Readonly<Record<number, GitObject['type']>> = {
  1: 'commit',
  2: 'tree',
  3: 'blob',
  4: 'tag',
};
const offsetDelta = 6;
const referenceDelta = 7;

/** Where the ids begin in an index: behind its mark, its version, and how many begin with each byte. */
const idsStart = 8 + 256 * 4;

/**
 * A pack with its index (version 2): gitformat-pack(5). Of both only the few bytes are read that are asked for: they are
 * as large as the history.
 */
class Pack {
  private readonly head: Buffer;
  private readonly count: number;

  /** undefined when there is no pack to the index, or when one of them is not a file. */
  static open(indexFile: string): Pack | undefined {
    const index = Bytes.open(indexFile);
    const pack = Bytes.open(indexFile.replace(/idx$/, 'pack'));
    if (index !== undefined && pack !== undefined) return new Pack(index, pack);
    index?.close();
    pack?.close();
    return undefined;
  }

  private constructor(
    private readonly index: Bytes,
    private readonly pack: Bytes,
  ) {
    this.head = this.index.read(0, idsStart);
    // Version 1, which git has not written since 2007, has no such mark.
    this.count = this.head.readUInt32BE(0) === 0xff744f63 ? this.head.readUInt32BE(8 + 255 * 4) : 0;
  }

  close(): void {
    this.index.close();
    this.pack.close();
  }

  offsetOf(id: string): number | undefined {
    if (this.count === 0) return undefined;
    const wanted = Buffer.from(id, 'hex');
    const first = wanted[0] ?? 0;
    let low = first === 0 ? 0 : this.head.readUInt32BE(8 + (first - 1) * 4);
    let high = this.head.readUInt32BE(8 + first * 4);
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = this.index.read(idsStart + middle * 20, 20).compare(wanted);
      if (order === 0) return this.offsetAt(middle);
      // `order` is that of the entry: behind the wanted one, or before it.
      if (order > 0) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }

  private offsetAt(position: number): number {
    const offsets = idsStart + this.count * 24;
    const offset = this.index.read(offsets + position * 4, 4).readUInt32BE(0);
    if (offset < 0x80000000) return offset;
    const large = offsets + this.count * 4 + (offset - 0x80000000) * 8;
    return Number(this.index.read(large, 8).readBigUInt64BE(0));
  }

  /** `other` finds an object by its id, which may lie in another pack. */
  read(offset: number, other: (id: string) => Stored | undefined): Stored | undefined {
    const head = this.pack.read(offset, 64);
    let at = 0;
    let byte = head[at++] ?? 0;
    const kind = (byte >> 4) & 7;
    let size = byte & 15;
    for (let shift = 4; (byte & 128) !== 0 && shift < 64; shift += 7) {
      byte = head[at++] ?? 0;
      size += (byte & 127) * 2 ** shift;
    }
    const type = typesByNumber[kind];
    if (type !== undefined) return { type, data: this.inflate(offset + at, size) };
    if (kind === offsetDelta) {
      byte = head[at++] ?? 0;
      let distance = byte & 127;
      while ((byte & 128) !== 0) {
        byte = head[at++] ?? 0;
        distance = (distance + 1) * 128 + (byte & 127);
      }
      // A base stands before what is made of it.
      if (distance <= 0 || distance > offset) throw new Unreadable('A pack refers to what is not in it.');
      const delta = this.inflate(offset + at, size);
      return { delta, base: () => this.read(offset - distance, other) };
    }
    if (kind !== referenceDelta) return undefined;
    const id = head.toString('hex', at, at + 20);
    const delta = this.inflate(offset + at + 20, size);
    return { delta, base: () => other(id) };
  }

  /** How long the compressed form is stands nowhere, but what cannot be compressed is hardly longer than it was. */
  private inflate(offset: number, size: number): Buffer {
    if (size > largestObject) throw new Unreadable('A pack has an object that is too large.');
    const bytes = this.pack.read(offset, size + Math.ceil(size / 512) + 1024);
    const data = inflateSync(bytes, { maxOutputLength: Math.max(size, 1) });
    if (data.length !== size) throw new Unreadable('A pack has an object of another size than it says.');
    return data;
  }
}

/** A file that is open. */
class Bytes {
  static open(file: string): Bytes | undefined {
    try {
      const opened = openRegularFile(file);
      return opened === undefined ? undefined : new Bytes(opened, fstatSync(opened).size);
    } catch {
      return undefined;
    }
  }

  private constructor(
    private readonly file: number,
    private readonly size: number,
  ) {}

  /** At most `length` bytes; fewer at the end of the file. */
  read(offset: number, length: number): Buffer {
    return readBytes(this.file, offset, Math.max(0, Math.min(length, this.size - offset)));
  }

  close(): void {
    closeSync(this.file);
  }
}

/** What a delta makes of `base`: pieces of it, and new bytes. */
function patched(base: Buffer, delta: Buffer): Buffer {
  let at = 0;
  const next = (): number => delta[at++] ?? 0;
  const skipSize = (): void => {
    while ((next() & 128) !== 0);
  };
  skipSize();
  skipSize();
  const pieces: Buffer[] = [];
  let length = 0;
  while (at < delta.length) {
    const command = next();
    if ((command & 128) === 0) {
      // Zero is reserved.
      if (command === 0) throw new Unreadable('A delta has an unknown instruction.');
      pieces.push(delta.subarray(at, at + command));
      length += command;
      at += command;
      continue;
    }
    let offset = 0;
    let size = 0;
    for (let bit = 0; bit < 4; bit++) if ((command & (1 << bit)) !== 0) offset += next() * 2 ** (8 * bit);
    for (let bit = 0; bit < 3; bit++) if ((command & (16 << bit)) !== 0) size += next() * 2 ** (8 * bit);
    const piece = base.subarray(offset, offset + (size === 0 ? 0x10000 : size));
    length += piece.length;
    // Each instruction is a few bytes, and may copy all of the base.
    if (length > largestObject) throw new Unreadable('An object is too large.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
