import { byteLength, longestName } from '../catalog/names';
import { insert } from '../sql/text';
import { fileLabel } from './questions/missing-names';
import { namesTaken, type TakenName } from './questions/new-names';
import { quoted } from './questions/what-waits';
import { defineRule, type Finding } from './rule';

export default defineRule({
  id: 'object-already-exists',
  meta: {
    category: 'existence',
    severity: 'error',
    addedIn: '0.1.0',
    docs: {
      summary:
        'A statement makes something under a name that an earlier migration, or a statement above, has given already.',
      why:
        'The server stops with `relation "…" already exists`, and the migration with it. Tables, indexes, views, ' +
        'sequences and composite types of one schema share their names. A name is cut after 63 bytes, so that two long ' +
        'ones may be the same.',
      instead:
        'Choose another name, or leave the statement out. `IF NOT EXISTS` makes it do nothing, also where what is there ' +
        'is not what the statement would make.',
      references: [
        'https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS',
        'https://www.postgresql.org/docs/current/errcodes-appendix.html',
      ],
    },
    examples: [
      {
        bad: 'ALTER TABLE events ADD COLUMN payload jsonb;',
        good: 'ALTER TABLE events ADD COLUMN IF NOT EXISTS payload jsonb;',
      },
    ],
  },

  on: ['CreateTable', 'CreateIndex', 'AlterTable', 'Rename', 'Other'],

  *check(statement, { catalog, inBody }): Iterable<Finding<TakenName>> {
    if (inBody === 'conditional') return;
    for (const taken of namesTaken(statement, catalog)) {
      const { kind, name, owner, origin } = taken;
      const range = taken.range();
      const by =
        origin === undefined || origin.file === ''
          ? ''
          : `: ${origin.file === catalog.file ? 'a statement above' : fileLabel(origin.file)} has made it`;
      const isCut = byteLength(statement.text.slice(range.start, range.end)) > longestName + 2;
      const isKey = kind === 'primary key';
      const what = isKey
        ? `multiple primary keys for table ${quoted(owner ?? '')} are not allowed: it has ${quoted(name)}`
        : owner === undefined
          ? `The ${kind} ${quoted(name)} exists already`
          : `${quoted(owner)} has a ${kind} ${quoted(name)} already`;
      yield {
        range,
        message: `${what}${isKey ? by.replace(/^:/, ';') : by}${isCut ? '; names are cut after 63 bytes' : ''}.`,
        remedy: isKey
          ? 'Drop it first, or add a unique constraint.'
          : 'Choose another name, or leave this out.',
        subject: taken,
      };
    }
  },

  fixes({ subject: { ifNotExistsAt } }) {
    if (ifNotExistsAt === undefined) return [];
    const edits = [insert(ifNotExistsAt, 'IF NOT EXISTS ')];
    return [{ title: 'Add IF NOT EXISTS', safety: 'review', change: { kind: 'edits', edits } }];
  },
});
