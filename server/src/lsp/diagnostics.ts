import { type Diagnostic as LspDiagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import type { Analysis } from '../features/analysis';
import { type Diagnostic, diagnose } from '../features/diagnose';
import type { Severity } from '../rules/rule';
import { largestAnalysed } from '../workspace/workspace';
import { toDiagnostic } from './convert';
import { type Document, isTooLarge } from './documents';

/** As many as VS Code shows of one file; sending more costs time on both sides. */
const mostDiagnostics = 1000;

const order: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

/** What the editor is told of a document. */
export function diagnosticsOf(document: Document, analysis: Analysis | undefined): LspDiagnostic[] {
  if (analysis === undefined) return isTooLarge(document) ? [tooLarge(document)] : [];
  return worst(diagnose(analysis)).map((diagnostic) => toDiagnostic(diagnostic, document.lines));
}

/** The gravest ones when there are too many; in the order of the text all the same. */
function worst(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (diagnostics.length <= mostDiagnostics) return diagnostics;
  const kept = new Set(
    order
      .flatMap((severity) => diagnostics.filter((diagnostic) => diagnostic.severity === severity))
      .slice(0, mostDiagnostics),
  );
  return diagnostics.filter((diagnostic) => kept.has(diagnostic));
}

function tooLarge({ text }: Document): LspDiagnostic {
  const start = { line: 0, character: 0 };
  const size = Math.round(text.length / 1_000_000);
  const limit = Math.round(largestAnalysed / 1_000_000);
  return {
    range: { start, end: start },
    severity: DiagnosticSeverity.Information,
    source: 'lockstep',
    code: 'file-too-large',
    message: `This file has ${size} million characters. Lockstep analyses files of up to ${limit} million.`,
  };
}
