import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
const examples = path.join(root, 'examples');
const temporary = mkdtempSync(path.join(os.tmpdir(), 'lockstep-neovim-'));
after(() => {
  rmSync(temporary, { recursive: true, force: true });
});

/** What `lockstep lint --format json` prints, as far as it is compared. */
interface Report {
  readonly files: readonly {
    readonly path: string;
    readonly findings: readonly { readonly rule: string; readonly start: Place; readonly end: Place }[];
  }[];
}

/** A place as the command line gives it: line and column start at 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** What init.lua writes. Positions are LSP's: they start at 0. */
interface Session {
  readonly problem?: string;
  readonly files: readonly {
    readonly file: string;
    readonly answered: boolean;
    readonly shown: number;
    readonly diagnostics: readonly {
      readonly source: string;
      readonly code: string;
      readonly range: { readonly start: Position; readonly end: Position };
    }[];
  }[];
}

interface Position {
  readonly line: number;
  readonly character: number;
}

describe('Neovim', () => {
  test('shows for the examples what the command line prints', { timeout: 120_000 }, async () => {
    const expected = new Map(
      (await lint(examples)).files
        .filter(({ findings }) => findings.length > 0)
        .map(({ path: file, findings }) => [
          path.resolve(root, file),
          findings.map(({ rule, start, end }) => line(rule, start, end)).sort(),
        ]),
    );
    assert.notEqual(
      expected.size,
      0,
      'The command line finds nothing in the examples: there is nothing to compare.',
    );

    const { problem, files } = await openInNeovim([...expected.keys()]);
    assert.equal(problem, undefined);
    const seen = new Map(
      files.map(({ file, diagnostics }) => [
        file,
        diagnostics.map(({ code, range }) => line(code, fromLsp(range.start), fromLsp(range.end))).sort(),
      ]),
    );
    assert.deepEqual(seen, expected);
    for (const { file, answered, shown, diagnostics } of files) {
      assert.ok(answered, `The server has published nothing for ${file}.`);
      assert.equal(shown, diagnostics.length, `Neovim does not show every diagnostic of ${file}.`);
      assert.ok(diagnostics.every(({ source }) => source === 'lockstep'));
    }
  });
});

async function lint(folder: string): Promise<Report> {
  const cli = path.join(root, 'dist', 'cli.js');
  const args = [cli, 'lint', '--format', 'json', '--fail-on', 'never', folder];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as Report;
}

/** Opens files in a Neovim that has a home of its own, and returns what it shows. */
async function openInNeovim(files: readonly string[]): Promise<Session> {
  const result = path.join(temporary, 'result.json');
  const order = {
    command: [process.execPath, path.join(root, 'dist', 'server.js'), '--stdio'],
    files,
    root: examples,
    result,
    patience: 15_000,
  };
  const environment = {
    ...process.env,
    LOCKSTEP_NEOVIM_ORDER: JSON.stringify(order),
    HOME: temporary,
    XDG_CACHE_HOME: path.join(temporary, 'cache'),
    XDG_CONFIG_HOME: path.join(temporary, 'config'),
    XDG_DATA_HOME: path.join(temporary, 'data'),
    XDG_STATE_HOME: path.join(temporary, 'state'),
  };
  const args = ['--headless', '-n', '-u', path.join(import.meta.dirname, 'init.lua')];
  await promisify(execFile)(process.env['NEOVIM_PATH'] ?? 'nvim', args, {
    env: environment,
    timeout: 100_000,
  });
  return JSON.parse(readFileSync(result, 'utf8')) as Session;
}

function line(rule: string, start: Place, end: Place): string {
  return `${start.line}:${start.column}-${end.line}:${end.column} ${rule}`;
}

function fromLsp({ line: fromZero, character }: Position): Place {
  return { line: fromZero + 1, column: character + 1 };
}
