import { labelOf } from '../runners';
import { wholeVersion } from '../runners/files/versions';
import type { Project } from '../runners/runner';
import type { Surroundings } from './analysis';
import { describeDoubt, describeUnreadable } from './doubts';

/** The versions that a person set. */
interface StatedVersions {
  readonly postgresVersion: number | undefined;
  /** As it is written, version or not. */
  readonly runnerVersion: string | undefined;
}

/** `Supabase CLI 2.109.1 · PostgreSQL 15`, and how that was found out. */
export function describeStatus(
  surroundings: Surroundings,
  /** What a person set. */
  { postgresVersion: configured, runnerVersion }: StatedVersions,
): { label: string; details: readonly string[] } {
  const { project, settings } = surroundings;
  const { runner, root, postgresVersion } = project;
  const doubt = describeUnreadable(surroundings) ?? describeDoubt(surroundings);
  return {
    label: `${labelOf(project)} · PostgreSQL ${settings.postgresVersion}`,
    details: [
      runner.docs.summary,
      `Project: ${root}.`,
      ...versionOf(project),
      ...(runnerVersion === undefined || wholeVersion(runnerVersion) !== undefined
        ? []
        : [`"${runnerVersion}" is not a version; the setting "lockstep.runnerVersion" is ignored.`]),
      ...Object.entries(project.configuration ?? {})
        .filter(([name]) => decisive.has(name))
        .map(([name, value]) => `The project says ${name}=${value}.`),
      configured !== undefined
        ? 'The server version comes from the settings.'
        : postgresVersion !== undefined
          ? 'The server version comes from the project.'
          : 'No setting or file names the server version; the oldest supported one is assumed.',
      ...(doubt === undefined ? [] : [doubt]),
    ],
  };
}

/** What runners are told that changes how they send a file. */
const decisive = new Set([
  'executeInTransaction',
  'group',
  'mixed',
  'postgresql.transactional.lock',
  'tx-mode',
  'x-multi-statement',
]);

function versionOf({ runner, version }: Project): readonly string[] {
  if (version !== undefined) return [`Version of the runner: ${version}.`];
  // psql, and others of which no version does anything else, are the same whatever their version.
  return runner.assumedVersion === undefined
    ? []
    : [
        `The version of the runner is not known; ${runner.assumedVersion}, the strictest, is assumed. Set "lockstep.runnerVersion" to change it.`,
      ];
}
