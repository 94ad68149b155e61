import { integerLimits } from '../postgres/foreign-key-types';
import { formatType } from '../postgres/types';
import { type ColumnPair, foreignKeysAdded } from './questions/foreign-keys';
import { quoted } from './questions/what-waits';
import { defineRule } from './rule';

export default defineRule({
  id: 'add-foreign-key-narrower',
  meta: {
    category: 'compatibility',
    severity: 'warning',
    addedIn: '0.1.0',
    docs: {
      summary: 'A column has a smaller integer type than the column that its foreign key references.',
      why:
        'PostgreSQL accepts the pair. When the referenced table hands out the first id that the smaller type cannot ' +
        'hold, every insert of a row that references it fails with `integer out of range`. Changing the type of a ' +
        'column rewrites the table, which has grown by then.',
      instead: 'Give the referencing column the type of the referenced one from the start.',
      references: [
        'https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT',
        'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
      ],
    },
    examples: [
      {
        bad: 'CREATE TABLE notes (id bigint PRIMARY KEY, user_id integer REFERENCES users (id));',
        good: 'CREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));',
      },
    ],
  },

  on: ['AlterTable', 'CreateTable'],

  *check(statement, { catalog }) {
    for (const { from, referencedName, pairs } of foreignKeysAdded(statement, catalog)) {
      for (const pair of pairs) {
        if (!isNarrower(pair)) continue;
        const { fromType, toType, typeRange } = pair;
        yield {
          range: typeRange ?? referencedName.range,
          message:
            `${quoted(pair.from)} of ${quoted(from)} is ${formatType(fromType)}: beyond ${integerLimits[fromType.name] ?? ''} ` +
            `it cannot hold ${quoted(pair.to)} of ${quoted(referencedName.name)}, which is ${formatType(toType)}.`,
          remedy: `Make it ${formatType(toType)}.`,
          subject: pair,
        };
      }
    }
  },

  fixes({ subject: { typeRange, toType } }) {
    if (typeRange === undefined) return [];
    const type = formatType(toType);
    return [
      {
        title: `Make it ${type}`,
        safety: 'review',
        change: { kind: 'edits', edits: [{ range: typeRange, text: type }] },
      },
    ];
  },
});

const widths = Object.keys(integerLimits);

function isNarrower({ fromType, toType }: ColumnPair): boolean {
  if (fromType.isArray || toType.isArray) return false;
  const from = widths.indexOf(fromType.name);
  return from >= 0 && from < widths.indexOf(toType.name);
}
