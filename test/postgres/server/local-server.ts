import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { canReach, linkTree, unprivilegedAccount } from './account';
import type { Account } from './account';
import { startGuard } from './guard';
import type { Guard } from './guard';

/** A PostgreSQL server that lives in a temporary directory, as long as this process at the most. */
export interface LocalServer {
  /** As in `SHOW server_version`: "18.4". */
  readonly version: string;
  readonly major: number;
  /** A connection as superuser; `stop` closes it. A query that takes longer than a minute fails. */
  connect(database?: string, applicationName?: string): Promise<pg.Client>;
  /** A new database, empty or a copy of `template`. */
  createDatabase(name: string, template?: string): Promise<void>;
  /** Drops the database and closes every connection to it. */
  dropDatabase(name: string): Promise<void>;
  /** A connection string for another program. */
  url(database?: string): string;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
}

const programTimeout = 60_000;
const queryTimeout = 60_000;
const superuser = 'postgres';

/**
 * Starts a server of the release that lies in `binaries` (the directory with `bin`, `lib` and `share`) on a free port
 * of 127.0.0.1. Started by root, it runs as an account without rights.
 */
export async function startLocalServer(binaries: string): Promise<LocalServer> {
  const account = await unprivilegedAccount();
  const directory = await fs.mkdtemp(path.join(await temporaryDirectory(account), 'lockstep-postgres-'));
  const guard = startGuard(directory);
  try {
    return await startIn(directory, binaries, account, guard);
  } catch (error: unknown) {
    await guard.end();
    throw error;
  }
}

async function startIn(
  directory: string,
  binaries: string,
  account: Account | undefined,
  guard: Guard,
): Promise<LocalServer> {
  await fs.chmod(directory, 0o711);
  let home = binaries;
  if (account && !(await canReach(account, binaries))) {
    home = path.join(directory, 'binaries');
    await linkTree(binaries, home);
  }
  const own = path.join(directory, 'own');
  await fs.mkdir(own);
  if (account) await fs.chown(own, account.uid, account.gid);

  const run = (program: string, args: readonly string[]): Promise<void> =>
    runProgram(path.join(home, 'bin', program), args, own, account);
  const password = randomBytes(16).toString('hex');
  const data = path.join(directory, 'data');
  await createCluster(directory, data, password, account, run);
  const port = await startOnFreePort(data, path.join(own, 'server.log'), run);

  const clients = new Set<pg.Client>();
  const connect = async (database = 'postgres', applicationName = 'lockstep'): Promise<pg.Client> => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: superuser,
      password,
      database,
      application_name: applicationName,
      ssl: false,
      connectionTimeoutMillis: 20_000,
      query_timeout: queryTimeout,
    });
    // A connection that the server closes is an error to the query that needs it, and to nobody else.
    client.on('error', () => undefined);
    client.on('end', () => clients.delete(client));
    await client.connect();
    clients.add(client);
    return client;
  };

  // No connection of our own stays open: it would keep a process alive that has nothing more to do.
  const administer = async (sql: string): Promise<unknown[]> => {
    const administrator = await connect();
    try {
      return (await administrator.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await administrator.end();
    }
  };
  const [row] = (await administer('SHOW server_version')) as { server_version: string }[];
  const version = row?.server_version ?? '';
  return {
    version,
    major: Number.parseInt(version, 10),
    connect,
    async createDatabase(name, template = 'template0') {
      await administer(
        `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(template)}`,
      );
    },
    async dropDatabase(name) {
      await administer(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
    },
    url: (database = 'postgres') =>
      `postgresql://${superuser}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    async stop() {
      for (const client of clients) void client.end().catch(() => undefined);
      await guard.end();
    },
  };
}

type Run = (program: string, args: readonly string[]) => Promise<void>;

async function createCluster(
  directory: string,
  data: string,
  password: string,
  account: Account | undefined,
  run: Run,
): Promise<void> {
  const passwordFile = path.join(directory, 'password');
  await fs.writeFile(passwordFile, password, { mode: 0o600 });
  await fs.mkdir(data, { mode: 0o700 });
  if (account) {
    await fs.chown(passwordFile, account.uid, account.gid);
    await fs.chown(data, account.uid, account.gid);
  }
  await run('initdb', [
    ...['--pgdata', data, '--username', superuser, '--auth', 'scram-sha-256', '--pwfile', passwordFile],
    ...['--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
  ]);
  await fs.rm(passwordFile);
  await fs.appendFile(path.join(data, 'postgresql.conf'), settings);
}

/** Nothing here survives a crash, and nothing happens in the background that a test did not ask for. */
const settings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
wal_level = logical
max_wal_size = 512MB
shared_buffers = 32MB
max_connections = 60
max_locks_per_transaction = 256
max_parallel_maintenance_workers = 0
max_parallel_workers_per_gather = 0
jit = off
timezone = 'UTC'
`;

async function startOnFreePort(data: string, log: string, run: Run): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      await run('pg_ctl', ['start', '-w', '-t', '30', '-D', data, '-l', log, '-o', `-p ${port}`]);
      return port;
    } catch (error: unknown) {
      const text = await fs.readFile(log, 'utf8').catch(() => '');
      // Between our look and the server's start, somebody else may have taken the port.
      if (attempt < 5 && /could not bind|could not create any TCP/.test(text)) {
        await fs.rm(log, { force: true });
        continue;
      }
      throw new Error(`PostgreSQL did not start.\n${text.slice(-2000)}`, { cause: error });
    }
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = net.createServer();
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      listener.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(new Error('No free port on 127.0.0.1.'));
      });
    });
  });
}

async function temporaryDirectory(account: Account | undefined): Promise<string> {
  for (const candidate of [os.tmpdir(), '/tmp', '/var/tmp']) {
    if (!account || (await canReach(account, candidate).catch(() => false))) return candidate;
  }
  throw new Error(
    `No temporary directory can be read by "${account?.name ?? ''}". Set TMPDIR to one that can.`,
  );
}

/** Output goes to a file, since a server that inherits a pipe would keep it open and us waiting. */
async function runProgram(
  program: string,
  args: readonly string[],
  directory: string,
  account: Account | undefined,
): Promise<void> {
  const outputFile = path.join(directory, `${path.basename(program)}.output`);
  const output = await fs.open(outputFile, 'w');
  try {
    const ending = await new Promise<string>((resolve) => {
      const child = spawn(program, args, {
        cwd: directory,
        stdio: ['ignore', output.fd, output.fd],
        env: serverEnvironment(),
        // Not `timeout`, whose timer goes on when the program does not exist.
        signal: AbortSignal.timeout(programTimeout),
        ...(account ? { uid: account.uid, gid: account.gid } : {}),
      });
      child.once('error', (error) => {
        resolve(error.message);
      });
      child.once('exit', (code, signal) => {
        resolve(code === 0 ? '' : signal ? `signal ${signal}` : `exit code ${code ?? 0}`);
      });
    });
    if (ending !== '') {
      const text = await fs.readFile(outputFile, 'utf8');
      throw new Error(`${path.basename(program)} ended with ${ending}.\n${text.slice(-2000)}`);
    }
  } finally {
    await output.close();
  }
}

/** Without PGDATA, PGPORT and the like, which would steer the server, and with English messages. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|NODE_|npm_)/.test(name));
  return { ...Object.fromEntries(inherited), LC_ALL: 'C', HOME: os.tmpdir() };
}
