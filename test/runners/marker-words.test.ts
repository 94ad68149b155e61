// What is proposed as a marker is one that the runner obeys.
import { deepEqual, ok } from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { runners } from '../../server/src/runners';
import type { Project, Runner } from '../../server/src/runners/runner';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';

before(loadGrammar);

/** Files in which each word stands at its place. */
const files: Readonly<Record<string, readonly string[]>> = {
  drizzle: ['SELECT 1;\n--> statement-breakpoint\nSELECT 2;\n'],
  goose: [
    '-- +goose NO TRANSACTION\n-- +goose ENVSUB ON\n-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n' +
      '-- +goose StatementEnd\n-- +goose ENVSUB OFF\n-- +goose Down\nSELECT 2;\n',
  ],
  dbmate: [
    '-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n',
    '-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down transaction:false\nSELECT 2;\n',
  ],
  sqlx: ['-- no-transaction\nSELECT 1;\n'],
  atlas: ['-- atlas:txmode none\n\nSELECT 1;\n'],
  'sql-migrate': [
    '-- +migrate Up\n-- +migrate StatementBegin\nSELECT 1;\n-- +migrate StatementEnd\n-- +migrate Down\nSELECT 2;\n',
    '-- +migrate Up notransaction\nSELECT 1;\n-- +migrate Down notransaction\nSELECT 2;\n',
  ],
  tern: ['---- tern: disable-tx ----\nSELECT 1;\n---- create above / drop below ----\nSELECT 2;\n'],
  rambler: ['-- rambler up\nSELECT 1;\n-- rambler down\nSELECT 2;\n'],
  'node-pg-migrate': ['-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;\n'],
  'graphile-migrate': ['--! Message: x\n\n--! no-transaction\nSELECT 1;\n'],
  liquibase: [
    '--liquibase formatted sql\n--changeset author:id\n--preconditions onFail:MARK_RAN\nSELECT 1;\n--rollback SELECT 2;\n',
    '--liquibase formatted sql\n--changeset author:id runInTransaction:false\nSELECT 1;\n',
  ],
};

describe('the markers that are proposed', () => {
  for (const runner of runners) {
    const words = runner.markerWords?.(projectOf(runner, undefined)) ?? [];
    if (words.length === 0) continue;
    it(runner.id, () => {
      const texts = files[runner.id] ?? [];
      const project = projectOf(runner, undefined);
      for (const { text } of words)
        ok(
          texts.some((file) => file.includes(text)),
          `${text} is in no file.`,
        );
      for (const text of texts)
        deepEqual(runner.markers?.problems(parseFile(text, runner), project) ?? [], [], text);
    });
  }

  it('are those of the version', () => {
    const count = (id: string, version: string): number => {
      const runner = runners.find((one) => one.id === id);
      return runner?.markerWords?.(projectOf(runner, version)).length ?? -1;
    };
    deepEqual([count('sqlx', '0.7.4'), count('sqlx', '0.8.2')], [0, 1]);
    deepEqual([count('tern', '1.13.0'), count('tern', '2.3.2')], [1, 2]);
  });
});

describe('a marker that the runner does not obey as it looks', () => {
  const problemsOf = (id: string, text: string): readonly (readonly [string, boolean])[] => {
    const runner = runners.find((one) => one.id === id);
    ok(runner !== undefined);
    const file = parseFile(text, runner);
    return (runner.markers?.problems(file, projectOf(runner, undefined)) ?? []).map(({ range, isFatal }) => [
      text.slice(range.start, range.end),
      isFatal,
    ]);
  };

  it('stops dbmate where it stands twice', () => {
    deepEqual(problemsOf('dbmate', '-- migrate:up\nSELECT 1;\n-- migrate:up\nSELECT 2;\n-- migrate:down\n'), [
      ['-- migrate:up', true],
    ]);
  });

  it('is marked on its own line only', () => {
    for (const eol of ['\n', '\r\n']) {
      const found = problemsOf(
        'dbmate',
        ['-- migrate:up', 'SELECT 1;', '-- Migrate:Down', 'SELECT 2;', ''].join(eol),
      );
      deepEqual(
        found.map(([text]) => text),
        ['-- Migrate:Down'],
      );
    }
  });
});

function projectOf(runner: Runner, version: string | undefined): Project {
  return { runner, root: '/p', folder: '/p', version, postgresVersion: undefined };
}
