import { problemsOf, repairOf } from './questions/standing';
import { defineRule } from './rule';

export default defineRule({
  id: 'migration-version-order',
  meta: {
    category: 'transaction',
    severity: 'error',
    addedIn: '0.1.0',
    docs: {
      summary:
        'A migration has the version of another one, or one before migrations that others have already.',
      why:
        'Two people make a migration on the same day, and one of them is merged first. What the other then does depends ' +
        'on the runner: some refuse to run anything, some never run the late migration and say nothing, so that the ' +
        'code that needs it fails. Which migrations others have already is read from the default branch in git.',
      instead: 'Give the migration a version behind all others before it is merged.',
      references: [
        'https://supabase.com/docs/reference/cli/supabase-db-push',
        'https://atlasgo.io/versioned/apply',
      ],
    },
    examples: [
      {
        around: {
          path: 'supabase/migrations/20260102000000_add_note.sql',
          files: {
            'supabase/config.toml': '',
            'supabase/migrations/20260103000000_add_total.sql':
              'ALTER TABLE orders ADD COLUMN total numeric;\n',
          },
          released: ['supabase/migrations/20260103000000_add_total.sql'],
          goodPath: 'supabase/migrations/20260103000001_add_note.sql',
        },
        bad: 'ALTER TABLE orders ADD COLUMN note text;',
        good: 'ALTER TABLE orders ADD COLUMN note text;',
      },
    ],
    aliases: ['atlas:non-linear'],
  },

  // It is about the file as a whole.
  on: [],
  check: () => [],

  checkFile: (file, place) => problemsOf('order', file, place),
  fixesInFile: repairOf,
});
