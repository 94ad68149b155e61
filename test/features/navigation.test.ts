import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { finish } from '../../server/src/features/analyser';
import { definition } from '../../server/src/features/definition';
import { projectSymbols } from '../../server/src/features/project-symbols';
import { objectLinks } from '../../server/src/features/links';
import { highlights, references } from '../../server/src/features/references';
import { objectHover } from '../../server/src/features/relation-hover';
import { loadGrammar } from '../../server/src/sql/parse';
import { projectOf, withCursor } from './objects';

/** `file: the line with the range in brackets`, with what stands around. */
function shown(path: string, text: string, { start, end }: { start: number; end: number }): string {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const until = (text.indexOf('\n', end) + text.length + 1) % (text.length + 1) || text.length;
  const line = `${text.slice(from, start)}[${text.slice(start, end)}]${text.slice(end, until)}`;
  return `${/\d+/.exec(path)?.[0] ?? ''}: ${line.trim()}`;
}

interface Opened {
  readonly texts: readonly string[];
  readonly project: ReturnType<typeof projectOf>;
  readonly file: number;
  readonly offset: number;
}

/** A project in which one file has the cursor. */
function opened(...files: readonly string[]): Opened {
  const file = files.findIndex((text) => text.includes('$0'));
  const texts = files.map((text) => withCursor(text).text);
  return { texts, project: projectOf(...texts), file, offset: withCursor(files[file] ?? '').offset };
}

function definitionOf(...files: readonly string[]): string | undefined {
  const { texts, project, file, offset } = opened(...files);
  const analysis = project.analyses[file];
  assert.ok(analysis);
  const found = finish(definition(analysis, offset, project.project));
  if (found === undefined) return undefined;
  const { path, range } = found.target;
  return shown(path, texts[Number(/\d+/.exec(path)?.[0]) - 1] ?? '', range);
}

function referencesOf(...files: readonly string[]): readonly string[] {
  const { texts, project, file, offset } = opened(...files);
  const analysis = project.analyses[file];
  assert.ok(analysis);
  return finish(references(analysis, offset, project.project)).map(({ path, range }) =>
    shown(path, texts[Number(/\d+/.exec(path)?.[0]) - 1] ?? '', range),
  );
}

function hoverOf(...files: readonly string[]): string | undefined {
  const { project, file, offset } = opened(...files);
  const analysis = project.analyses[file];
  assert.ok(analysis);
  const linkTo = ({ file: path, statement }: { file: string; statement: number }): string =>
    `${/\d+/.exec(path)?.[0] ?? ''}.${statement}`;
  return objectHover(analysis, offset, { linkTo })?.markdown;
}

const first = `CREATE TABLE orders (
  id bigint PRIMARY KEY,
  user_id bigint,
  state text UNIQUE
);
CREATE INDEX orders_user_idx ON orders (user_id);`;

