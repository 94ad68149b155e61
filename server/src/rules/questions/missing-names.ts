import type { Catalog } from '../../catalog/catalog';
import type { Former } from '../../catalog/existence';
import { distance } from '../../runners/sending/marker-words';
import { quoteIdentifier } from '../../sql/print';
import { tokenize } from '../../sql/scanner';
import type { Range } from '../../sql/text';
import type { Fix } from '../rule';
import { quoted } from './what-waits';

/** What a finding about a name that names nothing is about. */
export interface MissingName {
  /** Where the name stands, with what qualifies it. */
  readonly range: Range;
  /** What is meant instead. */
  readonly meant: string | undefined;
  /** Whether a migration has given the thing that name, so that it is no guess. */
  readonly isSure: boolean;
}

/** The name among `known` that somebody who wrote `name` most likely meant; undefined when none is near, or two are. */
export function nearName(name: string, known: Iterable<string>): string | undefined {
  const most = name.length < 4 ? 0 : name.length < 8 ? 1 : 2;
  let best: { readonly name: string; readonly distance: number } | undefined;
  let isTie = false;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > most || differsInDigits(candidate, name)) continue;
    const away = distance(candidate.toLowerCase(), name.toLowerCase());
    if (away > most || candidate === name) continue;
    isTie = best !== undefined && best.distance === away && best.name !== candidate;
    if (best === undefined || away < best.distance) best = { name: candidate, distance: away };
  }
  return isTie ? undefined : best?.name;
}

/** `orders_2024` is not `orders_2025` written wrongly. */
function differsInDigits(a: string, b: string): boolean {
  return a !== b && a.replace(/\d/g, '') === b.replace(/\d/g, '');
}

/** `0003_drop.sql drops it`. */
export function whatBecame({ file, to }: Former, catalog: Catalog): string {
  const by = file === catalog.file ? 'an earlier statement' : fileLabel(file);
  return to === undefined ? `${by} drops it` : `${by} renames it to ${quoted(to.name)}`;
}

/** What people call a migration: the name of its file, or of its folder when all files have the same name. */
export function fileLabel(path: string): string {
  const parts = path.split('/');
  const name = parts.at(-1) ?? path;
  return /^(?:migration|up)\.sql$/.test(name) ? `${parts.at(-2) ?? ''}/${name}` : name;
}

/** The fix that writes the name that is meant, in quotes as the wrong one was. */
export function fixName({ range, meant, isSure }: MissingName, text: string): readonly Fix[] {
  if (meant === undefined) return [];
  const last = tokenize(text.slice(range.start, range.end)).at(-1);
  if (last === undefined) return [];
  const place = { start: range.start + last.start, end: range.start + last.end };
  const isQuoted = last.kind === 'quoted identifier';
  const written = isQuoted ? `"${meant.replaceAll('"', '""')}"` : quoteIdentifier(meant);
  return [
    {
      title: `Write ${quoted(meant)}`,
      safety: isSure ? 'safe' : 'review',
      change: { kind: 'edits', edits: [{ range: place, text: written }] },
    },
  ];
}
