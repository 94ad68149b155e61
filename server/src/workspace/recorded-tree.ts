import type { FileTree } from '../runners/runner';

/** A document that is open in an editor. */
export interface OpenText {
  readonly text: string;
}

/** What was asked of a file: its text, or whether it has a marker. */
interface Question {
  readonly path: string;
  readonly marker: RegExp | undefined;
}

/** What was asked, and the answer, by a key of the question. */
type Reads = Map<string, Question & { readonly answer: unknown }>;

/** What was found out, and on what it rests. */
interface Finding {
  readonly result: unknown;
  readonly reads: Reads;
  /** The round in which it was found out; what is on the disk stays as it is for a round. */
  round: number;
}

/** Texts above this many units are read again rather than kept; a marker in them is looked for once all the same. */
const largestKept = 256 * 1024;

/**
 * The files around as runners look at them. Folders are listed and files are read once, until `forget`; but an open
 * document changes with each keystroke, so what is found out (`once`) is kept together with what was read of such
 * documents, and found out anew when that would be another answer now. Most letters change none: that a text has a
 * marker stays true.
 */
export class RecordedTree implements FileTree {
  private round = 0;
  private readonly texts = new Map<string, string | undefined>();
  private readonly lists = new Map<string, ReturnType<FileTree['list']>>();
  private readonly markers = new Map<string, Answers>();
  private readonly findings = new Map<string, Finding>();
  /** Of what is being found out. */
  private reads: Reads | undefined;

  constructor(
    private readonly tree: FileTree,
    private readonly open: ReadonlyMap<string, OpenText>,
  ) {}

  /** Everything may have changed: files on the disk, and which documents are open. */
  forget(): void {
    // What nobody has asked for since the last time belongs to files that nobody looks at any more.
    for (const [key, { round }] of this.findings) if (round < this.round) this.findings.delete(key);
    this.round++;
    this.texts.clear();
    this.lists.clear();
    this.markers.clear();
  }

  list(path: string): ReturnType<FileTree['list']> {
    const known = this.lists.get(path) ?? this.tree.list(path);
    this.lists.set(path, known);
    return known;
  }

  read(path: string): string | undefined {
    const text = this.textOf(path);
    this.note({ path, marker: undefined }, text);
    return text;
  }

  has(path: string, marker: RegExp): boolean {
    const answer = this.hasMarker(path, marker);
    this.note({ path, marker }, answer);
    return answer;
  }

  /**
   * The result of `work`, which looks at this tree only. When it is found out anew, and is the same as before, as `isSame`
   * says, the older object is returned.
   */
  once<Result>(
    key: string,
    work: () => Result,
    isSame: (a: Result, b: Result) => boolean = Object.is,
  ): Result {
    const known = this.findings.get(key);
    if (known?.round === this.round && this.agrees(known.reads)) {
      this.noteAll(known.reads);
      return known.result as Result;
    }
    const { result: found, reads } = this.record(work);
    const before = known?.result as Result | undefined;
    const result = before !== undefined && isSame(before, found) ? before : found;
    this.findings.set(key, { result, reads, round: this.round });
    return result;
  }

  private record<Result>(work: () => Result): { readonly result: Result; readonly reads: Reads } {
    const outer = this.reads;
    const reads: Reads = new Map();
    this.reads = reads;
    try {
      return { result: work(), reads };
    } finally {
      this.reads = outer;
      this.noteAll(reads);
    }
  }

  private agrees(reads: Reads): boolean {
    for (const { path, marker, answer } of reads.values()) {
      const now = marker === undefined ? this.textOf(path) : this.hasMarker(path, marker);
      if (now !== answer) return false;
    }
    return true;
  }

  /** Only what is open changes before the next `forget`. */
  private note(question: Question, answer: unknown): void {
    const { path, marker } = question;
    if (this.reads === undefined || !this.open.has(path)) return;
    this.reads.set(`${path}\n${marker === undefined ? '' : keyOf(marker)}`, { ...question, answer });
  }

  private noteAll(reads: Reads): void {
    for (const [key, read] of reads) this.reads?.set(key, read);
  }

  private textOf(path: string): string | undefined {
    const opened = this.open.get(path);
    if (opened !== undefined) return opened.text;
    if (this.texts.has(path)) return this.texts.get(path);
    const text = this.tree.read(path);
    if (text === undefined || text.length <= largestKept) this.texts.set(path, text);
    return text;
  }

  private hasMarker(path: string, marker: RegExp): boolean {
    const text = this.open.get(path)?.text;
    let known = this.markers.get(path);
    if (known === undefined || known.openText !== text) {
      this.markers.set(path, (known = { openText: text, byMarker: new Map() }));
    }
    const key = keyOf(marker);
    const answer = known.byMarker.get(key) ?? marker.test(this.textOf(path) ?? '');
    known.byMarker.set(key, answer);
    return answer;
  }
}

/** Which markers a text has; `openText` is that of an open document, for which alone the answers hold. */
interface Answers {
  readonly openText: string | undefined;
  readonly byMarker: Map<string, boolean>;
}

function keyOf({ source, flags }: RegExp): string {
  return `/${source}/${flags}`;
}
