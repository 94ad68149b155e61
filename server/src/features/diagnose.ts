import type { Severity } from '../rules/rule';
import type { SyntaxProblem } from '../sql/source';
import { type Range, shift } from '../sql/text';
import { visible } from '../sql/visible';
import type { Analysis } from './analysis';

/** The id of what is reported for SQL that the grammar refuses. */
export const syntaxErrorId = 'syntax-error';

/** The id of what is reported for SQL that may be right, but is not analysed. */
export const notAnalysedId = 'not-analysed';

/** One problem of a file. Offsets are UTF-16 code units in the file. */
export interface Diagnostic {
  readonly rule: string;
  readonly severity: Severity;
  /** What happens, and to which relation. */
  readonly message: string;
  /** What to do, for who has no light bulb and no hover. */
  readonly remedy: string | undefined;
  readonly range: Range;
  /** The statement's index in the file. */
  readonly statement: number;
  /** Whether the text that it marks is only there to be removed, such as an index that another one covers. */
  readonly isUnnecessary: boolean;
}

/** Everything that is wrong with a file, in the order of the text. */
export function diagnose({ statements }: Analysis): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  statements.forEach(({ source, schedule, findings }, statement) => {
    const { error } = source.parsed;
    if (error !== undefined && schedule.isSkipped !== true)
      diagnostics.push(syntaxDiagnostic(error, source.start, statement));
    for (const { rule, severity, finding } of findings) {
      diagnostics.push({
        rule: rule.id,
        severity,
        message: finding.message,
        remedy: finding.remedy ?? rule.meta.remedy,
        range: shift(finding.range, source.start),
        statement,
        isUnnecessary: rule.meta.unnecessary === true,
      });
    }
  });
  return diagnostics;
}

function syntaxDiagnostic(problem: SyntaxProblem, start: number, statement: number): Diagnostic {
  const { message, expected, range, isSyntax } = problem;
  const sentence = visible(message.charAt(0).toUpperCase() + message.slice(1));
  return {
    rule: isSyntax ? syntaxErrorId : notAnalysedId,
    severity: isSyntax ? 'error' : 'information',
    message: expected.length === 0 ? ended(sentence) : `${sentence}: expected ${alternatives(expected)}.`,
    remedy: undefined,
    range: shift(range, start),
    statement,
    isUnnecessary: false,
  };
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** `ON`, `ON or USING`, `ON, USING or "("`. */
function alternatives(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
