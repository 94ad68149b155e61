// Compares what Lockstep predicts with what real servers do: every statement of the projects of the corpus, or the forms
// of the facts. Run over all projects and majors it writes docs/conformance.md.
// usage: npm run conformance [-- [--majors 14,18] [--project NAME,…] [--verbose] [--forms]]
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PlainError, root, runMain } from '../processes.mjs';

// The TypeScript of the server and of the tests is CommonJS for Node.
const require = createRequire(import.meta.url);
const { majors: allMajors } = require('../../server/src/postgres/versions.ts');
const { loadGrammar } = require('../../server/src/sql/parse.ts');
const { needsShared } = require('../../test/shared.ts');
const { runForms } = require('../../test/postgres/conformance/forms.ts');
const { projects: allProjects } = require('../../test/postgres/conformance/projects.ts');
const { runProject } = require('../../test/postgres/conformance/run.ts');
const { startServer } = require('../../test/postgres/servers.ts');

async function main() {
  const options = readOptions();
  await loadGrammar();
  const results = [];
  let differences = 0;
  for (const major of options.majors) {
    const server = await startServer(major);
    try {
      if (options.forms) {
        differences += showForms(major, await runForms(server, major));
        continue;
      }
      console.log(`\nPostgreSQL ${server.version}`);
      console.log(heading);
      for (const project of options.projects) {
        const result = await runProject(server, major, project);
        results.push(result);
        differences += result.disagreements.length + result.unknown.length + result.settled.length;
        console.log(line(result));
        for (const file of result.settled)
          console.log(`  listed in unknowable.json, and known by now: ${file}`);
        if (options.verbose) showRemarks(result);
      }
    } finally {
      await server.stop();
    }
  }
  if (!options.forms && options.isWhole) {
    writeFileSync(path.join(root, 'docs/conformance.md'), page(results, options));
    console.log('\nWritten: docs/conformance.md');
  }
  return differences > 0 ? 1 : 0;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      majors: { type: 'string' },
      project: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      forms: { type: 'boolean', default: false },
    },
  });
  const missing = needsShared(values.forms ? 'facts' : 'corpus');
  if (missing) throw new PlainError(`${missing}.`);
  const majors = choose(values.majors, [...allMajors], String, 'PostgreSQL');
  const projects = choose(values.project, [...allProjects], ({ name }) => name, 'project');
  const isWhole = values.majors === undefined && values.project === undefined;
  return { majors, projects, isWhole, verbose: values.verbose, forms: values.forms };
}

/** The items of a list that were asked for by their names; all when nothing was asked for. */
function choose(asked, items, nameOf, kind) {
  if (asked === undefined) return items;
  return asked.split(',').map((name) => {
    const found = items.find((item) => nameOf(item).toLowerCase() === name.trim().toLowerCase());
    if (found === undefined) {
      throw new PlainError(`There is no ${kind} "${name}"; there are ${items.map(nameOf).join(', ')}.`);
    }
    return found;
  });
}

const widths = [21, 10, 8, 8, 9, 7, 10, 8];
const heading = inColumns([
  'project',
  'statements',
  'executed',
  'agreed',
  'disagreed',
  'unknown',
  'unknowable',
  'share',
]);

function line(result) {
  const { project, statements, executed, agreed, disagreements, unknown, unknowable } = result;
  return inColumns([
    project,
    statements,
    executed,
    agreed,
    disagreements.length,
    unknown.length,
    unknowable.length,
    share(result),
  ]);
}

function inColumns([name, ...numbers]) {
  const cells = numbers.map((number, index) => String(number).padStart(widths[index + 1] ?? 0));
  return [name.padEnd(widths[0]), ...cells].join('  ');
}

/** Of those of which something can be known. Rounded down, so that 100 % means all. */
function share({ agreed, executed, unknowable }) {
  const knowable = executed - unknowable.length;
  return `${(Math.floor((agreed / knowable) * 10_000) / 100).toFixed(2)} %`;
}

const remarkKinds = {
  disagreements: 'differs',
  unknown: 'unknown',
  unknowable: 'cannot be determined',
  refused: 'refused',
  unseen: 'not measured',
};

