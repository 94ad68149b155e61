import fc from 'fast-check';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { letters, markers, statements, words } from './pieces';
import { smallestChange } from './replay';

/** Something that a person does to one of the open documents. Places are fractions of its length. */
export type Edit =
  | { readonly kind: 'type'; readonly document: number; readonly at: number; readonly text: string }
  | { readonly kind: 'delete'; readonly document: number; readonly at: number; readonly length: number }
  | { readonly kind: 'swap words'; readonly document: number; readonly at: number }
  | { readonly kind: 'replace word'; readonly document: number; readonly at: number; readonly text: string }
  | {
      readonly kind: 'paste real text';
      readonly document: number;
      readonly at: number;
      readonly from: number;
      readonly length: number;
      readonly text: number;
    }
  | {
      readonly kind: 'move lines';
      readonly document: number;
      readonly at: number;
      readonly to: number;
      readonly count: number;
    }
  | {
      readonly kind: 'type at several places';
      readonly document: number;
      readonly places: readonly number[];
      readonly length: number;
      readonly text: string;
    }
  | { readonly kind: 'undo'; readonly document: number; readonly steps: number }
  | { readonly kind: 'restore'; readonly document: number }
  | { readonly kind: 'save'; readonly document: number }
  | { readonly kind: 'open again'; readonly document: number };

const document = fc.nat({ max: 2 });
const place = fc.double({ min: 0, max: 1, noNaN: true });
const anyText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...letters) },
  { weight: 3, arbitrary: fc.constantFrom(...words) },
  { weight: 2, arbitrary: fc.constantFrom(...statements) },
  { weight: 2, arbitrary: fc.constantFrom(...markers) },
);
/** The top of a file is where most runners look for their markers. */
const at = fc.oneof({ weight: 5, arbitrary: place }, { weight: 1, arbitrary: fc.constantFrom(0, 1) });

export const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('type' as const), document, at, text: anyText }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('delete' as const),
      document,
      at,
      length: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 60 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('swap words' as const), document, at }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('replace word' as const), document, at, text: anyText }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('paste real text' as const),
      document,
      at,
      from: place,
      length: fc.nat({ max: 300 }),
      text: fc.nat(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('move lines' as const),
      document,
      at,
      to: place,
      count: fc.nat({ max: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('type at several places' as const),
      document,
      places: fc.array(place, { minLength: 2, maxLength: 5 }),
      length: fc.nat({ max: 5 }),
      text: anyText,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('undo' as const), document, steps: fc.nat({ max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const), document }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('save' as const), document }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('open again' as const), document }) },
);

/** The changes of one notification, as an editor sends them; undefined for what is no change of a text. */
export function changesOf(
  action: Edit,
  present: TextDocument,
  /** The texts that the document had, the oldest first. */
  past: readonly string[],
  real: readonly string[],
): TextDocumentContentChangeEvent[] | undefined {
  const text = present.getText();
  const offset = (fraction: number): number => Math.floor(fraction * text.length);
  const replace = (start: number, end: number, by: string): TextDocumentContentChangeEvent => ({
    range: { start: present.positionAt(start), end: present.positionAt(end) },
    text: by,
  });
  switch (action.kind) {
    case 'type':
      return [replace(offset(action.at), offset(action.at), action.text)];
    case 'delete':
      return [replace(offset(action.at), offset(action.at) + action.length, '')];
    case 'replace word': {
      const [word] = wordsFrom(text, offset(action.at));
      return word === undefined ? [] : [replace(word.start, word.end, action.text)];
    }
    case 'swap words': {
      const [first, second] = wordsFrom(text, offset(action.at));
      if (first === undefined || second === undefined) return [];
      // As an editor does it: two changes, the later place first, so that neither moves the other.
      return [
        replace(second.start, second.end, text.slice(first.start, first.end)),
        replace(first.start, first.end, text.slice(second.start, second.end)),
      ];
    }
    case 'paste real text': {
      const source = real[action.text % real.length] ?? '';
      const from = Math.floor(action.from * source.length);
      return [replace(offset(action.at), offset(action.at), source.slice(from, from + action.length))];
    }
    case 'move lines': {
      const first = present.positionAt(offset(action.at)).line;
      const start = present.offsetAt({ line: first, character: 0 });
      const end = present.offsetAt({ line: first + action.count, character: 0 });
      const to = present.offsetAt({ line: present.positionAt(offset(action.to)).line, character: 0 });
      if (to >= start && to <= end) return [];
      const moved = [replace(start, end, ''), replace(to, to, text.slice(start, end))];
      return to < start ? moved : moved.reverse();
    }
    case 'type at several places': {
      const starts = [...new Set(action.places.map(offset))].sort((a, b) => b - a);
      const apart = starts.filter(
        (start, index) => index === 0 || start + action.length <= (starts[index - 1] ?? 0),
      );
      return apart.map((start) => replace(start, start + action.length, action.text));
    }
    case 'undo': {
      const before = past.at(-1 - action.steps) ?? past[0];
      return before === undefined ? [] : [smallestChange(present, before)];
    }
    case 'restore':
      return [{ text: past[0] ?? '' }];
    case 'save':
    case 'open again':
      return undefined;
  }
}

interface Word {
  readonly start: number;
  readonly end: number;
}

/** The next two words, or other signs, from a place on. */
function wordsFrom(text: string, from: number): readonly Word[] {
  const pattern = /\w+|[^\w\s]/g;
  pattern.lastIndex = from;
  const found: Word[] = [];
  for (let match = pattern.exec(text); match !== null && found.length < 2; match = pattern.exec(text)) {
    found.push({ start: match.index, end: match.index + match[0].length });
  }
  return found;
}
