import { type Scanner as ScannerType, Scanner } from '../../server/src/sql/scanner';
import type { SourceFile } from '../../server/src/sql/source';
import { applyEdits, type Edit, insert } from '../../server/src/sql/text';

/** Begins the number of a literal; stands in no migration. */
const sign = '§';

/** Literals of an author with everything in them that a careless move of text would change. */
export class Letters {
  private readonly literals: string[] = [];

  /** How often a literal was seen in what Lockstep wrote. */
  seen = 0;

  /** The migration with hard literals: in place of its own in indexes, tables and policies, and one more in each index. */
  harden({ text, statements }: SourceFile): string {
    const edits: Edit[] = [];
    for (const { start, end, parsed } of statements) {
      const { statement } = parsed;
      if (statement === undefined || !this.isHardened(statement.kind, statement.command)) continue;
      const scanner = new Scanner(statement.text);
      for (let kind = scanner.next(); kind !== 'end of text'; kind = scanner.next()) {
        if (kind !== 'string' || !/^'.*'$/s.test(scanner.current) || namesThing(statement.text, scanner))
          continue;
        const range = { start: start + scanner.start, end: start + scanner.end };
        edits.push({ range, text: this.literal(scanner.current.slice(1, -1)) });
      }
      if (statement.kind !== 'CreateIndex') continue;
      if (!statement.unique) edits.push(insert(start + statement.indexKeyword.start, 'UNIQUE '));
      if (statement.predicate === undefined) edits.push(insert(end, ` WHERE ${this.literal('')} <> ''`));
    }
    return applyEdits(text, edits);
  }

  /** Fails when one of the literals in `sql` is not as the author wrote it, also inside of strings that are code. */
  assertKept(sql: string, where: string): void {
    const scanner = new Scanner(sql);
    for (let kind = scanner.next(); kind !== 'end of text'; kind = scanner.next()) {
      const { current } = scanner;
      // A title of a rollback holds the beginning of a statement.
      if (kind === 'comment' || !current.includes(sign)) continue;
      this.seen++;
      if (this.literals.includes(current)) continue;
      const inner = kind === 'string' ? decoded(current) : undefined;
      if (inner === undefined) throw new Error(`${where} has other letters: ${current}\nin\n${sql}`);
      this.assertKept(inner, where);
    }
  }

  private isHardened(kind: string, command: string): boolean {
    return (
      kind === 'CreateIndex' ||
      kind === 'AlterTable' ||
      kind === 'CreateTable' ||
      /POLICY|TRIGGER/.test(command)
    );
  }

  private literal(own: string): string {
    const number = this.literals.length;
    const hard = [
      `${sign}${number}${sign}\n  two\n\nlines '' $$ $body$ $body1$ -- no comment\n/* nor this ;\n`,
      `${sign}${number}${sign}\r\n\tit''s "\r\n-- +none\n'' \\ \r;`,
    ];
    const text = hard[number % hard.length] ?? '';
    const literal = number % 3 === 2 ? `E'${text.replaceAll('\\', '\\\\')}\\''` : `'${own}${text}'`;
    this.literals.push(literal);
    return literal;
  }
}

/** Whether the string is the name of something, as in nextval('orders_id_seq'). */
function namesThing(text: string, { start }: ScannerType): boolean {
  return /(?:nextval|currval|setval)\s*\(\s*$|(?:language|interval)\s*$/i.test(
    text.slice(Math.max(0, start - 40), start),
  );
}

/** What a string holds. */
function decoded(literal: string): string | undefined {
  const mark = /^\$[^$]*\$/.exec(literal)?.[0];
  if (mark !== undefined) return literal.slice(mark.length, -mark.length);
  if (literal.startsWith("'")) return literal.slice(1, -1).replaceAll("''", "'");
  if (!/^e'/i.test(literal)) return undefined;
  return literal.slice(2, -1).replaceAll("''", "'").replaceAll('\\\\', '\\');
}
