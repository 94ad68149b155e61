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
        'A statement creates an object under a name that an earlier migration or statement has already used.',
      why:
        'PostgreSQL fails with `relation "…" already exists`, and the migration with it. Tables, indexes, views, ' +
        'sequences and composite types of one schema share their names. PostgreSQL truncates names to 63 bytes, so ' +
        'two long ones may be the same.',
      instead:
        'Choose another name, or leave the statement out. `IF NOT EXISTS` makes it do nothing, even if the existing ' +
        'object is different.',
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
          : `: ${origin.file === catalog.file ? 'an earlier statement' : fileLabel(origin.file)} creates it`;
      const isCut = byteLength(statement.text.slice(range.start, range.end)) > longestName + 2;
      const isKey = kind === 'primary key';
      const what = isKey
        ? `multiple primary keys for table ${quoted(owner ?? '')} are not allowed: it has ${quoted(name)}`
        : refusalOf(taken);
      yield {
        range,
        message: `${what}${isKey ? by.replace(/^:/, ';') : by}${isCut ? '; PostgreSQL truncates names to 63 bytes' : ''}.`,
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

/** What the server says, to the letter but for the arguments of a function. */
function refusalOf({ kind, name, owner }: TakenName): string {
  switch (kind) {
    case 'column':
      return `column ${quoted(name)} of relation ${quoted(owner ?? '')} already exists`;
    case 'constraint':
    case 'trigger':
      return `${kind} ${quoted(name)} for relation ${quoted(owner ?? '')} already exists`;
    case 'policy':
      return `policy ${quoted(name)} for table ${quoted(owner ?? '')} already exists`;
    case 'value':
      return `enum label ${quoted(name)} already exists`;
    case 'schema':
    case 'type':
      return `${kind} ${quoted(name)} already exists`;
    case 'relation':
    case 'index':
      return `relation ${quoted(name)} already exists`;
    default:
      return `function ${quoted(name)} already exists with same argument types`;
  }
}
