import { quoteIdentifier } from '../sql/print';
import type { CreateIndex } from '../sql/statement';
import { applyEdits, type Edit, insert, type Range } from '../sql/text';

/** What is different in another CREATE INDEX than the author's. */
interface IndexChanges {
  readonly name: string;
  readonly isConcurrent: boolean;
  /** Whether IF NOT EXISTS stays where the author wrote it. */
  readonly ifNotExists: boolean;
  /** What stands for the relation, `ONLY` and schema included; the author's words when omitted. */
  readonly relation?: string;
}

/** The author's text of a CREATE INDEX with these changes. */
export function createIndexText(statement: CreateIndex, changes: IndexChanges): string {
  const { index, indexKeyword, concurrentlyKeyword, ifNotExistsKeywords, text } = statement;
  const { name, isConcurrent, ifNotExists, relation } = changes;
  const edits: Edit[] = [];
  const remove = ({ start, end }: Range): void => {
    const space = /^\s*/.exec(text.slice(end))?.[0].length ?? 0;
    edits.push({ range: { start, end: end + space }, text: '' });
  };
  const written = quoteIdentifier(name);
  const added = index === undefined ? ` ${written}` : '';
  if (concurrentlyKeyword === undefined) {
    const word = isConcurrent ? ` ${inCaseOf('CONCURRENTLY', statement)}` : '';
    if (word + added !== '') edits.push(insert(indexKeyword.end, word + added));
  } else if (isConcurrent) {
    if (added !== '') edits.push(insert(concurrentlyKeyword.end, added));
  } else if (index === undefined) edits.push({ range: concurrentlyKeyword, text: written });
  else remove(concurrentlyKeyword);
  if (index !== undefined && index.text !== name) edits.push({ range: index.range, text: written });
  if (ifNotExistsKeywords !== undefined && !ifNotExists) remove(ifNotExistsKeywords);
  if (relation !== undefined) edits.push({ range: statement.relation.range, text: relation });
  return applyEdits(text, edits);
}

/** A keyword in the author's own case. */
export function inCaseOf(keyword: string, { text, indexKeyword }: CreateIndex): string {
  const written = text.slice(indexKeyword.start, indexKeyword.end);
  return written === written.toLowerCase() ? keyword.toLowerCase() : keyword;
}
