import { nameOf, relative } from '../runners/files/paths';
import type { Surroundings } from './analysis';

/** So many files are named. */
const mostNamed = 3;

/** What a person is to be told once: that earlier migrations cannot be read. Undefined when all can. */
export function describeUnreadable({
  project,
  unreadable = [],
}: Pick<Surroundings, 'project' | 'unreadable'>): string | undefined {
  if (unreadable.length === 0) return undefined;
  const named = unreadable
    .slice(0, mostNamed)
    .map(({ path, problem = '' }) => `"${shortPath(path, project.folder)}" ${problem}`);
  const rest = unreadable.length - named.length;
  const files = rest === 0 ? named.join('; ') : `${named.join('; ')}; and ${rest} more`;
  return `Not all earlier migrations can be read: ${files}. ${consequence}`;
}

/** Why less is reported than could be, for whoever asks; undefined when all is known. */
export function describeDoubt({ project, doubt }: Surroundings): string | undefined {
  if (doubt === undefined) return undefined;
  return `"${shortPath(doubt.path, project.folder)}" ${doubt.why}. ${consequence}`;
}

const consequence = 'From there on, missing and duplicate objects are not reported.';

/** The file of many runners has the same name in each folder. */
function shortPath(path: string, folder: string): string {
  const inside = path.startsWith(folder) ? relative(folder, path) : '';
  return inside === '' ? nameOf(path) : inside;
}
