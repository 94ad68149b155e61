import type { Node } from '@pgsql/types';
import { byteLength, clip, longestName } from '../catalog/names';
import { tokenize } from '../sql/scanner';
import type { Range } from '../sql/text';
import type { Other, Statement } from '../sql/statement';
import { typeMadeBy } from './questions/new-names';
import { quoted } from './questions/what-waits';
import { defineRule } from './rule';

export default defineRule({
  id: 'name-too-long',
  meta: {
    category: 'style',
    severity: 'hint',
    addedIn: '0.1.0',
    remedy: 'Choose a shorter one.',
    docs: {
      summary: 'A new name is longer than 63 bytes.',
      why:
        'PostgreSQL truncates it to 63 bytes, with only a notice. Two long names that begin alike are then the same. ' +
        'SQL that writes the long name still finds the object; what looks it up in the catalog does not: an ORM that ' +
        'compares its models with the database, `IF NOT EXISTS` written by hand, error messages that an application ' +
        'reads.',
      instead: 'Choose a shorter name.',
      references: [
        'https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS',
        'https://www.postgresql.org/docs/current/runtime-config-preset.html#GUC-MAX-IDENTIFIER-LENGTH',
      ],
    },
    examples: [
      {
        bad: 'CREATE VIEW orders_that_were_closed_within_one_day_of_their_creation_by_user AS SELECT 1 AS id;',
        good: 'CREATE VIEW orders_closed_within_one_day AS SELECT 1 AS id;',
      },
    ],
  },

  on: ['CreateTable', 'CreateIndex', 'AlterTable', 'Rename', 'Other'],

  *check(statement) {
    if (!mayBeLong.test(statement.text) && !mayHaveMoreBytes.test(statement.text)) return;
    const byEnd = new Map(tokenize(statement.text).map((token) => [token.end, token]));
    for (const name of newNames(statement)) {
      const written = byEnd.get(name.end);
      const bytes = byteLength(written?.text ?? '');
      if (written === undefined || bytes <= longestName) continue;
      yield {
        range: { start: written.start, end: written.end },
        message: `This name has ${bytes} bytes; PostgreSQL truncates it to ${quoted(clip(written.text, longestName))}.`,
        subject: name,
      };
    }
  },
});

const mayBeLong = /[^\s"'.,;()]{64}|"[^"]{64}/;

/** Of letters that have up to four bytes, fewer are enough. */
const mayHaveMoreBytes = /[\u0080-\uffff]/;

/** Where a statement gives names, with what qualifies them. */
function newNames(statement: Statement): readonly Range[] {
  switch (statement.kind) {
    case 'CreateTable': {
      const { relation, columns, constraints } = statement;
      const named = [...constraints, ...columns.flatMap((column) => column.constraints)];
      return [
        relation.range,
        ...columns.map(({ name }) => name.range),
        ...named.flatMap(({ name }) => (name === undefined ? [] : [name.range])),
      ];
    }
    case 'CreateIndex':
      return statement.index === undefined ? [] : [statement.index.range];
    case 'AlterTable':
      return statement.actions.flatMap((action) => {
        if (action.type === 'AddColumn') {
          const { name, constraints } = action.column;
          return [
            name.range,
            ...constraints.flatMap((one) => (one.name === undefined ? [] : [one.name.range])),
          ];
        }
        return action.type === 'AddConstraint' && action.constraint.name !== undefined
          ? [action.constraint.name.range]
          : [];
      });
    case 'Rename':
      return lastName(statement.text);
    case 'Other':
      return nameIn(statement);
    default:
      return [];
  }
}

/** The new name of ALTER … RENAME TO. */
function lastName(text: string): readonly Range[] {
  const last = tokenize(text).at(-1);
  return last === undefined ? [] : [last];
}

/** Where CREATE of a view, trigger and the like has the name, which the tree has as it is cut. */
function nameIn({ node, text }: Other): readonly Range[] {
  const cut = nameMade(node);
  if (cut === undefined) return [];
  return tokenize(text)
    .filter((token) => token.text.length > cut.length && token.text.startsWith(cut))
    .slice(0, 1);
}

function nameMade(node: Node): string | undefined {
  if ('ViewStmt' in node) return node.ViewStmt.view?.relname;
  if ('CreateTrigStmt' in node) return node.CreateTrigStmt.trigname;
  if ('CreatePolicyStmt' in node) return node.CreatePolicyStmt.policy_name;
  if ('CreateSeqStmt' in node) return node.CreateSeqStmt.sequence?.relname;
  return typeMadeBy(node)?.name;
}
