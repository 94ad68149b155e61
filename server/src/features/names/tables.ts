import type { Token } from '../../sql/scanner';
import { expression, typeAt } from './expressions';
import { columnList, query } from './queries';
import { scopeOf } from './scope';
import type { Place, Walker } from './walker';

/** Words with which a constraint, or another part of a column definition, begins. */
const constraintWords = new Set(
  [
    'constraint',
    'primary',
    'unique',
    'check',
    'foreign',
    'exclude',
    'references',
    'default',
    'generated',
    'not',
  ].concat(['null', 'collate', 'deferrable', 'initially', 'storage', 'compression']),
);

const tableConstraint = new Set(['constraint', 'primary', 'unique', 'check', 'foreign', 'exclude']);

type Owner = readonly Token[];

/** CREATE TABLE, from its name on. */
export function createTable(walker: Walker, from: number, until: number): void {
  const name = walker.name(walker.skipIf(from), until);
  if (name === undefined) return;
  const owner = name.parts;
  walker.add({ kind: 'relation', role: 'new', parts: owner });
  let index = name.next;
  if (walker.has(index, 'partition', 'of')) index = relationAt(walker, index + 2, until);
  else if (walker.word(index) === 'of') index = typeAt(walker, index + 1, until);
  if (walker.isSign(index, '(')) {
    const close = walker.closing(index, until);
    for (const element of walker.elements(index + 1, close)) {
      tableElement(walker, element.from, element.until, owner);
    }
    index = close + 1;
  }
  tableOptions(walker, index, until, owner);
}

/** What stands behind the elements of CREATE TABLE. */
function tableOptions(walker: Walker, from: number, until: number, owner: Owner): void {
  for (let index = from; index < until;) {
    const word = walker.word(index);
    if (word === 'as') {
      query(walker, index + 1, until, undefined);
      return;
    }
    if (word === 'inherits' && walker.isSign(index + 1, '(')) {
      const close = walker.closing(index + 1, until);
      for (const element of walker.elements(index + 2, close)) relationAt(walker, element.from, close);
      index = close + 1;
    } else if (walker.has(index, 'partition', 'by') && walker.isSign(index + 3, '(')) {
      const close = walker.closing(index + 3, until);
      expression(walker, index + 4, close, scopeOf(owner));
      index = close + 1;
    } else index = walker.after(index, until);
  }
}

function tableElement(walker: Walker, from: number, until: number, owner: Owner): void {
  const word = walker.word(from);
  if (word === 'like') relationAt(walker, from + 1, until);
  else if (tableConstraint.has(word)) constraints(walker, from, until, owner);
  else columnDefinition(walker, from, until, owner);
}

function columnDefinition(walker: Walker, from: number, until: number, owner: Owner): void {
  const name = walker.name(from, until);
  if (name === undefined) return;
  const column = walker.add({ kind: 'column', role: 'new', parts: name.parts, owner });
  const types = walker.places.length;
  const next = constraintWords.has(walker.word(name.next)) ? name.next : typeAt(walker, name.next, until);
  const type = walker.places[types];
  constraints(walker, next, until, owner, type ?? column);
}

/** Constraints of a table or a column, with DEFAULT, COLLATE and the like. A DEFAULT is one of the values `of`. */
function constraints(walker: Walker, from: number, until: number, owner: Owner, of?: Place): void {
  const scope = scopeOf(owner);
  for (let index = from; index < until;) {
    const word = walker.word(index);
    if (word === 'constraint') {
      const name = walker.name(index + 1, until);
      if (name !== undefined) walker.add({ kind: 'constraint', role: 'new', parts: name.parts, owner });
      index = name?.next ?? index + 1;
    } else if (word === 'references') {
      index = references(walker, index + 1, until);
    } else if (word === 'default') {
      const end = walker.find(constraintWords, index + 1, until);
      expression(walker, index + 1, end, undefined, of);
      index = Math.max(end, index + 1);
    } else if (walker.has(index, 'using', 'index')) {
      const name = walker.name(index + 2, until);
      if (name !== undefined) walker.add({ kind: 'index', role: 'use', parts: name.parts, owner });
      index = name?.next ?? index + 2;
    } else if (word === 'collate') {
      index += 2;
    } else if (walker.isSign(index, '(')) {
      const before = walker.word(index - 1);
      const isList = before === 'key' || before === 'unique' || before === 'include' || before === 'distinct';
      if (isList) index = columnList(walker, index, until, owner);
      else {
        const close = walker.closing(index, until);
        if (before !== 'identity' && before !== 'with') expression(walker, index + 1, close, scope);
        index = close + 1;
      }
    } else index++;
  }
}

/** The relation and columns behind REFERENCES. */
function references(walker: Walker, from: number, until: number): number {
  const name = walker.name(from, until);
  if (name === undefined) return from;
  walker.add({ kind: 'relation', role: 'use', parts: name.parts });
  if (name.next >= until || !walker.isSign(name.next, '(')) return name.next;
  return columnList(walker, name.next, until, name.parts);
}

/** A relation that is named at `from`; returns the index behind it. */
export function relationAt(
  walker: Walker,
  from: number,
  until: number,
  role: Place['role'] = 'use',
  objectType?: string,
): number {
  const index = walker.skip(from, 'only');
  const name = walker.name(index, until);
  if (name === undefined) return index;
  walker.add({
    kind: 'relation',
    role,
    parts: name.parts,
    ...(objectType === undefined ? {} : { objectType }),
  });
  return walker.isSign(name.next, '*') ? name.next + 1 : name.next;
}

