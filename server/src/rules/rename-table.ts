import { fileWords } from '../rewrites/rewrite';
import { withShortLocks } from '../rewrites/short-locks';
import type { Step } from '../runners/runner';
import { printName } from '../sql/print';
import { quoted } from './questions/what-waits';
import { defineRule, fixBySteps } from './rule';

export default defineRule({
  id: 'rename-table',
  meta: {
    category: 'compatibility',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Leave a view with the old name until no code uses it.',
    aliases: ['squawk:renaming-table', 'atlas:BC101'],
    docs: {
      summary: 'A table or view that already exists is renamed.',
      why:
        'Running code knows the old name, the next release knows the new one: one of them fails with `42P01` until ' +
        'the other is gone. Foreign keys, views and indexes follow the table; functions, whose bodies are text, do ' +
        'not.',
      instead:
        'Create a view of the old name in the same transaction. Rows can be written through it as through the table. ' +
        'Grant on it what was granted on the table, and from PostgreSQL 15 on create it with `security_invoker`, so ' +
        'that row security applies. Drop it when nothing uses it any more.',
      references: [
        'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME',
        'https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS',
      ],
    },
    examples: [
      {
        bad: 'ALTER TABLE order_items RENAME TO order_lines;',
        good:
          '-- Grant on the view what was granted on the table.\n' +
          'BEGIN;\n' +
          "SET LOCAL lock_timeout = '5s';\n" +
          '-- lockstep-ignore rename-table: Code that uses the old name goes on through the view.\n' +
          'ALTER TABLE order_items RENAME TO order_lines;\n' +
          'CREATE VIEW order_items WITH (security_invoker = true) AS SELECT * FROM order_lines;\n' +
          'COMMIT;',
      },
    ],
  },

  on: ['Rename'],

  *check(statement, { catalog }) {
    const { objectType, relation, from, to } = statement;
    const isMeant = objectType === 'TABLE' || objectType === 'VIEW' || objectType === 'MATERIALIZED VIEW';
    if (!isMeant || relation === undefined || catalog.isNew(relation)) return;
    // ALTER TABLE renames indexes and sequences, too, which code seldom names.
    const kind = catalog.relation(relation)?.kind;
    if (kind === 'sequence' || (kind === undefined && catalog.index(relation) !== undefined)) return;
    yield {
      range: statement.commandRange,
      message: `Code that uses ${quoted(from === '' ? relation.name : from)} fails after the commit, code that uses ${quoted(to)} before it.`,
      subject: statement,
    };
  },

  fixes({ subject: { relation, to, text } }, context) {
    const { catalog, postgresVersion, schedule } = context;
    const kind = relation === undefined ? undefined : catalog.relation(relation)?.kind;
    // Before 15 a view reads with the rights of its owner, past row security.
    if (relation === undefined || postgresVersion < 15) return [];
    if (kind !== 'table' && kind !== 'partitioned table') return [];
    const view = printName(relation);
    const table = printName({ schema: relation.schema, name: to });
    const step: Step = {
      sql:
        '-- lockstep-ignore rename-table: Code that uses the old name goes on through the view.\n' +
        `${text};\nCREATE VIEW ${view} WITH (security_invoker = true) AS SELECT * FROM ${table};`,
      transaction: schedule.inTransactionBlock ? 'inherits' : 'own',
      why: 'Grant on the view what was granted on the table.',
      name: fileWords('rename', relation.name),
    };
    return fixBySteps('Leave a view with the old name', withShortLocks([step], context));
  },
});
