import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Catalog } from '../../../server/src/catalog/catalog';
import { effectsOf } from '../../../server/src/effects/effects-of';
import type { Major } from '../../../server/src/postgres/versions';
import type { Statement } from '../../../server/src/sql/statement';
import type { KnownDifferences } from '../../effects/known';
import knownDifferences from '../../effects/known-differences.json';
import { measured, type MeasuredForm, measuredForms, situation } from '../../effects/measured';
import { shared } from '../../shared';
import type { LocalServer } from '../servers';
import { differences, inWords, isQuery, type Words } from './compare';
import { Measuring, type Outcome } from './measuring';

/** What came of one form of the facts on one major. */
interface FormResult {
  readonly id: string;
  readonly statement: string;
  /** Between the file and this server. */
  readonly fromFile: readonly string[];
  /** Between the prediction and this server. */
  readonly fromPrediction: readonly string[];
}

/** Forms on which the servers and Lockstep do not agree, each with the reason. */
const known: KnownDifferences = knownDifferences;

/** The differences that are known of the form on this major, worded as `differences` words them. */
function knownOf(form: string, major: Major): ReadonlySet<string> {
  const entry = known[form];
  const listed = entry?.majors.includes(major) === true ? entry.differences : [];
  return new Set(listed.flatMap(inTwoDirections));
}

/** `locks: servers [t SHARE], Lockstep []` says that the server has a lock. */
function inTwoDirections(listed: string): readonly string[] {
  const [, key, ...sides] = /^(\w+): servers \[(.*)\], Lockstep \[(.*)\]$/.exec(listed) ?? [];
  const [servers = [], ours = []] = sides.map((words) => words.split(','));
  return [
    ...servers.filter((word) => !ours.includes(word)).map((word) => `${key}: the server has ${word}`),
    ...ours.filter((word) => !servers.includes(word)).map((word) => `${key}: Lockstep has ${word}`),
  ];
}

/** The database that some forms name. */
const base = 'base';

/** The role that some forms name. */
const role = 'app';

/**
 * Measures the forms of `facts/locks.json` again. Those that no transaction block takes are only compared as to that:
 * their locks come and go.
 */
export async function runForms(server: LocalServer, major: Major): Promise<readonly FormResult[]> {
  const folder = path.join(shared, 'facts');
  const schema = readFileSync(path.join(folder, 'base.sql'), 'utf8');
  await server.createDatabase(base);
  try {
    await runAll(server, base, [schema, `CREATE ROLE ${role}`]);
    const results: FormResult[] = [];
    for (const form of measuredForms(folder)) results.push(await runForm(server, major, form, schema));
    return results;
  } finally {
    await server.dropDatabase(base);
  }
}

/** SQLSTATE of what fails because of rows. */
const failsOnRows = /^2[23]/;

async function runForm(
  server: LocalServer,
  major: Major,
  form: MeasuredForm,
  schema: string,
): Promise<FormResult> {
  const { id, statement: sql } = form;
  const database = 'form';
  await server.createDatabase(database, base);
  try {
    let outcome: Outcome;
    try {
      await runAll(server, database, form.setup);
      const measuring = await Measuring.start(server, database);
      try {
        for (const setting of form.session) await measuring.send(setting);
        outcome = await measuring.run(sql);
        if (outcome.kind === 'refused' && failsOnRows.test(outcome.code)) {
          await measuring.send('TRUNCATE m.t CASCADE');
          outcome = await measuring.run(sql);
        }
      } finally {
        await measuring.end();
      }
    } catch (error: unknown) {
      // An older server does not know what the form is about.
      outcome = {
        kind: 'refused',
        code: 'setup',
        message: error instanceof Error ? error.message : String(error),
      };
    }
    const { statement, catalog } = situation(form, schema);
    return { id, statement: sql, ...compare(form, major, outcome, statement, catalog) };
  } finally {
    await server.dropDatabase(database);
  }
}

function compare(
  form: MeasuredForm,
  major: Major,
  outcome: Outcome,
  statement: Statement,
  catalog: Catalog,
): Pick<FormResult, 'fromFile' | 'fromPrediction'> {
  const recorded = measured(form, major);
  const effects = effectsOf(statement, new Catalog(catalog), major);
  if (outcome.kind === 'refused') {
    if (outcome.code === '25001') {
      return {
        fromFile:
          recorded?.transactional === false ? [] : ['the file says that a transaction block takes it'],
        fromPrediction: effects.transactional ? ['Lockstep says that a transaction block takes it'] : [],
      };
    }
    const fromFile = recorded === undefined ? [] : [`refused: ${outcome.code} ${outcome.message}`];
    return { fromFile, fromPrediction: [] };
  }
  const { deeds } = outcome;
  if (deeds === undefined) return { fromFile: [], fromPrediction: [] };
  const expected = knownOf(form.id, major);
  const fromPrediction = [
    ...differences(deeds, effects, statement, catalog).filter((line) => !expected.has(withoutSchema(line))),
    ...(effects.transactional ? [] : ['Lockstep says that no transaction block takes it']),
  ];
  if (recorded === undefined) return { fromFile: ['the file says that it is refused'], fromPrediction };
  const words = inWords(deeds, statement);
  const fromFile = (['locks', 'rewrites', 'scans'] as const).flatMap((key) =>
    key === 'scans' && isQuery(statement) ? [] : between(key, words, recorded),
  );
  return { fromFile, fromPrediction };
}

function between(key: keyof Words, words: Words, recorded: Words): readonly string[] {
  const now = words[key].map(withoutSchema);
  return [
    ...now.filter((word) => !recorded[key].includes(word)).map((word) => `${key}: the server has ${word}`),
    ...recorded[key].filter((word) => !now.includes(word)).map((word) => `${key}: the file has ${word}`),
  ];
}

/** The file has no schemas, and all is in one. */
function withoutSchema(words: string): string {
  return words.replace(/\bm\./, '');
}

async function runAll(server: LocalServer, database: string, statements: readonly string[]): Promise<void> {
  const client = await server.connect(database, 'setup');
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
