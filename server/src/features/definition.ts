import type { Catalog } from '../catalog/catalog';
import type { Origin } from '../catalog/relation';
import { tokenize } from '../sql/scanner';
import type { ConstraintDefinition, Statement } from '../sql/statement';
import { type Range, shift } from '../sql/text';
import { type Analysis, catalogBefore } from './analysis';
import { madeBy, type Mention, mentionsAt, mentionsOf, type ObjectName } from './names/names';
import { type Place, placesIn, placesOf } from './names/places';
import { sourceNamed } from './names/scope';
import { beginningOf, type ProjectFiles, rangeIn, type TraceStart } from './names/trace';

/** A place in a file of the project. */
export interface FileRange {
  readonly path: string;
  readonly range: Range;
}

/** What stands at an offset of a file: a thing of the catalog, or an alias or WITH query of the statement. */
interface NamedThing {
  /** The name in the file. */
  readonly range: Range;
  readonly mention: Mention | undefined;
  /** Where an alias or WITH query is declared in the file. */
  readonly declaration: Range | undefined;
  /** The index of its statement. */
  readonly statement: number;
}

/** What is named at `offset`. */
export function thingAt(analysis: Analysis, offset: number): NamedThing | undefined {
  const { file } = analysis;
  const index = file.statements.findIndex(({ start, end }) => start <= offset && offset <= end);
  const source = file.statements[index];
  if (source === undefined) return undefined;
  const at = offset - source.start;
  const holds = ({ start, end }: Range): boolean => start <= at && at <= end;
  const { statement } = source.parsed;
  const text = file.text.slice(source.start, source.end);
  const places = statement === undefined ? placesIn(tokenize(text), text) : placesOf(statement);
  const place = places.find(({ parts }) => parts.some(holds));
  if (place === undefined) return undefined;
  const local = declarationAt(place, at);
  if (local !== undefined) {
    const range = shift(local.range, source.start);
    return {
      range,
      mention: undefined,
      declaration: shift(local.declaration, source.start),
      statement: index,
    };
  }
  const catalog = catalogBefore(analysis, index);
  const mentions = mentionsAt(place, catalog, madeBy(places, catalog)).filter(({ range }) => holds(range));
  const mention = mentions.find(({ before }) => before !== undefined) ?? mentions[0];
  if (mention === undefined) return undefined;
  return { range: shift(mention.range, source.start), mention, declaration: undefined, statement: index };
}

/** The declaration of the alias or WITH query that a part of a name at `at` means. */
function declarationAt(
  { declaration, parts, scope, kind }: Place,
  at: number,
): { readonly range: Range; readonly declaration: Range } | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  if (declaration !== undefined) return { range: first, declaration };
  const isQualifier = kind === 'column' && parts.length === 2 && first.start <= at && at <= first.end;
  if (!isQualifier) return undefined;
  const source = sourceNamed(scope, first.text);
  const declared = source?.alias ?? source?.query?.declaration;
  // OLD, NEW and excluded are declared nowhere.
  return declared === undefined || declared.end === 0 ? undefined : { range: first, declaration: declared };
}

/** From where the thing of a mention is followed through the project. */
export function startOf(thing: NamedThing, file: number): TraceStart | undefined {
  const { mention, statement } = thing;
  return mention === undefined ? undefined : { file, statement, object: mention.before ?? mention.object };
}

/** Where the thing at `offset` was made, as it is there; undefined when no migration did. */
export function* definition(
  analysis: Analysis,
  offset: number,
  project: ProjectFiles,
): Generator<undefined, (NamedThing & { readonly target: FileRange }) | undefined> {
  const thing = thingAt(analysis, offset);
  if (thing === undefined) return undefined;
  const { path } = analysis.surroundings;
  if (thing.declaration !== undefined) return { ...thing, target: { path, range: thing.declaration } };
  const file = project.files.findIndex((past) => past.path === path);
  const start = startOf(thing, file);
  if (start === undefined || file < 0) return undefined;
  const target = yield* definitionFrom(project, start, catalogBefore(analysis, thing.statement));
  return target === undefined ? undefined : { ...thing, target };
}

