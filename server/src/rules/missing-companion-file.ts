import { problemsOf, repairOf } from './questions/standing';
import { defineRule } from './rule';

export default defineRule({
  id: 'missing-companion-file',
  meta: {
    category: 'transaction',
    severity: 'warning',
    addedIn: '0.1.0',
    docs: {
      summary: 'The runner does not know this migration, because of a journal, a plan, a sum or its name.',
      why:
        'Many runners do not run every file of the folder. Drizzle runs what its journal lists, Sqitch what its plan ' +
        'has, Liquibase what a changelog includes; Atlas stops at a file that does not match its sum; others go by ' +
        'the name. They skip a file that was added by hand, often without an error, and the code that needs it fails.',
      instead: 'Add it where the runner looks, or let the runner create the file.',
      references: [
        'https://orm.drizzle.team/docs/drizzle-kit-generate',
        'https://sqitch.org/docs/manual/sqitch-add/',
        'https://atlasgo.io/concepts/migration-directory-integrity',
      ],
    },
    examples: [
      {
        around: {
          path: 'drizzle/0001_add_note.sql',
          files: {
            'drizzle/0000_init.sql': 'CREATE TABLE tags (id bigint PRIMARY KEY);\n',
            'drizzle/meta/_journal.json':
              '{\n  "version": "7",\n  "dialect": "postgresql",\n  "entries": [\n    {\n      "idx": 0,\n      "version": "7",\n      "when": 1767225600000,\n      "tag": "0000_init",\n      "breakpoints": true\n    }\n  ]\n}\n',
          },
        },
        bad: 'ALTER TABLE tags ADD COLUMN note text;',
        good: 'ALTER TABLE tags ADD COLUMN note text;',
      },
    ],
  },

  // It is about the file as a whole.
  on: [],
  check: () => [],

  checkFile: (file, place) => problemsOf('entry', file, place),
  fixesInFile: repairOf,
});
