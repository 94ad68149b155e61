import type { Major } from '../postgres/versions';
import { rules } from '../rules';
import type { Finding, Rule, RuleContext } from '../rules/rule';
import type { SourceFile } from '../sql/source';
import type { Statement } from '../sql/statement';
import { shift } from '../sql/text';
import { visible } from '../sql/visible';
import type { ReportedFinding, Surroundings } from './analysis';
import { runBody } from './run';

const rulesByKind = new Map<string, readonly Rule[]>();
for (const rule of rules) {
  for (const kind of rule.on) rulesByKind.set(kind, [...(rulesByKind.get(kind) ?? []), rule]);
}

const rulesOfFiles = rules.filter((rule) => rule.checkFile !== undefined);

/** The findings of all rules on one statement, and on what stands in its body. */
export function checkAll(
  statement: Statement,
  context: RuleContext,
  surroundings: Surroundings,
): readonly ReportedFinding[] {
  const found = check(statement, context, surroundings);
  const inBody = checkBody(statement, context, surroundings);
  return inBody.length === 0 ? found : [...found, ...inBody];
}

/** What the rules say of the places between statements, by the statement behind them, or the last one. */
export function checkFile(
  file: SourceFile,
  { path, project, standing, settings, onRuleError }: Surroundings,
): ReadonlyMap<number, readonly ReportedFinding[]> {
  const reported = new Map<number, ReportedFinding[]>();
  if (file.statements.length === 0) return reported;
  for (const rule of rulesOfFiles) {
    const configured = settings.rules[rule.id];
    if (configured === 'off') continue;
    try {
      for (const finding of rule.checkFile?.(file, { path, project, standing }) ?? []) {
        const behind = file.statements.findIndex(({ terminatedEnd }) => terminatedEnd > finding.range.start);
        const index = behind < 0 ? file.statements.length - 1 : behind;
        const severity = configured ?? finding.severity ?? rule.meta.severity;
        const range = shift(finding.range, -(file.statements[index]?.start ?? 0));
        const found = {
          rule,
          severity,
          finding: { ...shown(finding), range },
          isInBody: false,
          isOfFile: true,
        };
        reported.set(index, [...(reported.get(index) ?? []), found]);
      }
    } catch (error: unknown) {
      onRuleError?.(rule.id, error);
    }
  }
  return reported;
}

function check(
  statement: Statement,
  context: RuleContext,
  surroundings: Surroundings,
): readonly ReportedFinding[] {
  const reported: ReportedFinding[] = [];
  for (const rule of rulesByKind.get(statement.kind) ?? []) {
    const configured = surroundings.settings.rules[rule.id];
    if (configured === 'off' || !appliesTo(rule, context.postgresVersion)) continue;
    try {
      for (const finding of rule.check(statement, context)) {
        const severity = configured ?? finding.severity ?? rule.meta.severity;
        reported.push({
          rule,
          severity,
          finding: { ...shown(finding), range: firstLine(finding.range, statement.text) },
          isInBody: false,
        });
      }
    } catch (error: unknown) {
      surroundings.onRuleError?.(rule.id, error);
    }
  }
  if (reported.length < 2) return reported;
  // What the server refuses does nothing else.
  const refused = reported.filter(({ rule }) => rule.meta.category === 'existence');
  return refused.length > 0 ? refused : reported.filter(({ rule }) => !yields(rule, reported));
}

const handlesErrors = /\bexception\s+when\b/i;

/** Names in a message may hold whatever fits between two quotes; it stays one line. */
function shown<Subject>(finding: Finding<Subject>): Finding<Subject> {
  const { message, remedy } = finding;
  return {
    ...finding,
    message: visible(message),
    ...(remedy === undefined ? {} : { remedy: visible(remedy) }),
  };
}

/** What the statements do that a DO block runs, one after the other. */
function checkBody(
  statement: Statement,
  context: RuleContext,
  surroundings: Surroundings,
): readonly ReportedFinding[] {
  if (statement.kind !== 'DoBlock') return [];
  const reported: ReportedFinding[] = [];
  for (const { nested, catalog, effects } of runBody(statement, context.catalog, context.postgresVersion)) {
    const { start, conditional } = nested;
    const inBody = conditional || handlesErrors.test(statement.text) ? 'conditional' : 'always run';
    const inside = { ...context, catalog, effects, refusal: undefined, inBody } as const;
    for (const one of check(nested.statement, inside, surroundings)) {
      // What EXECUTE builds from a string stands nowhere as it runs.
      const range = start === undefined ? statement.commandRange : shift(one.finding.range, start);
      reported.push({ ...one, isInBody: true, finding: { ...one.finding, range } });
    }
  }
  return reported;
}

/** Whether a rule leaves the word to another one that has found something in the same statement. */
function yields({ meta }: Rule, reported: readonly ReportedFinding[]): boolean {
  const { yieldsTo } = meta;
  return (
    yieldsTo !== undefined &&
    reported.some(({ rule }) => rule.meta.yieldsTo === undefined && yieldsTo.includes(rule.meta.category))
  );
}

function appliesTo({ meta }: Rule, major: Major): boolean {
  const { since = 0, until = Infinity } = meta.postgres ?? {};
  return major >= since && major < until;
}

/** A squiggle over many lines says nothing. */
function firstLine(
  { start, end }: { start: number; end: number },
  text: string,
): { start: number; end: number } {
  const newline = text.slice(start, end).search(/\r?\n/);
  return { start, end: newline < 0 ? end : start + newline };
}
