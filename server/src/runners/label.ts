import type { Project } from './runner';
import { shortVersion } from './files/versions';

/** The runner with its version, for people: `Supabase CLI 2.109.1`, `Prisma Migrate, version unknown, read as 7.3`. */
export function labelOf(project: Project): string {
  const { runner, version } = project;
  const name = nameOf(project);
  if (version !== undefined) return `${name} ${version}`;
  if (runner.assumedVersion === undefined) return name;
  return `${name}, version unknown, read as ${runner.assumedVersion}`;
}

/** The same for titles and sentences: `Supabase CLI 2.109`. */
export function shortLabelOf(project: Project): string {
  const { runner, version } = project;
  const short = version === undefined ? runner.assumedVersion : shortVersion(version);
  return short === undefined ? nameOf(project) : `${nameOf(project)} ${short}`;
}

/** Migrations in code are those of a framework. */
function nameOf({ runner, configuration }: Project): string {
  return configuration?.['framework'] ?? runner.label;
}
