import { refusedInFunction, refusedInTransactionBlock } from '../sql/transaction-block';
import { fileWords } from '../rewrites/rewrite';
import { rangeOfWords } from './questions/words';
import { defineRule, fixBySteps } from './rule';

export default defineRule({
  id: 'concurrently-in-transaction',
  meta: {
    category: 'transaction',
    severity: 'error',
    addedIn: '0.1.0',
    aliases: ['squawk:ban-concurrent-index-creation-in-transaction', 'atlas:PG103'],
    docs: {
      summary: 'The migration runner sends the statement in a way that PostgreSQL refuses.',
      why:
        '`CREATE INDEX CONCURRENTLY`, `DROP INDEX CONCURRENTLY`, `REINDEX CONCURRENTLY`, `VACUUM` and a few more ' +
        'commit in between, so PostgreSQL refuses them in a transaction block with `25001`. A block is opened by ' +
        '`BEGIN`, by the runner, and by every query that holds more than one statement. Other statements, such as ' +
        '`LOCK TABLE`, need a block and fail without one.',
      instead:
        'Put the statement where this version of the runner sends it by itself: most often a migration with no other ' +
        'statement.',
      references: [
        'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
        'https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT',
      ],
    },
    examples: [
      {
        bad: 'BEGIN;\nCREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);\nCOMMIT;',
        good: 'CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);\n',
      },
    ],
  },

  on: [
    'AlterTable',
    'CreateIndex',
    'CreateTable',
    'DataChange',
    'DoBlock',
    'Drop',
    'LockTable',
    'Other',
    'Rename',
    'Select',
    'SetVariable',
    'TransactionControl',
    'Truncate',
  ],

  *check(statement, { refusal }) {
    if (refusal === undefined) return;
    const everything = { start: 0, end: statement.text.length };
    yield {
      range: rangeOfWords(statement.text, everything, ['concurrently']) ?? statement.commandRange,
      message: refusal.reason,
      remedy: refusal.instead,
      subject: statement,
    };
  },

  fixes({ subject: statement }, { refusal }) {
    if (refusal?.repair !== undefined) {
      const { title, edits } = refusal.repair;
      return [{ title, safety: 'review', change: { kind: 'edits', edits } }];
    }
    const command = refusedInTransactionBlock(statement);
    if (command === undefined || refusedInFunction(statement) !== undefined) return [];
    const names =
      statement.kind === 'CreateIndex'
        ? [statement.index?.text ?? statement.relation.name]
        : statement.kind === 'Drop'
          ? statement.names.map(({ name }) => name)
          : [];
    return fixBySteps('Run it outside a transaction', [
      {
        sql: `${statement.text};`,
        transaction: 'none',
        why: '',
        name: fileWords(command.split(' ')[0] ?? '', ...names, 'concurrently'),
      },
    ]);
  },
});
