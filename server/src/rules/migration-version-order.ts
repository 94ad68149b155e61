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
        'A migration has the version of another one, or one that is earlier than migrations that are already ' +
        'released.',
      why:
        'Two people write a migration on the same day, and one of them is merged first. What happens to the other ' +
        'depends on the runner: some refuse to run anything, some never run the late migration and report nothing, so ' +
        'that the code that needs it fails. Lockstep reads from the default branch in git which migrations are ' +
        'released.',
      instead: 'Rename the migration so that its version is the latest before you merge it.',
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
