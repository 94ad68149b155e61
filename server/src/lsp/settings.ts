import type { Connection } from 'vscode-languageserver';
import { defaultLockTimeout } from '../features/analysis';
import type { Severity } from '../rules/rule';
import type { Configuration as ProjectConfiguration } from '../workspace/workspace';

/** What a person may have configured: for the analysis, and for what the editor shows. */
export interface Configuration extends ProjectConfiguration {
  /** Whether a lens stands above each statement that others feel. */
  readonly lenses: boolean;
}

/** The section of the settings. */
const section = 'lockstep';

const fallback: Configuration = {
  postgresVersion: undefined,
  runner: undefined,
  runnerVersion: undefined,
  lockTimeout: defaultLockTimeout,
  rules: {},
  lenses: false,
};

/** The settings of each document, asked of the client once and again whenever they change. */
export class SettingsCache {
  private readonly known = new Map<string, Configuration>();
  private pushed: Configuration = fallback;

  constructor(
    private readonly connection: Connection,
    /** Whether the client answers `workspace/configuration`. */
    private readonly canPull: boolean,
    initial: unknown,
  ) {
    this.pushed = readConfiguration(initial);
  }

  /** What is known without asking; the default before the first answer. */
  current(uri: string): Configuration {
    return this.known.get(uri) ?? this.pushed;
  }

  /** Asks the client for the settings of a document. */
  async load(uri: string): Promise<Configuration> {
    if (!this.canPull) return this.pushed;
    const known = this.known.get(uri);
    if (known !== undefined) return known;
    const answer: unknown = await this.connection.workspace.getConfiguration({ scopeUri: uri, section });
    const configuration = readConfiguration(answer);
    this.known.set(uri, configuration);
    return configuration;
  }

  /** For `workspace/didChangeConfiguration`; clients that cannot be asked send the settings along. */
  changed(settings: unknown): void {
    this.known.clear();
    if (!this.canPull) this.pushed = readConfiguration(property(settings, section) ?? settings);
  }

  forget(uri: string): void {
    this.known.delete(uri);
  }
}

/** Reads settings of any shape; what is not as it should be counts as not set. */
export function readConfiguration(settings: unknown): Configuration {
  return {
    postgresVersion: wholeNumber(property(settings, 'postgresVersion')),
    runner: chosen(property(settings, 'runner')),
    runnerVersion: chosen(property(settings, 'runnerVersion')),
    lockTimeout: chosen(property(settings, 'lockTimeout')) ?? defaultLockTimeout,
    rules: readRules(property(settings, 'rules')),
    lenses: property(settings, 'lenses') === true,
  };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function chosen(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' && value !== 'auto' ? value.trim() : undefined;
}

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number.parseInt(value, 10) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}

const severities: readonly unknown[] = ['off', 'error', 'warning', 'information', 'hint'];

function readRules(value: unknown): Configuration['rules'] {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, Severity | 'off'] =>
      severities.includes(entry[1]),
    ),
  );
}
