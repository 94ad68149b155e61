import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadGrammar } from '../sql/parse';
import { visible } from '../sql/visible';
import { explain } from './explain';
import { Files } from './files';
import { fix } from './fix';
import { lint } from './lint';
import { type Options, options, UsageError, usage } from './options';
import { writeCompanions } from './scripts';
import { print, printError } from './terminal';
import { turnToWrite } from './turn';

/** What a run ends with; see `lockstep --help`. */
const couldNotRun = 2;

async function main(words: readonly string[]): Promise<number> {
  const given = options(words);
  if (given.help) {
    print(usage);
    return 0;
  }
  if (given.version) {
    print(`${versionOfPackage()}\n`);
    return 0;
  }
  await loadGrammar();
  const end = given.write ? await turnToWrite() : undefined;
  const files = await Files.find(given);
  const code = run(files, given);
  end?.();
  return files.hasProblems ? couldNotRun : code;
}

function run(files: Files, given: Options): number {
  switch (given.command) {
    case 'lint':
      return lint(files, given);
    case 'explain':
      return explain(files, given);
    case 'fix':
      fix(files, given);
      return 0;
    case 'rollback':
    case 'validate':
      writeCompanions(given.command, files, given);
      return 0;
  }
}

// Whoever reads may have seen enough, as `head` has; what else a stream cannot do is said, when it can be.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.exitCode = couldNotRun;
    if (stream === process.stdout) printError(`lockstep: ${visible(error.message)}\n`);
  });
}

function versionOfPackage(): string {
  const manifest = readFileSync(path.join(__dirname, '../package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode ??= code;
  },
  (error: unknown) => {
    const message = describe(error);
    printError(`lockstep: ${message}\n`);
    process.exitCode = couldNotRun;
  },
);

/** One line for what the person or the system did; the stack for what is our mistake. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof UsageError || 'syscall' in error
    ? visible(error.message)
    : (error.stack ?? error.message);
}
