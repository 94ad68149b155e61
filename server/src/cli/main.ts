import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadGrammar } from '../sql/parse';
import { explain } from './explain';
import { Files } from './files';
import { fix } from './fix';
import { lint } from './lint';
import { options, UsageError, usage } from './options';
import { writeCompanions } from './scripts';

/** What a run ends with; see `lockstep --help`. */
const couldNotRun = 2;

async function main(words: readonly string[]): Promise<number> {
  const given = options(words);
  if (given.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (given.version) {
    process.stdout.write(`${versionOfPackage()}\n`);
    return 0;
  }
  await loadGrammar();
  const files = await Files.find(given);
  switch (given.command) {
    case 'lint':
      return lint(files, given);
    case 'explain':
      return explain(files, given);
    case 'fix':
      return fix(files, given);
    case 'rollback':
    case 'validate':
      return writeCompanions(given.command, files, given);
  }
}

function versionOfPackage(): string {
  const manifest = readFileSync(path.join(__dirname, '../package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const message = error instanceof UsageError ? error.message : describe(error);
    process.stderr.write(`lockstep: ${message}\n`);
    process.exitCode = couldNotRun;
  },
);

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
