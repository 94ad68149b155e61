import { rules } from '../../rules';
import type { MarkerWord, Project } from '../../runners/runner';
import type { Proposal } from './completion';

const ignore: readonly MarkerWord[] = [
  { text: '-- lockstep-ignore', detail: 'silences rules for the next statement' },
  { text: '-- lockstep-ignore-file', detail: 'silences rules for the file' },
];

/** What a comment may say to the project's runner, or to Lockstep. `line` is the line up to the cursor; a header is in front of all statements. */
export function markerProposals(line: string, isHeader: boolean, project: Project): readonly Proposal[] {
  const ignored = /^\s*--\s*lockstep-ignore(?:-file)?\s+((?:[a-z0-9-]+\s*,\s*)*)[a-z0-9-]*$/.exec(line);
  if (ignored !== null) {
    const named = new Set((ignored[1] ?? '').split(/[\s,]+/));
    return rules
      .filter(({ id }) => !named.has(id))
      .map(({ id, meta }, rank) => ({ ...plain(id, rank), detail: meta.docs.summary.replaceAll('`', '') }));
  }
  const written = /^\s*(--.*)$/.exec(line)?.[1];
  if (written === undefined) return [];
  const own = (project.runner.markerWords?.(project) ?? []).filter(
    (marker) => isHeader || marker.isHeader !== true,
  );
  const known = [...own, ...ignore];
  return known.flatMap(({ text, detail }, rank): readonly Proposal[] => {
    const rest = restOf(text, written);
    return rest === undefined ? [] : [{ ...plain(rest, rank), label: text, detail }];
  });
}

function plain(text: string, rank: number): Proposal {
  return { label: text, kind: 'marker', text, isName: false, rank };
}

/** What is still to be written of a marker in place of the last word of `written`; undefined when it is another comment. */
function restOf(marker: string, written: string): string | undefined {
  const last = written.split(/\s/).at(-1) ?? '';
  const done = written.slice(0, written.length - last.length);
  // Between the hyphens and the first word authors write what they like; most runners do too.
  const pattern = done.replace(/\s+/g, ' ');
  if (!marker.startsWith(pattern)) return undefined;
  const rest = marker.slice(pattern.length);
  return rest.toLowerCase().startsWith(last.toLowerCase()) ? rest : undefined;
}
