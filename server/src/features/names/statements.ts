import { alter, comment, drop, grant, kindOfType, named } from './alter';
import { create, relationList } from './create';
import { expression } from './expressions';
import { columnList, query } from './queries';
import { relationAt } from './tables';
import { verbs } from './verbs';
import type { Walker } from './walker';

/** Words of plpgsql in front of a statement or an expression. */
const control = new Set(
  [
    'begin',
    'declare',
    'then',
    'else',
    'loop',
    'if',
    'elsif',
    'elseif',
    'while',
    'return',
    'query',
    'execute',
  ].concat([
    'exception',
    'raise',
    'assert',
    'exit',
    'when',
    'next',
    'strict',
    'others',
    'explain',
    'analyze',
    'verbose',
  ]),
);

/** Finds what one statement names, as far as it is typed. */
export function statement(walker: Walker, from: number, until: number): void {
  const index = from;
  switch (walker.word(index)) {
    case 'create':
      create(walker, index + 1, until);
      return;
    case 'alter':
      alter(walker, index + 1, until);
      return;
    case 'drop':
      drop(walker, index + 1, until);
      return;
    case 'comment':
      comment(walker, walker.skip(index + 1, 'on'), until);
      return;
    case 'grant':
    case 'revoke':
      grant(walker, index + 1, until);
      return;
    case 'truncate':
    case 'lock':
      relationList(walker, walker.skip(index + 1, 'table'), until);
      return;
    case 'refresh':
      relationAt(
        walker,
        walker.skipAny(index + 1, new Set(['materialized', 'view', 'concurrently'])),
        until,
        'use',
        'MATERIALIZED VIEW',
      );
      return;
    case 'reindex':
      reindex(walker, index + 1, until);
      return;
    case 'cluster': {
      const next = relationAt(walker, walker.skip(index + 1, 'verbose'), until);
      const name = walker.word(next) === 'using' ? walker.name(next + 1, until) : undefined;
      if (name !== undefined) walker.add({ kind: 'index', role: 'use', parts: name.parts });
      return;
    }
    case 'vacuum':
    case 'analyze':
      maintain(walker, index + 1, until);
      return;
    case 'copy':
      copy(walker, index + 1, until);
      return;
    case 'set':
      setting(walker, index + 1, until);
      return;
    case 'reset':
    case 'show':
      return;
    case 'call':
      expression(walker, index + 1, until, undefined);
      return;
    case 'select':
    case 'with':
    case 'values':
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
    case 'perform':
    case '':
      query(walker, index, until, undefined);
      return;
    default:
      other(walker, index, until);
  }
}

/** The schemas that SET search_path names; other settings name nothing. */
function setting(walker: Walker, from: number, until: number): void {
  const at = walker.skipAny(from, new Set(['local', 'session']));
  if (walker.word(at) !== 'search_path') return;
  for (const element of walker.elements(at + 2, until)) {
    const name = walker.name(element.from, element.until);
    if (name !== undefined) walker.add({ kind: 'schema', role: 'use', parts: name.parts });
  }
}

/** What begins with a word of plpgsql, or of a command that has a query in it. */
function other(walker: Walker, from: number, until: number): void {
  let index = from;
  while (index < until && !verbs.has(walker.word(index))) index = walker.after(index, until);
  // An assignment or a condition may hold queries, but its names are variables for the most part.
  if (control.has(walker.word(from)) || index >= until) {
    const start = walker.skipAny(from, control);
    expression(walker, start, Math.max(start, Math.min(index, until)), undefined);
  }
  if (index >= until || index === from) return;
  const end = walker.word(from) === 'for' ? walker.find(new Set(['loop']), index, until) : until;
  statement(walker, index, end);
  if (end < until) other(walker, end, until);
}

function reindex(walker: Walker, from: number, until: number): void {
  const at = walker.isSign(from, '(') ? walker.after(from, until) : from;
  const kind = kindOfType[walker.word(at).toUpperCase()];
  if (kind === undefined) return;
  named(walker, walker.skip(at + 1, 'concurrently'), until, kind, 'use', 'TABLE');
}

/** VACUUM and ANALYZE. */
function maintain(walker: Walker, from: number, until: number): void {
  const options = walker.isSign(from, '(') ? walker.after(from, until) : from;
  const start = walker.skipAny(options, new Set(['full', 'freeze', 'verbose', 'analyze']));
  for (const element of walker.elements(start, until)) {
    const owner = walker.name(element.from, element.until)?.parts;
    const next = relationAt(walker, element.from, element.until);
    if (walker.isSign(next, '(')) columnList(walker, next, element.until, owner);
  }
}

function copy(walker: Walker, from: number, until: number): void {
  if (walker.isSign(from, '(')) {
    if (walker.startsQuery(from + 1)) query(walker, from + 1, walker.closing(from, until), undefined);
    return;
  }
  const owner = walker.name(from, until)?.parts;
  const next = relationAt(walker, from, until);
  if (walker.isSign(next, '(')) columnList(walker, next, until, owner);
}
