import {
  functionSignatures,
  implicitCasts,
  operatorSignatures,
  rangeTypes,
  typeCategories,
} from './signatures.generated';

/** One of several functions or operators of a name. Types are those of pg_type: `int4`, `_text`, `anyelement`. */
export interface Signature {
  readonly arguments: readonly string[];
  /** How many of the last arguments have defaults. */
  readonly optional: number;
  /** Whether the last argument, an array or "any", takes any number of arguments. */
  readonly isVariadic: boolean;
  readonly result: string;
  /** The columns that a call in FROM has, when the function names them. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** What pg_type says of a type that is no array. */
interface TypeCategory {
  readonly category: string;
  /** Whether others of its category turn into it when in doubt. */
  readonly isPreferred: boolean;
  readonly isCollatable: boolean;
}

let functions: ReadonlyMap<string, string> | undefined;
let operators: ReadonlyMap<string, string> | undefined;
let categories: ReadonlyMap<string, TypeCategory> | undefined;
let casts: ReadonlySet<string> | undefined;
let ranges: readonly (readonly string[])[] | undefined;

/** PostgreSQL's own functions of this name, and those of well-known extensions. */
export function builtinFunctions(name: string): readonly Signature[] {
  functions ??= byName(functionSignatures);
  return signaturesIn(functions.get(name));
}

/** PostgreSQL's own operators of this name, and those of well-known extensions. */
export function builtinOperators(name: string): readonly Signature[] {
  operators ??= byName(operatorSignatures);
  return signaturesIn(operators.get(name));
}

/** The category of one of PostgreSQL's own types, or of a well-known extension's. */
export function categoryOf(type: string): TypeCategory | undefined {
  categories ??= new Map(
    typeCategories.split(/\s+/).map((word) => {
      const [name = '', letters = ''] = word.split('=');
      return [
        name,
        { category: letters.charAt(0), isPreferred: /!/.test(letters), isCollatable: /~/.test(letters) },
      ];
    }),
  );
  return categories.get(type);
}

/** Whether the server casts from one type to another unasked. */
export function isImplicitCast(source: string, target: string): boolean {
  casts ??= new Set(implicitCasts.split(/\s+/));
  return casts.has(`${source}=${target}`);
}

/** A range type, found by its own name, by that of its multirange or by its subtype. */
export function rangeOf(
  type: string,
): { readonly range: string; readonly subtype: string; readonly multirange: string } | undefined {
  ranges ??= rangeTypes
    .trim()
    .split(/\s+/)
    .map((word) => word.split('='));
  const [range, subtype, multirange] = ranges.find((names) => names.includes(type)) ?? [];
  return range === undefined || subtype === undefined || multirange === undefined
    ? undefined
    : { range, subtype, multirange };
}

function byName(lines: string): ReadonlyMap<string, string> {
  return new Map(
    lines
      .trim()
      .split('\n')
      .map((line) => {
        const space = line.indexOf(' ');
        return [line.slice(0, space), line.slice(space + 1)];
      }),
  );
}

function signaturesIn(text: string | undefined): readonly Signature[] {
  return text === undefined ? [] : text.split(';').map(signatureIn);
}

/** `text,...any>text`, `jsonb,bool?>record(key:text,value:jsonb)`. */
function signatureIn(text: string): Signature {
  const arrow = text.indexOf('>');
  const written = arrow === 0 ? [] : text.slice(0, arrow).split(',');
  const [result = '', columns = ''] = text.slice(arrow + 1).split(/[()]/);
  return {
    arguments: written.map((argument) => argument.replace(/^\.{3}|\?$/g, '')),
    optional: written.filter((argument) => argument.endsWith('?')).length,
    isVariadic: written.at(-1)?.startsWith('...') === true,
    result,
    columns:
      columns === ''
        ? []
        : columns.split(',').map((column) => {
            const [name = '', type = ''] = column.split(':');
            return { name, type };
          }),
  };
}
