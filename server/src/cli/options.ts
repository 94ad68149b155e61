import { parseArgs } from 'node:util';
import { majors } from '../postgres/versions';
import { dedupePolicyIds } from '../rewrites/remove-duplicates';
import { rules } from '../rules';
import { runners } from '../runners';
import { wholeVersion } from '../runners/files/versions';
import { type PlacementWay, placementWays } from '../runners/runner';
import { isDuration } from '../workspace/configuration';

type Command = 'lint' | 'explain' | 'fix' | 'rollback' | 'validate';
export type FailOn = 'error' | 'warning' | 'never';

/** What the command line says. */
export interface Options {
  readonly command: Command;
  /** Files, folders, globs, or `-` for standard input. */
  readonly paths: readonly string[];
  readonly format: 'text' | 'json' | 'markdown';
  readonly postgresVersion: number | undefined;
  readonly runner: string | undefined;
  readonly runnerVersion: string | undefined;
  /** The path that standard input is judged as. */
  readonly stdinFilename: string | undefined;
  readonly failOn: FailOn;
  readonly lockTimeout: string | undefined;
  readonly defaultBranch: string | undefined;
  /** `fix`: only this rule. */
  readonly rule: string | undefined;
  /** `fix`: which of several ways to be rid of duplicates is wanted. */
  readonly policy: string | undefined;
  /** `fix`: where the steps go when there is a choice. */
  readonly place: PlacementWay | undefined;
  /** `fix`: also what the default branch has already. */
  readonly released: boolean;
  readonly write: boolean;
  readonly diff: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {}

export const usage = `Usage: lockstep COMMAND [OPTIONS] [PATH…]

  lint [PATH…|-]   report what the statements do to a live database
  explain PATH…    print what each statement does, and what each transaction holds
  fix PATH…        print the safe version, or a patch with --diff, or write it with --write
  rollback PATH    print the SQL that undoes a migration, or write it with --write
  validate PATH    print the SQL that checks a migration after it ran, or write it with --write

PATH is a file, a folder or a glob, or - for standard input; lint without one takes the current folder. A file is judged in its project:
its runner is recognised, and its earlier migrations are found and replayed.

  --format text|json            how findings are printed (text); explain also takes markdown
  --postgres ${majors.join('|')}   server version (the project's, else ${majors[0]})
  --runner ${runners.map(({ id }) => id).join('|')}   instead of the one that is recognised
  --runner-version VERSION      instead of the installed one
  --stdin-filename FILE         the path of the text on standard input
  --fail-on error|warning|never what makes the exit code 1 (warning)
  --default-branch BRANCH       what is not on it is pending, for runners that run all of that in one transaction;
                                auto: that of the remote, main or master. Late migrations, and those that were
                                changed after their release, are reported by this branch, too
  --lock-timeout VALUE          the value that fixes give lock_timeout (5s)
  --rule ID                     fix: this rule only
  --policy POLICY               fix: how to remove duplicates, if that policy fits:
                                ${dedupePolicyIds.slice(0, 3).join(', ')},
                                ${dedupePolicyIds.slice(3).join(', ')},
                                or do-all: the best of them, a check, and a concurrent build
  --place PLACE                 fix: where steps go, if there is a choice: ${placementWays.join(', ')}
  --released                    fix: also repair what the default branch already has
  --diff                        fix: print a patch
  --write                       fix, rollback, validate: write files instead of printing

Exit code: 0 nothing found, 1 findings at or above --fail-on, 2 could not run.
`;

/** What each command takes besides `common`. */
const own = {
  lint: ['format', 'fail-on'],
  explain: ['format'],
  fix: ['rule', 'policy', 'place', 'released', 'write', 'diff'],
  rollback: ['write'],
  validate: ['write'],
} as const satisfies Readonly<Record<Command, readonly string[]>>;

const common = [
  'postgres',
  'runner',
  'runner-version',
  'stdin-filename',
  'lock-timeout',
  'default-branch',
  'help',
  'version',
];

const lintFormats = ['text', 'json'] as const;
const explainFormats = [...lintFormats, 'markdown'] as const;

/** Reads the words behind the program's name. Throws a UsageError. */
export function options(words: readonly string[]): Options {
  const { values, positionals } = read(words);
  const isQuestion = values.help === true || values.version === true;
  const [word = 'lint', ...paths] = positionals;
  const command = isCommand(word) ? word : undefined;
  if (!isQuestion) checkWords(command, word, paths, values);
  return {
    command: command ?? 'lint',
    paths: paths.length > 0 ? paths : [values['stdin-filename'] === undefined ? '.' : '-'],
    format: oneOf('format', values.format, command === 'explain' ? explainFormats : lintFormats) ?? 'text',
    postgresVersion: major(values.postgres),
    runner: oneOf(
      'runner',
      values.runner,
      runners.map(({ id }) => id),
    ),
    runnerVersion: runnerVersion(values['runner-version']),
    stdinFilename: values['stdin-filename'],
    failOn: oneOf('fail-on', values['fail-on'], ['error', 'warning', 'never']) ?? 'warning',
    lockTimeout: lockTimeout(values['lock-timeout']),
    defaultBranch: values['default-branch'],
    rule: rule(values.rule),
    policy: oneOf('policy', values.policy, [...dedupePolicyIds, 'do-all']),
    place: oneOf('place', values.place, placementWays),
    released: values.released === true,
    write: values.write === true,
    diff: values.diff === true,
    help: values.help === true,
    version: values.version === true,
  };
}

function isCommand(word: string): word is Command {
  return Object.hasOwn(own, word);
}

/** What contradicts itself is refused, rather than that a part of it is not heard. */
function checkWords(
  command: Command | undefined,
  word: string,
  paths: readonly string[],
  values: Readonly<Record<string, string | boolean | undefined>>,
): void {
  if (command === undefined) throw new UsageError(`There is no command "${word}". See lockstep --help.`);
  const allowed: readonly string[] = [...own[command], ...common];
  const foreign = Object.keys(values).find((name) => !allowed.includes(name));
  if (foreign !== undefined) {
    throw new UsageError(`"lockstep ${command}" has no option --${foreign}. See lockstep --help.`);
  }
  if (command !== 'lint' && paths.length === 0 && values['stdin-filename'] === undefined) {
    throw new UsageError(`"lockstep ${command}" needs a path. See lockstep --help.`);
  }
  if (values['write'] === true && values['diff'] === true) {
    throw new UsageError('--write writes, and --diff only shows: choose one.');
  }
  if (values['write'] === true && (paths.includes('-') || paths.length === 0)) {
    throw new UsageError('There is no file to write to for standard input: leave out --write.');
  }
}

function read(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        postgres: { type: 'string' },
        runner: { type: 'string' },
        'runner-version': { type: 'string' },
        'stdin-filename': { type: 'string' },
        'fail-on': { type: 'string' },
        'lock-timeout': { type: 'string' },
        'default-branch': { type: 'string' },
        rule: { type: 'string' },
        policy: { type: 'string' },
        place: { type: 'string' },
        released: { type: 'boolean' },
        write: { type: 'boolean' },
        diff: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error: unknown) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.replaceAll('\n', ' '));
  }
}

function oneOf<Value extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly Value[],
): Value | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new UsageError(`--${name} is one of ${allowed.join(', ')}, not "${value}".`);
  return found;
}

function major(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!(majors as readonly number[]).includes(number)) {
    throw new UsageError(`--postgres is one of ${majors.join(', ')}, not "${value}".`);
  }
  return number;
}

function runnerVersion(value: string | undefined): string | undefined {
  const version = wholeVersion(value ?? '');
  if (value === undefined || version !== undefined) return version;
  throw new UsageError(`--runner-version is a version such as 2.109.1, not "${value}".`);
}

function lockTimeout(value: string | undefined): string | undefined {
  if (value === undefined || isDuration(value)) return value;
  throw new UsageError(`--lock-timeout is a duration such as 5s or 500ms, not "${value}".`);
}

function rule(value: string | undefined): string | undefined {
  if (value === undefined || rules.some(({ id }) => id === value)) return value;
  throw new UsageError(`There is no rule "${value}".`);
}
