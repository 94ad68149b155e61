import { labelOf } from '../runners';
import type { Surroundings } from './analysis';

/** `Supabase CLI 2.109.1 · PostgreSQL 15`, and how that was found out. */
export function describeStatus(
  { project, settings }: Surroundings,
  /** The version that a person set. */
  configured: number | undefined,
): { label: string; details: readonly string[] } {
  const { runner, version, root, postgresVersion } = project;
  return {
    label: `${labelOf(project)} · PostgreSQL ${settings.postgresVersion}`,
    details: [
      runner.docs.summary,
      `Project: ${root}.`,
      version === undefined
        ? 'The version of the runner is not known; the strictest is assumed.'
        : `Version of the runner: ${version}.`,
      configured !== undefined
        ? 'The server version is set.'
        : postgresVersion !== undefined
          ? 'The server version is named by the project.'
          : 'No server version is named; the oldest that is supported is assumed.',
    ],
  };
}
