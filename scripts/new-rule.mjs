// Writes the three files of a new rule: the rule, its line in the list, its fixture.
// usage: npm run new-rule -- create-index-without-name
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './processes.mjs';

const [id] = process.argv.slice(2);
const rulePath = path.join(root, `server/src/rules/${id}.ts`);
const fixturePath = path.join(root, `test/rules/${id}.sql`);

if (id === undefined || !/^[a-z]+(-[a-z]+)+$/.test(id)) {
  console.error('usage: npm run new-rule -- <id>, where the id names the hazard and begins with the command');
  process.exitCode = 2;
} else if (existsSync(rulePath)) {
  console.error(`There is a rule ${id} already.`);
  process.exitCode = 2;
} else {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  writeFileSync(rulePath, ruleText(id, version));
  writeFileSync(path.join(root, 'server/src/rules/index.ts'), listText());
  writeFileSync(fixturePath, 'ALTER TABLE orders DROP COLUMN coupon;\n');
  console.log(`Now write server/src/rules/${id}.ts and test/rules/${id}.sql, then:
  RULE=${id} npm test -- test/rules/rules.test.ts
    tests this rule alone; with UPDATE=1 before it, the marks of its fixture are written, for you to read
  npm run generate
    writes docs/rules/${id}.md and the setting's schema`);
}

function ruleText(name, version) {
  return `import { defineRule } from './rule';

export default defineRule({
  id: '${name}',
  meta: {
    category: 'locking',
    severity: 'warning',
    addedIn: '${version}',
    remedy: 'What to do, in one sentence.',
    docs: {
      summary: 'What is reported, in one sentence.',
      why: 'What happens in production, and which lock or rewrite does it.',
      instead: 'What to write instead.',
      references: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
    },
    examples: [
      {
        bad: 'ALTER TABLE orders DROP COLUMN coupon;',
        good: 'ALTER TABLE orders ADD COLUMN note text;',
      },
    ],
  },

  on: ['AlterTable'],

  *check(statement, { catalog }) {
    if (catalog.isNew(statement.relation)) return;
    for (const action of statement.actions) {
      if (action.type !== 'DropColumn') continue;
      yield { range: action.column.range, message: 'One sentence.', subject: action };
    }
  },
});
`;
}

/** The list, written anew from the files that there are. */
function listText() {
  const ids = readdirSync(path.join(root, 'server/src/rules'), { withFileTypes: true })
    .filter((entry) => entry.isFile() && !['index.ts', 'rule.ts'].includes(entry.name))
    .map(({ name }) => name.replace(/\.ts$/, ''))
    .sort();
  const variable = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  // Sorted by path, as the rest: `./rule` stands among the others.
  const imports = [
    ...ids.map((name) => ({ name, line: `import ${variable(name)} from './${name}';` })),
    {
      name: 'rule',
      line: "import type { Rule } from './rule';",
    },
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${imports.map(({ line }) => line).join('\n')}

/** All rules, in the order of their ids. */
export const rules: readonly Rule[] = [
${ids.map((name) => `  ${variable(name)},\n`).join('')}];
`;
}
