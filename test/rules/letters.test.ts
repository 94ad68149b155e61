// Group: corpus
// What Lockstep writes keeps the author's expressions to the letter, on the migrations of real projects.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { Analyser } from '../../server/src/features/analyser';
import { type Analysis, catalogBefore, defaultLockTimeout } from '../../server/src/features/analysis';
import { companionText } from '../../server/src/features/files';
import { allFixes } from '../../server/src/features/fix';
import { History, type PastFile } from '../../server/src/features/history';
import { prechecks } from '../../server/src/features/precheck';
import { scheduleAt } from '../../server/src/features/run';
import { recognise } from '../../server/src/runners';
import { loadGrammar, parseFile, Parser } from '../../server/src/sql/parse';
import { applyChanges, diskTree } from '../runners/tree';
import { needsShared, shared } from '../shared';
import { type CorpusProject, projects } from './corpus';
import { Letters } from './letters';

before(loadGrammar);

describe('hard literals in real migrations', { skip: needsShared('corpus') }, () => {
  for (const project of projects) {
    test(`${project.name}: fixes, checks, validations and rollbacks keep them`, (context) => {
      const counts = keptIn(project);
      context.diagnostic(JSON.stringify(counts));
      for (const [what, count] of Object.entries(counts)) assert.ok(count > 0, `nothing seen in ${what}`);
    });
  }
});

/** Fails when a literal is changed; how often one was seen in which kind of text. */
function keptIn({ folder, runner }: CorpusProject): Readonly<Record<string, number>> {
  const project = recognise(path.join(shared, 'corpus', folder), diskTree, runner);
  const parser = new Parser();
  const analyser = new Analyser();
  const history = new History(project);
  const past: PastFile[] = [];
  const letters = new Letters();
  const counts = { fixes: 0, checks: 0, validations: 0, rollbacks: 0 };
  const check = (kind: keyof typeof counts, text: string, where: string): void => {
    const before = letters.seen;
    letters.assertKept(text, `${kind} of ${where}`);
    counts[kind] += letters.seen - before;
  };
  project.runner.migrations(project, diskTree).forEach((file, index) => {
    const original = diskTree.read(file) ?? '';
    // Every second one as Windows has it.
    const text = index % 2 === 0 ? original : original.replace(/\r?\n/g, '\r\n');
    const options = { boundary: project.runner.boundary, parser };
    const source = parseFile(letters.harden(parseFile(text, options)), options);
    const earlier = history.after([...past]);
    const analysis = analyser.analyse(source, {
      path: file,
      project,
      history: earlier,
      pastStatement: ({ file: name, statement }) =>
        past.find((one) => one.path === name)?.file.statements[statement]?.parsed.statement,
      settings: { postgresVersion: 18, lockTimeout: defaultLockTimeout, rules: {} },
    });
    const where = path.basename(file);
    check('validations', companionText('validation', analysis).text, where);
    check('rollbacks', companionText('rollback', analysis).text, where);
    for (const one of checksIn(analysis)) check('checks', one, where);
    for (const { title, changes } of fixesIn(analysis, file)) {
      const present = Object.fromEntries(
        changes.flatMap((change) =>
          change.kind === 'create'
            ? []
            : [[change.path, change.path === file ? source.text : (diskTree.read(change.path) ?? '')]],
        ),
      );
      const after = applyChanges(present, changes);
      for (const [name, written] of Object.entries(after)) {
        if (name.endsWith('.sql')) check('fixes', written, `${where}: ${title}`);
      }
    }
    past.push({ path: file, file: source });
  });
  return counts;
}

/** The queries and the blocks for all that rows can make fail. */
function checksIn(analysis: Analysis): readonly string[] {
  return analysis.statements.flatMap(({ statement }, index) => {
    if (statement === undefined) return [];
    const catalog = catalogBefore(analysis, index);
    const schedule = scheduleAt(analysis.schedule, index);
    const found = prechecks(statement, {
      catalog,
      schedule,
      postgresVersion: 18,
      lockTimeout: defaultLockTimeout,
    });
    return found.flatMap(({ query, text }) => {
      // As somebody runs it who takes it out of its comment.
      const commented = text.split('\n').flatMap((line) => (line.startsWith('--   ') ? [line.slice(5)] : []));
      return [query, text, ...(query.includes('\r') ? [] : [commented.join('\n')])];
    });
  });
}

function fixesIn(analysis: Analysis, file: string): ReturnType<typeof allFixes> {
  const isHard = analysis.statements.some(
    ({ statement, findings }) => findings.length > 0 && statement?.text.includes('§'),
  );
  if (!isHard) return [];
  const tree = {
    ...diskTree,
    read: (name: string) => (name === file ? analysis.file.text : diskTree.read(name)),
  };
  return allFixes(analysis, { tree, now: new Date('2026-01-03T00:00:00Z') });
}
