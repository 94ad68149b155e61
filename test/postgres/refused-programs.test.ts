// What Lockstep says that a server refuses because of how a runner sends it is refused when the runner's own program
// sends it, and nothing else is.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { recognise } from '../../server/src/runners';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { schema, settings } from '../runners/projects';
import { type Files, memoryTree } from '../runners/tree';
import { absence, apply, begin, install, type Program, testedPrograms } from './instruments/programs';
import { testedMajors, useServer } from './servers';

before(loadGrammar);

const build = 'CREATE INDEX CONCURRENTLY orders_user_idx ON orders (user_id);';
const other = 'CREATE INDEX CONCURRENTLY orders_total_idx ON orders (total);';

/** Migrations of which some are refused, depending on how they are sent. */
const probes: Readonly<Record<string, string>> = {
  'a concurrent build': build,
  'a setting and a concurrent build': `SET lock_timeout = '5s';\n${build}`,
  'two concurrent builds': `${build}\n${other}`,
  'a concurrent build and a table': `${build}\nCREATE TABLE x (id int);`,
  'a lock on a table': 'LOCK TABLE orders IN SHARE MODE;',
  'a lock behind another statement': 'CREATE TABLE x (id int);\nLOCK TABLE orders IN SHARE MODE;',
  'VACUUM behind another statement': 'CREATE TABLE x (id int);\nVACUUM orders;',
  'a body with IF': "DO $$ BEGIN\n  IF false THEN\n    RAISE 'x';\n  END IF;\nEND $$;",
  'a body without IF': 'DO $$ BEGIN\n  PERFORM 1;\n  PERFORM 2;\nEND $$;',
  'an SQL body':
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC\n  SELECT 1;\n  SELECT CASE WHEN true THEN 1 END;\nEND;',
  'strings with semicolons':
    "COMMENT ON TABLE orders IS 'one;\ntwo';\nCOMMENT ON TABLE orders IS E'it\\'s; so';",
};

const major = testedMajors.at(-1) ?? 18;

// Two at a time: nothing is measured here.
describe('own programs', { concurrency: 2 }, () => {
  for (const program of testedPrograms) {
    describe(
      `${program.label} and what it is said to refuse`,
      { skip: absence(program), concurrency: 1 },
      () => {
        const server = useServer(major);
        let installed = '';

        before(async () => {
          installed = await install(program);
        });

        for (const [probe, text] of Object.entries(probes)) {
          for (const isUnmanaged of program.unmanage === undefined ? [false] : [false, true]) {
            it(`${probe}${isUnmanaged ? ', out of its transaction' : ''}`, async () => {
              const client = await server().connect('postgres');
              try {
                const { files, path } = project(program, text, isUnmanaged);
                const refusal =
                  program.refusesAlso?.includes(probe) === true ? 'refused besides' : refusalIn(files, path);
                const given = await begin(program, files, schema, client);
                const { failure } = await apply(program, given, server(), installed);
                assert.equal(
                  failure !== undefined,
                  refusal !== undefined,
                  `${refusal ?? 'no refusal'}\n${failure ?? 'no failure'}`,
                );
              } finally {
                await client.end();
              }
            });
          }
        }
      },
    );
  }
});

function project(
  program: Program,
  text: string,
  isUnmanaged: boolean,
): { readonly files: Files; readonly path: string } {
  const setting = settings.find(({ name }) => name === program.setting);
  assert.ok(setting !== undefined, program.setting);
  const files = setting.files(`${text}\n`);
  return {
    files: isUnmanaged ? (program.unmanage?.(files, setting.path) ?? files) : files,
    path: setting.path,
  };
}

/** Why one of the statements that go up is refused. */
function refusalIn(files: Files, path: string): string | undefined {
  const found = recognise(path, memoryTree(files));
  const file = parseFile(files[path] ?? '', found.runner);
  const schedule = found.runner.schedule(file, found, path);
  for (const [index, { parsed }] of file.statements.entries()) {
    if (parsed.statement === undefined || schedule.statements[index]?.section !== 'up') continue;
    const refusal = found.runner.refuses(parsed.statement, index, schedule, found);
    if (refusal !== undefined) return refusal.reason;
  }
  return undefined;
}
