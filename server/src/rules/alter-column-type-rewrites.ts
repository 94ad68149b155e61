import type { Effects } from '../effects/effects';
import { effectsOfAction } from './questions/effects-of-action';
import { quoted } from './questions/what-waits';
import { defineRule } from './rule';

export default defineRule({
  id: 'alter-column-type-rewrites',
  meta: {
    category: 'rewrite',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Fill a new column of that type in batches, then switch to it.',
    aliases: ['squawk:changing-column-type', 'eugene:E5', 'atlas:PG301'],
    docs: {
      summary:
        'A change of a column type rewrites the table, rebuilds its indexes, or checks all of its rows.',
      why:
        'Unless the old values can stay as they are, PostgreSQL copies the whole table and rebuilds all of its ' +
        'indexes under `ACCESS EXCLUSIVE`: reads and writes wait, and the disk must hold the table twice. Some ' +
        'changes keep the table but not an index (`timestamp` to `timestamptz` in UTC, another collation, an index on ' +
        'an expression), or check all rows against a `CHECK`. Free are a longer or unlimited `varchar`, `varchar` to ' +
        '`text`, and more digits of `numeric` at the same scale.',
      instead:
        'Add a column of the new type, let a trigger fill it on each write, fill the existing rows in batches, build ' +
        'its indexes concurrently, then swap the names of the two columns in one short transaction. To limit a ' +
        'length, keep `text` and add a `CHECK` as `NOT VALID`.',
      references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
    },
    examples: [
      {
        bad: 'ALTER TABLE orders ALTER COLUMN quantity TYPE bigint;',
        good: 'ALTER TABLE orders ADD COLUMN quantity_new bigint;',
      },
    ],
  },

  on: ['AlterTable'],

  *check(statement, context) {
    const { catalog } = context;
    if (catalog.isNew(statement.relation)) return;
    const relation = catalog.resolve(statement.relation);
    for (const action of statement.actions) {
      if (action.type !== 'AlterColumnType') continue;
      const effects = effectsOfAction(statement, action, context);
      const old = catalog.relation(relation)?.columns.find(({ name }) => name === action.column.text)?.type;
      const harm = harmOf(effects, quoted(relation.name), old !== undefined);
      if (harm === undefined) continue;
      const change = `${old === undefined ? '' : `from ${old.text} `}to ${action.dataType.text}`;
      yield {
        range: action.dataType.range,
        message: `Changing ${quoted(action.column.text)} ${change} ${harm}; every read and write waits until it is done.`,
        subject: action,
      };
    }
  },
});

/** What happens to the table; undefined when nothing does. */
function harmOf(
  { rewrites, indexBuilds, scans }: Effects,
  table: string,
  isTypeKnown: boolean,
): string | undefined {
  // The old type decides; without it the worst is assumed, and said to be.
  if (rewrites.length > 0) return `${isTypeKnown ? 'rewrites' : 'may rewrite'} ${table}`;
  if (indexBuilds.length > 0) return `rebuilds indexes of ${table}`;
  return scans.length > 0 ? `checks all rows of ${table}` : undefined;
}
