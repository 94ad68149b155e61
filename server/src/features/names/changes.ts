import type { Token } from '../../sql/scanner';
import { expression } from './expressions';
import { type Clause, clausesOf, columnList, expressions, fromList, names, query, source } from './queries';
import { type Scope, scopeOf } from './scope';
import { queryWords, type Walker } from './walker';

/** Finds what INSERT, UPDATE, DELETE or MERGE names: `scope` is the change's own. */
export function dataChange(walker: Walker, from: number, until: number, scope: Scope): void {
  if (walker.word(from) === 'insert') insert(walker, from, until, scope);
  else change(walker, from, until, scope);
}

function insert(walker: Walker, from: number, until: number, scope: Scope): void {
  let index = walker.skip(from + 1, 'into');
  const name = walker.name(index, until);
  if (name === undefined) return;
  const target = name.parts;
  walker.add({ kind: 'relation', role: 'use', parts: target, scope });
  index = name.next;
  scope.sources.push({ relation: target, query: undefined, alias: undefined, columns: [] });
  if (walker.word(index) === 'as') {
    scope.sources.push({ relation: target, query: undefined, alias: walker.token(index + 1), columns: [] });
    index += 2;
  }
  const listed =
    walker.isSign(index, '(') && !walker.startsQuery(index + 1) ? names(walker, index, until) : [];
  if (listed.length > 0 || (walker.isSign(index, '(') && !walker.startsQuery(index + 1))) {
    index = columnList(walker, index, until, target);
  }
  const conflict = walker.find(new Set(['on', 'returning']), index, until);
  if (walker.word(index) === 'values') rows(walker, index + 1, conflict, scope, target, listed);
  else {
    const start = walker.find(new Set([...queryWords, 'default']), index, conflict);
    if (start < conflict) query(walker, start, conflict, scope.parent);
    else if (walker.isSign(index, '('))
      query(walker, index + 1, walker.closing(index, conflict), scope.parent);
  }
  onConflict(walker, conflict, until, scope, target);
}

/** The rows of VALUES, of which each value belongs to a column. */
function rows(
  walker: Walker,
  from: number,
  until: number,
  scope: Scope,
  target: readonly Token[],
  listed: readonly Token[],
): void {
  for (const row of walker.elements(from, until)) {
    if (!walker.isSign(row.from, '(')) continue;
    walker.elements(row.from + 1, walker.closing(row.from, row.until)).forEach((value, at) => {
      const column = listed[at];
      const owner = column === undefined ? undefined : { kind: 'column' as const, role: 'use' as const };
      const of =
        owner === undefined || column === undefined
          ? undefined
          : { ...owner, parts: [column], owner: target };
      expression(walker, value.from, value.until, scope.parent, of);
    });
  }
}

function onConflict(
  walker: Walker,
  from: number,
  until: number,
  scope: Scope,
  target: readonly Token[],
): void {
  let index = from;
  if (walker.has(index, 'on', 'conflict')) {
    index += 2;
    if (walker.has(index, 'on', 'constraint')) {
      const name = walker.name(index + 2, until);
      if (name !== undefined)
        walker.add({ kind: 'constraint', role: 'use', parts: name.parts, owner: target });
      index = name?.next ?? index + 2;
    } else if (walker.isSign(index, '(')) {
      const close = walker.closing(index, until);
      expression(walker, index + 1, close, scope);
      index = close + 1;
    }
    const action = walker.find(new Set(['do', 'returning']), index, until);
    expression(walker, index, action, scope);
    index = action;
    if (walker.has(index, 'do', 'update')) {
      const excluded = { kind: 'word', text: 'excluded', start: 0, end: 0 } as const;
      const inner = { ...scope, sources: [...scope.sources, ...scopeOf(target, excluded).sources.slice(1)] };
      const parts = clausesOf(walker, index + 1, until, new Set(['set']));
      assignments(walker, parts, inner, target);
      return;
    }
  }
  const returning = walker.find(new Set(['returning']), index, until);
  expression(walker, returning + 1, until, scope);
}

/** UPDATE, DELETE and MERGE. */
function change(walker: Walker, from: number, until: number, scope: Scope): void {
  const verb = walker.word(from);
  const start = walker.skipAny(from + 1, new Set(['from', 'into']));
  const name = walker.name(walker.skip(start, 'only'), until);
  const more = new Set(verb === 'merge' ? ['set', 'when', 'values'] : ['set']);
  const parts = clausesOf(walker, start - 1, until, more);
  const [first, ...rest] = parts;
  if (first !== undefined) source(walker, first.from, first.until, scope);
  for (const clause of rest) {
    const isSource = clause.word === 'from' || clause.word === 'join' || clause.word === 'using';
    if (isSource && (clause.word !== 'using' || verb !== 'update')) fromList(walker, clause, scope);
  }
  const using = verb === 'update' ? [] : ['using'];
  assignments(
    walker,
    rest.filter(({ word }) => !using.includes(word)),
    scope,
    name?.parts,
  );
}

/** The clauses of a change; on the left of SET stand columns of its target. */
function assignments(
  walker: Walker,
  parts: readonly Clause[],
  scope: Scope,
  target: readonly Token[] | undefined,
): void {
  const owner = target === undefined ? {} : { owner: target };
  for (const part of parts) {
    if (part.word === 'when') {
      // MERGE … WHEN NOT MATCHED THEN INSERT (a, b) VALUES …
      const list = walker.find(new Set(['insert']), part.from, part.until) + 1;
      expression(walker, part.from, Math.min(list - 1, part.until), scope);
      if (list < part.until && walker.isSign(list, '(')) columnList(walker, list, part.until, target);
    } else if (part.word === 'set') {
      for (const { from, until } of walker.elements(part.from, part.until)) {
        if (walker.isSign(from, '(')) {
          expression(walker, columnList(walker, from, until, target), until, scope);
          continue;
        }
        const name = walker.name(from, until);
        if (name === undefined) continue;
        const column = walker.add({ kind: 'column', role: 'use', parts: name.parts, ...owner });
        const equals = walker.isSign(name.next, '=') ? name.next + 1 : name.next;
        expression(walker, equals, until, scope, column);
      }
    } else expressions(walker, [part], scope);
  }
}
