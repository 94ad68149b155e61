import { parseArgs } from 'node:util';
import { majors } from '../postgres/versions';
import { runners } from '../runners';

export type Command = 'lint' | 'explain' | 'fix' | 'rollback' | 'validate';
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
  /** `fix`: only this rule. */
  readonly rule: string | undefined;
  /** `fix`: which of several ways to repair is wanted: a part of the title or of its words. */
  readonly policy: string | undefined;
  readonly write: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {}

export const usage = `Usage: lockstep COMMAND [OPTIONS] [PATH…]

  lint [PATH…|-]   say what the statements do to a live database
  explain PATH…    say of each statement what it does, and of each transaction what it holds
  fix PATH…        print the safe version, or write it with --write
  rollback PATH    print the SQL that undoes a migration, or write it with --write
  validate PATH    print the SQL that checks a migration after it ran, or write it with --write

PATH is a file, a folder or a glob; without one, the current folder. A file is judged in its project:
its runner is recognised, and its earlier migrations are found and replayed.

  --format text|json            how findings are printed (text); explain also takes markdown
  --postgres ${majors.join('|')}   server version (the project's, else ${majors[0]})
  --runner ${runners.map(({ id }) => id).join('|')}   instead of the one that is recognised
  --runner-version VERSION      instead of the installed one
  --stdin-filename FILE         the path of the text on standard input
  --fail-on error|warning|never what makes the exit code 1 (warning)
  --lock-timeout VALUE          the value that fixes give lock_timeout (5s)
  --rule ID, --policy WORDS     fix: this rule only; the way to repair, such as keep-newest
  --write                       fix, rollback, validate: write files instead of printing

Exit code: 0 nothing found, 1 findings at or above --fail-on, 2 could not run.
`;

const commands: readonly string[] = [
  'lint',
  'explain',
  'fix',
  'rollback',
  'validate',
] satisfies readonly Command[];

const lintFormats = ['text', 'json'] as const;
const explainFormats = [...lintFormats, 'markdown'] as const;

/** Reads the words behind the program's name. Throws a UsageError. */
export function options(words: readonly string[]): Options {
  const { values, positionals } = read(words);
  const [command = 'lint', ...paths] = positionals;
  if (!commands.includes(command) && values.help !== true && values.version !== true) {
    throw new UsageError(`There is no command "${command}". See lockstep --help.`);
  }
  return {
    command: command as Command,
    paths,
    format: oneOf('format', values.format, command === 'explain' ? explainFormats : lintFormats) ?? 'text',
    postgresVersion: major(values.postgres),
    runner: oneOf(
      'runner',
      values.runner,
      runners.map(({ id }) => id),
    ),
    runnerVersion: values['runner-version'],
    stdinFilename: values['stdin-filename'],
    failOn: oneOf('fail-on', values['fail-on'], ['error', 'warning', 'never']) ?? 'warning',
    lockTimeout: values['lock-timeout'],
    rule: values.rule,
    policy: values.policy,
    write: values.write === true,
    help: values.help === true,
    version: values.version === true,
  };
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
        rule: { type: 'string' },
        policy: { type: 'string' },
        write: { type: 'boolean' },
        diff: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error: unknown) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
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
