import { inputTypes, printTypes } from '../catalog/signatures';
import { insert } from '../sql/text';
import { functionsMeantBy, functionsNamedBy, signatureOf } from './questions/functions';
import { list, quoted } from './questions/what-waits';
import { defineRule } from './rule';

/** So many functions of one name are offered to choose from. */
const mostChoices = 4;

export default defineRule({
  id: 'function-name-not-unique',
  meta: {
    category: 'existence',
    severity: 'error',
    addedIn: '0.1.0',
    docs: {
      summary: 'A statement names a function without its arguments, and several functions have that name.',
      why: 'PostgreSQL fails with `function name "…" is not unique`, even with `IF EXISTS`.',
      instead: 'Add the argument types after the name.',
      references: ['https://www.postgresql.org/docs/current/sql-dropfunction.html'],
    },
    examples: [
      {
        setup:
          "CREATE FUNCTION tax(total numeric) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';\n" +
          "CREATE FUNCTION tax(total integer) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';",
        bad: 'DROP FUNCTION tax;',
        good: 'DROP FUNCTION tax(numeric);',
      },
    ],
  },

  on: ['Drop', 'Rename', 'Other'],

  *check(statement, { catalog, inBody }) {
    if (inBody === 'conditional') return;
    for (const place of functionsNamedBy(statement)) {
      const found = functionsMeantBy(place, catalog);
      const [first] = found;
      if (first === undefined || found.length < 2) continue;
      const range = place.range();
      yield {
        range,
        message: `function name ${quoted(first.name)} is not unique: it may mean ${list(
          found.slice(0, mostChoices).map((one) => quoted(signatureOf(one))),
          'or',
        )}.`,
        remedy: 'Add the argument types after the name.',
        subject: { range, found },
      };
    }
  },

  fixes({ subject: { range, found } }) {
    return found.slice(0, mostChoices).map((entry) => ({
      title: `Write ${quoted(signatureOf(entry))}`,
      safety: 'review',
      change: { kind: 'edits', edits: [insert(range.end, `(${printTypes(inputTypes(entry))})`)] },
    }));
  },
});
