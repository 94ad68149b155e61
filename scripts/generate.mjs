// Writes what follows from the rules: docs/rules/, and the schemas of the setting lockstep.rules in package.json and of
// lockstep.json.
// usage: npm run generate [-- --check], which fails when something is stale
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './processes.mjs';

// The TypeScript of the server and of the tests is CommonJS for Node.
const require = createRequire(import.meta.url);
const { allFixes } = require('../server/src/features/fix.ts');
const { majors } = require('../server/src/postgres/versions.ts');
const { rules } = require('../server/src/rules/index.ts');
const { loadGrammar } = require('../server/src/sql/parse.ts');
const { analyse, siteOf, worldOf } = require('../test/rules/world.ts');

/** The text of each generated file, by its path from the root. @returns {Promise<Map<string, string>>} */
export async function generated() {
  await loadGrammar();
  const files = new Map(rules.map((rule) => [`docs/rules/${rule.id}.md`, page(rule)]));
  files.set('docs/rules/README.md', overview());
  const current = manifest();
  files.set('package.json', asJson(current));
  files.set('lockstep.schema.json', asJson(configurationSchema(current)));
  return files;
}

/** Pages of rules that are gone. */
function orphans(files) {
  const folder = path.join(root, 'docs/rules');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.map((name) => `docs/rules/${name}`).filter((file) => !files.has(file));
}

function page(rule) {
  const { id, meta } = rule;
  const { category, severity, postgres, addedIn, aliases, docs, examples } = meta;
  const facts = [
    ['severity', severity],
    ['category', category],
    ['PostgreSQL', versions(postgres)],
    ['since', `Lockstep ${addedIn}`],
    ...(aliases === undefined ? [] : [['elsewhere', aliases.map((alias) => `\`${alias}\``).join(', ')]]),
  ];
  const titles = [...new Set(examples.flatMap((example) => titlesOf(id, example)))];
  return [
    notice(`server/src/rules/${id}.ts`),
    `# ${id}`,
    docs.summary,
    `| | |\n|---|---|\n${facts.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}`,
    `## Why\n\n${docs.why}`,
    `## Instead\n\n${docs.instead}`,
    ...examples.map(
      ({ around, bad, good }) =>
        `## Example\n\n${surroundings(around)}${code(bad)}\n\nInstead:\n\n${target(around)}${code(good)}`,
    ),
    ...(titles.length === 0
      ? []
      : [`## Quick fixes\n\nFor this example:\n\n${titles.map((title) => `- ${title}`).join('\n')}`]),
    `## To ignore it\n\n${code(`-- lockstep-ignore ${id}: the reason`)}\n\n` +
      'on the line before the statement, or `lockstep-ignore-file` for a whole file. For a project:\n\n' +
      `\`\`\`json\n"lockstep.rules": { "${id}": "off" }\n\`\`\``,
    `## References\n\n${docs.references.map((address) => `- <${address}>`).join('\n')}\n`,
  ].join('\n\n');
}

/** Where an example stands, for people. */
function surroundings(around) {
  if (around === undefined) return '';
  const { path: name, released = [] } = around;
  const texts = Array.isArray(released) ? [] : Object.entries(released);
  return [
    `\`${name}\``,
    ...(Array.isArray(released) && released.length > 0
      ? [`, when main has ${released.map((other) => `\`${other}\``).join(', ')}`]
      : []),
    ...texts.map(([, text]) => `, when main has \`${text}\` there`),
    ':\n\n',
  ].join('');
}

function target(around) {
  return around?.goodPath === undefined ? '' : `\`${around.goodPath}\`:\n\n`;
}

/** What the light bulb offers for an example. */
function titlesOf(id, example) {
  const world = worldOf(example, example.bad);
  return allFixes(analyse(world), siteOf(world))
    .filter(({ rule }) => rule === id)
    .map(({ title }) => title);
}

function overview() {
  const rows = rules.map((rule) => {
    const { id, meta } = rule;
    const hasFix = rule.fixes !== undefined || rule.fixesInFile !== undefined;
    return `| [${id}](${id}.md) | ${meta.severity} | ${hasFix ? 'yes' : ''} | ${meta.docs.summary} |`;
  });
  return [
    notice('server/src/rules/'),
    '# Rules',
    'Each is silent for a table that the same migration has made, and where the schema that the earlier migrations build shows that there is no danger.',
    `| rule | severity | quick fix | what is reported |\n|---|---|---|---|\n${rows.join('\n')}\n`,
  ].join('\n\n');
}

/** package.json with the schema of the setting; nothing else in it changes. */
function manifest() {
  const current = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const severities = ['error', 'warning', 'information', 'hint', 'off'];
  current.contributes.configuration.properties['lockstep.rules'] = {
    type: 'object',
    default: {},
    scope: 'resource',
    markdownDescription: 'The severity of rules, by their id; `off` silences one.',
    additionalProperties: false,
    properties: Object.fromEntries(
      rules.map(({ id, meta }) => [
        id,
        { enum: severities, default: meta.severity, markdownDescription: meta.docs.summary },
      ]),
    ),
  };
  return current;
}

/** The schema of lockstep.json, which says what the settings of the editor say, and wins over them. */
function configurationSchema({ contributes }) {
  const setting = (name, more = {}) => {
    const { scope, ...rest } = contributes.configuration.properties[`lockstep.${name}`];
    return { ...rest, ...more };
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of Lockstep',
    description:
      'Read by the editor, the command line and continuous integration alike; wins over the settings of the editor.',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      runner: setting('runner'),
      runnerVersion: setting('runnerVersion', { pattern: '^v?\\d+(?:\\.\\d+)*(?:[-+].*)?$' }),
      postgres: {
        enum: majors.flatMap((major) => [major, String(major)]),
        description:
          'The PostgreSQL server version that the migrations run on. Omitted: as the project says.',
      },
      lockTimeout: setting('lockTimeout'),
      defaultBranch: {
        type: ['string', 'boolean'],
        not: { const: true },
        description:
          'Migrations that are not on this branch are pending. "auto": the default branch of the remote, else main or master. false: no branch is asked; all migrations count as pending, and all are repaired.',
      },
      rules: setting('rules'),
    },
  };
}

function asJson(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** @param {{ since?: number, until?: number }} [range] */
function versions({ since, until } = {}) {
  if (since === undefined) return until === undefined ? 'all versions' : `before ${until}`;
  return until === undefined ? `${since} and later` : `${since} to ${until - 1}`;
}

function notice(source) {
  return `<!-- Generated from ${source} by npm run generate. -->`;
}

function code(sql) {
  return `\`\`\`sql\n${sql}\n\`\`\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = await generated();
  const stale = [...files].filter(([file, text]) => {
    const place = path.join(root, file);
    return !existsSync(place) || readFileSync(place, 'utf8') !== text;
  });
  const gone = orphans(files);
  if (process.argv.includes('--check')) {
    for (const file of [...stale.map(([name]) => name), ...gone]) console.log(`stale: ${file}`);
    if (stale.length + gone.length > 0) process.exitCode = 1;
  } else {
    mkdirSync(path.join(root, 'docs/rules'), { recursive: true });
    for (const [file, text] of stale) writeFileSync(path.join(root, file), text);
    for (const file of gone) rmSync(path.join(root, file));
    console.log(`${stale.length + gone.length} of ${files.size} files were stale.`);
  }
}
