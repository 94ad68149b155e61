import type { CompanionPart } from '../runners/runner';
import { parseFile } from '../sql/parse';
import type { Edit } from '../sql/text';
import { rollback, type RollbackRequest } from './rollback';

/** What undoes the parts of a migration that its runner undoes one by one. */
interface UndoneParts {
  readonly edits: readonly Edit[];
  /** All of it for a person to read. */
  readonly text: string;
  /** The parts that nothing is written for, and why, one sentence each. */
  readonly problems: readonly string[];
}

/** Writes for each part what undoes it, and nothing for one that cannot be undone: then the runner refuses to. */
export function undoParts(
  parts: readonly CompanionPart[],
  request: Omit<RollbackRequest, 'header' | 'only'>,
): UndoneParts {
  const edits: Edit[] = [];
  const texts: string[] = [];
  const problems: string[] = [];
  for (const part of parts) {
    const written = undoPart(part, request);
    if ('problem' in written) problems.push(`${part.name}: ${written.problem}`);
    else {
      edits.push(...written.edits);
      texts.push(written.text);
    }
  }
  return { edits, text: texts.join('\n'), problems };
}

function undoPart(
  { statements, write }: CompanionPart,
  request: Omit<RollbackRequest, 'header' | 'only'>,
): ReturnType<CompanionPart['write']> {
  if (statements.some((index) => request.file.statements[index]?.parsed.statement === undefined)) {
    return { problem: 'Lockstep cannot read all of its statements, so it cannot undo it.' };
  }
  const { text, statements: graded } = rollback({ ...request, header: [], only: new Set(statements) });
  const undoing = parseFile(text).statements.map(({ start, end }) => text.slice(start, end));
  const notes = [...graded].reverse().flatMap(({ notes: some }) => some);
  if (undoing.length === 0) {
    return { problem: notes[0] ?? 'There is nothing to undo; "--rollback empty" says so to Liquibase.' };
  }
  return write(notes, undoing);
}
