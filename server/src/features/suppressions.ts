import { Scanner } from '../sql/scanner';
import type { SourceFile } from '../sql/source';
import type { ReportedFinding } from './analysis';

/** `-- lockstep-ignore rule-id, rule-id: reason`, and the same with `-file`. */
const comment = /^--\s*lockstep-ignore(-file)?\s+([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\s*(?::|$)/;

const word = 'lockstep-ignore';

/** What the author asked not to be told. */
interface Suppressions {
  /** The findings of statement `index` without those that are ignored. */
  apply(findings: readonly ReportedFinding[], index: number): readonly ReportedFinding[];
}

export const nothingIgnored: Suppressions = { apply: (findings) => findings };

/**
 * The comments of a file that switch rules off: for the whole file, or for the statement that follows on the next line
 * (other comments may stand between).
 */
export function suppressions({ text, statements }: SourceFile): Suppressions {
  if (!text.includes(word)) return nothingIgnored;
  const inFile = new Set<string>();
  const before = new Map<number, Set<string>>();
  for (let index = 0; index <= statements.length; index++) {
    const from = statements[index - 1]?.terminatedEnd ?? 0;
    const until = statements[index]?.start ?? text.length;
    if (until - from < word.length) continue;
    for (const { isForFile, rules } of commentsOf(text.slice(from, until))) {
      const target = isForFile ? inFile : (before.get(index) ?? new Set());
      for (const rule of rules) target.add(rule);
      if (!isForFile) before.set(index, target);
    }
  }
  return {
    apply: (findings, index) =>
      findings.filter(({ rule }) => !inFile.has(rule.id) && before.get(index)?.has(rule.id) !== true),
  };
}

function* commentsOf(gap: string): Iterable<{ isForFile: boolean; rules: readonly string[] }> {
  if (!gap.includes(word)) return;
  const scanner = new Scanner(gap);
  for (let kind = scanner.next(); kind !== 'end of text'; kind = scanner.next()) {
    const match = kind === 'comment' ? comment.exec(scanner.current) : null;
    if (match === null) continue;
    const rules = (match[2] ?? '').split(',').map((rule) => rule.trim());
    yield { isForFile: match[1] !== undefined, rules };
  }
}
