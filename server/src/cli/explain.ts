import { displayName } from '../catalog/relation';
import type { Effects } from '../effects/effects';
import type { AnalysedStatement, Analysis } from '../features/analysis';
import { explanationPage } from '../features/explain-markdown';
import { explanationText } from '../features/explain-text';
import {
  blockedBy,
  type HeldLock,
  isNewIn,
  timelineOf,
  type TransactionTimeline,
} from '../features/timeline';
import { Lines } from '../sql/text';
import type { Files } from './files';
import type { Options } from './options';
import { statementJson } from './statement-json';
import { print, printJson } from './terminal';

/** `lockstep explain`: prints what each statement does, and what each transaction holds. Returns the exit code. */
export function explain(files: Files, { format }: Options): number {
  const explained = files.paths.flatMap((file) => named(files.name(file), files.analyse(file)));
  switch (format) {
    case 'text':
      print(explained.map(({ name, analysis }) => explanationText(analysis, name)).join('\n'));
      break;
    case 'markdown':
      print(
        explained.map(({ name, analysis }) => explanationPage(analysis, name, () => undefined)).join('\n'),
      );
      break;
    case 'json': {
      const result = explained.map(({ name, analysis }) => fileJson(name, analysis));
      printJson({ version: 1, files: result });
      break;
    }
  }
  return 0;
}

/** A file that cannot be analysed is left out; `files` has said so. */
function named(name: string, analysis: Analysis | undefined) {
  return analysis === undefined ? [] : [{ name, analysis }];
}

function fileJson(name: string, analysis: Analysis) {
  const lines = new Lines(analysis.file.text);
  const { project, settings } = analysis.surroundings;
  return {
    path: name,
    runner: project.runner.id,
    postgres: settings.postgresVersion,
    statements: analysis.statements.map((statement) => explanationJson(statement, lines)),
    timeline: timelineOf(analysis).transactions.map(transactionJson),
  };
}

/** What `lint` prints of a statement, and more. */
function explanationJson(analysed: AnalysedStatement, lines: Lines) {
  const { effects, findings, refusal } = analysed;
  const said = statementJson(analysed, lines);
  return {
    ...said,
    effects: effects === undefined ? null : { ...said.effects, ...moreEffects(analysed, effects) },
    rules: [...new Set(findings.map(({ rule }) => rule.id))],
    refusal: refusal === undefined ? null : `${refusal.reason} ${refusal.instead}`,
  };
}

function moreEffects(analysed: AnalysedStatement, effects: Effects) {
  return {
    locks: effects.locks.map(({ relation, mode, role }) => ({
      relation: displayName(relation),
      mode,
      role,
      isNew: isNewIn(analysed, relation),
      blocks: blockedBy(mode) ?? null,
    })),
    indexBuilds: effects.indexBuilds.map(displayName),
    duration: effects.duration,
    failsOnRows: effects.failsOnRows.map(({ relation, condition, sqlstate }) => ({
      relation: displayName(relation),
      condition,
      sqlstate,
    })),
  };
}

/** Statements are given by their place in `statements`, from 0. */
function transactionJson({
  transaction,
  section,
  first,
  last,
  locks,
  strongest,
  slow,
  unknown,
}: TransactionTimeline) {
  return {
    transaction,
    section,
    first,
    last,
    strongest: strongest === undefined ? null : lockJson(strongest),
    locks: locks.map(lockJson),
    slow: slow.map(({ statement, duration, under }) => ({ statement, duration, under: under.map(lockJson) })),
    unknown,
  };
}

function lockJson({ relation, mode, role, from, until, isNew, blocks }: HeldLock) {
  return { relation: displayName(relation), mode, role, from, until, isNew, blocks: blocks ?? null };
}
