import { deepEqual, equal, ok } from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { recognise } from '../../server/src/runners';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { applyEdits } from '../../server/src/sql/text';
import { settings } from './projects';
import { memoryTree } from './tree';

before(loadGrammar);

const up = 'CREATE UNIQUE INDEX orders_user_idx ON orders (user_id);\n';
const block = 'DO $$ BEGIN\n  PERFORM 1;\nEND $$;\n';

describe('what undoes a migration, in the migration itself', () => {
  for (const name of [
    'goose',
    'goose, enclosed',
    'sql-migrate',
    'tern',
    'rambler',
    'node-pg-migrate',
    'dbmate',
  ]) {
    it(name, () => {
      const setting = settings.find((candidate) => candidate.name === name);
      ok(setting !== undefined);
      const files = setting.files(up);
      const project = recognise(setting.path, memoryTree(files));
      const { runner } = project;
      const file = parseFile(files[setting.path] ?? '', runner);
      const { at, frame, path } = runner.companion('rollback', setting.path, project, file);
      equal(path, setting.path);
      ok(at !== 'file' && frame !== undefined);
      const text = applyEdits(file.text, [{ range: at, text: frame(block) }]);
      const written = parseFile(text, runner);
      const schedule = runner.schedule(written, project);
      deepEqual(
        written.statements.map(({ parsed: { statement } }, index) => [
          statement?.kind,
          schedule.statements[index]?.section,
          statement === undefined ? undefined : runner.refuses(statement, index, schedule, project),
        ]),
        [
          ['CreateIndex', 'up', undefined],
          ['DoBlock', 'down', undefined],
        ],
      );
    });
  }

  it('is without a transaction where it has to be', () => {
    const setting = settings.find(({ name }) => name === 'sql-migrate');
    ok(setting !== undefined);
    const files = setting.files(up);
    const project = recognise(setting.path, memoryTree(files));
    const file = parseFile(files[setting.path] ?? '', project.runner);
    const { at, frame } = project.runner.companion('rollback', setting.path, project, file);
    ok(at !== 'file' && frame !== undefined);
    ok(frame('DROP INDEX CONCURRENTLY orders_user_idx;\n').includes('-- +migrate Down notransaction\n'));
    ok(frame('DROP INDEX orders_user_idx;\n').includes('-- +migrate Down\n'));
  });
});
