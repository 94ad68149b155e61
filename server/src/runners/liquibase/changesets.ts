import { parseFile } from '../../sql/parse';
import type { SourceFile } from '../../sql/source';
import { type Edit, insert, lineBreakOf } from '../../sql/text';
import { endWithComment } from '../placing/comments';
import type { CompanionPart, WrittenPart } from '../runner';
import { dividedBy, type MarkerLine, markerLines, type Section, statementsIn } from '../sending/sections';

/** A line that is meant to begin a changeset. */
export const marker = /^[ \t]*--?[ \t]*changeset\b.*$/gim;

/** A line that begins one: its author, its id, and the attributes. */
export const changeset = /^\s*--\s*changeset\s+("[^"]+"|[^\s:][^:]*):("[^"]+"|\S+)(\s.*)?/i;

/** What stands before the first changeset is never run, nor what is for other databases. */
export function sectionsOf(file: SourceFile): readonly Section[] {
  const { text } = file;
  const lines = /changeset/i.test(text) ? markerLines(text, marker) : [];
  const sections = dividedBy(
    lines.filter((line) => changeset.test(line.text)),
    () => 'up',
    text,
  );
  return sections.map((part): Section => {
    const last = statementsIn(file, part).at(-1);
    const bodyEnd = last === undefined ? {} : { bodyEnd: endWithComment(file, last) };
    return runs(part.marker) ? { ...part, ...bodyEnd } : { ...part, kind: 'down', isSkipped: true };
  });
}

/** Those of its attributes as they stand in the line, each behind a blank. */
export function attributesOf(line: MarkerLine | undefined, names: readonly string[]): string {
  return names
    .flatMap((name) => {
      const value = attributeOf(line, name);
      return value === undefined ? [] : [` ${name}:${value}`];
    })
    .join('');
}

/** The value of an attribute; the last one, where it stands there twice. */
function attributeOf(line: MarkerLine | undefined, name: string): string | undefined {
  const [, , , rest = ''] = changeset.exec(line?.text ?? '') ?? [];
  const values = [...rest.matchAll(new RegExp(`\\b${name}:("[^"]*"|\\S*)`, 'gi'))];
  return values.at(-1)?.[1];
}

/** Whether Liquibase runs a changeset on PostgreSQL, as far as its own line says. */
function runs(line: MarkerLine | undefined): boolean {
  if (attributeOf(line, 'ignore')?.toLowerCase() === 'true') return false;
  const names = (attributeOf(line, 'dbms') ?? '')
    .toLowerCase()
    .split(',')
    .filter((name) => name !== '');
  // A property has one value for each database.
  if (names.length === 0 || names.some((name) => name.includes('${'))) return true;
  if (names.includes('none') || names.includes('!postgresql')) return false;
  return names.some((name) => name === 'all' || name === 'postgresql' || name.startsWith('!'));
}

const rollbackLine = /^[ \t]*--[ \t]*rollback (.*)$/gim;
const rollbackComment = /^[ \t]*\/\*[ \t]*liquibase[ \t]*rollback[ \t]*$/im;

/** The changesets that have statements and no rollback. Liquibase runs all that it finds of one, so a second would fail. */
export function withoutRollback(file: SourceFile): readonly CompanionPart[] {
  return sectionsOf(file).flatMap((part): readonly CompanionPart[] => {
    const statements = statementsIn(file, part);
    const [, author = '', id = ''] = changeset.exec(part.marker?.text ?? '') ?? [];
    if (part.marker === undefined || part.kind === 'down' || statements.length === 0) return [];
    if (hasRollback(file.text.slice(part.start, part.end))) return [];
    return [
      {
        name: `changeset ${author.trim()}:${id}`,
        statements,
        write: (comments, sql) => rollbackOf(part, file.text, comments, sql),
      },
    ];
  });
}

/** Whether Liquibase finds something in the text of a changeset that undoes it, or says that nothing is to be done. */
export function hasRollback(text: string): boolean {
  const lines = [...text.matchAll(rollbackLine)].map(([, rest = '']) => rest);
  return rollbackComment.test(text) || lines.join('').trim() !== '';
}

/**
 * `--rollback` before each line; Liquibase joins them again. Where it would cut a statement at a semicolon inside of it,
 * a line with a slash ends each, which leaves the checksum of the changeset as it is.
 */
function rollbackOf(
  { marker: line, bodyEnd, end }: Section,
  text: string,
  comments: readonly string[],
  statements: readonly string[],
): WrittenPart {
  if (statements.some((sql) => /changesetid/i.test(sql))) {
    return { problem: 'Liquibase takes a rollback with "changesetId" in it for a reference to another one.' };
  }
  const lineBreak = lineBreakOf(text);
  const ownEnd = attributeOf(line, 'rollbackEndDelimiter');
  const isWhole = attributeOf(line, 'rollbackSplitStatements')?.toLowerCase() === 'false';
  const needsEnd = ownEnd === undefined && !isWhole && statements.some(hasSemicolonInside);
  const delimiter = isWhole ? ';' : (ownEnd ?? (needsEnd ? '/' : ';'));
  const ending = delimiter === ';' ? ';' : `\n${delimiter.replace(/^(?:\\[nr])+/, '')}`;
  const sql = statements.map((statement) => `${statement}${ending}`);
  const lines = [...comments.map((comment) => `-- ${comment}`), ...sql].flatMap((piece) =>
    piece.split(/\r?\n/),
  );
  const written = lines.map((one) => `${lineBreak}--rollback ${one}`).join('');
  const attribute = needsEnd ? ' rollbackEndDelimiter:/' : '';
  const opening = line?.text.trimEnd() ?? '';
  const edits: readonly Edit[] = [
    ...(needsEnd ? [insert((line?.start ?? 0) + opening.length, attribute)] : []),
    insert(bodyEnd ?? end, written),
  ];
  return { edits, text: `${opening}${attribute}${written}${lineBreak}` };
}

/** Whether a statement has a semicolon inside. Where Liquibase ends one like that depends on its version. */
export function hasSemicolonInside(sql: string): boolean {
  return parseFile(sql).statements.some(({ start, end }) => sql.slice(start, end).includes(';'));
}
