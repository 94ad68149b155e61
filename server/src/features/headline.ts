import { displayName, type RelationName } from '../catalog/relation';
import type { QualifiedName, Statement } from '../sql/statement';
import { escapeOf, visible } from '../sql/visible';

/** The words that name a command, as people say them: `CREATE UNIQUE INDEX`. */
export function commandWords({ text, commandRange }: Statement): string {
  return visible(text.slice(commandRange.start, commandRange.end).replace(/\s+/g, ' ')).toUpperCase();
}

/** What a statement does with what: `CREATE UNIQUE INDEX on orders`, `DROP TABLE a, b`. */
export function headline(statement: Statement): string {
  const subject = subjectOf(statement);
  return subject === undefined ? commandWords(statement) : `${commandWords(statement)} ${subject}`;
}

/** What comes behind the command's words, each name as `show` writes it; undefined when no relation is named. */
export function subjectOf(
  statement: Statement,
  show: (name: string) => string = (name) => name,
): string | undefined {
  const write = (name: QualifiedName): string => show(shownName(name));
  switch (statement.kind) {
    case 'CreateIndex':
      return `on ${write(statement.relation)}`;
    case 'Drop': {
      const names = statement.names.map(write).join(', ');
      if (names === '') return undefined;
      return statement.relation === undefined ? names : `${names} on ${write(statement.relation)}`;
    }
    case 'Truncate':
    case 'LockTable':
      return statement.relations.map(write).join(', ');
    case 'CreateTable':
    case 'AlterTable':
      return write(statement.relation);
    case 'Rename':
      return statement.relation === undefined ? undefined : write(statement.relation);
    case 'DataChange':
      return statement.relation === undefined ? undefined : `on ${write(statement.relation)}`;
    case 'Select':
    case 'TransactionControl':
    case 'SetVariable':
    case 'DoBlock':
    case 'Other':
      return undefined;
  }
}

/**
 * The relation's name as people say it: `public` goes without saying. In sentences a backtick is a mark of code, and
 * none of the name's.
 */
export function shownName(relation: RelationName | QualifiedName): string {
  const name = relation.schema === 'public' ? relation.name : displayName(relation);
  return visible(name).replaceAll('`', escapeOf);
}

/** `a`, `a and b`, `a, b and c`; the items may hold commas themselves. */
export function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** In a sentence so many names stand; of more it is said how many there are. */
const mostNames = 2;

/** `a`, `a and b`, `a, b and 3 more`. */
export function shortList(names: readonly string[]): string {
  if (names.length <= mostNames) return list(names);
  return `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`;
}
