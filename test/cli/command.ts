import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../shared';

const program = path.join(root, 'dist/cli.js');

/** What a run of the command line left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** A temporary copy of an example, in which the bundled command line is run as a person does. */
export class Place {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-cli-'));

  constructor(example?: string) {
    if (example !== undefined) cpSync(path.join(root, 'examples', example), this.folder, { recursive: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  bytes(name: string): Buffer {
    return readFileSync(this.path(name));
  }

  write(name: string, content: string | Buffer): void {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  /** Every file with its text. */
  snapshot(): Readonly<Record<string, string>> {
    const files = readdirSync(this.folder, { recursive: true, withFileTypes: true });
    return Object.fromEntries(
      files
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(this.folder, path.join(entry.parentPath, entry.name)))
        .sort()
        .map((name) => [name, this.read(name)]),
    );
  }

  /** Makes a repository of the folder, whose main is on a remote, so that others have all that is in it. */
  release(): void {
    const git = (...words: readonly string[]): void => {
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...words], { cwd: this.folder });
    };
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-q', '--no-gpg-sign', '-m', 'x');
    git('init', '-q', '--bare', '.git/remote.git');
    git('remote', 'add', 'origin', './.git/remote.git');
    git('push', '-q', 'origin', 'main');
  }

  async run(words: readonly string[], input: string | Buffer = ''): Promise<Outcome> {
    return runProgram(process.execPath, [program, ...words], this.folder, input);
  }

  /** Runs a line of shell in which `lockstep` is the command. */
  async shell(line: string): Promise<Outcome> {
    const definition = `lockstep() { '${process.execPath}' '${program}' "$@"; }`;
    return runProgram('bash', ['-c', `${definition}; ${line}`], this.folder, '');
  }

  /** `lint --format json`, read. */
  async lint(...words: readonly string[]): Promise<Report> {
    const { out, error } = await this.run(['lint', '--format', 'json', ...words]);
    if (out === '') throw new Error(error);
    return JSON.parse(out) as Report;
  }
}

async function runProgram(
  file: string,
  words: readonly string[],
  cwd: string,
  input: string | Buffer,
): Promise<Outcome> {
  const child = spawn(file, words, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const error: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => error.push(chunk));
  // A program that does not read its input closes it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, out: Buffer.concat(out).toString(), error: Buffer.concat(error).toString() };
}

interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** What `lint --format json` promises. */
interface Report {
  readonly version: number;
  readonly files: readonly {
    readonly path: string;
    readonly runner: string;
    readonly findings: readonly {
      readonly rule: string;
      readonly severity: string;
      readonly message: string;
      readonly start: TextPosition;
      readonly end: TextPosition;
      readonly fixes: readonly { readonly title: string; readonly safety: string }[];
    }[];
    readonly statements: readonly {
      readonly start: TextPosition;
      readonly end: TextPosition;
      readonly command: string | null;
      readonly section: string;
      readonly transaction: number | null;
      readonly effects: {
        readonly locks: readonly { readonly relation: string; readonly mode: string }[];
        readonly rewrites: readonly string[];
        readonly scans: readonly string[];
        readonly transactional: boolean;
      } | null;
    }[];
  }[];
}

/** The rules of all findings, in their order. */
export function rulesOf({ files }: Report): readonly string[] {
  return files.flatMap(({ findings }) => findings.map(({ rule }) => rule));
}