function showRemarks(result) {
  for (const [kind, word] of Object.entries(remarkKinds)) {
    for (const { file, statement, lines } of result[kind]) {
      console.log(`\n  ${word}: ${file}\n    ${statement.replace(/\s+/g, ' ').slice(0, 300)}`);
      for (const text of lines) console.log(`      ${text}`);
    }
  }
}

function showForms(major, forms) {
  const count = (key) => forms.filter((form) => form[key].length > 0).length;
  console.log(
    `\nPostgreSQL ${major}: ${forms.length} forms; ${count('fromFile')} differ from the file, ` +
      `${count('fromPrediction')} from the prediction`,
  );
  for (const { id, statement, fromFile, fromPrediction } of forms) {
    if (fromFile.length + fromPrediction.length === 0) continue;
    console.log(`\n  ${id}: ${statement}`);
    for (const text of fromFile) console.log(`    file        ${text}`);
    for (const text of fromPrediction) console.log(`    prediction  ${text}`);
  }
  return count('fromFile') + count('fromPrediction');
}

/** The page for readers. */
function page(results, { projects, majors }) {
  const of = (project, major) => results.find((one) => one.project === project && one.major === major);
  const rows = projects.map(({ name }) => {
    const newest = of(name, majors.at(-1));
    const cells = majors.map((major) => cell(of(name, major)));
    return `| ${name} | ${newest.statements} | ${newest.refused.length} | ${newest.unknowable.length} | ${cells.join(' | ')} |`;
  });
  const sums = majors.map((major) => {
    const all = results.filter((one) => one.major === major);
    const sum = (key) => all.reduce((total, one) => total + one[key], 0);
    const unknowable = all.flatMap((one) => one.unknowable);
    return {
      statements: sum('statements'),
      agreed: sum('agreed'),
      executed: sum('executed'),
      unknowable,
      all,
    };
  });
  const newest = sums.at(-1);
  const total = (key) => newest.all.reduce((number, one) => number + one[key].length, 0);
  rows.push(
    `| **all** | ${newest.statements} | ${total('refused')} | ${total('unknowable')} | ${sums.map(cell).join(' | ')} |`,
  );
  const last = majors.at(-1);
  return [
    '<!-- Written by npm run conformance. Do not edit. -->',
    '# How predictions compare with real servers',
    'The migrations of real projects run on a server, in order, each statement in a transaction of its own. Before each, the earlier ones are replayed into a catalog, ' +
      'and the effects are predicted. Before the commit a second session reads which locks are held on relations that existed before; rewrites and scans are those that the server counts.',
    `| project | statements | refused on ${last} | cannot be determined | ${majors.join(' | ')} |\n|---|--:|--:|--:|${majors.map(() => '--:|').join('')}\n${rows.join('\n')}`,
    'A cell says how many of the statements that the server executed have exactly the locks, rewrites and scans that were predicted. What cannot be determined is not counted.',
    'Refused are statements that need an extension that this server lacks, objects that another program makes, or a newer server, and COPY from standard input, which is not run. ' +
      'What cannot be determined are blocks and functions that build their SQL from rows, listed with reasons in test/postgres/conformance/unknowable.json: Lockstep says of them that it does not know what they do.',
    'The tables are empty. So these are not held against a prediction: the other side of foreign keys and sequences, for statements that change no row; what a DO block, a function or a trigger would do ' +
      'under a condition that does not hold; and which way the planner reads the tables of a query. Both sides of a foreign key count as scanned when the server says that it checks the key. ' +
      'An object that IF EXISTS does not find cannot be locked. ' +
      'Statements that no transaction block takes are held up by another session, and looked at while they wait; then their scans are not seen.',
    'What depends on what is compared with pg_depend by test/catalog/truth.test.ts and regression.test.ts, on PostgreSQL 18 after ten real projects, the examples, five scripts and 34 of PostgreSQL’s own tests: of 14,055 dependencies 14,048 are the server’s, and none is too many. The others are named there. test/postgres/dependencies.test.ts compares the projects and scripts with servers of 14 and 18, and 52 DROP statements that may be refused for what depends on something.',
    `\`npm run conformance -- --project NAME --majors ${last} --verbose\` shows each difference. \`--forms\` measures the statement forms of the facts again.\n`,
  ].join('\n\n');
}

function cell(result) {
  return `${share(result)} of ${result.executed - result.unknowable.length}`;
}

await runMain(main);
