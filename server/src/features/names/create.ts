import type { Token } from '../../sql/scanner';
import { expression, typeAt } from './expressions';
import { columnList, names, query } from './queries';
import { scopeOf } from './scope';
import { verbs } from './verbs';
import { columnPath, createTable, relationAt } from './tables';
import type { Place, Walker } from './walker';

const createWords = new Set(
  [
    'or',
    'replace',
    'temp',
    'temporary',
    'global',
    'local',
    'unlogged',
    'unique',
    'recursive',
    'constraint',
  ].concat(['materialized', 'foreign', 'trusted']),
);

/** Finds what CREATE names, from the word behind it on. */
export function create(walker: Walker, from: number, until: number): void {
  const at = walker.skipAny(from, createWords);
  const isMaterialized = walker.word(at - 1) === 'materialized';
  switch (walker.word(at)) {
    case 'table':
      createTable(walker, at + 1, until);
      return;
    case 'index':
      createIndex(walker, at + 1, until);
      return;
    case 'view':
      createView(walker, at + 1, until, isMaterialized);
      return;
    case 'sequence': {
      const next = relationAt(walker, walker.skipIf(at + 1), until, 'new');
      const owned = walker.find(new Set(['owned']), next, until);
      if (owned < until) columnPath(walker, owned + 2, until);
      return;
    }
    case 'function':
    case 'procedure':
      createFunction(walker, at + 1, until);
      return;
    case 'trigger':
      createTrigger(walker, at + 1, until);
      return;
    case 'policy':
      createPolicy(walker, at + 1, until, 'new');
      return;
    case 'type':
    case 'domain':
      createType(walker, at + 1, until);
      return;
    case 'schema': {
      const name = walker.name(walker.skipIf(at + 1), until);
      if (name !== undefined) walker.add({ kind: 'schema', role: 'new', parts: name.parts });
      return;
    }
    case 'statistics': {
      const on = walker.find(new Set(['on']), at + 1, until);
      const list = walker.find(new Set(['from']), on, until);
      const owner = walker.name(list + 1, until)?.parts;
      relationAt(walker, list + 1, until);
      expression(walker, on + 1, list, scopeOf(owner));
      return;
    }
    case 'publication':
      publication(walker, at + 1, until);
      return;
    case 'rule': {
      const to = walker.find(new Set(['to']), at + 1, until);
      const next = relationAt(walker, to + 1, until);
      const action = walker.find(verbs, next, until);
      if (action < until) walker.statement(action, until);
      return;
    }
    default:
  }
}

/** The tables of CREATE and ALTER PUBLICATION. */
export function publication(walker: Walker, from: number, until: number): void {
  const table = walker.find(new Set(['table']), from, until);
  if (table < until) relationList(walker, table + 1, until);
}

/** Relations between commas. */
export function relationList(
  walker: Walker,
  from: number,
  until: number,
  role: Place['role'] = 'use',
  objectType?: string,
): void {
  for (const element of walker.elements(from, until)) {
    relationAt(walker, walker.skip(element.from, 'table'), element.until, role, objectType);
  }
}

function createIndex(walker: Walker, from: number, until: number): void {
  const start = walker.skipIf(walker.skip(from, 'concurrently'));
  const on = walker.find(new Set(['on']), start, until);
  const relation = walker.name(walker.skip(on + 1, 'only'), until);
  const name = walker.name(start, until);
  if (name !== undefined && name.next <= on) {
    const owner = relation === undefined ? {} : { owner: relation.parts };
    walker.add({ kind: 'index', role: 'new', parts: name.parts, ...owner });
  }
  relationAt(walker, on + 1, until);
  if (relation === undefined) return;
  const scope = scopeOf(relation.parts);
  for (let index = relation.next; index < until;) {
    if (walker.word(index) === 'where') {
      expression(walker, index + 1, until, scope);
      return;
    }
    if (!walker.isSign(index, '(')) {
      index++;
      continue;
    }
    const close = walker.closing(index, until);
    if (walker.word(index - 1) === 'include') columnList(walker, index, until, relation.parts);
    else if (walker.word(index - 1) !== 'with') {
      for (const key of walker.elements(index + 1, close)) expression(walker, key.from, key.until, scope);
    }
    index = close + 1;
  }
}

function createView(walker: Walker, from: number, until: number, isMaterialized: boolean): void {
  const name = walker.name(walker.skipIf(from), until);
  if (name === undefined) return;
  walker.add({ kind: 'relation', role: 'new', parts: name.parts });
  if (walker.isSign(name.next, '(')) {
    for (const column of names(walker, name.next, until)) {
      walker.add({ kind: 'column', role: 'new', parts: [column], owner: name.parts });
    }
  }
  const as = walker.find(new Set(['as']), name.next, until);
  const end = isMaterialized ? until : walker.find(new Set(['check']), as, until);
  query(walker, as + 1, end, undefined);
}

