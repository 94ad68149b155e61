import assert from 'node:assert/strict';
import { addColumnInSteps } from '../../server/src/rewrites/add-column-in-steps';
import { contextAfter, type Database, parseOne, reset, runSteps } from './bench';

/** A table that gets a column with a volatile default, and the rows that are there before. */
interface Backfill {
  readonly name: string;
  readonly setup: string;
  /** The table, as the statement writes it. */
  readonly table: string;
  readonly rows: number;
}

const batchSize = 10;

/** None, one, a batch, a batch and one more, and several with gaps between the keys. */
const counts = [0, 1, batchSize, batchSize + 1, 2 * batchSize + 5];

const tables: readonly Pick<Backfill, 'name' | 'setup' | 'table'>[] = [
  {
    name: 'along the primary key',
    setup: 'CREATE TABLE orders (id int PRIMARY KEY, n int);',
    table: 'orders',
  },
  {
    name: 'along a key of text',
    setup: 'CREATE SCHEMA "Shop"; CREATE TABLE "Shop"."Orders" ("Id" text PRIMARY KEY, n int);',
    table: '"Shop"."Orders"',
  },
  {
    name: 'without a key',
    setup: 'CREATE TABLE orders (id int, n int);',
    table: 'orders',
  },
  {
    name: 'with a key of two columns',
    setup: 'CREATE TABLE orders (id int, n int, PRIMARY KEY (n, id));',
    table: 'orders',
  },
  {
    name: 'partitions, where ctid is not unique',
    setup: `CREATE TABLE orders (id int, n int) PARTITION BY HASH (n);
      CREATE TABLE orders_0 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE orders_1 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 1);`,
    table: 'orders',
  },
];

/** Every table with every number of rows. */
export const backfills: readonly Backfill[] = tables.flatMap((table) =>
  counts.map((rows) => ({ ...table, name: `${table.name}, rows: ${rows}`, rows })),
);

/**
 * Fills each row once, and leaves alone what a running application has filled between the two steps: every second row with
 * a value of its own, and new rows with the default.
 */
export async function checkBackfill(database: Database, { setup, table, rows }: Backfill): Promise<void> {
  // Negative, and with gaps.
  const insert = (from: number, to: number): string =>
    `INSERT INTO ${table} SELECT 3 * n - 9, n FROM generate_series(${from}, ${to}) AS n;`;
  const mine = "'00000000-0000-0000-0000-000000000000'";
  for (const between of ['', `UPDATE ${table} SET token = ${mine} WHERE n % 2 = 1;${insert(101, 103)}`]) {
    await reset(database, `${setup} ${insert(1, rows)}`);
    const statement = parseOne(
      `ALTER TABLE ${table} ADD COLUMN token uuid DEFAULT gen_random_uuid()`,
      'AlterTable',
    );
    const action = statement.actions[0];
    assert.ok(action?.type === 'AddColumn');
    const [add, ...others] = addColumnInSteps.steps({ statement, action, batchSize }, contextAfter(setup));
    assert.ok(add !== undefined && others.length === 1);
    await runSteps(database, [add]);
    if (between !== '') await database.exec(between);
    const before = await rowsOfTable(database, table);
    await runSteps(database, others);
    const after = await rowsOfTable(database, table);

    assert.deepEqual([...after.keys()], [...before.keys()]);
    assert.deepEqual(
      [...after.values()].filter(({ token }) => token === null),
      [],
      'Rows are left empty.',
    );
    const filled = [...before].filter(([, { token }]) => token !== null);
    assert.equal(filled.length, between === '' ? 0 : Math.ceil(rows / 2) + 3);
    for (const [n, row] of filled) {
      assert.deepEqual(after.get(n), row, `Row ${n} was written although it had a value.`);
    }
    const written = [...after].filter(([n]) => before.get(n)?.token === null).map(([, row]) => row);
    assert.equal(new Set(written.map(({ token }) => token)).size, written.length, 'Rows share a value.');
    for (const transaction of new Set(written.map(({ xmin }) => xmin))) {
      const size = written.filter(({ xmin }) => xmin === transaction).length;
      assert.ok(size <= batchSize, `A transaction wrote ${size} rows.`);
    }
  }
}

interface Row {
  readonly token: string | null;
  /** The transaction that wrote the row last. */
  readonly xmin: string;
}

async function rowsOfTable(database: Database, table: string): Promise<ReadonlyMap<number, Row>> {
  const { rows } = await database.query(`SELECT n, token, xmin::text FROM ${table} ORDER BY n`);
  return new Map((rows as (Row & { n: number })[]).map(({ n, ...row }) => [n, row]));
}
