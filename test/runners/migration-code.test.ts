import { deepEqual, equal, match } from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { labelOf, recognise } from '../../server/src/runners';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { caseOf, plans } from './projects';
import { type Files, memoryTree } from './tree';

before(loadGrammar);

const file = '/p/migrations/sql/add_index.sql';
const read = 'add_index.sql';

/** A migration in code that executes the file, and what each of three statements becomes: in or out, refused or not. */
const cases: readonly [label: string, Files, outcome: string][] = [
  [
    'Rails',
    { '/p/migrations/1_a.rb': `class A < ActiveRecord::Migration[8.0]\n  execute "${read}"\nend` },
    '1 1! 1!',
  ],
  [
    'Rails',
    {
      '/p/migrations/1_a.rb': `class A < ActiveRecord::Migration[8.0]\n  disable_ddl_transaction!\n  execute "${read}"`,
    },
    '1 1! 1!',
  ],
  ['Django', { '/p/migrations/0001_a.py': `class Migration(migrations.Migration):\n  # ${read}` }, '1 1! 1!'],
  [
    'Alembic',
    { '/p/migrations/a.py': `revision = "b"\ndown_revision = "a"\nop.execute(open("${read}"))` },
    '1 1! 1!',
  ],
  ['Ecto', { '/p/migrations/1_a.exs': `use Ecto.Migration\nexecute File.read!("${read}")` }, '1 1! 1!'],
  [
    'TypeORM',
    { '/p/migrations/1-a.ts': `class A implements MigrationInterface { /* ${read} */ }` },
    '1 1! 1!',
  ],
  ['Sequelize', { '/p/migrations/1-a.js': `queryInterface.sequelize.query(read('${read}'))` }, '1 1! 1!'],
  ['Knex', { '/p/migrations/1_a.js': `exports.up = (knex) => knex.schema.raw(read('${read}'))` }, '1 1! 1!'],
  ['psql', { '/p/migrations/1_a.js': `exports.up = (knex) => knex.schema.raw(read('other.sql'))` }, '- - -'],
  ['psql', { '/p/migrations/README.rb': `puts "${read}"` }, '- - -'],
];

describe('SQL files that migrations in code execute', () => {
  for (const [label, files, outcome] of cases) {
    it(`${label}: ${Object.values(files).join('')}`, () => {
      const text =
        'ALTER TABLE t ADD c int;\nDROP INDEX CONCURRENTLY i;\nCREATE INDEX CONCURRENTLY i ON t (c);\n';
      const project = recognise(file, memoryTree({ ...files, [file]: text }));
      equal(labelOf(project), label);
      const source = parseFile(text, project.runner);
      const schedule = project.runner.schedule(source, project, file);
      const found = source.statements.map(({ parsed: { statement } }, index) => {
        const refusal = statement && project.runner.refuses(statement, index, schedule, project);
        return `${schedule.statements[index]?.transaction ?? '-'}${refusal === undefined ? '' : '!'}`;
      });
      equal(found.join(' '), outcome);
    });
  }

  it('out of the transaction, one statement can be run outside of it', () => {
    const code = { '/p/migrations/1_a.rb': `ActiveRecord::Migration\ndisable_ddl_transaction!\n${read}` };
    const files = { ...code, [file]: 'CREATE UNIQUE INDEX orders_user_idx ON orders (user_id);\n' };
    const setting = { name: '', path: file, files: () => files };
    const place = (plan: string): object => {
      const { site, steps } = caseOf('', setting, '', plans[plan] ?? []);
      return site.project.runner.places(steps, site)[0];
    };
    deepEqual('refusal' in place('a concurrent build'), false);
    deepEqual('refusal' in place('a drop and a build'), true);
  });

  it('a fix that needs another file says what the code has to say', () => {
    const code = { '/p/migrations/a.py': `down_revision = None\nop.execute("${read}")` };
    const files = { ...code, [file]: 'CREATE UNIQUE INDEX orders_user_idx ON orders (user_id);\n' };
    const { site, steps } = caseOf(
      '',
      { name: '', path: file, files: () => files },
      '',
      plans['a concurrent build'] ?? [],
    );
    const placement = site.project.runner.places(steps, site)[0];
    match('refusal' in placement ? placement.refusal.instead : '', /autocommit_block/);
    deepEqual([site.project.isGrouped, site.project.runner.newMigration('x', site)], [true, []]);
  });
});
