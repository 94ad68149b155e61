import type { Catalog } from '../catalog/catalog';
import { isSame, type RelationName } from '../catalog/relation';
import { printName } from '../sql/print';
import { tokenize } from '../sql/scanner';
import type { Truncate } from '../sql/statement';
import type { Edit } from '../sql/text';
import { list, quoted } from './questions/what-waits';
import { rangeOfWords } from './questions/words';
import { defineRule } from './rule';

export default defineRule({
  id: 'truncate-cascades',
  meta: {
    category: 'data-loss',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Name all tables that are to be emptied.',
    aliases: ['squawk:ban-truncate-cascade'],
    docs: {
      summary: '`TRUNCATE … CASCADE` empties tables that it does not name.',
      why:
        '`CASCADE` empties every table that references the named ones, even if the foreign key restricts deletes, and ' +
        'those that reference these in turn. All of them are locked with `ACCESS EXCLUSIVE`. A foreign key that is ' +
        'added later makes it reach one more.',
      instead:
        'Name all tables that are to be emptied. Then it fails when one is forgotten, and empties no other.',
      references: ['https://www.postgresql.org/docs/current/sql-truncate.html'],
    },
    examples: [{ bad: 'TRUNCATE orders CASCADE;', good: 'TRUNCATE orders, order_items;' }],
  },

  on: ['Truncate'],

  *check(statement, { catalog }) {
    if (!statement.cascade) return;
    const reached = reachedBy(statement, catalog).filter((relation) => !catalog.isNew(relation));
    if (reached.length === 0) return;
    const { text } = statement;
    yield {
      range: rangeOfWords(text, { start: 0, end: text.length }, ['cascade']) ?? statement.commandRange,
      message: `CASCADE also empties ${list(reached.map(({ name }) => quoted(name)))}.`,
      subject: statement,
    };
  },

  fixes({ subject: statement }, { catalog }) {
    const { text, relations } = statement;
    const last = relations.at(-1);
    const cascade = tokenize(text).findLast((token) => token.text === 'cascade');
    if (last === undefined || cascade === undefined) return [];
    const reached = reachedBy(statement, catalog);
    const isQualified = relations.some(({ schema }) => schema !== undefined);
    const names = reached.map(({ schema, name }) => {
      const isFound = !isQualified && catalog.searchPath[0] === schema;
      return printName({ schema: isFound ? undefined : schema, name });
    });
    const before = text.slice(0, cascade.start).trimEnd().length;
    const edits: readonly Edit[] = [
      { range: { start: last.range.end, end: last.range.end }, text: `, ${names.join(', ')}` },
      { range: { start: before, end: cascade.end }, text: '' },
    ];
    return [{ title: 'Name the tables', safety: 'review', change: { kind: 'edits', edits } }];
  },
});

/** The tables that CASCADE adds, in the order in which it finds them. */
function reachedBy({ relations }: Truncate, catalog: Catalog): readonly RelationName[] {
  const named = relations.map((relation) => catalog.resolve(relation));
  const found = [...named];
  for (const name of found) {
    for (const other of catalog.relation(name)?.referencedBy ?? []) {
      if (!found.some((known) => isSame(known, other))) found.push(other);
    }
  }
  return found.slice(named.length);
}
