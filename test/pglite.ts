import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Extensions, PGlite } from '@electric-sql/pglite';

/** A new PostgreSQL in this process, to be closed after the tests. */
export async function startPglite(extensions: Extensions = {}): Promise<PGlite> {
  const script = path.resolve(import.meta.dirname, '../scripts/pglite-data.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const archive = stdout.trim().split('\n').at(-1) ?? '';
  return PGlite.create({ extensions, loadDataDir: new Blob([await readFile(archive)]) });
}