function* definitionFrom(
  project: ProjectFiles,
  start: TraceStart,
  catalog: Catalog,
): Generator<undefined, FileRange | undefined> {
  const { object } = start;
  const origin = originOf(object, catalog);
  const made = origin === undefined ? undefined : nameIn(project, origin, object, catalog);
  if (made !== undefined) return made;
  const { definition: found } = yield* beginningOf(project, start);
  if (found !== undefined && found.mention.object.kind === object.kind) {
    const path = project.files[found.file]?.path ?? '';
    return { path, range: rangeIn(project, found) };
  }
  return origin === undefined ? undefined : withoutName(project, origin, object, catalog);
}

/** What made a thing, as the catalog has it. A view may have been replaced since; functions are not remembered. */
export function originOf({ kind, schema, name, owner }: ObjectName, catalog: Catalog): Origin | undefined {
  const relation = catalog.relation({ schema, name: owner ?? name });
  const named = <Item extends { readonly name: string }>(
    items: readonly Item[] | undefined,
  ): Item | undefined => items?.find((item) => item.name === name);
  const origin = ((): Origin | undefined => {
    switch (kind) {
      case 'relation':
        return relation?.kind === 'view' ? undefined : relation?.origin;
      case 'column':
        return named(relation?.columns)?.origin;
      case 'constraint':
        return named(relation?.constraints)?.origin;
      case 'trigger':
        return named(relation?.triggers)?.origin;
      case 'policy':
        return named(relation?.policies)?.origin;
      case 'index':
        return catalog.index({ schema, name })?.index.origin;
      case 'type':
        return catalog.type({ schema, name })?.origin;
      case 'function':
      case 'schema':
        return undefined;
    }
  })();
  return origin?.file === '' ? undefined : origin;
}

/** The name of a thing in the statement that made it, unless it was renamed since. */
function nameIn(
  project: ProjectFiles,
  { file, statement }: Origin,
  object: ObjectName,
  catalog: Catalog,
): FileRange | undefined {
  const source = project.files.find(({ path }) => path === file)?.file.statements[statement];
  if (source?.parsed.statement === undefined) return undefined;
  const found = mentionsOf(source.parsed.statement, catalog).filter(
    ({ role, object: made }) => role === 'new' && made.kind === object.kind && made.name === object.name,
  );
  const [first] = found;
  return first === undefined || found.length > 1
    ? undefined
    : { path: file, range: shift(first.range, source.start) };
}

/** What made a thing that the author gave no name: the constraint, or the words of the command. */
function withoutName(
  project: ProjectFiles,
  { file, statement }: Origin,
  object: ObjectName,
  catalog: Catalog,
): FileRange | undefined {
  const source = project.files.find(({ path }) => path === file)?.file.statements[statement];
  const made = source?.parsed.statement;
  if (source === undefined || made === undefined) return undefined;
  const range = unnamedRange(made, object, catalog) ?? made.commandRange;
  return { path: file, range: shift(range, source.start) };
}

function unnamedRange(
  statement: Statement,
  { schema, name, owner }: ObjectName,
  catalog: Catalog,
): Range | undefined {
  const table = owner ?? catalog.index({ schema, name })?.relation.name ?? '';
  const constraint = catalog.relation({ schema, name: table })?.constraints.find((one) => one.name === name);
  if (constraint === undefined) return undefined;
  const written = constraintsIn(statement).filter(
    (one) =>
      one.name === undefined &&
      one.type === constraint.type &&
      one.columns.join() === constraint.columns.join(),
  );
  return written.length === 1 ? written[0]?.range : undefined;
}

function constraintsIn(statement: Statement): readonly ConstraintDefinition[] {
  if (statement.kind === 'CreateTable') {
    return [...statement.constraints, ...statement.columns.flatMap(({ constraints }) => constraints)];
  }
  if (statement.kind !== 'AlterTable') return [];
  return statement.actions.flatMap((action) => {
    if (action.type === 'AddColumn') return action.column.constraints;
    return action.type === 'AddConstraint' ? [action.constraint] : [];
  });
}
