import { Scanner } from '../../sql/scanner';
import type { SourceFile, SourceStatement } from '../../sql/source';

/** What each command takes. */
const objects = {
  create:
    'TABLE|TEMP|TEMPORARY|VIEW|MATERIALIZED|FUNCTION|INDEX|UNIQUE|SCHEMA|SEQUENCE|EXTENSION|DOMAIN|TYPE|POLICY|TRIGGER|CONSTRAINT|ROLE|USER|DATABASE|SERVER|OPERATOR',
  alter: 'VIEW|TYPE|TABLE|INDEX|ROLE|POLICY|SCHEMA|USER|OPERATOR',
  drop: 'DATABASE|DOMAIN|EXTENSION|FUNCTION|INDEX|OPERATOR|POLICY|PROCEDURE|ROLE|SCHEMA|SEQUENCE|TABLE|TRIGGER|TYPE|VIEW|MATERIALIZED|USER',
  comment: 'COLUMN|DATABASE|EXTENSION|ROLE|SCHEMA|TABLE|USER',
};

const name = String.raw`(?:"[^"]*"|[\w$.])+`;

/**
 * Statements that the parser cannot read, without what stands in their quotes, and with single blanks. Of several
 * patterns each is looked for behind the one before it.
 */
const unreadable: readonly (RegExp | readonly RegExp[])[] = [
  /^(?:CLUSTER|DO|IMPORT|LOCK|REASSIGN|REFRESH|REINDEX|SECURITY)\b/i,
  new RegExp(`^CREATE (?!(?:OR REPLACE )?(?:${objects.create})\\b)`, 'i'),
  new RegExp(`^ALTER (?!(?:${objects.alter})\\b)`, 'i'),
  new RegExp(`^DROP (?!(?:${objects.drop})\\b)`, 'i'),
  new RegExp(`^COMMENT ON (?!(?:${objects.comment})\\b)`, 'i'),
  /^COMMENT\b.*\bIS \$\$/i,
  /^DROP INDEX CONCURRENTLY\b/i,
  [/^CREATE\b/i, /\bINDEX\b/i, /\bON ONLY\b/i],
  // Parameters of an operator class.
  [/^CREATE\b/i, /\bINDEX\b/i, /\w_ops ?\(/i],
  new RegExp(`^ALTER INDEX (?!${name} RENAME\\b)`, 'i'),
  /^ALTER VIEW\b(?!.*\bAS\b)/i,
  new RegExp(`^ALTER TYPE ${name} (?!RENAME (?:TO|VALUE)\\b|ADD VALUE\\b)`, 'i'),
  /^VACUUM (?:\(|(?:VERBOSE|ANALYZE) \w)/i,
  /^COPY\b.*\bFROM STDIN\b/i,
  /^SELECT\b.*\bFOR (?:NO KEY|KEY)\b/i,
  [/^CREATE\b/i, /\bMATERIALIZED\b/i, /\bWITH (?:NO )?DATA ?$/i],
  [/^CREATE\b/i, /\bTABLE\b/i, /\b(?:INCLUDING|EXCLUDING) \w|\bEXCLUDE (?:USING\b|\()/i],
  // A role, not a privilege on something; a parameter with its name.
  /^(?:GRANT|REVOKE)\b(?!.*\bON\b)/i,
  /^(?:GRANT|REVOKE)\b.*\bON (?:ALL (?:ROUTINES|PROCEDURES)|ROUTINE|FOREIGN|LANGUAGE|TYPE|DOMAIN)\b/i,
  [
    /^(?:GRANT|REVOKE)\b/i,
    /\bON FUNCTION\b/i,
    /\(/,
    /^(?:[^)]*,)? ?"?\w+"? (?!(?:varying|precision|with|without)\b)"?\w/i,
  ],
  [/^CREATE\b/i, /\bFUNCTION\b/i, /\bRETURNS SETOF\b/i],
  [/^CREATE\b/i, /\bFUNCTION\b/i, /\b(?:COST|ROWS|LEAKPROOF|WINDOW|SUPPORT|BEGIN ATOMIC)\b/i],
  [/^CREATE\b/i, /\bTRIGGER\b/i, /\bEXECUTE (?:FUNCTION|PROCEDURE) /i, /\(/, /^ ?'/],
  // The parser wants the options in an order of its own.
  [/^CREATE\b/i, /\bSEQUENCE\b/i, /\bSTART\b/i, /\b(?:INCREMENT|MINVALUE|MAXVALUE)\b/i],
  [/^CREATE\b/i, /\bSEQUENCE\b/i, /\b(?:CACHE|CYCLE)\b/i, /\b(?:START|INCREMENT|MINVALUE|MAXVALUE)\b/i],
  /^ALTER TABLE\b.*\bSET (?:SCHEMA|TABLESPACE|LOGGED|UNLOGGED|ACCESS|WITHOUT)\b/i,
  /^ALTER TABLE\b.*(?:\bRESET ?\(|\bCLUSTER ON\b|\bSET ?\( ?toast\.|\b(?:ATTACH|DETACH) PARTITION\b)/i,
  new RegExp(`^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?${name} (?:(?:NO )?INHERIT|(?:NOT )?OF)\\b`, 'i'),
  /^ALTER TABLE\b.*\bALTER CONSTRAINT\b/i,
  new RegExp(
    `^ALTER TABLE\\b.*\\bALTER (?:COLUMN )?${name} (?:SET (?!NOT\\b|DEFAULT\\b|DATA\\b)|RESET\\b|RESTART\\b|DROP (?:IDENTITY|EXPRESSION)\\b)`,
    'i',
  ),
  /^ALTER TABLE\b.*\b(?:PRIMARY KEY|UNIQUE) USING INDEX\b/i,
  new RegExp(`^ALTER TABLE\\b.*\\bADD (?:CONSTRAINT ${name} )?(?:NOT NULL|EXCLUDE)\\b`, 'i'),
  [/^ALTER TABLE\b/i, /\bTYPE\b/i, /\bCOLLATE\b/i],
  /^ALTER TABLE\b.*\bIDENTITY ?\( ?SEQUENCE NAME\b/i,
];

const known = new WeakMap<SourceStatement['parsed'], boolean>();

/**
 * Whether the parser of Prisma 7.4 and newer, sqlparser 0.61, can read a statement. One in a file that it cannot read,
 * and the file is sent as one query, as before 7.4.
 */
export function isReadable({ parsed, start, end }: SourceStatement, { text }: SourceFile): boolean {
  const answer = known.get(parsed) ?? (parsed.statement !== undefined && reads(text.slice(start, end)));
  known.set(parsed, answer);
  return answer;
}

function reads(sql: string): boolean {
  const bare = bareOf(sql);
  const isUnreadable = unreadable.some((patterns) => behind(bare, [patterns].flat()) !== undefined);
  return !isUnreadable && !hasVirtualColumn(bare);
}

/** A generated column that is not stored. */
function hasVirtualColumn(bare: string): boolean {
  const [last = ''] =
    behind(bare, [/^(?:CREATE|ALTER)\b/i, /\bTABLE\b/i])
      ?.split(/\bSTORED\b/i)
      .slice(-1) ?? [];
  return /\bGENERATED ALWAYS AS \(/i.test(last);
}

/** What follows the last of the patterns, each of which is looked for behind the one before it. */
function behind(text: string, patterns: readonly RegExp[]): string | undefined {
  let rest = text;
  for (const pattern of patterns) {
    const found = pattern.exec(rest);
    if (found === null) return undefined;
    rest = rest.slice(found.index + found[0].length);
  }
  return rest;
}

/** A statement without comments, and without what stands in its quotes; single blanks between its tokens. */
function bareOf(sql: string): string {
  const parts: string[] = [];
  const scanner = new Scanner(sql);
  let end = 0;
  for (let kind = scanner.next(); kind !== 'end of text'; kind = scanner.next()) {
    if (kind === 'comment') continue;
    if (scanner.start > end) parts.push(' ');
    parts.push(kind === 'string' ? emptied(scanner.current) : scanner.current);
    end = scanner.end;
  }
  return parts.join('');
}

/** `E''` for `E'a'`, and `$$` for a body. */
function emptied(literal: string): string {
  return literal.startsWith('$') ? '$$' : `${literal.slice(0, literal.indexOf("'"))}''`;
}
