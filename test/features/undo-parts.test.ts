// Liquibase undoes a migration changeset by changeset: what undoes one stands in it, and nowhere else.
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { diagnose } from '../../server/src/features/diagnose';
import { writeCompanion } from '../../server/src/features/files';
import { loadGrammar } from '../../server/src/sql/parse';
import { analyse, siteOf, type World } from '../rules/world';
import { applyChanges } from '../runners/tree';

before(loadGrammar);

const path = '/project/sql/001.sql';
const head = '--liquibase formatted sql\n\n';

function worldWith(text: string): World {
  return { files: { [path]: head + text }, path, postgresVersion: 17, runner: 'liquibase' };
}

/** The file after Generate Rollback, without its first lines, and what is said besides. */
function undone(text: string): { readonly text: string; readonly notes: readonly string[] } {
  const world = worldWith(text);
  const result = writeCompanion('rollback', analyse(world), siteOf(world));
  if ('problem' in result) throw new Error(result.problem);
  const after = applyChanges(world.files, result.changes)[path] ?? '';
  ok(after.startsWith(head));
  return { text: after.slice(head.length), notes: result.notes ?? [] };
}

const two = `--changeset ann:1 labels:x context:"a and b"
CREATE TABLE orders (id bigint PRIMARY KEY, total int);
CREATE INDEX orders_total ON orders (total); -- For the report.

-- The note of the customer.
-- changeset "ann lee":2 stripComments:false
ALTER TABLE orders ADD COLUMN note text;
`;

describe('Generate Rollback in a changelog of Liquibase', () => {
  it('writes into each changeset what undoes it, the last statement first', () => {
    equal(
      undone(two).text,
      `--changeset ann:1 labels:x context:"a and b"
CREATE TABLE orders (id bigint PRIMARY KEY, total int);
CREATE INDEX orders_total ON orders (total); -- For the report.
--rollback DROP INDEX orders_total;
--rollback DROP TABLE orders;

-- The note of the customer.
-- changeset "ann lee":2 stripComments:false
ALTER TABLE orders ADD COLUMN note text;
--rollback ALTER TABLE orders DROP COLUMN note;
`,
    );
  });

  it('changes nothing the second time, and says so', () => {
    const once = undone(two);
    const twice = undone(once.text);
    equal(twice.text, once.text);
    match(twice.notes.join(), /^Nothing to write/);
  });

  it('keeps the line breaks of the file', () => {
    const world = { ...worldWith(''), files: { [path]: (head + two).replaceAll('\n', '\r\n') } };
    const result = writeCompanion('rollback', analyse(world), siteOf(world));
    const text = 'problem' in result ? '' : (applyChanges(world.files, result.changes)[path] ?? '');
    equal(text.replaceAll('\r\n', '').includes('\n'), false);
    match(text, /--rollback DROP TABLE orders;\r\n/);
  });

  for (const rollback of [
    '--rollback DROP TABLE orders CASCADE;',
    '-- ROLLBACK drop table orders;',
    '--rollback not required',
    '--rollback empty',
    '--rollback changesetId:0 changesetAuthor:ann',
    '/* liquibase rollback\n  DROP TABLE orders;\n*/',
  ]) {
    it(`leaves a changeset as it is that has its own: ${rollback.split('\n')[0] ?? ''}`, () => {
      const text = `--changeset ann:1\nCREATE TABLE orders (id bigint);\n${rollback}\n`;
      equal(undone(text).text, text);
      const more = `${text}\n--changeset ann:2\nCREATE TABLE users (id bigint);\n`;
      equal(undone(more).text, `${more}--rollback DROP TABLE users;\n`);
    });
  }

  it('takes a line without words for no rollback, as Liquibase does', () => {
    match(
      undone('--changeset ann:1\nCREATE TABLE orders (id bigint);\n--rollback\n').text,
      /DROP TABLE orders/,
    );
  });

  it('writes nothing for what cannot be undone: Liquibase then refuses to, rather than count it as undone', () => {
    const text =
      '--changeset ann:1\nCREATE TABLE a (id int);\n--rollback empty\n--changeset ann:2\nDELETE FROM a;\n';
    const result = undone(text);
    equal(result.text, text);
    deepEqual(result.notes, ['changeset ann:2: The rows that were deleted from a are not kept.']);
    const unread = '--changeset ann:1\nCREATE TABLE a (id int);\nCREATE TABEL b (id int);\n';
    equal(undone(unread).text, unread);
    match(undone(unread).notes.join(), /^changeset ann:1: .*cannot read/);
  });

  it('keeps a body to the letter, and ends it where Liquibase cannot', () => {
    const body = 'AS $$\nBEGIN\n  -- Says one.\n\n  RETURN 1;\nEND $$';
    const text = `--changeset ann:1\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql ${body};\n--rollback empty\n`;
    const result = undone(`${text}--changeset ann:2\nDROP FUNCTION f();\n`).text.slice(text.length);
    ok(result.startsWith('--changeset ann:2 rollbackEndDelimiter:/\nDROP FUNCTION f();\n--rollback CREATE'));
    const lines = result.split('\n').flatMap((line) => /^--rollback (.*)$/.exec(line)?.[1] ?? []);
    ok(lines.join('\n').endsWith(`${body}\n/`), lines.join('\n'));
  });
});

describe('a changeset for another database', () => {
  const ours = 'CREATE TABLE users (id bigint);\nCREATE TABLE users (id bigint);\n';

  for (const attribute of ['dbms:mysql', 'dbms:!postgresql', 'dbms:h2,oracle', 'dbms:none', 'ignore:true']) {
    it(`is neither judged, nor replayed, nor undone: ${attribute}`, () => {
      const other = `--changeset ann:0 ${attribute}
CREATE TABLE orders (id bigint) ENGINE=InnoDB;
CREATE TABLE users (id bigint);
DROP TABLE users;
CREATE TABLE users (id bigint);

`;
      const text = `${other}--changeset ann:1 dbms:postgresql\n${ours}`;
      const found = diagnose(analyse(worldWith(text))).map(({ rule, statement }) => [rule, statement]);
      deepEqual(found, [['object-already-exists', 5]]);
      ok(undone(text).text.startsWith(other));
    });
  }

  for (const attribute of [
    'dbms:postgresql',
    'dbms:mysql,postgresql',
    'dbms:!mysql',
    'dbms:all',
    'dbms:${db}',
  ]) {
    it(`is one of ours: ${attribute}`, () => {
      const world = worldWith(`--changeset ann:1 ${attribute}\n${ours}`);
      deepEqual(
        diagnose(analyse(world)).map(({ rule }) => rule),
        ['object-already-exists'],
      );
    });
  }
});
