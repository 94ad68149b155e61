import type { Connection } from 'vscode-languageserver';
import { defaultLockTimeout } from '../features/analysis';
import type { Severity } from '../rules/rule';
import {
  type Configuration as ProjectConfiguration,
  isDuration,
  severities,
} from '../workspace/configuration';

/** What a person may have configured: for the analysis, and for what the editor shows. */
interface Configuration extends ProjectConfiguration {
  /** Whether a lens stands above each statement that others feel. */
  readonly lenses: boolean;
}

/** The section of the settings. */
const section = 'lockstep';

/** The settings of each document, asked of the client once and again whenever they change. */
export class SettingsCache {
  private readonly known = new Map<
    string,
    { readonly configuration: Configuration; readonly round: number }
  >();
  private pushed: Configuration;
  /** Counts the changes; an answer to a question from before the last one may be old. */
  private round = 0;

  constructor(
    private readonly connection: Connection,
    /** Whether the client answers `workspace/configuration`. */
    private readonly canPull: boolean,
    initial: unknown,
  ) {
    this.pushed = readConfiguration(property(initial, section) ?? initial);
  }

  /** What is known without asking: the last answer, or the default before the first. */
  current(uri: string): Configuration {
    return this.known.get(uri)?.configuration ?? this.pushed;
  }

  /** Asks the client for the settings of a document. */
  async load(uri: string): Promise<Configuration> {
    if (!this.canPull) return this.pushed;
    const known = this.known.get(uri);
    const { round } = this;
    if (known?.round === round) return known.configuration;
    const answer: unknown = await this.connection.workspace.getConfiguration({ scopeUri: uri, section });
    const configuration = readConfiguration(answer);
    if ((this.known.get(uri)?.round ?? -1) <= round) this.known.set(uri, { configuration, round });
    return this.current(uri);
  }

  /** For `workspace/didChangeConfiguration`; clients that cannot be asked send the settings along. */
  changed(settings: unknown): void {
    this.round++;
    if (!this.canPull) this.pushed = readConfiguration(property(settings, section) ?? settings);
  }

  forget(uri: string): void {
    this.known.delete(uri);
  }
}

const known = new Map<string, Configuration>();

/**
 * Reads settings of any shape; what is not as it should be counts as not set. Equal settings are one object, so that
 * what rests on them is not done again when others change.
 */
function readConfiguration(settings: unknown): Configuration {
  const configuration = read(settings);
  const key = JSON.stringify(configuration);
  const same = known.get(key);
  if (same === undefined) known.set(key, configuration);
  return same ?? configuration;
}

function read(settings: unknown): Configuration {
  const lockTimeout = chosen(property(settings, 'lockTimeout'));
  return {
    postgresVersion: wholeNumber(property(settings, 'postgresVersion')),
    runner: chosen(property(settings, 'runner')),
    runnerVersion: chosen(property(settings, 'runnerVersion')),
    lockTimeout: lockTimeout !== undefined && isDuration(lockTimeout) ? lockTimeout : defaultLockTimeout,
    defaultBranch: word(property(settings, 'defaultBranch')),
    rules: readRules(property(settings, 'rules')),
    lenses: property(settings, 'lenses') === true,
  };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function chosen(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' && value !== 'auto' ? value.trim() : undefined;
}

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number.parseInt(value, 10) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}

function readRules(value: unknown): Configuration['rules'] {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, Severity | 'off'] =>
      severities.some((severity) => severity === entry[1]),
    ),
  );
}