/** ALTER TABLE, VIEW, SEQUENCE and the like, from the relation's name on. */
export function alterRelation(walker: Walker, from: number, until: number, objectType: string): void {
  const name = walker.name(walker.skip(walker.skipIf(from), 'only'), until);
  if (name === undefined) return;
  const kind = objectType === 'INDEX' ? 'index' : 'relation';
  const target = walker.add({ kind, role: 'use', parts: name.parts, objectType });
  const start = walker.isSign(name.next, '*') ? name.next + 1 : name.next;
  for (const action of walker.elements(start, until)) alterAction(walker, action.from, action.until, target);
}

function alterAction(walker: Walker, from: number, until: number, target: Place): void {
  const owner = target.parts;
  const part = (kind: Place['kind'], at: number, role: Place['role']): { place?: Place; next: number } => {
    const name = walker.name(walker.skipIf(at), until);
    if (name === undefined) return { next: at };
    return { place: walker.add({ kind, role, parts: name.parts, owner }), next: name.next };
  };
  switch (walker.word(from)) {
    case 'add':
      if (tableConstraint.has(walker.word(from + 1))) constraints(walker, from + 1, until, owner);
      else columnDefinition(walker, walker.skipIf(walker.skip(from + 1, 'column')), until, owner);
      return;
    case 'alter':
      if (walker.word(from + 1) === 'constraint') part('constraint', from + 2, 'use');
      else alterColumn(walker, part('column', walker.skip(from + 1, 'column'), 'use'), until, owner);
      return;
    case 'drop':
      if (walker.word(from + 1) === 'constraint') part('constraint', from + 2, 'drop');
      else part('column', walker.skip(from + 1, 'column'), 'drop');
      return;
    case 'validate':
      part('constraint', from + 2, 'use');
      return;
    case 'rename':
      renameAction(walker, from + 1, until, target);
      return;
    case 'set':
      if (walker.word(from + 1) === 'schema') setSchema(walker, from + 2, until, target);
      return;
    case 'attach':
    case 'detach':
      if (target.kind === 'index') part('index', from + 2, 'use');
      else relationAt(walker, from + 2, until);
      return;
    case 'inherit':
      relationAt(walker, from + 1, until);
      return;
    case 'no':
      if (walker.word(from + 1) === 'inherit') relationAt(walker, from + 2, until);
      return;
    case 'cluster':
      part('index', walker.skip(from + 1, 'on'), 'use');
      return;
    case 'replica':
      if (walker.has(from + 2, 'using', 'index')) part('index', from + 4, 'use');
      return;
    case 'enable':
    case 'disable': {
      const at = walker.skipAny(from + 1, new Set(['always', 'replica']));
      if (walker.word(at) === 'trigger') part('trigger', at + 1, 'use');
      return;
    }
    case 'owned':
      if (walker.word(from + 1) === 'by') columnPath(walker, from + 2, until);
      return;
    default:
  }
}

function alterColumn(
  walker: Walker,
  { place, next }: { readonly place?: Place; readonly next: number },
  until: number,
  owner: Owner,
): void {
  const type = walker.has(next, 'set', 'data') ? next + 2 : next;
  if (walker.word(type) === 'type') {
    const index = typeAt(walker, type + 1, until);
    const using = walker.find(new Set(['using']), index, until);
    expression(walker, using + 1, until, scopeOf(owner));
  } else if (walker.has(next, 'set', 'default')) expression(walker, next + 2, until, undefined, place);
}

function renameAction(walker: Walker, from: number, until: number, target: Place): void {
  const word = walker.word(from);
  if (word === 'to') {
    renamed(walker, from + 1, until, target);
    return;
  }
  const kind = word === 'constraint' ? 'constraint' : 'column';
  const isExplicit = word === 'constraint' || word === 'column' || word === 'attribute';
  const name = walker.name(isExplicit ? from + 1 : from, until);
  if (name === undefined) return;
  const old = walker.add({ kind, role: 'use', parts: name.parts, owner: target.parts });
  if (walker.word(name.next) === 'to') renamed(walker, name.next + 1, until, old);
}

/** The new name behind RENAME … TO. */
export function renamed(walker: Walker, at: number, until: number, old: Place): void {
  const name = walker.name(at, until);
  if (name === undefined) return;
  const owner = old.owner === undefined ? {} : { owner: old.owner };
  walker.add({ kind: old.kind, role: 'renamed', parts: name.parts, renames: old, ...owner });
}

/** The schema behind SET SCHEMA. */
export function setSchema(walker: Walker, at: number, until: number, moves: Place): void {
  const name = walker.name(at, until);
  if (name !== undefined) walker.add({ kind: 'schema', role: 'use', parts: name.parts, moves });
}

/** `table.column`, as COMMENT ON COLUMN and OWNED BY have it. */
export function columnPath(walker: Walker, from: number, until: number): void {
  const name = walker.name(from, until);
  if (name === undefined) return;
  const { parts } = name;
  if (parts.length === 1) walker.add({ kind: 'relation', role: 'use', parts });
  else {
    const owner = parts.slice(0, -1);
    walker.add({ kind: 'relation', role: 'use', parts: owner });
    walker.add({ kind: 'column', role: 'use', parts: parts.slice(-1), owner });
  }
}
