import { neededObjects, neededParts } from './questions/dependents';
import { list } from './questions/what-waits';
import { defineRule } from './rule';

/** More reasons than these nobody reads. */
const mostReasons = 2;

export default defineRule({
  id: 'drop-needed-by-others',
  meta: {
    category: 'existence',
    severity: 'error',
    addedIn: '0.1.0',
    docs: {
      summary:
        'A statement drops something without `CASCADE` that a view, a policy, a trigger, a default or another object depends on.',
      why:
        'PostgreSQL fails with `cannot drop … because other objects depend on it`, and the migration with it. Views ' +
        'depend on the tables and the columns that their query names, including those of a `*`; foreign keys on the ' +
        'table, the columns and the key that they reference; columns on their type; policies, defaults, generated columns, ' +
        'expressions of indexes, triggers and bodies of `BEGIN ATOMIC` on what they name. The index of a constraint cannot ' +
        'be dropped at all: the constraint can.',
      instead:
        'Drop, or change, what depends on it first. `CASCADE` drops that too, and whatever depends on that in turn: ' +
        'views then have to be created again with their privileges.',
      references: ['https://www.postgresql.org/docs/current/ddl-depend.html'],
    },
    examples: [
      {
        setup: 'CREATE VIEW open_orders AS SELECT id, coupon FROM orders WHERE closed_at IS NULL;',
        bad: 'ALTER TABLE orders DROP COLUMN coupon;',
        good: 'DROP VIEW open_orders;\nALTER TABLE orders DROP COLUMN coupon;',
      },
      {
        setup:
          "CREATE FUNCTION is_mine(owner bigint) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';\n" +
          'CREATE POLICY own ON orders USING (is_mine(user_id));',
        bad: 'DROP FUNCTION is_mine(bigint);',
        good: 'DROP POLICY own ON orders;\nDROP FUNCTION is_mine(bigint);',
      },
      {
        bad: 'DROP TABLE orders;',
        good: 'ALTER TABLE order_items DROP CONSTRAINT order_items_order_id_fkey;\nDROP TABLE orders;',
      },
    ],
  },

  on: ['Drop', 'AlterTable'],

  *check(statement, { catalog, inBody, postgresVersion }) {
    if (inBody === 'conditional') return;
    const needed =
      statement.kind === 'Drop'
        ? neededObjects(statement, catalog, postgresVersion)
        : neededParts(statement, catalog, postgresVersion);
    for (const { name, range, reasons, mayCascade } of needed) {
      const shown = reasons.slice(0, mostReasons);
      const more = reasons.length - shown.length;
      yield {
        range,
        message: `cannot drop ${name} because ${mayCascade ? 'other objects depend on it: ' : ''}${list([...shown, ...(more > 0 ? [`${more} more depend on it`] : [])])}.`,
        remedy: mayCascade
          ? 'Drop that first, or write CASCADE, which drops it too.'
          : 'Drop that instead; this goes with it.',
        subject: undefined,
      };
    }
  },
});
