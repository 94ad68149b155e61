import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before } from 'node:test';
import { promisify } from 'node:util';
import { startLocalServer } from './server/local-server';
import type { LocalServer } from './server/local-server';
import { majors } from '../../server/src/postgres/versions';
import type { Major } from '../../server/src/postgres/versions';

export type { LocalServer } from './server/local-server';

const installTimeout = 10 * 60_000;

/**
 * The majors that the tests run on: the oldest and the newest, or those of LOCKSTEP_TEST_MAJORS ("14,15,16" or "all").
 */
export const testedMajors: readonly Major[] = chosenMajors(process.env['LOCKSTEP_TEST_MAJORS']);

/** Starts a server of this major; its binaries are installed first if they are not in the cache. */
export async function startServer(major: Major): Promise<LocalServer> {
  const script = path.resolve(import.meta.dirname, '../../scripts/postgres-binaries.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(major)], {
    timeout: installTimeout,
  });
  const lines = stdout.trim().split('\n');
  for (const line of lines.slice(0, -1)) console.log(line);
  return startLocalServer(lines.at(-1) ?? '');
}

/** Starts a server before the tests of this suite (or file) and stops it after them. Call the result inside a test. */
export function useServer(major: Major): () => LocalServer {
  let server: LocalServer | undefined;
  before(async () => {
    server = await startServer(major);
  });
  after(async () => {
    await server?.stop();
  });
  return () => {
    if (!server) throw new Error(`PostgreSQL ${major} has not been started yet.`);
    return server;
  };
}

let databases = 0;

/** Creates a database, runs `setup` in it, gives its name to `use`, and drops it. */
export async function withDatabase<Result>(
  server: LocalServer,
  setup: string,
  use: (database: string) => Promise<Result>,
): Promise<Result> {
  databases += 1;
  const database = `test_${databases}`;
  await server.createDatabase(database);
  try {
    const client = await server.connect(database, 'setup');
    try {
      await client.query(setup);
    } finally {
      await client.end();
    }
    return await use(database);
  } finally {
    await server.dropDatabase(database);
  }
}

function chosenMajors(chosen: string | undefined): readonly Major[] {
  if (!chosen) return [majors[0], majors[majors.length - 1] ?? majors[0]];
  if (chosen === 'all') return majors;
  const asked = chosen.split(',').map(Number);
  const found = majors.filter((major) => asked.includes(major));
  if (found.length !== asked.length)
    throw new Error(`LOCKSTEP_TEST_MAJORS: "${chosen}" has an unknown major.`);
  return found;
}
