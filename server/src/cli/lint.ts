import type { Analysis } from '../features/analysis';
import { type Diagnostic, diagnose } from '../features/diagnose';
import { allFixes, type OfferedFix } from '../features/fix';
import type { Severity } from '../rules/rule';
import { remembered } from '../runners/files/remembered';
import { Lines } from '../sql/text';
import type { Files } from './files';
import type { FailOn, Options } from './options';
import { type Place, placeOf, statementJson } from './statement-json';
import { print, printableName, printJson } from './terminal';

const rank: Readonly<Record<Severity, number>> = { error: 3, warning: 2, information: 1, hint: 0 };
const threshold: Readonly<Record<FailOn, number>> = { error: 3, warning: 2, never: Infinity };

/** `lockstep lint`: prints the findings and returns the exit code. */
export function lint(files: Files, { format, failOn }: Options): number {
  const judged = files.paths.flatMap((file): readonly Judged[] => {
    const analysis = files.analyse(file);
    if (analysis === undefined) return [];
    const diagnostics = files.attempt(file, () => diagnose(analysis));
    return diagnostics === undefined ? [] : [{ name: files.name(file), analysis, diagnostics }];
  });
  if (format === 'json') printJson(asJson(judged, files));
  else print(asText(judged));
  const fails = judged.some(({ diagnostics }) =>
    diagnostics.some(({ severity }) => rank[severity] >= threshold[failOn]),
  );
  return fails ? 1 : 0;
}

interface Judged {
  readonly name: string;
  readonly analysis: Analysis;
  readonly diagnostics: readonly Diagnostic[];
}

function asText(judged: readonly Judged[]): string {
  const lines = judged.flatMap(({ name, analysis, diagnostics }) => {
    const positions = new Lines(analysis.file.text);
    return diagnostics.map(({ rule, severity, message, remedy, range }) => {
      const { line, character } = positions.positionAt(range.start);
      const said = remedy === undefined ? message : `${message} ${remedy}`;
      return `${printableName(name)}:${line + 1}:${character + 1}: ${severity}: ${said} [${rule}]`;
    });
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** The object that DESIGN.md promises: lines and columns from 1, columns in UTF-16 units. */
function asJson(judged: readonly Judged[], { workspace }: Files) {
  const tree = remembered(workspace.tree);
  const result = judged.map(({ name, analysis, diagnostics }) => {
    const lines = new Lines(analysis.file.text);
    const place = (offset: number): Place => placeOf(offset, lines);
    const fixes = byFinding(allFixes(analysis, { tree, now: new Date() }));
    return {
      path: name,
      runner: analysis.surroundings.project.runner.id,
      findings: diagnostics.map((diagnostic) => ({
        rule: diagnostic.rule,
        severity: diagnostic.severity,
        message: diagnostic.message,
        start: place(diagnostic.range.start),
        end: place(diagnostic.range.end),
        fixes: (fixes.get(keyOf(diagnostic)) ?? []).map(({ title, safety }) => ({ title, safety })),
      })),
      statements: analysis.statements.map((statement) => statementJson(statement, lines)),
    };
  });
  return { version: 1, files: result };
}

/** The fixes that can be applied, by the finding that they repair. */
function byFinding(fixes: readonly OfferedFix[]): ReadonlyMap<string, readonly OfferedFix[]> {
  const found = new Map<string, OfferedFix[]>();
  for (const fix of fixes) {
    if (fix.refusal !== undefined) continue;
    const key = keyOf(fix);
    const known = found.get(key);
    if (known === undefined) found.set(key, [fix]);
    else known.push(fix);
  }
  return found;
}

function keyOf({ rule, range }: Pick<Diagnostic, 'rule' | 'range'>): string {
  return `${rule} ${range.start} ${range.end}`;
}
