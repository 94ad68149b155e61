// Group: pglite
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { sumOf } from '../../server/src/runners/atlas/sum';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { startPglite } from '../pglite';

const examples = path.resolve(import.meta.dirname, '../../examples');

function read(...parts: readonly string[]): string {
  return readFileSync(path.join(examples, ...parts), 'utf8');
}

function readJson(...parts: readonly string[]): unknown {
  return JSON.parse(read(...parts));
}

/** The SQL files of a folder or of its folders, in the order of their names. */
function sqlFiles(folder: string): readonly string[] {
  return readdirSync(path.join(examples, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => path.join(folder, name));
}

/** What a Supabase project finds in its database before the first migration. */
const supabase = `
  CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE service_role;
  CREATE SCHEMA auth;
  CREATE TABLE auth.users (id uuid PRIMARY KEY, email text);
  CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULL::uuid $$`;

interface Journal {
  readonly entries: readonly { readonly idx: number; readonly when: number; readonly tag: string }[];
}

describe('examples', () => {
  let server: PGlite;

  before(async () => {
    await loadGrammar();
    server = await startPglite();
    await server.exec(supabase);
  });
  beforeEach(async () => {
    await server.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  });
  after(async () => {
    await server.close();
  });

  async function hasValidIndex(name: string): Promise<void> {
    const { rows } = await server.query<{ valid: boolean }>(
      'SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)',
      [name],
    );
    assert.deepEqual(rows, [{ valid: true }], name);
  }

  test('supabase runs from empty', async () => {
    for (const file of sqlFiles('supabase/supabase/migrations')) {
      assert.match(path.basename(file), /^\d{14}_\w+\.sql$/);
      await server.exec(read(file));
    }
    await hasValidIndex('credit_operations_stripe_uq');
  });

  test('prisma runs from empty', async () => {
    for (const file of sqlFiles('prisma/prisma/migrations')) {
      assert.match(file, /\d{14}_\w+\/migration\.sql$/);
      await server.exec(read(file));
    }
    await hasValidIndex('"Conversation_lead_open_unique"');
    await hasValidIndex('"Message_conversation_id_created_at_idx"');
    await hasValidIndex('"Conversation_customer_id_started_at_idx"');
  });

  test('drizzle runs from empty, in one transaction, as its journal says', async () => {
    const folder = 'drizzle/src/db/migrations';
    const { entries } = readJson(folder, 'meta/_journal.json') as Journal;
    assert.deepEqual(
      entries.map(({ tag }) => path.join(folder, `${tag}.sql`)),
      sqlFiles(folder),
    );
    await server.transaction(async (transaction) => {
      for (const { tag } of entries) {
        for (const chunk of read(folder, `${tag}.sql`).split('--> statement-breakpoint')) {
          await transaction.query(chunk);
        }
      }
    });
    await hasValidIndex('messages_channel_sequence_uq');
    await hasValidIndex('messages_conversation_sequence_uq');

    const snapshots = entries.map(
      ({ idx }) =>
        readJson(folder, `meta/${String(idx).padStart(4, '0')}_snapshot.json`) as { id: string; prevId: string },
    );
    assert.equal(snapshots[1]?.prevId, snapshots[0]?.id);
    // A migration that is older than an applied one is never run.
    assert.ok((entries[0]?.when ?? 0) < (entries[1]?.when ?? 0));
  });

  test('plain runs from empty', async () => {
    for (const file of sqlFiles('plain')) await server.exec(read(file));
    await hasValidIndex('customers_email_key');
  });

  for (const [folder, down, index] of [
    ['goose/migrations', '-- +goose Down', 'items_sku_uq'],
    ['dbmate/db/migrations', '-- migrate:down', 'subscribers_email_uq'],
  ] as const) {
    test(`${folder} runs from empty, and back`, async () => {
      const sections = sqlFiles(folder).map((file) => read(file).split(down));
      for (const [up = ''] of sections) await server.exec(up);
      await hasValidIndex(index);
      for (const [, undo = ''] of [...sections].reverse()) await server.exec(undo);
      const { rows } = await server.query("SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace");
      assert.equal(rows.length, 0);
    });
  }

  for (const [folder, index] of [
    ['flyway/src/main/resources/db/migration', 'devices_serial_uq'],
    ['golang-migrate/migrations', 'rooms_name_uq'],
    ['sqlx/migrations', 'articles_slug_uq'],
    ['atlas/migrations', 'parcels_code_uq'],
  ] as const) {
    test(`${folder} has no mistakes but those that it shows`, async () => {
      const files = sqlFiles(folder);
      for (const file of files.filter((name) => !name.endsWith('.down.sql'))) {
        // One by one, as the fixes make it: what must not be in a transaction is not.
        for (const { start, end } of parseFile(read(file)).statements) {
          await server.query(read(file).slice(start, end));
        }
      }
      await hasValidIndex(index);
      for (const file of files.filter((name) => name.endsWith('.down.sql')).reverse()) {
        await server.exec(read(file));
      }
    });
  }

  test('atlas.sum is what Atlas would write', () => {
    const names = sqlFiles('atlas/migrations').map((file) => path.basename(file));
    assert.equal(
      read('atlas/migrations/atlas.sum'),
      sumOf(names, (name) => read('atlas/migrations', name)),
    );
  });

  for (const example of ['supabase', 'prisma', 'drizzle']) {
    test(`the lock file of ${example} agrees with its package.json and names no host`, () => {
      const manifest = readJson(example, 'package.json') as Record<string, Record<string, string> | undefined>;
      const lock = readJson(example, 'package-lock.json') as {
        lockfileVersion: number;
        packages: Record<string, { version: string }>;
      };
      assert.equal(lock.lockfileVersion, 3);
      const wanted = { ...manifest['dependencies'], ...manifest['devDependencies'] };
      assert.deepEqual(
        Object.entries(wanted).map(([name]) => [name, lock.packages[`node_modules/${name}`]?.version]),
        Object.entries(wanted),
      );
      assert.doesNotMatch(read(example, 'package-lock.json'), /resolved|https?:/);
    });
  }

  test('each example says in five lines what to try', () => {
    for (const { name: example } of readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
      const lines = read(example, 'README.md').split('\n').filter((line) => line !== '');
      assert.equal(lines.length, 5, example);
    }
  });
});
