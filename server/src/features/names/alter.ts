import { createPolicy, parameterType, publication } from './create';
import { columnList } from './queries';
import { alterRelation, columnPath, relationAt, renamed, setSchema } from './tables';
import type { Place, Walker } from './walker';

/** ALTER, DROP and COMMENT name the kind of thing in the same words. */
function objectTypeAt(walker: Walker, at: number): { readonly type: string; readonly next: number } {
  if (walker.has(at, 'materialized', 'view')) return { type: 'MATERIALIZED VIEW', next: at + 2 };
  if (walker.has(at, 'foreign', 'table')) return { type: 'FOREIGN TABLE', next: at + 2 };
  if (walker.has(at, 'default', 'privileges')) return { type: '', next: at + 2 };
  return { type: walker.word(at).toUpperCase(), next: at + 1 };
}

/** What commands name by these words. */
export const kindOfType: Readonly<Record<string, Place['kind']>> = {
  TABLE: 'relation',
  VIEW: 'relation',
  'MATERIALIZED VIEW': 'relation',
  'FOREIGN TABLE': 'relation',
  SEQUENCE: 'relation',
  INDEX: 'index',
  TYPE: 'type',
  DOMAIN: 'type',
  FUNCTION: 'function',
  PROCEDURE: 'function',
  ROUTINE: 'function',
  SCHEMA: 'schema',
  TRIGGER: 'trigger',
  POLICY: 'policy',
  CONSTRAINT: 'constraint',
};

/** Finds what ALTER names, from the word behind it on; so do the functions below for their commands. */
export function alter(walker: Walker, from: number, until: number): void {
  const { type, next } = objectTypeAt(walker, from);
  const kind = kindOfType[type];
  if (type === 'PUBLICATION') publication(walker, next, until);
  else if (type === 'POLICY') {
    const policy = createPolicy(walker, next, until, 'use');
    renameOf(walker, next, until, policy);
  } else if (type === 'TRIGGER')
    renameOf(walker, next, until, onRelation(walker, next, until, 'trigger', 'use'));
  else if (kind === 'relation' || kind === 'index') alterRelation(walker, next, until, type);
  else if (kind !== undefined) alterOther(walker, next, until, kind);
}

function alterOther(walker: Walker, from: number, until: number, kind: Place['kind']): void {
  const name = walker.name(from, until);
  if (name === undefined) return;
  const place = walker.add({ kind, role: 'use', parts: name.parts });
  for (let index = name.next; index < until; index = walker.after(index, until)) {
    const token = walker.token(index);
    // ADD VALUE … BEFORE 'value', RENAME VALUE 'value'.
    if (token?.kind === 'string' && walker.token(index - 1)?.text !== 'to') {
      walker.add({ kind: 'value', role: 'use', parts: [token], of: place });
    }
  }
  renameOf(walker, name.next, until, place);
  const schema = walker.find(new Set(['schema']), name.next, until);
  if (walker.word(schema - 1) === 'set') setSchema(walker, schema + 1, until, place);
}

function renameOf(walker: Walker, from: number, until: number, place: Place | undefined): void {
  const at = walker.find(new Set(['rename']), from, until);
  if (place !== undefined && walker.word(at + 1) === 'to') renamed(walker, at + 2, until, place);
}

/** The name of something that hangs on a relation: `name ON relation`. */
function onRelation(
  walker: Walker,
  from: number,
  until: number,
  kind: Place['kind'],
  role: Place['role'],
): Place | undefined {
  const on = walker.find(new Set(['on']), from, until);
  const owner = walker.name(on + 1, until)?.parts;
  const name = walker.name(walker.skipIf(from), until);
  relationAt(walker, on + 1, until);
  if (name === undefined) return undefined;
  return walker.add({ kind, role, parts: name.parts, ...(owner === undefined ? {} : { owner }) });
}

/** DROP of anything. */
export function drop(walker: Walker, from: number, until: number): void {
  const { type, next } = objectTypeAt(walker, from);
  const kind = kindOfType[type];
  if (kind === undefined) return;
  if (kind === 'trigger' || kind === 'policy') {
    onRelation(walker, next, until, kind, 'drop');
    return;
  }
  const start = walker.skipIf(walker.skip(next, 'concurrently'));
  for (const element of walker.elements(start, until)) {
    named(walker, element.from, element.until, kind, 'drop', type);
  }
}

/** A thing of a kind that is named at `from`; a function with the types of its parameters. */
export function named(
  walker: Walker,
  from: number,
  until: number,
  kind: Place['kind'],
  role: Place['role'],
  type: string,
): void {
  const name = walker.name(from, until);
  if (name === undefined) return;
  const objectType = kind === 'relation' ? { objectType: type } : {};
  walker.add({ kind, role, parts: name.parts, ...objectType });
  if (kind === 'function' && walker.isSign(name.next, '(')) {
    for (const parameter of walker.elements(name.next + 1, walker.closing(name.next, until))) {
      parameterType(walker, parameter.from, parameter.until);
    }
  }
}

/** COMMENT ON anything. */
export function comment(walker: Walker, from: number, until: number): void {
  const { type, next } = objectTypeAt(walker, from);
  const kind = kindOfType[type];
  if (type === 'COLUMN') columnPath(walker, next, until);
  else if (kind === 'constraint' || kind === 'trigger' || kind === 'policy') {
    onRelation(walker, next, until, kind, 'use');
  } else if (kind !== undefined) named(walker, next, until, kind, 'use', type);
}

/** GRANT and REVOKE. */
export function grant(walker: Walker, from: number, until: number): void {
  const on = walker.find(new Set(['on']), from, until);
  if (on >= until || walker.word(on + 1) === 'all') return;
  const end = walker.find(new Set(['to', 'from']), on, until);
  const { type, next } = objectTypeAt(walker, on + 1);
  const isNamed = kindOfType[type] !== undefined && walker.isName(next);
  const kind = isNamed ? (kindOfType[type] ?? 'relation') : 'relation';
  const owner = walker.name(isNamed ? next : on + 1, end)?.parts;
  for (let index = from; index < on; index = walker.after(index, on)) {
    if (walker.isSign(index, '(')) columnList(walker, index, on, owner);
  }
  for (const element of walker.elements(isNamed ? next : on + 1, end)) {
    named(walker, element.from, element.until, kind, 'use', isNamed ? type : '');
  }
}