function createFunction(walker: Walker, from: number, until: number): void {
  const name = walker.name(walker.skipIf(from), until);
  if (name === undefined) return;
  walker.add({ kind: 'function', role: 'new', parts: name.parts });
  let index = name.next;
  if (walker.isSign(index, '(')) {
    const close = walker.closing(index, until);
    for (const parameter of walker.elements(index + 1, close))
      parameterType(walker, parameter.from, parameter.until);
    index = close + 1;
  }
  const returns = walker.find(new Set(['returns', 'as', 'language']), index, until);
  if (walker.word(returns) === 'returns') {
    if (walker.word(returns + 1) === 'table' && walker.isSign(returns + 2, '(')) {
      const close = walker.closing(returns + 2, until);
      for (const column of walker.elements(returns + 3, close))
        parameterType(walker, column.from, column.until);
    } else typeAt(walker, returns + 1, until);
  }
  const atomic = walker.find(new Set(['atomic']), index, until);
  let start = atomic + 1;
  for (let at = start; at < until; at = walker.after(at, until)) {
    if (!walker.isSign(at, ';')) continue;
    walker.statement(start, at);
    start = at + 1;
  }
}

const longTypeStarts = new Set([
  'double',
  'character',
  'bit',
  'national',
  'timestamp',
  'time',
  'interval',
  'setof',
]);

/** The type in `IN name type DEFAULT value`, where all but the type may be missing. */
export function parameterType(walker: Walker, from: number, until: number): void {
  const start = walker.skipAny(from, new Set(['in', 'out', 'inout', 'variadic']));
  const first = walker.name(start, until);
  if (first === undefined) return;
  const isNamed = first.next < until && walker.isName(first.next) && !longTypeStarts.has(walker.word(start));
  const next = typeAt(walker, isNamed ? first.next : start, until);
  expression(walker, next, until, undefined);
}

function createTrigger(walker: Walker, from: number, until: number): void {
  const name = walker.name(from, until);
  const on = walker.find(new Set(['on']), from, until);
  const relation = walker.name(on + 1, until);
  const owner = relation?.parts;
  if (name !== undefined && name.next <= on) {
    walker.add({
      kind: 'trigger',
      role: 'new',
      parts: name.parts,
      ...(owner === undefined ? {} : { owner }),
    });
  }
  const of = walker.find(new Set(['of']), from, on);
  for (const column of walker.elements(of + 1, walker.find(new Set(['or']), of, on))) {
    const written = walker.name(column.from, on);
    if (written !== undefined && owner !== undefined) {
      walker.add({ kind: 'column', role: 'use', parts: written.parts, owner });
    }
  }
  let index = relationAt(walker, on + 1, until);
  if (walker.word(index) === 'from') index = relationAt(walker, index + 1, until);
  const when = walker.find(new Set(['when', 'execute']), index, until);
  const action = walker.find(new Set(['execute']), when, until);
  if (owner !== undefined) {
    const row = (text: string): Token => ({ kind: 'word', text, start: 0, end: 0 });
    expression(walker, when + 1, action, scopeOf(owner, row('new'), row('old')));
  }
  const called = walker.name(walker.skipAny(action + 1, new Set(['function', 'procedure'])), until);
  if (called !== undefined) walker.add({ kind: 'function', role: 'use', parts: called.parts });
}

/** CREATE POLICY and ALTER POLICY, from the name on; returns the policy. */
export function createPolicy(
  walker: Walker,
  from: number,
  until: number,
  role: Place['role'],
): Place | undefined {
  const name = walker.name(walker.skipIf(from), until);
  const on = walker.find(new Set(['on']), from, until);
  const owner = walker.name(on + 1, until)?.parts;
  const policy =
    name === undefined
      ? undefined
      : walker.add({ kind: 'policy', role, parts: name.parts, ...(owner === undefined ? {} : { owner }) });
  const next = relationAt(walker, on + 1, until);
  const scope = scopeOf(owner);
  for (let index = next; index < until; index = walker.after(index, until)) {
    if (walker.isSign(index, '(')) expression(walker, index, walker.after(index, until), scope);
  }
  return policy;
}

function createType(walker: Walker, from: number, until: number): void {
  const name = walker.name(from, until);
  if (name === undefined) return;
  walker.add({ kind: 'type', role: 'new', parts: name.parts });
  const index = walker.skip(name.next, 'as');
  if (walker.isSign(index, '(')) {
    for (const attribute of walker.elements(index + 1, walker.closing(index, until))) {
      parameterType(walker, attribute.from, attribute.until);
    }
  } else if (index > name.next && walker.word(index) !== 'enum' && walker.word(index) !== 'range') {
    typeAt(walker, index, until);
  }
}
