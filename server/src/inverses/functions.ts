import { initialFacts } from '../catalog/new-object';
import { privilegesOn } from '../catalog/privileges';
import type { FunctionEntry } from '../catalog/entries';
import { inputTypes, printTypes } from '../catalog/signatures';
import { printComment, printGrants, printRole } from './facts';
import { type InverseContext, printFull } from './inverse';

/** `f(integer)`, as commands name a function. */
export function printSignature(entry: FunctionEntry, { before }: InverseContext): string {
  const types = printTypes(inputTypes(entry));
  return `${printFull(entry, before)}(${entry.kind === 'AGGREGATE' && types === '' ? '*' : types})`;
}

/** The word for a function in a command that names one. */
function functionWord({ kind }: Pick<FunctionEntry, 'kind'>): string {
  return kind === 'WINDOW FUNCTION' ? 'FUNCTION' : kind;
}

/** The statement that made a function, with what was said of it since; undefined when it was changed otherwise. */
export function printFunction(entry: FunctionEntry, context: InverseContext): string | undefined {
  const made = context.statementAt?.(entry.origin);
  if (made?.kind !== 'Other' || entry.isAltered === true) return undefined;
  const word = functionWord(entry);
  const name = printSignature(entry, context);
  const fresh = { ...initialFacts(context.before, 'FUNCTION', entry.schema), owner: entry.owner };
  return [
    `${made.text};`,
    ...(entry.owner === undefined ? [] : [`ALTER ${word} ${name} OWNER TO ${printRole(entry.owner)};`]),
    ...printGrants(
      privilegesOn('FUNCTION', entry),
      privilegesOn('FUNCTION', fresh),
      {
        object: `${word === 'AGGREGATE' ? 'FUNCTION' : word} ${name.replace('(*)', '()')}`,
        kind: 'FUNCTION',
      },
      context.postgresVersion,
    ),
    ...(entry.comment === undefined ? [] : [printComment(`${word} ${name}`, entry.comment)]),
  ].join('\n');
}
