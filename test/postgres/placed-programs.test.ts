// The runners' own programs apply every kind of placement that the common layout makes.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { type Case, caseOf, plans as steps, schema, settings, shapes as texts } from '../runners/projects';
import { applyChanges } from '../runners/tree';
import { absence, apply, begin, install, type Program, testedPrograms } from './instruments/programs';
import { type LocalServer, testedMajors, useServer } from './servers';

before(loadGrammar);

const shapes = ['the only statement', 'between others', 'before one that does not, and one that does'];
const plans = ['a concurrent build', 'everything', 'a transaction of its own'];

const major = testedMajors.at(-1) ?? 18;

// Two at a time: nothing is measured here.
describe('own programs', { concurrency: 2 }, () => {
  for (const program of testedPrograms) {
    describe(
      `${program.label} applies what is placed, PostgreSQL ${major}`,
      { skip: absence(program), concurrency: 1 },
      () => {
        const server = useServer(major);
        let installed = '';

        before(async () => {
          installed = await install(program);
        });

        for (const shape of shapes) {
          for (const plan of plans) {
            it(`${shape}, ${plan}`, async () => {
              const name = `${program.setting}, ${shape}, ${plan}`;
              const setting = settings.find((one) => one.name === program.setting);
              assert.ok(setting !== undefined, program.setting);
              const text = (texts[shape] ?? '').replaceAll('|', '');
              await check(program, caseOf(name, setting, text, steps[plan] ?? []), server(), installed);
            });
          }
        }
      },
    );
  }
});

async function check(
  program: Program,
  { files, site, steps: placed }: Case,
  server: LocalServer,
  installed: string,
): Promise<void> {
  const placement = site.project.runner.places(placed, site)[0];
  // What a runner cannot do at all is said elsewhere.
  if ('refusal' in placement) return;
  const client = await server.connect('postgres');
  try {
    const written = applyChanges(await begin(program, files, schema, client), placement.changes);
    const { failure } = await apply(program, written, server, installed);
    assert.equal(failure, undefined, JSON.stringify(written, null, 1));
    const { rows } = await client.query(
      `SELECT indisvalid AND indisunique AS valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
       WHERE relname IN ('orders_user_idx', 'orders_user_key')`,
    );
    assert.deepEqual(rows, [{ valid: true }]);
    for (const table of ['x', 'y', 'z']) {
      const { rows: found } = await client.query('SELECT to_regclass($1) IS NOT NULL AS found', [table]);
      assert.deepEqual(found, [{ found: site.file.text.includes(`CREATE TABLE ${table} `) }], table);
    }
  } finally {
    await client.end();
  }
}
