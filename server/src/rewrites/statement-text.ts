import type { Catalog } from '../catalog/catalog';
import { printName, quoteIdentifier } from '../sql/print';
import { tokenize } from '../sql/scanner';
import type { AlterTable, AlterTableAction, QualifiedName } from '../sql/statement';
import { applyEdits, type Edit, type Range } from '../sql/text';

/** The author's text of a part of a statement. */
export function slice(statement: { readonly text: string }, range: Range): string {
  return statement.text.slice(range.start, range.end);
}

/** `ALTER TABLE IF EXISTS ONLY "Orders"` in the author's words, for another action on the same relation. */
export function alterPrefix(statement: AlterTable): string {
  return statement.text.slice(0, statement.relation.range.end);
}

/** The edit that puts `text` in place of an action. */
export function replaceAction(action: AlterTableAction, text: string): Edit {
  return { range: action.range, text };
}

/**
 * The statement without one of its actions; undefined when it has no other. The comma goes, comments between the
 * actions stay.
 */
export function withoutAction(statement: AlterTable, action: AlterTableAction): string | undefined {
  const index = statement.actions.indexOf(action);
  const previous = statement.actions[index - 1];
  const next = statement.actions[index + 1];
  if (previous === undefined && next === undefined) return undefined;
  const from = next === undefined ? (previous?.range.end ?? 0) : action.range.end;
  const comma = tokenize(statement.text).find((token) => token.start >= from && token.text === ',');
  const edits: Edit[] = [{ range: withSpaceAfter(statement.text, action.range, comma?.start), text: '' }];
  if (comma !== undefined) {
    const range =
      next === undefined ? { start: comma.start, end: comma.end } : withSpaceAfter(statement.text, comma);
    edits.push({ range, text: '' });
  }
  return applyEdits(statement.text, edits).trimEnd();
}

/** `range` and the white space behind it, when that does not touch what ends at `until`. */
function withSpaceAfter(text: string, { start, end }: Range, until = text.length): Range {
  const space = /^\s*/.exec(text.slice(end))?.[0].length ?? 0;
  return { start, end: Math.max(end, Math.min(end + space, until)) };
}

/**
 * The name of an index on `relation`, as DROP INDEX or to_regclass need it. An index lives in the schema of its table;
 * the schema is written when the author wrote it, or when search_path could find another one first.
 */
export function indexNameBeside(relation: QualifiedName, index: string, catalog: Catalog): string {
  const schema =
    relation.schema ?? (catalog.searchPath.length > 1 ? catalog.relation(relation)?.schema : undefined);
  return printName({ schema, name: index });
}

/** The columns of a relation, each in the double quotes of a message. */
export function quoted(name: string): string {
  return `"${name}"`;
}

/** `a, b` for a key, as identifiers. */
export function columnList(columns: readonly string[]): string {
  return `(${columns.map(quoteIdentifier).join(', ')})`;
}

/** What a person does when a concurrent build has failed: a migration that drops its rest may count as done already. */
export function afterFailedBuild(name: string): string {
  return `A build that fails, also by lock_timeout, leaves an invalid index: drop ${quoteIdentifier(name)} before the next try.`;
}
