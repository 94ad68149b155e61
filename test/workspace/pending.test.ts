import { deepEqual } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Analyser } from '../../server/src/features/analyser';
import { defaultLockTimeout } from '../../server/src/features/analysis';
import { diagnose } from '../../server/src/features/diagnose';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { Workspace } from '../../server/src/workspace/workspace';
import { git as runGit } from '../git';

/** On its own: the index locks a table in use, and a scan comes behind it. */
const alone = ['create-index-not-concurrent', 'slow-statement-under-lock'];

const tags = ['0000_init', '0001_invoices', '0002_more'];
const texts = [
  'CREATE TABLE orders (id bigint PRIMARY KEY, total integer);\n',
  'CREATE TABLE invoices (id bigint PRIMARY KEY, total integer);\n--> statement-breakpoint\nALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total > 0) NOT VALID;\n',
  'CREATE INDEX invoices_total_idx ON invoices (total);\n--> statement-breakpoint\nALTER TABLE orders VALIDATE CONSTRAINT total_positive;\n',
];

describe('migrations that are not on the default branch', () => {
  let root = '';
  const write = (name: string, text: string): void => {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const git = (...words: readonly string[]): void => {
    runGit(root, words);
  };
  const rulesIn = (name: string, defaultBranch: string | undefined): readonly string[] => {
    const workspace = new Workspace(new Map());
    const file = path.join(root, name);
    const surroundings = workspace.surroundingsOf(file, {
      postgresVersion: 17,
      runner: undefined,
      runnerVersion: undefined,
      lockTimeout: defaultLockTimeout,
      defaultBranch,
      rules: { 'lock-timeout-missing': 'off' },
    });
    const analysis = new Analyser().analyse(
      parseFile(readFileSync(file, 'utf8'), surroundings.project.runner),
      surroundings,
    );
    return diagnose(analysis).map(({ rule }) => rule);
  };

  before(async () => {
    await loadGrammar();
    root = mkdtempSync(path.join(tmpdir(), 'lockstep-pending-'));
    git('init', '-q', '-b', 'main');
    const entries = tags.map((tag, idx) => ({ idx, tag, when: idx, version: '7', breakpoints: true }));
    write('drizzle/meta/_journal.json', JSON.stringify({ version: '7', dialect: 'postgresql', entries }));
    write(`drizzle/${tags[0] ?? ''}.sql`, texts[0] ?? '');
    git('add', '-A');
    git('commit', '-q', '-m', 'x');
    git('checkout', '-q', '-b', 'feature');
    tags.slice(1).forEach((tag, index) => {
      write(`drizzle/${tag}.sql`, texts[index + 1] ?? '');
    });
  });
  after(() => {
    rmSync(root, { recursive: true });
  });

  const last = 'drizzle/0002_more.sql';

  it('are each judged on their own, when nobody asks for more', () => {
    deepEqual(rulesIn(last, undefined), alone);
  });

  it('share a transaction with Drizzle', () => {
    deepEqual(rulesIn(last, 'auto'), ['validate-in-same-transaction']);
    deepEqual(rulesIn(last, 'main'), ['validate-in-same-transaction']);
  });

  it('are none on a branch that has them all, or that is not there', () => {
    git('add', '-A');
    git('commit', '-q', '-m', 'x');
    deepEqual(rulesIn(last, 'feature'), alone);
    deepEqual(rulesIn(last, 'nowhere'), alone);
  });
});
