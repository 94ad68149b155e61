import { rules } from '../../rules';
import type { Project } from '../../runners/runner';
import type { Proposal } from './completion';

/** A comment that a runner obeys, and what it does. */
interface Marker {
  readonly text: string;
  readonly detail: string;
  /** Whether it counts in front of the first statement only. */
  readonly isHeader?: boolean;
}

/** By runner. What a runner would not obey is not here; most read no comments at all. */
const markers: Readonly<Record<string, readonly Marker[]>> = {
  drizzle: [{ text: '--> statement-breakpoint', detail: 'ends a statement' }],
  goose: [
    { text: '-- +goose Up', detail: 'what the migration does' },
    { text: '-- +goose Down', detail: 'what undoes it' },
    { text: '-- +goose NO TRANSACTION', detail: 'the file runs outside of a transaction' },
    { text: '-- +goose StatementBegin', detail: 'a statement with semicolons in it' },
    { text: '-- +goose StatementEnd', detail: 'the end of that statement' },
    { text: '-- +goose ENVSUB ON', detail: 'variables of the environment are put in' },
    { text: '-- +goose ENVSUB OFF', detail: 'and no longer' },
  ],
  dbmate: [
    { text: '-- migrate:up', detail: 'what the migration does' },
    { text: '-- migrate:down', detail: 'what undoes it' },
    { text: '-- migrate:up transaction:false', detail: 'outside of a transaction' },
    { text: '-- migrate:down transaction:false', detail: 'outside of a transaction' },
  ],
  sqlx: [{ text: '-- no-transaction', detail: 'the file runs outside of a transaction', isHeader: true }],
  atlas: [{ text: '-- atlas:txmode none', detail: 'the file runs outside of a transaction', isHeader: true }],
  'sql-migrate': [
    { text: '-- +migrate Up', detail: 'what the migration does' },
    { text: '-- +migrate Down', detail: 'what undoes it' },
    { text: '-- +migrate Up notransaction', detail: 'outside of a transaction' },
    { text: '-- +migrate Down notransaction', detail: 'outside of a transaction' },
    { text: '-- +migrate StatementBegin', detail: 'a statement with semicolons in it' },
    { text: '-- +migrate StatementEnd', detail: 'the end of that statement' },
  ],
  tern: [
    { text: '---- create above / drop below ----', detail: 'what undoes the migration follows' },
    { text: '---- tern: disable-tx ----', detail: 'the file runs outside of a transaction', isHeader: true },
  ],
  rambler: [
    { text: '-- rambler up', detail: 'what the migration does' },
    { text: '-- rambler down', detail: 'what undoes it' },
  ],
  'node-pg-migrate': [
    { text: '-- Up Migration', detail: 'what the migration does' },
    { text: '-- Down Migration', detail: 'what undoes it' },
  ],
  'graphile-migrate': [
    { text: '--! no-transaction', detail: 'the file runs outside of a transaction', isHeader: true },
    { text: '--! Message:', detail: 'the name of the migration' },
  ],
  liquibase: [
    { text: '--liquibase formatted sql', detail: 'a changelog', isHeader: true },
    { text: '--changeset author:id', detail: 'begins a change set' },
    { text: '--changeset author:id runInTransaction:false', detail: 'outside of a transaction' },
    { text: '--rollback', detail: 'what undoes the change set' },
    { text: '--preconditions onFail:MARK_RAN', detail: 'when the change set runs' },
  ],
};

const ignore: readonly Marker[] = [
  { text: '-- lockstep-ignore', detail: 'silences rules for the next statement' },
  { text: '-- lockstep-ignore-file', detail: 'silences rules for the file' },
];

/** What a comment may say to the project's runner, or to Lockstep. `line` is the line up to the cursor; a header is in front of all statements. */
export function markerProposals(line: string, isHeader: boolean, { runner }: Project): readonly Proposal[] {
  const ignored = /^\s*--\s*lockstep-ignore(?:-file)?\s+((?:[a-z0-9-]+\s*,\s*)*)[a-z0-9-]*$/.exec(line);
  if (ignored !== null) {
    const named = new Set((ignored[1] ?? '').split(/[\s,]+/));
    return rules
      .filter(({ id }) => !named.has(id))
      .map(({ id, meta }, rank) => ({ ...plain(id, rank), detail: meta.docs.summary.replaceAll('`', '') }));
  }
  const written = /^\s*(--.*)$/.exec(line)?.[1];
  if (written === undefined) return [];
  const own = (markers[runner.id] ?? []).filter((marker) => isHeader || marker.isHeader !== true);
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
  const last = /\S*$/.exec(written)?.[0] ?? '';
  const done = written.slice(0, written.length - last.length);
  // Between the hyphens and the first word authors write what they like; most runners do too.
  const pattern = done.replace(/\s+/g, ' ');
  if (!marker.startsWith(pattern)) return undefined;
  const rest = marker.slice(pattern.length);
  return rest.toLowerCase().startsWith(last.toLowerCase()) ? rest : undefined;
}
