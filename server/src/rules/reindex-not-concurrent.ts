import { fileWords } from '../rewrites/rewrite';
import type { Other } from '../sql/statement';
import { applyEdits, insert, type Range } from '../sql/text';
import { listNames } from './questions/what-waits';
import { rangeOfWords } from './questions/words';
import { defineRule, fixBySteps } from './rule';

/** The word that CONCURRENTLY stands behind. REINDEX SYSTEM has no concurrent form. */
const kinds: Readonly<Record<string, string | undefined>> = {
  REINDEX_OBJECT_INDEX: 'index',
  REINDEX_OBJECT_TABLE: 'table',
  REINDEX_OBJECT_SCHEMA: 'schema',
  REINDEX_OBJECT_DATABASE: 'database',
};

export default defineRule({
  id: 'reindex-not-concurrent',
  meta: {
    category: 'locking',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Rebuild with CONCURRENTLY, outside a transaction.',
    aliases: ['squawk:require-concurrent-reindex'],
    docs: {
      summary: 'An index is rebuilt without `CONCURRENTLY`.',
      why:
        '`REINDEX` holds `SHARE` on the table and `ACCESS EXCLUSIVE` on the index until the index is rebuilt. Writes ' +
        'to the table wait, and so does every query of it that has to be planned, since the planner looks at all ' +
        'indexes.',
      instead:
        'Rebuild with `REINDEX … CONCURRENTLY`, outside a transaction block. A rebuild that fails leaves an invalid ' +
        'index whose name ends with `_ccnew`, which must be dropped. Rebuild a partitioned table partition by ' +
        'partition: even with `CONCURRENTLY`, the whole takes `SHARE` on each partition first.',
      references: ['https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY'],
    },
    examples: [
      {
        bad: 'REINDEX INDEX orders_user_id_idx;',
        good:
          '-- Reads and writes go on during the rebuild. A rebuild that fails leaves an invalid index whose\n' +
          '-- name ends with _ccnew.\n' +
          'REINDEX INDEX CONCURRENTLY orders_user_id_idx;',
      },
    ],
  },

  on: ['Other'],

  *check(statement, { catalog, effects }) {
    if (!('ReindexStmt' in statement.node) || keywordOf(statement) === undefined) return;
    if (rangeOfWords(statement.text, wholeOf(statement), ['concurrently']) !== undefined) return;
    const built = effects.indexBuilds.filter((relation) => !catalog.isNew(relation));
    if (built.length === 0) return;
    yield {
      range: statement.commandRange,
      message: `Rebuilding blocks every write to ${listNames(built.map(({ name }) => name))}, and every query of it that has to be planned, until it is done.`,
      subject: statement,
    };
  },

  fixes({ subject: statement }, { catalog }) {
    const keyword = keywordOf(statement);
    const { node } = statement;
    if (keyword === undefined || !('ReindexStmt' in node)) return [];
    const { relation, name } = node.ReindexStmt;
    const target = { schema: relation?.schemaname, name: relation?.relname ?? name ?? '' };
    const owner = catalog.relation(catalog.index(target)?.relation ?? target);
    if (owner?.kind === 'partitioned table') return [];
    const isLower = statement.text.slice(0, 7) === 'reindex';
    return fixBySteps('Rebuild concurrently', [
      {
        sql: `${applyEdits(statement.text, [insert(keyword.end, isLower ? ' concurrently' : ' CONCURRENTLY')])};`,
        transaction: 'none',
        why: 'Reads and writes go on during the rebuild. A rebuild that fails leaves an invalid index whose name ends with _ccnew.',
        name: fileWords('reindex', target.name, 'concurrently'),
      },
    ]);
  },
});

function wholeOf({ text }: Other): Range {
  return { start: 0, end: text.length };
}

function keywordOf(statement: Other): Range | undefined {
  const { node } = statement;
  const word = 'ReindexStmt' in node ? kinds[node.ReindexStmt.kind ?? ''] : undefined;
  return word === undefined ? undefined : rangeOfWords(statement.text, wholeOf(statement), [word]);
}
