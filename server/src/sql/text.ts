/** Half-open range of UTF-16 code units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Replaces `range` by `text`. */
export interface Edit {
  readonly range: Range;
  readonly text: string;
}

/** An edit that writes `text` at `offset`. */
export function insert(offset: number, text: string): Edit {
  return { range: { start: offset, end: offset }, text };
}

export function shift(range: Range, by: number): Range {
  return { start: range.start + by, end: range.end + by };
}

/** Applies edits that do not overlap, in any order; of two insertions at one offset the first given comes first. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = edits.map((edit, index) => ({ edit, index }));
  sorted.sort((a, b) => a.edit.range.start - b.edit.range.start || a.index - b.index);
  let result = '';
  let end = 0;
  for (const { edit } of sorted) {
    result += text.slice(end, edit.range.start) + edit.text;
    end = Math.max(end, edit.range.end);
  }
  return result + text.slice(end);
}

/** The line break that `text` uses: that of its first line; `\n` when it has one line. */
export function lineBreakOf(text: string): '\n' | '\r\n' {
  const end = text.indexOf('\n');
  return end > 0 && text[end - 1] === '\r' ? '\r\n' : '\n';
}

/** A position of an editor: both start at 0 and `character` counts UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Turns offsets into lines and back. A line ends with `\n`, `\r\n` or a lone `\r`, as in LSP. */
export class Lines {
  private readonly starts: readonly number[];

  constructor(private readonly text: string) {
    this.starts = /\r(?!\n)/.test(text) ? startsAfterAnyBreak(text) : startsAfterLineFeed(text);
  }

  get count(): number {
    return this.starts.length;
  }

  positionAt(offset: number): Position {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - (this.starts[low] ?? 0) };
  }

  /** A character behind the end of its line counts as that end, before the line break, as LSP has it. */
  offsetAt({ line, character }: Position): number {
    if (line < 0) return 0;
    const start = this.starts[line];
    if (start === undefined) return this.text.length;
    return Math.min(start + Math.max(character, 0), this.endOf(line));
  }

  private endOf(line: number): number {
    const next = this.starts[line + 1];
    if (next === undefined) return this.text.length;
    return this.text.startsWith('\r\n', next - 2) ? next - 2 : next - 1;
  }
}

/** `indexOf` is many times faster than a look at each unit, and this is done for every keystroke. */
function startsAfterLineFeed(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

function startsAfterAnyBreak(text: string): readonly number[] {
  const starts = [0];
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === 10 || (unit === 13 && text.charCodeAt(offset + 1) !== 10)) starts.push(offset + 1);
  }
  return starts;
}

/** Turns offsets in UTF-8 bytes, as the PostgreSQL grammar counts, into offsets in UTF-16 code units. */
export function byteOffsetConverter(text: string): (byte: number) => number {
  let ascii = true;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 127) {
      ascii = false;
      break;
    }
  }
  if (ascii) return (byte) => byte;
  const unitOfByte: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const isPair = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
    const bytes = unit < 0x80 ? 1 : unit < 0x800 ? 2 : isPair ? 4 : 3;
    for (let count = 0; count < bytes; count++) unitOfByte.push(index);
    if (isPair) index++;
  }
  return (byte) => unitOfByte[byte] ?? text.length;
}
