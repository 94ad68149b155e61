import type { Delivery } from './run-migrations';

/** A statement that commits by itself. */
export const build = (name: string): string => `CREATE INDEX CONCURRENTLY ${name} ON orders (id)`;

/** The files of the runner table, one statement a line. */
export const files = {
  alone: [`-- why\n${build('first')};;`],
  afterSet: [`SET lock_timeout = '5s'`, build('first')],
  twice: [build('first'), build('second')],
  afterCommit: ['CREATE TABLE made (id int)', 'COMMIT', build('first')],
  failsLater: ['CREATE TABLE made (id int)', 'SELECT 1 / 0'],
  concurrentThenFails: [build('first'), 'SELECT 1 / 0'],
  lockFirst: ['LOCK TABLE orders', 'SELECT 1'],
  lockSecond: ['SELECT 1', 'LOCK TABLE orders'],
  setLocal: [`SET LOCAL lock_timeout = '7s'`, `INSERT INTO seen SELECT current_setting('lock_timeout')`],
} as const;

/** "ok" or SQLSTATE, then what is there afterwards. An index that is not valid has a "!". */
type Row = Readonly<Record<keyof typeof files, string>>;

const inTransaction: Row = {
  alone: '25001:',
  afterSet: '25001:',
  twice: '25001:',
  afterCommit: '25001: made',
  failsLater: '22012:',
  concurrentThenFails: '25001:',
  lockFirst: 'ok:',
  lockSecond: 'ok:',
  setLocal: 'ok: 7s',
};

/** What each file of {@link files} leaves behind on a server of this major, by the way it is sent. */
export const runnerTable: Readonly<Record<Delivery, (major: number) => Row>> = {
  'one-query': () => ({ ...inTransaction, alone: 'ok: first' }),
  autocommit: () => ({
    alone: 'ok: first',
    afterSet: 'ok: first',
    twice: 'ok: first second',
    afterCommit: 'ok: first made',
    failsLater: '22012: made',
    concurrentThenFails: '22012: first',
    lockFirst: '25P01:',
    lockSecond: '25P01:',
    setLocal: 'ok: 0',
  }),
  transaction: () => ({ ...inTransaction, afterCommit: 'ok: first made' }),
  'transaction-one-query': () => inTransaction,
  pipeline: (major) => ({
    alone: 'ok: first',
    afterSet: '25001:',
    // The last transaction of the first build, which marks the index valid, is rolled back with the pipeline.
    twice: '25001: first!',
    afterCommit: 'ok: first made',
    failsLater: '22012:',
    concurrentThenFails: '22012: first!',
    lockFirst: '25P01:',
    lockSecond: major < 18 ? '25P01:' : 'ok:',
    setLocal: 'ok: 7s',
  }),
  supabase: (major) => ({
    alone: 'ok: first',
    afterSet: 'ok: first',
    twice: 'ok: first second',
    afterCommit: 'ok: first made',
    failsLater: '22012:',
    concurrentThenFails: '22012: first',
    lockFirst: '25P01:',
    lockSecond: major < 18 ? '25P01:' : 'ok:',
    setLocal: 'ok: 7s',
  }),
  drizzle: () => ({ ...inTransaction, afterCommit: 'ok: first made' }),
};
