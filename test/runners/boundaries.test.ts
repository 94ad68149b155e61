import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { runners } from '../../server/src/runners';
import { loadGrammar, parseFile, Parser, withBoundary } from '../../server/src/sql/parse';

/** The comments of each runner that end a statement without its semicolon. */
const boundaries: Readonly<Record<string, readonly string[]>> = {
  drizzle: ['--> statement-breakpoint', '-->statement-breakpoint'],
  goose: ['-- +goose Down', '--+goose StatementEnd'],
  dbmate: ['-- migrate:down', '--migrate:up transaction:false'],
  'sql-migrate': ['-- +migrate Down', '-- +migrate StatementEnd'],
  tern: ['---- create above / drop below ----'],
  rambler: ['-- rambler up', '-- rambler down'],
  liquibase: ['--changeset ann:1', '-- changeset a.rather.long.name.of.an.author@example.com:create-orders'],
};

const statements = ['CREATE TABLE a (id int)', 'DROP TABLE a'] as const;

describe('a statement ends at a comment', () => {
  before(loadGrammar);

  for (const runner of runners) {
    it(`of ${runner.label}, and at that of no other runner`, () => {
      for (const [id, comments] of Object.entries(boundaries)) {
        for (const comment of comments) {
          const file = parseFile(`${statements[0]}\n${comment}\n${statements[1]};\n`, runner);
          const texts = file.statements.map(({ start, end }) => file.text.slice(start, end));
          if (id === runner.id) deepEqual(texts, statements, comment);
          else equal(texts.length, 1, comment);
          equal(file.others.length, id === runner.id ? 1 : 0, comment);
        }
      }
    });
  }

  it('that is none of a runner’s nowhere else', () => {
    const text = 'CREATE TABLE t (\n  id int,\n  -- rambler up to 2019 wrote this column\n  b int\n);\n';
    for (const runner of runners.filter(({ id }) => id !== 'rambler')) {
      const { statements: found } = parseFile(text, runner);
      deepEqual(
        found.map(({ parsed }) => parsed.error),
        [undefined],
        runner.id,
      );
    }
    const block = 'CREATE TABLE t (\n  /* rambler up */ id int,\n  --\n  -- a rambler up\n  b int\n);\n';
    equal(
      parseFile(
        block,
        runners.find(({ id }) => id === 'rambler'),
      ).statements.length,
      1,
    );
  });

  it('which its runner describes in a form that can be asked again and again', () => {
    deepEqual(
      runners.flatMap(({ id, boundary }) => (boundary === undefined ? [] : [id])).sort(),
      Object.keys(boundaries).sort(),
    );
    for (const { boundary } of runners) {
      if (boundary === undefined) continue;
      match(boundary.source, /^\^/);
      doesNotMatch(boundary.flags, /[gmy]/);
    }
  });
});

describe('a file that turns out to be for another runner', () => {
  before(loadGrammar);

  it('is divided anew, and what is the same in it is the same object', () => {
    const parser = new Parser();
    const text = `SELECT 1;\n${statements[0]}\n-- +goose Down\n${statements[1]};\nSELECT 2;\n`;
    const plain = parseFile(text, { parser });
    const goose = runners.find(({ id }) => id === 'goose');
    const divided = withBoundary(plain, goose?.boundary, new Parser());
    deepEqual(divided, parseFile(text, { boundary: goose?.boundary, parser }));
    equal(divided.statements[0]?.parsed, plain.statements[0]?.parsed);
    equal(divided.statements.at(-1)?.parsed, plain.statements.at(-1)?.parsed);
    equal(withBoundary(plain, goose?.boundary, parser), divided);
    equal(withBoundary(divided, goose?.boundary, parser), divided);
    equal(withBoundary(plain, undefined, parser), plain);
    deepEqual(withBoundary(divided, undefined, parser), plain);
  });
});
