import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';

/** An object of a repository, as git stores it. */
export interface GitObject {
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly data: Buffer;
}

/**
 * Reads the objects of a repository, loose or packed. Nothing is run: a repository can name programs that git itself
 * would start, and the folder may be one that nobody has said to trust.
 */
export class GitObjects {
  private readonly packs: readonly Pack[];

  constructor(private readonly folders: readonly string[]) {
    this.packs = folders.flatMap(packsIn);
  }

  /** undefined when there is none of this id. */
  read(id: string): GitObject | undefined {
    for (const folder of this.folders) {
      const file = path.join(folder, id.slice(0, 2), id.slice(2));
      if (existsSync(file)) return loose(inflateSync(readFileSync(file)));
    }
    for (const pack of this.packs) {
      const offset = pack.offsetOf(id);
      if (offset !== undefined) return pack.read(offset, this);
    }
    return undefined;
  }

  close(): void {
    for (const pack of this.packs) pack.close();
  }
}

/** The folders with the objects of a repository: its own, and those that it borrows from. */
export function objectFolders(common: string): readonly string[] {
  const own = path.join(common, 'objects');
  const alternates = path.join(own, 'info/alternates');
  if (!existsSync(alternates)) return [own];
  const others = readFileSync(alternates, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return [own, ...others.map((other) => path.resolve(own, other))];
}

function packsIn(folder: string): readonly Pack[] {
  const packs = path.join(folder, 'pack');
  if (!existsSync(packs)) return [];
  return readdirSync(packs)
    .filter((name) => name.endsWith('.idx') && existsSync(path.join(packs, name.replace(/idx$/, 'pack'))))
    .map((name) => new Pack(path.join(packs, name)));
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
  private readonly index: Bytes;
  private readonly pack: Bytes;
  private readonly head: Buffer;
  private readonly count: number;

  constructor(indexFile: string) {
    this.index = new Bytes(indexFile);
    this.pack = new Bytes(indexFile.replace(/idx$/, 'pack'));
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

  read(offset: number, objects: GitObjects): GitObject | undefined {
    const head = this.pack.read(offset, 64);
    let at = 0;
    let byte = head[at++] ?? 0;
    const kind = (byte >> 4) & 7;
    let size = byte & 15;
    for (let shift = 4; (byte & 128) !== 0; shift += 7) {
      byte = head[at++] ?? 0;
      size += (byte & 127) * 2 ** shift;
    }
    const type = typesByNumber[kind];
    if (type !== undefined) return { type, data: this.inflate(offset + at, size) };
    let base: GitObject | undefined;
    if (kind === offsetDelta) {
      byte = head[at++] ?? 0;
      let distance = byte & 127;
      while ((byte & 128) !== 0) {
        byte = head[at++] ?? 0;
        distance = (distance + 1) * 128 + (byte & 127);
      }
      base = this.read(offset - distance, objects);
    } else if (kind === referenceDelta) {
      base = objects.read(head.toString('hex', at, at + 20));
      at += 20;
    }
    return base === undefined
      ? undefined
      : { type: base.type, data: patched(base.data, this.inflate(offset + at, size)) };
  }

  /** How long the compressed form is stands nowhere: more is read until it suffices. */
  private inflate(offset: number, size: number): Buffer {
    for (let length = size + 128; ; length *= 2) {
      const bytes = this.pack.read(offset, length);
      try {
        const data = inflateSync(bytes);
        if (data.length === size || bytes.length < length) return data;
      } catch (error: unknown) {
        if (bytes.length < length) throw error;
      }
    }
  }
}

/** A file that is open. */
class Bytes {
  private readonly file: number;
  private readonly size: number;

  constructor(file: string) {
    this.file = openSync(file, 'r');
    this.size = fstatSync(this.file).size;
  }

  /** At most `length` bytes; fewer at the end of the file. */
  read(offset: number, length: number): Buffer {
    const buffer = Buffer.alloc(Math.max(0, Math.min(length, this.size - offset)));
    readSync(this.file, buffer, 0, buffer.length, offset);
    return buffer;
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
  while (at < delta.length) {
    const command = next();
    if ((command & 128) === 0) {
      pieces.push(delta.subarray(at, at + command));
      at += command;
      continue;
    }
    let offset = 0;
    let size = 0;
    for (let bit = 0; bit < 4; bit++) if ((command & (1 << bit)) !== 0) offset += next() * 2 ** (8 * bit);
    for (let bit = 0; bit < 3; bit++) if ((command & (16 << bit)) !== 0) size += next() * 2 ** (8 * bit);
    pieces.push(base.subarray(offset, offset + (size === 0 ? 0x10000 : size)));
  }
  return Buffer.concat(pieces);
}
