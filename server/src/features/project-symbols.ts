import { shift } from '../sql/text';
import { visible } from '../sql/visible';
import type { FileRange } from './definition';
import { placesOf } from './names/places';
import type { ProjectFiles } from './names/trace';
import type { PlaceKind } from './names/walker';
import type { OutlineKind } from './outline';
import { fileLabel } from './relation-hover';

/** A thing that a migration makes. */
interface ProjectSymbol extends FileRange {
  readonly name: string;
  readonly kind: OutlineKind;
  /** The migration. */
  readonly container: string;
}

/** What is worth to be found by its name from everywhere. */
const shown: Partial<Record<PlaceKind, OutlineKind>> = {
  relation: 'table',
  index: 'index',
  type: 'type',
  function: 'function',
};

/** What the migrations make whose name has the letters of `query` in their order; the newest first. */
export function projectSymbols(
  { files }: ProjectFiles,
  query: string,
  most: number,
): readonly ProjectSymbol[] {
  const typed = query.toLowerCase();
  const found: ProjectSymbol[] = [];
  for (const { path, file } of files.toReversed()) {
    for (const { parsed, start } of file.statements) {
      if (parsed.statement === undefined || !/^create\b/i.test(parsed.statement.text)) continue;
      for (const { kind, role, parts } of placesOf(parsed.statement)) {
        const last = parts.at(-1);
        const symbol = shown[kind];
        if (
          role !== 'new' ||
          last === undefined ||
          symbol === undefined ||
          !hasLetters(last.text.toLowerCase(), typed)
        )
          continue;
        const container = visible(fileLabel({ file: path, statement: 0 }));
        const isView = symbol === 'table' && /\bVIEW$/.test(parsed.statement.command);
        found.push({
          name: visible(last.text),
          kind: isView ? 'view' : symbol,
          container,
          path,
          range: shift(last, start),
        });
        if (found.length >= most) return found;
      }
    }
  }
  return found;
}

/** Whether the letters of `typed` stand in `name` in their order, as editors filter. */
export function hasLetters(name: string, typed: string): boolean {
  let from = 0;
  for (let index = 0; index < typed.length; index++) {
    const at = name.indexOf(typed.charAt(index), from);
    if (at < 0) return false;
    from = at + 1;
  }
  return true;
}
