import { shortLabelOf } from '../runners';
import { endWithComment } from '../runners/placing/comments';
import type { Project, Schedule } from '../runners/runner';
import { extentOf, statementsIn } from '../runners/sending/sections';
import type { SourceFile } from '../sql/source';
import { type Edit, insert, lineBreakOf } from '../sql/text';
import { defineRule, type FilePlace, type Finding } from './rule';

/** The edits that end the transaction. */
interface LeftOpen {
  readonly edits: readonly Edit[];
}

export default defineRule({
  id: 'transaction-left-open',
  meta: {
    category: 'transaction',
    severity: 'error',
    addedIn: '0.1.0',
    remedy: 'Add COMMIT at the end.',
    docs: {
      summary: 'A file begins a transaction that it does not end.',
      why:
        'Only `COMMIT` applies what follows `BEGIN`. Without it the server rolls it back when the runner disconnects, ' +
        'and few runners notice: psql and Sqitch end without an error, and the record that a runner makes of the ' +
        'migration is often written into the same transaction, and lost with it. Nothing is reported if the runner ' +
        'opens and ends the transaction itself: a `BEGIN` in the file has no effect there.',
      instead: 'End the transaction with `COMMIT` after its last statement.',
      references: [
        'https://www.postgresql.org/docs/current/sql-begin.html',
        'https://www.postgresql.org/docs/current/sql-commit.html',
      ],
    },
    examples: [
      {
        bad: 'BEGIN;\nUPDATE orders SET coupon = NULL WHERE id = 1;\n',
        good: 'BEGIN;\nUPDATE orders SET coupon = NULL WHERE id = 1;\nCOMMIT;\n',
      },
    ],
  },

  // What is wrong is what does not stand in the file.
  on: [],
  check: () => [],

  *checkFile(file: SourceFile, place: FilePlace): Iterable<Finding<LeftOpen>> {
    if (file.isUnterminated || !file.statements.some(opensTransaction)) return;
    const { project, path, standing } = place;
    const schedule = project.runner.schedule(file, project, path);
    for (const index of schedule.leftOpen ?? []) {
      const source = file.statements[index];
      const { statement } = source?.parsed ?? {};
      if (source === undefined || statement === undefined) continue;
      if (mayEndLater(file, schedule, index) || standing?.includedBy() !== undefined) continue;
      const { start, end } = statement.commandRange;
      yield {
        range: { start: source.start + start, end: source.start + end },
        message: `No COMMIT ends this transaction: ${consequence(project)}.`,
        subject: { edits: commit(file, schedule, index) },
      };
    }
  },

  fixesInFile({ subject: { edits } }) {
    return [{ title: 'Add COMMIT at the end', safety: 'review', change: { kind: 'edits', edits } }];
  },
});

function opensTransaction({ parsed: { statement } }: SourceFile['statements'][number]): boolean {
  return statement?.kind === 'TransactionControl' && (statement.action === 'begin' || statement.chains);
}

function consequence(project: Project): string {
  const known = project.runner.leavesOpen?.(project);
  return known ?? `the server rolls it back when ${shortLabelOf(project)} disconnects`;
}

/** Words that may end a transaction, in text that cannot be read. */
const ending = /\b(?:commit|end|rollback|abort)\b|\bprepare\s+transaction\b/i;

/** psql commands that send what stands elsewhere, or send nothing at all. */
const elsewhere = /^\\(?:i|ir|include|include_relative|if|elif|else|endif|gexec|c|connect)\b/;

/** Whether something after statement `index` may end its transaction after all, although nobody can tell. */
function mayEndLater(
  { text, statements, others }: SourceFile,
  { statements: sent }: Schedule,
  index: number,
): boolean {
  const start = statements[index]?.start ?? 0;
  const isUnread = statements
    .slice(index + 1)
    .some(
      ({ parsed: { statement }, ...range }) =>
        statement === undefined && ending.test(text.slice(range.start, range.end)),
    );
  // Another section of the same direction goes on where this one stops.
  const next = statements.slice(index + 1).find(({ parsed: { statement } }, after) => {
    const isSameDirection = sent[index + 1 + after]?.section === sent[index]?.section;
    return isSameDirection && statement?.kind === 'TransactionControl' && isEndOrBegin(statement.action);
  });
  const isEnded =
    next?.parsed.statement?.kind === 'TransactionControl' && next.parsed.statement.action !== 'begin';
  const isIncluded = others.some(
    (piece) =>
      piece.kind === 'psql command' &&
      piece.end > start &&
      elsewhere.test(text.slice(piece.start, piece.end)),
  );
  return isUnread || isEnded || isIncluded;
}

function isEndOrBegin(action: string): boolean {
  return action === 'begin' || action === 'commit' || action === 'rollback' || action === 'prepare';
}

/** COMMIT after the last statement that is sent with `index`, and after what belongs to that. */
function commit(file: SourceFile, schedule: Schedule, index: number): readonly Edit[] {
  const { text, statements, others } = file;
  const extent = extentOf(file, schedule, index);
  const last = statementsIn(file, extent).at(-1) ?? index;
  const source = statements[last];
  const lineBreak = lineBreakOf(text);
  const isEnclosed = (enclosure: { start: number; end: number }, at: number): boolean => {
    const { start = 0 } = statements[at] ?? {};
    return enclosure.start < start && start < enclosure.end;
  };
  const around = extent.enclosures.find((one) => isEnclosed(one, last) && !isEnclosed(one, index));
  const data = others.filter(({ kind, end }) => kind === 'copy data' && end <= extent.end).at(-1);
  const at = around?.end ?? Math.max(endWithComment(file, last), data?.end ?? 0);
  const isLower = /^[^A-Z]*$/.test(text.slice(statements[index]?.start, statements[index]?.end));
  const word = isLower ? 'commit' : 'COMMIT';
  const isTerminated = source === undefined || source.terminatedEnd > source.end || data !== undefined;
  return [...(isTerminated ? [] : [insert(source.end, ';')]), insert(at, `${lineBreak}${word};`)];
}