describe('go to definition', () => {
  before(loadGrammar);

  it('leads to what made a relation, a column, an index, a constraint', () => {
    assert.equal(definitionOf(first, 'ALTER TABLE or$0ders ADD COLUMN a int;'), '1: CREATE TABLE [orders] (');
    assert.equal(definitionOf(first, 'ALTER TABLE orders DROP COLUMN $0user_id;'), '1: [user_id] bigint,');
    assert.equal(
      definitionOf(first, 'UPDATE orders o SET id = 1 WHERE o.user_id$0 = 2;'),
      '1: [user_id] bigint,',
    );
    assert.equal(
      definitionOf(first, 'DROP INDEX orders_user_idx$0;'),
      '1: CREATE INDEX [orders_user_idx] ON orders (user_id);',
    );
    assert.equal(
      definitionOf(first, 'ALTER TABLE orders DROP CONSTRAINT orders_state_key$0;'),
      '1: state text [UNIQUE]',
    );
    assert.equal(
      definitionOf(
        first,
        'ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0) NOT VALID;',
        'ALTER TABLE orders VALIDATE CONSTRAINT $0c',
      ),
      '2: ALTER TABLE orders ADD CONSTRAINT [c] CHECK (id > 0) NOT VALID;',
    );
    assert.equal(
      definitionOf("CREATE TYPE s AS ENUM ('a');", 'CREATE TABLE t (a s$0);'),
      "1: CREATE TYPE [s] AS ENUM ('a');",
    );
  });

  it('follows renames back', () => {
    const renames =
      'ALTER TABLE orders RENAME TO purchases; ALTER TABLE purchases RENAME user_id TO buyer_id;';
    assert.equal(definitionOf(first, renames, 'SELECT $0buyer_id FROM purchases'), '1: [user_id] bigint,');
    assert.equal(definitionOf(first, renames, 'SELECT id FROM $0purchases'), '1: CREATE TABLE [orders] (');
    assert.equal(
      definitionOf(first, 'CREATE SCHEMA s; ALTER TABLE orders SET SCHEMA s;', 'SELECT id FROM s.orders$0'),
      '1: CREATE TABLE [orders] (',
    );
    assert.equal(
      definitionOf(
        first,
        'ALTER TABLE orders RENAME TO purchases;',
        'CREATE TABLE orders (z int);',
        'DROP TABLE $0orders;',
      ),
      '3: CREATE TABLE [orders] (z int);',
    );
  });

  it('takes the definition that holds at this line', () => {
    const replaced = 'CREATE OR REPLACE VIEW v AS SELECT 2 AS a;';
    assert.equal(
      definitionOf('CREATE VIEW v AS SELECT 1 AS a;', replaced, 'SELECT * FROM v$0;'),
      '2: CREATE OR REPLACE VIEW [v] AS SELECT 2 AS a;',
    );
    const touch = 'CREATE FUNCTION touch() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;';
    assert.equal(definitionOf(touch, 'SELECT touch$0();'), `1: ${touch.replace('touch', '[touch]')}`);
    assert.equal(
      definitionOf(touch, touch.replace('CREATE', 'CREATE OR REPLACE'), 'SELECT touch$0();')?.slice(0, 20),
      '2: CREATE OR REPLACE',
    );
    assert.equal(
      definitionOf(first, 'DROP TABLE orders;', 'CREATE TABLE orders (id int);', 'SELECT id$0 FROM orders;'),
      '3: CREATE TABLE orders ([id] int);',
    );
    assert.equal(
      definitionOf(first, 'CREATE TABLE IF NOT EXISTS orders (id int);', 'SELECT id FROM orders$0;'),
      '1: CREATE TABLE [orders] (',
    );
  });

  it('knows search_path, quotes, aliases and WITH', () => {
    assert.equal(
      definitionOf(
        'CREATE SCHEMA a; CREATE TABLE a.t (id int); CREATE TABLE t (id int);',
        'SET search_path = a; DROP TABLE $0t;',
      ),
      '1: CREATE SCHEMA a; CREATE TABLE [a.t]'.replace('[a.t]', 'a.[t] (id int); CREATE TABLE t (id int);'),
    );
    assert.equal(
      definitionOf('CREATE TABLE "User" ("Id" int);', 'SELECT u."Id"$0 FROM "User" u'),
      '1: CREATE TABLE "User" (["Id"] int);',
    );
    assert.equal(definitionOf(first, 'SELECT o$0.id FROM orders o'), '2: SELECT o.id FROM orders [o]');
    assert.equal(
      definitionOf(first, 'WITH orders AS (SELECT 1) SELECT * FROM orders$0'),
      '2: WITH [orders] AS (SELECT 1) SELECT * FROM orders',
    );
    assert.equal(definitionOf(first, 'SELECT nothing$0 FROM orders'), undefined);
    assert.equal(definitionOf(first, 'SELECT 1 FROM unknown$0'), undefined);
    assert.equal(
      definitionOf(first, 'DO $$ BEGIN UPDATE orders SET user_id$0 = 1; END $$'),
      '1: [user_id] bigint,',
    );
    assert.equal(
      definitionOf('CREATE TEMP TABLE orders (x int);', first, 'SELECT id FROM orders$0'),
      '2: CREATE TABLE [orders] (',
    );
  });
});

