import { printTypes, inputTypes } from '../catalog/signatures';
import { printName } from '../sql/print';
import { insert } from '../sql/text';
import { functionBefore, replacementRefusal, signatureOf } from './questions/functions';
import { rangeOfWord } from './questions/relations-used';
import { quoted } from './questions/what-waits';
import { defineRule } from './rule';

export default defineRule({
  id: 'replace-function-refused',
  meta: {
    category: 'existence',
    severity: 'error',
    addedIn: '0.1.0',
    docs: {
      summary:
        '`CREATE OR REPLACE FUNCTION` changes what it cannot: the return type, the name of a parameter, a default.',
      why:
        'Views, indexes and other functions rely on what a function returns and on the names of its parameters. ' +
        'PostgreSQL fails with `cannot change return type of existing function`, `cannot change name of input ' +
        'parameter` or `cannot remove parameter defaults from existing function`, and the migration with it.',
      instead:
        'Drop the function first, and grant its privileges again: they are dropped with it. Or give the new one ' +
        'another name, and drop the old one when nothing calls it any more.',
      references: [
        'https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-NOTES',
      ],
    },
    examples: [
      {
        setup: "CREATE FUNCTION tax(total numeric) RETURNS integer LANGUAGE sql AS 'SELECT 1';",
        bad: "CREATE OR REPLACE FUNCTION tax(total numeric) RETURNS numeric LANGUAGE sql AS 'SELECT total * 0.2';",
        good:
          'DROP FUNCTION tax(numeric);\n' +
          "CREATE OR REPLACE FUNCTION tax(total numeric) RETURNS numeric LANGUAGE sql AS 'SELECT total * 0.2';",
      },
    ],
  },

  on: ['Other'],

  *check(statement, { catalog, inBody }) {
    if (!('CreateFunctionStmt' in statement.node) || inBody === 'conditional') return;
    if (statement.node.CreateFunctionStmt.replace !== true) return;
    const pair = functionBefore(statement, catalog);
    const refusal = pair === undefined ? undefined : replacementRefusal(pair.old, pair.made);
    if (pair === undefined || refusal === undefined) return;
    yield {
      range: rangeOfWord(statement.text, pair.made.name),
      message: `${refusal}.`,
      remedy: 'Drop it first, or give the new one another name.',
      subject: pair.old,
    };
  },

  fixes({ subject }, { catalog }) {
    const isUsual = catalog.searchPath[0] === subject.schema;
    const name = printName({ schema: isUsual ? undefined : subject.schema, name: subject.name });
    const word = subject.kind === 'PROCEDURE' || subject.kind === 'AGGREGATE' ? subject.kind : 'FUNCTION';
    const drop = `DROP ${word} ${name}(${printTypes(inputTypes(subject))});\n`;
    return [
      {
        title: `Drop ${quoted(signatureOf(subject))} first`,
        safety: 'review',
        change: { kind: 'edits', edits: [insert(0, drop)] },
      },
    ];
  },
});
