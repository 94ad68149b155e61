import { tokenize } from '../sql/scanner';
import { type Range, shift } from '../sql/text';
import { type Analysis, catalogBefore } from './analysis';
import { type FileRange, startOf, thingAt } from './definition';
import { isSameObject, mentionsOf, type ObjectName } from './names/names';
import { placesOf } from './names/places';
import { beginningOf, mentionsFrom, type ProjectFiles, rangeIn } from './names/trace';

/** A place that names a thing. */
interface Reference extends FileRange {
  /** Whether it makes the thing, or gives it a new name. */
  readonly isDeclaration: boolean;
}

/** All places of the project that name what stands at `offset`, under all the names that it has had. */
export function* references(
  analysis: Analysis,
  offset: number,
  project: ProjectFiles,
): Generator<undefined, readonly Reference[]> {
  const thing = thingAt(analysis, offset);
  if (thing === undefined) return [];
  const { path } = analysis.surroundings;
  const file = project.files.findIndex((past) => past.path === path);
  const start = startOf(thing, file);
  if (start === undefined || file < 0) return localReferences(analysis, offset);
  const beginning = yield* beginningOf(project, start);
  const mentions = yield* mentionsFrom(project, beginning);
  return mentions.map((found) => ({
    path: project.files[found.file]?.path ?? path,
    range: rangeIn(project, found),
    isDeclaration: found.mention.role === 'new',
  }));
}

/** The places of an alias or WITH query in its statement. */
function localReferences(analysis: Analysis, offset: number): readonly Reference[] {
  const { path } = analysis.surroundings;
  return highlights(analysis, offset).map(({ range, isWrite }) => ({ path, range, isDeclaration: isWrite }));
}

/** A place to be marked beside the one that the cursor is on. */
interface Highlight {
  readonly range: Range;
  /** Whether something is made, renamed or dropped there. */
  readonly isWrite: boolean;
}

/** How many statements of a file are looked at for each stop of the cursor. */
const mostLookedAt = 400;

/** The places of the file that name what stands at `offset`. */
export function highlights(analysis: Analysis, offset: number): readonly Highlight[] {
  const thing = thingAt(analysis, offset);
  if (thing === undefined) return [];
  const { statements, text } = analysis.file;
  const own = statements[thing.statement];
  if (thing.declaration !== undefined && own !== undefined) {
    const { declaration } = thing;
    const name = text.slice(declaration.start, declaration.end);
    return tokenize(text.slice(own.start, own.end))
      .filter(
        ({ start, end }) =>
          text.slice(own.start + start, own.start + end).toLowerCase() === name.toLowerCase(),
      )
      .map((token) => ({
        range: shift(token, own.start),
        isWrite: own.start + token.start === declaration.start,
      }));
  }
  if (thing.mention === undefined) return [];
  const objects: ObjectName[] = [thing.mention.object];
  if (thing.mention.before !== undefined) objects.push(thing.mention.before);
  const candidates = statements.flatMap(({ parsed: { statement } }, index) =>
    statement !== undefined && namesAny(statement, objects) ? [{ statement, index }] : [],
  );
  return candidates.slice(0, mostLookedAt).flatMap(({ statement, index }) =>
    mentionsOf(statement, catalogBefore(analysis, index))
      .filter(({ object }) => objects.some((one) => isSameObject(one, object)))
      .map(({ range, role }) => ({
        range: shift(range, statements[index]?.start ?? 0),
        isWrite: role !== 'use',
      })),
  );
}

function namesAny(statement: Parameters<typeof placesOf>[0], objects: readonly ObjectName[]): boolean {
  const lower = statement.text.toLowerCase();
  if (!objects.some(({ name }) => lower.includes(name.toLowerCase()))) return false;
  return placesOf(statement).some(({ parts }) =>
    parts.some(({ text }) => objects.some(({ name }) => name === text)),
  );
}
