import type { SourceFile, SourceStatement } from '../sql/source';

/** What stands in quotes: strings, and bodies in dollar quotes. */
const quoted = /\$(\w*)\$[^]*?\$\1\$|'(?:[^']|'')*'/g;

const comments = /--[^\n]*|\/\*[^]*?\*\//g;

/** What each command takes. */
const objects = {
  create:
    'TABLE|TEMP|TEMPORARY|VIEW|MATERIALIZED|FUNCTION|INDEX|UNIQUE|SCHEMA|SEQUENCE|EXTENSION|DOMAIN|TYPE|POLICY|TRIGGER|CONSTRAINT|ROLE|USER|DATABASE|SERVER|OPERATOR',
  alter: 'VIEW|TYPE|TABLE|INDEX|ROLE|POLICY|SCHEMA|USER|OPERATOR',
  drop: 'DATABASE|DOMAIN|EXTENSION|FUNCTION|INDEX|OPERATOR|POLICY|PROCEDURE|ROLE|SCHEMA|SEQUENCE|TABLE|TRIGGER|TYPE|VIEW|MATERIALIZED|USER',
  comment: 'COLUMN|DATABASE|EXTENSION|ROLE|SCHEMA|TABLE|USER',
};

const name = String.raw`(?:"[^"]*"|[\w$.])+`;

/** Statements that the parser cannot read, without what stands in their quotes, and with single blanks. */
const unreadable: readonly RegExp[] = [
  /^(?:CLUSTER|DO|IMPORT|LOCK|REASSIGN|REFRESH|REINDEX|SECURITY)\b/i,
  new RegExp(`^CREATE (?!(?:OR REPLACE )?(?:${objects.create})\\b)`, 'i'),
  new RegExp(`^ALTER (?!(?:${objects.alter})\\b)`, 'i'),
  new RegExp(`^DROP (?!(?:${objects.drop})\\b)`, 'i'),
  new RegExp(`^COMMENT ON (?!(?:${objects.comment})\\b)`, 'i'),
  /^COMMENT\b.*\bIS \$\$/i,
  /^DROP INDEX CONCURRENTLY\b/i,
  /^CREATE\b.*\bINDEX\b.*\bON ONLY\b/i,
  // Parameters of an operator class.
  /^CREATE\b.*\bINDEX\b.*\b\w+_ops ?\(/i,
  new RegExp(`^ALTER INDEX (?!${name} RENAME\\b)`, 'i'),
  /^ALTER VIEW\b(?!.*\bAS\b)/i,
  new RegExp(`^ALTER TYPE ${name} (?!RENAME (?:TO|VALUE)\\b|ADD VALUE\\b)`, 'i'),
  /^VACUUM (?:\(|(?:VERBOSE|ANALYZE) \w)/i,
  /^COPY\b.*\bFROM STDIN\b/i,
  /^SELECT\b.*\bFOR (?:NO KEY|KEY)\b/i,
  /^CREATE\b.*\bMATERIALIZED\b.*\bWITH (?:NO )?DATA ?$/i,
  /^CREATE\b.*\bTABLE\b.*(?:\b(?:INCLUDING|EXCLUDING) \w+|\bEXCLUDE (?:USING\b|\())/i,
  // A role, not a privilege on something; a parameter with its name.
  /^(?:GRANT|REVOKE)\b(?!.*\bON\b)/i,
  /^(?:GRANT|REVOKE)\b.*\bON (?:ALL (?:ROUTINES|PROCEDURES)|ROUTINE|FOREIGN|LANGUAGE|TYPE|DOMAIN)\b/i,
  /^(?:GRANT|REVOKE)\b.*\bON FUNCTION\b[^(]*\((?:[^)]*,)? ?"?\w+"? (?!(?:varying|precision|with|without)\b)"?\w/i,
  /^CREATE\b.*\bFUNCTION\b.*\bRETURNS SETOF\b/i,
  /^CREATE\b.*\bFUNCTION\b.*\b(?:COST|ROWS|LEAKPROOF|WINDOW|SUPPORT|BEGIN ATOMIC)\b/i,
  /^CREATE\b.*\bTRIGGER\b.*\bEXECUTE \w+ [^(]*\( ?'/i,
  // The parser wants the options in an order of its own.
  /^CREATE\b.*\bSEQUENCE\b.*\b(?:START\b.*\b(?:INCREMENT|MINVALUE|MAXVALUE)|(?:CACHE|CYCLE)\b.*\b(?:START|INCREMENT|MINVALUE|MAXVALUE))\b/i,
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
  /^ALTER TABLE\b.*\bTYPE\b.*\bCOLLATE\b/i,
  /^(?:CREATE|ALTER)\b.*\bTABLE\b.*\bGENERATED ALWAYS AS \((?!.*\bSTORED\b)/i,
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
  const bare = sql
    .replace(quoted, (found) => (found.startsWith('$') ? '$$' : "''"))
    .replace(comments, ' ')
    .replace(/\s+/g, ' ');
  return !unreadable.some((pattern) => pattern.test(bare));
}
