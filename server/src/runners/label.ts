import type { Project } from './runner';
import { shortVersion } from './versions';

/** The runner with its version, for people: `Supabase CLI 2.109.1`, `Prisma Migrate, version unknown, read as 7.3`. */
export function labelOf({ runner, version }: Project): string {
  if (version !== undefined) return `${runner.label} ${version}`;
  if (runner.assumedVersion === undefined) return runner.label;
  return `${runner.label}, version unknown, read as ${runner.assumedVersion}`;
}

/** The same for titles and sentences: `Supabase CLI 2.109`. */
export function shortLabelOf({ runner, version }: Project): string {
  const short = version === undefined ? runner.assumedVersion : shortVersion(version);
  return short === undefined ? runner.label : `${runner.label} ${short}`;
}
