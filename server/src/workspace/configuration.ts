import type { Settings } from '../features/analysis';
import { majors } from '../postgres/versions';
import { rules } from '../rules';
import type { Severity } from '../rules/rule';
import { runners } from '../runners';
import { join, upwards } from '../runners/files/paths';
import { wholeVersion } from '../runners/files/versions';
import type { FileTree } from '../runners/runner';

/** What a person may have configured; `auto` or undefined: as the project says. */
export interface Configuration {
  readonly postgresVersion: number | undefined;
  readonly runner: string | undefined;
  readonly runnerVersion: string | undefined;
  readonly lockTimeout: string;
  /**
   * The branch that tells which migrations are pending: those that it does not have. `auto`: the default branch;
   * false: no branch is asked, and every migration is one that nothing has run.
   */
  readonly defaultBranch?: string | false | undefined;
  readonly rules: Settings['rules'];
}

/** What the command line says; undefined: nothing. */
export type CommandLine = { readonly [Key in keyof Configuration]?: Configuration[Key] | undefined };

/** What the `lockstep.json` of a project says. */
export interface ConfigurationFile {
  readonly path: string;
  readonly values: Partial<Configuration>;
  /** What is ignored in it, and why: one sentence each. */
  readonly problems: readonly string[];
}

export const configurationName = 'lockstep.json';

/** Whether the server takes `value` for lock_timeout; fixes write it into migrations. */
export function isDuration(value: string): boolean {
  return /^\d+(?:\.\d+)?\s*(?:us|ms|s|min|h|d)?$/.test(value);
}

export const severities: readonly (Severity | 'off')[] = ['error', 'warning', 'information', 'hint', 'off'];

/** The `lockstep.json` in `folder`, or in the nearest folder above that has one. */
export function findConfigurationFile(folder: string, tree: FileTree): ConfigurationFile | undefined {
  for (const above of upwards(folder)) {
    const path = above === '/' ? `/${configurationName}` : join(above, configurationName);
    const text = tree.read(path);
    if (text !== undefined) return readConfigurationFile(path, text);
  }
  return undefined;
}

/** Of three that speak, the command line wins over the file, and the file over what a person has set. */
export function configured(
  settings: Configuration,
  file: ConfigurationFile | undefined,
  commandLine: CommandLine = {},
): Configuration {
  const values = file?.values ?? {};
  return {
    ...settings,
    ...values,
    ...Object.fromEntries(Object.entries(commandLine).filter(([, value]) => value !== undefined)),
    rules: { ...settings.rules, ...values.rules },
  };
}

/** More than anybody writes; what is read stays small. */
const longestText = 1_000_000;

/** Reads the text of a `lockstep.json`, whatever it holds: what is not as it should be is told and ignored. */
export function readConfigurationFile(path: string, text: string): ConfigurationFile {
  if (text.length > longestText) return refused(path, 'It is too large and is ignored.');
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error: unknown) {
    const why = error instanceof Error ? error.message : String(error);
    return refused(path, `It is not JSON and is ignored: ${why}.`);
  }
  if (!isObject(content)) return refused(path, 'It is not a JSON object and is ignored.');
  const problems: string[] = [];
  const values = Object.entries(content).map(([name, value]): Partial<Configuration> => {
    if (name === '$schema') return {};
    const key = keys.find((candidate) => candidate.name === name);
    if (key === undefined) {
      problems.push(`There is no key ${quoted(name)}; it is ignored.`);
      return {};
    }
    const read = key.read(value, problems);
    if (read === undefined)
      problems.push(`"${name}" is ${key.expected}, not ${quoted(value)}; it is ignored.`);
    return read ?? {};
  });
  return { path, values: Object.assign({}, ...values) as Partial<Configuration>, problems };
}

function refused(path: string, problem: string): ConfigurationFile {
  return { path, values: {}, problems: [problem] };
}

/** One key of `lockstep.json`. */
interface Key {
  readonly name: string;
  /** Behind "is": `a duration such as 5s`. */
  readonly expected: string;
  /** undefined for a value that is none. */
  readonly read: (value: unknown, problems: string[]) => Partial<Configuration> | undefined;
}

const keys: readonly Key[] = [
  {
    name: 'runner',
    expected: 'the id of a runner',
    read: (value) => {
      if (value === 'auto') return { runner: undefined };
      const runner = runners.find(({ id }) => id === value)?.id;
      return runner === undefined ? undefined : { runner };
    },
  },
  {
    name: 'runnerVersion',
    expected: 'a version such as 2.109.1',
    read: (value) => {
      const version = typeof value === 'string' ? wholeVersion(value) : undefined;
      return version === undefined ? undefined : { runnerVersion: version };
    },
  },
  {
    name: 'postgres',
    expected: `one of ${majors.join(', ')}`,
    read: (value) => {
      const major = majors.find((one) => one === value || String(one) === value);
      return major === undefined ? undefined : { postgresVersion: major };
    },
  },
  {
    name: 'lockTimeout',
    expected: 'a duration such as 5s',
    read: (value) => (typeof value === 'string' && isDuration(value) ? { lockTimeout: value } : undefined),
  },
  {
    name: 'defaultBranch',
    expected: 'the name of a branch, "auto" or false',
    read: (value) => {
      if (value === false) return { defaultBranch: false };
      return typeof value === 'string' && value.trim() !== '' ? { defaultBranch: value.trim() } : undefined;
    },
  },
  {
    name: 'rules',
    expected: 'an object of severities by rule',
    read: (value, problems) => (isObject(value) ? { rules: readRules(value, problems) } : undefined),
  },
];

function readRules(value: Readonly<Record<string, unknown>>, problems: string[]): Settings['rules'] {
  return Object.fromEntries(
    Object.entries(value).flatMap(([id, severity]): [string, Severity | 'off'][] => {
      const known = severities.find((one) => one === severity);
      if (!rules.some((rule) => rule.id === id)) problems.push(`There is no rule ${quoted(id)}.`);
      else if (known === undefined)
        problems.push(`"${id}" is one of ${severities.join(', ')}, not ${quoted(severity)}; it is ignored.`);
      else return [[id, known]];
      return [];
    }),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as it stands in the file, cut when it is long. */
function quoted(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? 'an object or a list' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
