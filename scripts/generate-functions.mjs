// Writes what the analysis knows of PostgreSQL's own functions, casts and operator classes, as real servers tell it:
//   server/src/postgres/functions.generated.ts   the volatility of each function
//   server/src/postgres/types.generated.ts       its types, casts without work, and the operator class of each type
//   server/src/postgres/signatures.generated.ts  the types of arguments and results
//   server/src/postgres/system-relations.generated.ts  the columns of the server's own tables and views
// usage: npx tsx scripts/generate-functions.mjs
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { provideServer } from './postgres-binaries.mjs';
import {
  readSignatures,
  readSystemRelations,
  signaturesText,
  systemRelationsText,
  wrapped,
} from './signatures.mjs';
import { startLocalServer } from '../test/postgres/server/local-server';
import { majors } from '../server/src/postgres/versions';

/** Extensions that migrations often use; their functions and casts are told as well. */
const extensions = [
  'citext',
  'fuzzystrmatch',
  'hstore',
  'intarray',
  'ltree',
  'pgcrypto',
  'pg_trgm',
  'unaccent',
  'uuid-ossp',
];

/** From the most to the least volatile: a name with several overloads gets the first that one of them has. */
const volatilities = /** @type {const} */ (['volatile', 'stable', 'immutable']);

/** @type {Map<string, (typeof volatilities)[number]>} */
const functions = new Map();
/** @type {Set<string>} */
const types = new Set();
/** @type {Set<string>} */
const casts = new Set();
/** @type {Map<string, Map<string, string>>} */
const operatorClasses = new Map();

for (const major of majors) {
  const server = await startLocalServer(await provideServer(major));
  try {
    const client = await server.connect();
    await readTypes(client);
    for (const extension of extensions) await client.query(`CREATE EXTENSION "${extension}"`);
    await readFunctions(client);
    await readCasts(client);
    await readOperatorClasses(client);
    await readSignatures(client);
    await readSystemRelations(client);
  } finally {
    await server.stop();
  }
}
write('functions.generated.ts', functionsText());
write('types.generated.ts', typesText());
write('signatures.generated.ts', signaturesText());
write('system-relations.generated.ts', systemRelationsText());

/** @param {import('pg').Client} client */
async function readFunctions(client) {
  const { rows } = await client.query(
    `SELECT proname AS name, provolatile AS letter FROM pg_proc WHERE proname ~ '^[a-z]'`,
  );
  for (const { name, letter } of rows) {
    const volatility = volatilities.find((word) => word.startsWith(letter)) ?? 'volatile';
    const known = functions.get(name);
    if (known === undefined || volatilities.indexOf(volatility) < volatilities.indexOf(known)) {
      functions.set(name, volatility);
    }
  }
}

/**
 * Before there are extensions, which have types of their own in other schemas.
 * @param {import('pg').Client} client
 */
async function readTypes(client) {
  const { rows } = await client.query(`
    SELECT typname AS name FROM pg_type
    WHERE typnamespace = 'pg_catalog'::regnamespace AND typrelid = 0 AND typname !~ '^_'`);
  for (const { name } of rows) types.add(name);
}

/** @param {import('pg').Client} client */
async function readCasts(client) {
  const { rows } = await client.query(`
    SELECT source.typname AS source, target.typname AS target
    FROM pg_cast
    JOIN pg_type source ON source.oid = castsource
    JOIN pg_type target ON target.oid = casttarget
    WHERE castmethod = 'b'`);
  for (const { source, target } of rows) casts.add(`${source} ${target}`);
}

/** @param {import('pg').Client} client */
async function readOperatorClasses(client) {
  const { rows } = await client.query(`
    SELECT amname AS method, typname AS type, opcname AS name
    FROM pg_opclass
    JOIN pg_am ON pg_am.oid = opcmethod
    JOIN pg_type ON pg_type.oid = opcintype
    WHERE opcdefault`);
  for (const { method, type, name } of rows) {
    const byType = operatorClasses.get(method) ?? new Map();
    byType.set(type, name);
    operatorClasses.set(method, byType);
  }
}

function functionsText() {
  const lists = volatilities.map((volatility) => {
    const names = [...functions].filter(([, of]) => of === volatility).map(([name]) => name);
    return `  ${volatility}: \`${wrapped(names.sort())}\`,`;
  });
  return `/** The names of PostgreSQL's own functions, and of some extensions, by the most volatile of their overloads. */
export const functionNames = {
${lists.join('\n')}
} as const;
`;
}

function typesText() {
  const methods = [...operatorClasses]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([method, byType]) => {
      const pairs = [...byType].sort().map(([type, name]) => `${type}=${name}`);
      return `  ${method}: \`${wrapped(pairs)}\`,`;
    });
  const pairs = [...casts].sort().map((pair) => pair.replace(' ', '='));
  return `/** PostgreSQL's own types, as pg_type has them, without arrays and row types. */
export const typeNames = \`${wrapped([...types].sort())}\`;

/** Casts that change nothing in the stored value: \`source=target\`. */
export const binaryCasts = \`${wrapped(pairs)}\`;

/** The default operator class of each type, by index method: \`type=class\`. */
export const defaultOperatorClasses: Readonly<Record<string, string>> = {
${methods.join('\n')}
};
`;
}

/**
 * @param {string} name
 * @param {string} text
 */
function write(name, text) {
  const file = path.resolve(import.meta.dirname, '../server/src/postgres', name);
  const header = `// Made by scripts/generate-functions.mjs on servers ${majors[0]} to ${majors.at(-1)}. Do not edit.\n\n`;
  writeFileSync(file, header + text);
}
