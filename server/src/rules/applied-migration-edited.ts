import { difference } from '../runners/placing/edits';
import type { ReleasedText } from '../runners/standing/bookkeeping';
import { changedPlace } from '../runners/standing/changed';
import type { SourceFile } from '../sql/source';
import type { Range } from '../sql/text';
import { defineRule, type FilePlace, type Finding } from './rule';

/** The text as it is, and as it was. */
interface Subject {
  readonly text: string;
  readonly released: ReleasedText;
}

export default defineRule({
  id: 'applied-migration-edited',
  meta: {
    category: 'transaction',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Restore the version of the branch, and write the change into a new migration.',
    docs: {
      summary: 'A migration was changed that the default branch already has, so that databases have run it.',
      why:
        'A runner runs a migration once. Databases that have run it never see the change, while new ones do: the two ' +
        'drift apart without an error. Runners that keep a checksum (Flyway, Liquibase, sqlx, refinery) stop instead, ' +
        'and every deploy with them. Lockstep reads the default branch of the remote from the git repository; it does ' +
        'not run git.',
      instead: 'Leave the migration as it was and write a new one.',
      references: [
        'https://documentation.red-gate.com/fd/flyway-schema-history-table-273973417.html',
        'https://atlasgo.io/concepts/migration-directory-integrity',
      ],
    },
    examples: [
      {
        around: {
          path: 'supabase/migrations/20260102000000_add_note.sql',
          files: { 'supabase/config.toml': '' },
          released: {
            'supabase/migrations/20260102000000_add_note.sql': 'ALTER TABLE orders ADD COLUMN note text;',
          },
        },
        bad: 'ALTER TABLE orders ADD COLUMN note varchar;',
        good: 'ALTER TABLE orders ADD COLUMN note text;',
      },
    ],
  },

  // It is about the file as a whole.
  on: [],
  check: () => [],

  *checkFile(file: SourceFile, { path, project, standing }: FilePlace): Iterable<Finding<Subject>> {
    const released = standing?.released;
    const place = released === undefined ? undefined : changedPlace(file, released, project, path);
    if (released === undefined || place === undefined) return;
    const { branch, clash } = released;
    yield {
      range: onOneLine(place, file.text),
      message: `This migration differs from the one that ${branch} already has. ${clash.consequence}`,
      severity: clash.isFatal ? 'error' : 'warning',
      subject: { text: file.text, released },
    };
  },

  fixesInFile({ subject: { text, released } }) {
    const edits = [difference(text, released.text)];
    return [
      {
        title: `Restore the version of ${released.branch}`,
        safety: 'review',
        change: { kind: 'edits', edits },
      },
    ];
  },
});

function onOneLine({ start, end }: Range, text: string): Range {
  const lineEnd = text.slice(start, end).search(/\r?\n/);
  return { start, end: lineEnd < 0 ? end : start + lineEnd };
}
