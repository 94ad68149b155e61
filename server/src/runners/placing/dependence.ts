import { relationsBelow } from '../../sql/build/reader';
import type { SourceFile, SourceStatement } from '../../sql/source';
import type { AlterTable, ConstraintDefinition, QualifiedName, Statement } from '../../sql/statement';

/**
 * The first statement behind `target` and before offset `end` that may only run after it; undefined when none needs it.
 * Errs on the side of dependence: a statement that cannot be parsed, or code that may do anything, needs whatever it
 * mentions.
 */
export function firstDependent(file: SourceFile, target: number, end: number): number | undefined {
  const statement = file.statements[target]?.parsed.statement;
  const isNeeded = statement === undefined ? () => true : needOf(statement);
  for (let index = target + 1; index < file.statements.length; index++) {
    const other = file.statements[index];
    if (other === undefined || other.start >= end) break;
    if (isNeeded(other.parsed.statement, searchedText(other, file))) return index;
  }
  return undefined;
}

/** Whether a statement may only run behind `target`. */
function needOf(target: Statement): (other: Statement | undefined, where: SearchedText) => boolean {
  const made = madeBy(target).map(searchFor);
  const rows = worksOnRows(target) ? namesIn(target).map(searchFor) : undefined;
  const relation = relationOf(target);
  const ofRelation = relation === undefined ? undefined : searchFor(relation.name);
  return (other, where) => {
    if (made.some((isIn) => isIn(where))) return true;
    if (rows !== undefined) return rows.some((isIn) => isIn(where));
    if (relation === undefined || ofRelation?.(where) !== true) return false;
    return needs(other, where.text, target, relation);
  };
}

/** Whether a statement that names the relation of `target` may only run behind it. */
function needs(
  other: Statement | undefined,
  text: string,
  target: Statement,
  relation: QualifiedName,
): boolean {
  switch (other?.kind) {
    case 'CreateIndex':
    case 'SetVariable':
    case 'LockTable':
      return false;
    case 'CreateTable':
      // A foreign key needs the unique index; a copy or a partition takes over what is there.
      return true;
    case 'DataChange':
    // A WITH query may insert.
    case 'Select':
      return /\bon\s+conflict\b/i.test(text);
    case 'AlterTable':
      return alterationNeeds(other, relation, target);
    case 'Other':
      // A view, a policy or a grant has no use for an index; bodies are planned when they are called.
      if (target.kind === 'CreateIndex') return /\bon\s+conflict\b|^(?:refresh|cluster)\b/i.test(text);
      return !/^(?:create\s+(?:policy|trigger|or\s+replace)|comment|grant|revoke|analyze)\b/i.test(text);
    default:
      return true;
  }
}

/** Whether it changes rows or reads them, which any other statement about their relation may rest on. */
function worksOnRows({ kind }: Statement): boolean {
  return (
    kind === 'DataChange' ||
    kind === 'Select' ||
    kind === 'Truncate' ||
    kind === 'DoBlock' ||
    kind === 'Other'
  );
}

/** All relations that a statement names, each without its schema. */
function namesIn({ node }: Statement): readonly string[] {
  const names = new Set<string>();
  relationsBelow(node, ({ relname }) => names.add(relname ?? ''));
  return [...names];
}

function alterationNeeds(other: AlterTable, relation: QualifiedName, target: Statement): boolean {
  return other.actions.some((action) => {
    switch (action.type) {
      case 'AddColumn':
        return action.column.constraints.some((constraint) => refersTo(constraint, relation));
      case 'AddConstraint':
        // A constraint on the same columns may be what the target prepares: NOT NULL, then PRIMARY KEY.
        return refersTo(action.constraint, relation) || target.kind !== 'CreateIndex';
      case 'SetDefault':
      case 'DropDefault':
      case 'ValidateConstraint':
        return false;
      case 'Other':
        return !/RowSecurity$/.test(action.subtype);
      default:
        return other.relation.name === relation.name;
    }
  });
}

function refersTo(constraint: ConstraintDefinition, relation: QualifiedName): boolean {
  return constraint.references?.relation.name === relation.name;
}

/** The names that come to be, or become free, with `target`. */
function madeBy(target: Statement): readonly string[] {
  if (target.kind === 'CreateIndex') return target.index === undefined ? [] : [target.index.text];
  if (target.kind === 'CreateTable') return [target.relation.name];
  if (target.kind === 'Rename') return [target.from, target.to];
  if (target.kind === 'Drop') return target.names.map(({ name }) => name);
  if (target.kind !== 'AlterTable') return [];
  return target.actions.flatMap((action) => {
    if (action.type === 'AddConstraint') return namesOf([action.constraint]);
    if (action.type === 'AddColumn') return [action.column.name.text, ...namesOf(action.column.constraints)];
    return [];
  });
}

function namesOf(constraints: readonly ConstraintDefinition[]): readonly string[] {
  return constraints.flatMap(({ name, usingIndex }) => [
    ...(name === undefined ? [] : [name.text]),
    ...(usingIndex === undefined ? [] : [usingIndex]),
  ]);
}

function relationOf(statement: Statement): QualifiedName | undefined {
  switch (statement.kind) {
    case 'CreateIndex':
    case 'AlterTable':
    case 'CreateTable':
    case 'Rename':
    case 'DataChange':
      return statement.relation;
    case 'Drop':
      return statement.relation ?? statement.names[0];
    default:
      return undefined;
  }
}

/** A name to look for, in quotes or not, in any case, also in comments and strings. */
type Search = (where: SearchedText) => boolean;

function searchFor(name: string): Search {
  const folded = name.toLowerCase();
  if (/^[\p{L}\p{N}_$]+$/u.test(name)) return ({ words }) => words.has(folded);
  // What is made of several words stands in quotes, which are doubled in it.
  const forms = new Set([folded, folded.replaceAll('"', '""'), folded.replaceAll("'", "''")]);
  return ({ text }) => [...forms].some((form) => standsIn(text.toLowerCase(), form));
}

/** Whether `form` is somewhere in the text, and there no part of a longer name. */
function standsIn(text: string, form: string): boolean {
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
    const end = at + form.length;
    if (!isWithinWord(text, at) && !isWithinWord(text, end)) return true;
  }
  return false;
}

/** Whether a word goes on from before an offset to behind it. */
function isWithinWord(text: string, offset: number): boolean {
  return inWord.test(text.charAt(offset - 1)) && inWord.test(text.charAt(offset));
}

const inWord = /[\p{L}\p{N}_$]/u;

/** The text of a statement, with the words in it, in lower case. */
interface SearchedText {
  readonly text: string;
  readonly words: ReadonlySet<string>;
}

/** Of each statement that follows another one, for all statements that it follows. */
const searched = new WeakMap<SourceStatement, SearchedText>();

function searchedText(source: SourceStatement, file: SourceFile): SearchedText {
  let known = searched.get(source);
  if (known === undefined) {
    const text = file.text.slice(source.start, source.end);
    known = { text, words: new Set(text.toLowerCase().match(/[\p{L}\p{N}_$]+/gu)) };
    searched.set(source, known);
  }
  return known;
}
