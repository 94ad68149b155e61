import { named, type Relation } from '../catalog/relation';
import { insert } from '../sql/text';
import { quoted } from './questions/what-waits';
import { rangeOfWords } from './questions/words';
import { defineRule } from './rule';

export default defineRule({
  id: 'refresh-materialized-view-not-concurrent',
  meta: {
    category: 'locking',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Refresh it with CONCURRENTLY, which needs a unique index.',
    docs: {
      summary: 'A materialized view that already exists is refreshed without `CONCURRENTLY`.',
      why:
        '`REFRESH MATERIALIZED VIEW` holds `ACCESS EXCLUSIVE` on the view while its query runs: every read of it ' +
        'waits until the transaction ends.',
      instead:
        'Refresh it with `CONCURRENTLY`, which is allowed in a transaction block and lets reads go on. The view needs ' +
        'a unique index on columns, without `WHERE`, and must have been populated once.',
      references: ['https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html'],
    },
    examples: [
      {
        bad: 'REFRESH MATERIALIZED VIEW rates;',
        good: 'REFRESH MATERIALIZED VIEW CONCURRENTLY rates;',
      },
    ],
  },

  on: ['Other'],

  *check(statement, { catalog }) {
    const { node, text } = statement;
    if (!('RefreshMatViewStmt' in node)) return;
    const { relation, concurrent, skipData } = node.RefreshMatViewStmt;
    const name = named(relation);
    if (concurrent === true || skipData === true || catalog.isNew(name)) return;
    // Nobody can read it yet, and CONCURRENTLY would fail.
    if (catalog.relation(name)?.isPopulated === false) return;
    yield {
      range: statement.commandRange,
      message: `Blocks every read of ${quoted(name.name)} until its query is done.`,
      subject: { name, view: rangeOfWords(text, { start: 0, end: text.length }, ['view']), text },
    };
  },

  fixes({ subject: { name, view, text } }, { catalog }) {
    const relation = catalog.relation(name);
    if (relation === undefined || view === undefined || !hasKey(relation)) return [];
    const word = text.slice(view.start, view.end) === 'view' ? ' concurrently' : ' CONCURRENTLY';
    const edits = [insert(view.end, word)];
    return [{ title: 'Add CONCURRENTLY', safety: 'review', change: { kind: 'edits', edits } }];
  },
});

/** 55000: it compares the rows by a unique index on columns that has all of them. */
function hasKey({ indexes }: Relation): boolean {
  return indexes.some(
    ({ unique, predicate, columns }) =>
      unique && predicate === undefined && columns.every(({ column }) => column !== undefined),
  );
}
