import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Analyser } from '../../server/src/features/analyser';
import { defaultLockTimeout } from '../../server/src/features/analysis';
import { diagnose } from '../../server/src/features/diagnose';
import { newMigration, writeCompanion } from '../../server/src/features/files';
import { allFixes } from '../../server/src/features/fix';
import { describeStatus } from '../../server/src/features/status';
import { parseFile } from '../../server/src/sql/parse';
import type { Configuration } from '../../server/src/workspace/configuration';
import { Workspace } from '../../server/src/workspace/workspace';
import { findFaults } from './check';
import { type HostileFolder, hostileFolder, make, secret } from './hostile-folder';
import { type Budget, FaultError, type Outcome, processorTime, slowest, type Watch } from './kind';
import { isKnown } from './known';

/** So many files of a folder are looked at. */
const mostFiles = 6;

const configuration: Configuration = {
  postgresVersion: undefined,
  runner: undefined,
  runnerVersion: undefined,
  lockTimeout: defaultLockTimeout,
  rules: {},
};

/** Looks at files in folders that nobody has made in good faith. */
export async function hostileFolders(budget: Budget, watch: Watch): Promise<Outcome> {
  const figures = { folders: 0, files: 0, 'slowest file in ms': 0 };
  const runners = new Set<string>();
  const attempt = (one: HostileFolder): void => {
    figures.folders++;
    const outer = mkdtempSync(path.join(os.tmpdir(), 'lockstep-folder-'));
    try {
      writeFileSync(path.join(outer, 'secret'), `-- ${secret}\ncreate table "${secret}" (id int);\n`);
      const root = path.join(outer, 'a/p');
      make(root, one);
      const workspace = new Workspace(new Map(), {
        folders: [root],
        onRuleError: (rule, error) => {
          throw new Error(`the rule ${rule} throws: ${describe(error)}`);
        },
      });
      for (const file of [root, ...sqlFilesOf(root)]) {
        figures.files++;
        const time = lookAt(file, workspace, runners, one);
        figures['slowest file in ms'] = Math.max(figures['slowest file in ms'], Math.round(time));
      }
    } finally {
      rmSync(outer, { recursive: true, force: true });
    }
  };
  const isDone = (): boolean => figures.folders >= budget.count;
  const faults = await findFaults(hostileFolder, attempt, budget, watch, { isDone });
  return { figures: { ...figures, runners: runners.size }, faults };
}

/** Asks everything about a file, or a folder; returns the processor time. */
function lookAt(file: string, workspace: Workspace, runners: Set<string>, one: HostileFolder): number {
  const start = processorTime();
  const fail = (message: string): void => {
    if (!isKnown(message)) throw new FaultError(`${message} (${path.basename(file)})`, JSON.stringify(one));
  };
  let answer = '';
  try {
    answer = answerTo(file, workspace, runners);
  } catch (error: unknown) {
    fail(describe(error));
  }
  const time = processorTime() - start;
  if (time > slowest) fail(`A file takes more than ${slowest} ms of processor time`);
  if (answer.includes(secret)) fail('An answer has what stands outside of the folder');
  return time;
}

function answerTo(file: string, workspace: Workspace, runners: Set<string>): string {
  const surroundings = workspace.surroundingsOf(file, configuration);
  const { project } = surroundings;
  runners.add(project.runner.id);
  const site = { tree: workspace.tree, now: new Date('2026-01-03T00:00:00Z') };
  const status = describeStatus(surroundings, { postgresVersion: undefined, runnerVersion: undefined });
  const made = newMigration('more', project, site);
  const text = workspace.tree.read(file);
  if (text === undefined) return JSON.stringify([status, made]);
  const analysis = new Analyser().analyse(parseFile(text, project.runner), surroundings);
  const found = diagnose(analysis);
  const fixes = allFixes(analysis, site);
  const written = (['rollback', 'validation'] as const).map((kind) => writeCompanion(kind, analysis, site));
  return JSON.stringify([status, made, found, fixes, written]);
}

/** As an editor would find them: by names that are texts, and without following links. */
function sqlFilesOf(root: string): readonly string[] {
  // One whose name is no text cannot be listed by what it is read as.
  const entries = existsSync(root) ? readdirSync(root, { withFileTypes: true }) : [];
  const folders = entries.filter((entry) => entry.isDirectory());
  const own = entries.filter(({ name }) => /\.sql$/i.test(name)).map(({ name }) => path.join(root, name));
  return [...own, ...folders.flatMap(({ name }) => sqlFilesOf(path.join(root, name)))].slice(0, mostFiles);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
