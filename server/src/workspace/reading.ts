import type { Parser } from '../sql/parse';
import { split } from '../sql/split';
import type { Boundary, OtherPiece, SourceFile, SourceStatement } from '../sql/source';

/** After so many units the splitter pauses at the next statement. */
const stride = 100_000;

/** `parseFile` in steps, between which its caller may do something else: what it reads may be a dump. */
export function* parseInSteps(
  text: string,
  boundary: Boundary,
  parser: Parser,
): Generator<undefined, SourceFile> {
  const statements: SourceStatement[] = [];
  const others: OtherPiece[] = [];
  let from = 0;
  for (;;) {
    let next: number | undefined;
    const pause = from + stride;
    const resume = (start: number): boolean => {
      if (start < pause) return false;
      next = start;
      return true;
    };
    const part = split(text, { boundary, from, resume });
    for (const other of part.others) others.push(other);
    for (const piece of part.pieces) {
      statements.push({ parsed: parser.parse(text.slice(piece.start, piece.end)), ...piece });
      yield;
    }
    if (next === undefined)
      return { text, statements, others, boundary, isUnterminated: part.isUnterminated };
    from = next;
    yield;
  }
}