describe('find references', () => {
  before(loadGrammar);

  it('finds who touched a column, before and behind, under all its names', () => {
    const files = [
      first,
      'ALTER TABLE orders RENAME COLUMN user_id TO buyer_id;',
      'ALTER TABLE orders ALTER COLUMN buyer_id$0 SET NOT NULL; UPDATE users SET buyer_id = 1;',
      'ALTER TABLE orders RENAME TO purchases;',
      'CREATE VIEW v AS SELECT p.buyer_id FROM purchases p;',
      'ALTER TABLE purchases DROP COLUMN buyer_id;',
      'ALTER TABLE purchases ADD COLUMN buyer_id int;',
    ];
    const expected = [
      '1: [user_id] bigint,',
      '1: CREATE INDEX orders_user_idx ON orders ([user_id]);',
      '2: ALTER TABLE orders RENAME COLUMN [user_id] TO buyer_id;',
      '2: ALTER TABLE orders RENAME COLUMN user_id TO [buyer_id];',
      '3: ALTER TABLE orders ALTER COLUMN [buyer_id] SET NOT NULL; UPDATE users SET buyer_id = 1;',
      '5: CREATE VIEW v AS SELECT p.[buyer_id] FROM purchases p;',
      '6: ALTER TABLE purchases DROP COLUMN [buyer_id];',
    ];
    assert.deepEqual(referencesOf(...files), expected);
    const fromFirst = files.map((text) => text.replace('$0', ''));
    assert.deepEqual(referencesOf(first.replace('user_id', 'user_id$0'), ...fromFirst.slice(1)), expected);
    const fromLast = [...fromFirst];
    fromLast[6] = 'ALTER TABLE purchases ADD COLUMN buyer_id$0 int;';
    assert.deepEqual(referencesOf(...fromLast), ['7: ALTER TABLE purchases ADD COLUMN [buyer_id] int;']);
  });

  it('finds the relation in queries, bodies and other commands, and not its namesakes', () => {
    const found = referencesOf(
      'CREATE TABLE $0t (a int); CREATE SCHEMA s; CREATE TABLE s.t (a int);',
      "COMMENT ON TABLE t IS 't'; GRANT SELECT ON t TO public;",
      'WITH t AS (SELECT 1) SELECT * FROM t;',
      'DO $$ BEGIN DELETE FROM t; END $$; SELECT t.a, x.t FROM t, s.t x;',
      'DROP TABLE t;',
      'CREATE TABLE t (b int);',
    );
    assert.deepEqual(found, [
      '1: CREATE TABLE [t] (a int); CREATE SCHEMA s; CREATE TABLE s.t (a int);',
      "2: COMMENT ON TABLE [t] IS 't'; GRANT SELECT ON t TO public;",
      "2: COMMENT ON TABLE t IS 't'; GRANT SELECT ON [t] TO public;",
      '4: DO $$ BEGIN DELETE FROM [t]; END $$; SELECT t.a, x.t FROM t, s.t x;',
      '4: DO $$ BEGIN DELETE FROM t; END $$; SELECT [t].a, x.t FROM t, s.t x;',
      '4: DO $$ BEGIN DELETE FROM t; END $$; SELECT t.a, x.t FROM [t], s.t x;',
      '5: DROP TABLE [t];',
    ]);
  });

  it('marks the same thing in the file', () => {
    const { project, offset, texts } = opened(
      'CREATE TABLE t (a int); CREATE TABLE u (a int); UPDATE t SET a$0 = 1 WHERE a > 2;',
    );
    const [analysis] = project.analyses;
    assert.ok(analysis);
    assert.deepEqual(
      highlights(analysis, offset).map(({ range, isWrite }) =>
        `${shown('1', texts[0] ?? '', range).slice(3)} ${isWrite ? 'write' : 'read'}`.replace(/.*\[/, '['),
      ),
      [
        '[a] int); CREATE TABLE u (a int); UPDATE t SET a = 1 WHERE a > 2; write',
        '[a] = 1 WHERE a > 2; read',
        '[a] > 2; read',
      ],
    );
  });
});

describe('the hover on a name', () => {
  before(loadGrammar);

  it('shows a relation as it is at this line, and which migration made its parts', () => {
    const hover = hoverOf(
      first,
      "ALTER TABLE orders ADD COLUMN note text DEFAULT 'x';\nALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0) NOT VALID;",
      'DROP TABLE orders$0;',
      'ALTER TABLE orders ADD COLUMN later int;',
    );
    assert.equal(
      hover,
      [
        '**table** `orders` · 1.0',
        "```sql\nid      bigint NOT NULL\nuser_id bigint\nstate   text\nnote    text DEFAULT 'x' -- 2.sql\n```",
        'Indexes\n- `orders_pkey` `UNIQUE (id)` · 1.0\n- `orders_state_key` `UNIQUE (state)` · 1.0\n- `orders_user_idx` `(user_id)` · 1.1',
        'Constraints\n- `c` `CHECK (id > 0) NOT VALID` · 2.1',
      ].join('\n\n'),
    );
  });

  it('shows a column with its indexes, values and constraints', () => {
    const made =
      "CREATE TYPE s AS ENUM ('a', 'b'); CREATE TABLE t (id int, state s NOT NULL DEFAULT 'a'); CREATE INDEX i ON t (state);";
    assert.equal(
      hoverOf(made, "UPDATE t SET state$0 = 'b';"),
      [
        '**column** `t.state` · 1.1',
        "```sql\nstate s NOT NULL DEFAULT 'a'\n```".replace(
          "s NOT NULL DEFAULT 'a'",
          "s DEFAULT 'a' NOT NULL",
        ),
        'Values `a`, `b`',
        'Indexes\n- `i` `(state)` · 1.2',
      ].join('\n\n'),
    );
    assert.match(hoverOf(made, 'DROP INDEX i$0;') ?? '', /^\*\*index\*\* `i` on `t`/);
    assert.match(hoverOf(made, 'DROP TYPE s$0;') ?? '', /^\*\*enum\*\* `s` · 1\.0\n\nValues `a`, `b`$/);
  });

  it('shows a function with its overloads, and the comments on things', () => {
    const made =
      "CREATE FUNCTION tax(total numeric, rate numeric DEFAULT 0.2) RETURNS numeric LANGUAGE sql STABLE AS 'SELECT 1.0';" +
      "CREATE FUNCTION tax(VARIADIC \"All\" int[]) RETURNS TABLE (a int) LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS 'BEGIN END';" +
      "COMMENT ON FUNCTION tax(int[]) IS 'of *all*'; CREATE TABLE t (a int); COMMENT ON TABLE t IS 'rows'; COMMENT ON COLUMN t.a IS 'cells';";
    assert.equal(
      hoverOf(made, 'SELECT tax$0(1, 2);'),
      [
        '**function** · 1.0',
        '```sql\ntax(total numeric, rate numeric DEFAULT 0.2) RETURNS numeric\n  LANGUAGE sql STABLE\n```',
        '---',
        '**function** · 1.1',
        '```sql\ntax(VARIADIC "All" integer[]) RETURNS TABLE(a integer)\n  LANGUAGE plpgsql SECURITY DEFINER SET search_path = ""\n```',
        '> of \\*all\\*',
      ].join('\n\n'),
    );
    assert.match(hoverOf(made, 'DROP TABLE t$0;') ?? '', /^\*\*table\*\* `t` · 1\.3\n\n> rows\n\n/);
    assert.match(hoverOf(made, 'ALTER TABLE t DROP COLUMN a$0;') ?? '', /· 1\.3\n\n> cells\n\n/);
  });

  it('says nothing of what no migration has made', () => {
    assert.equal(hoverOf(first, 'SELECT * FROM other$0'), undefined);
    assert.equal(hoverOf(first, 'SELECT now$0()'), undefined);
  });
});

describe('the symbols of a project', () => {
  before(loadGrammar);

  it('are what its migrations make, the newest first', () => {
    const { project } = projectOf(
      first,
      'CREATE VIEW order_view AS SELECT 1; CREATE FUNCTION order_f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;',
    );
    assert.deepEqual(
      projectSymbols(project, 'ord', 9).map(({ name, kind }) => `${kind} ${name}`),
      ['view order_view', 'function order_f', 'table orders', 'index orders_user_idx'],
    );
  });
});

describe('links', () => {
  const linksOf = (...files: readonly string[]): readonly string[] => {
    const { texts, project, file } = opened(...files);
    const analysis = project.analyses[file];
    assert.ok(analysis);
    const text = texts[file] ?? '';
    return finish(objectLinks(analysis)).map(
      ({ range, origin }) =>
        `${text.slice(range.start, range.end)} → ${/\d+/.exec(origin.file)?.[0] ?? ''}.${origin.statement}`,
    );
  };

  it('lead from what a statement is about to what made it, in another migration', () => {
    assert.deepEqual(
      linksOf(
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint, user_id bigint);',
        "CREATE TYPE mood AS ENUM ('sad');\nCREATE INDEX orders_user_idx ON orders (user_id);",
        'ALTER TABLE public.orders ADD FOREIGN KEY (user_id) REFERENCES users;\n' +
          'CREATE INDEX a ON orders (id);\n' +
          'CREATE TABLE notes (id bigint, user_id bigint REFERENCES users, m mood);\n' +
          'ALTER TABLE notes ADD COLUMN text text;\n' +
          'DROP INDEX orders_user_idx;\n' +
          "ALTER TYPE mood ADD VALUE 'glad';\n" +
          'SELECT count(*) FROM unknown;$0',
      ),
      ['orders → 1.1', 'orders → 1.1', 'users → 1.0', 'orders_user_idx → 2.1', 'mood → 2.0'],
    );
  });
});
