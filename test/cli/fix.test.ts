import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { writeDrafts } from '../../server/src/cli/write';
import { Boundary } from '../../server/src/workspace/boundary';
import { Place, rulesOf } from './command';

const billing = 'supabase/migrations/20260211083000_billing_analytics.sql';
const integrity = 'prisma/migrations/20251110090000_add_integrity_indexes';

/** Names of new migrations have the time of the run. */
function withoutTimes(files: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(files).map(([name, text]) => [name.replace(/\d{14}/, 'TIME'), text]);
}

describe('lockstep fix', () => {
  let place: Place;
  beforeEach(() => {
    place = new Place('supabase');
  });
  afterEach(() => {
    place.remove();
  });

  it('prints every file as it would be, and changes none', async () => {
    const before = place.snapshot();
    const { code, out, error } = await place.run(['fix', billing]);
    assert.match(out, /^-- unique-index-without-precheck: Delete duplicates, keep the newest/);
    assert.match(out, /^-- create-index-not-concurrent: Build concurrently, in 2 migrations of their own/m);
    assert.match(out, /^-- supabase\/migrations\/20260211083000_billing_analytics\.sql$/m);
    assert.match(out, /^-- supabase\/migrations\/\d{14}_credit_operations_stripe_uq_concurrently\.sql$/m);
    assert.match(out, /create unique index concurrently credit_operations_stripe_uq/);
    assert.deepEqual([code, error], [0, '']);
    assert.deepEqual(place.snapshot(), before);
  });

  it('writes all of it with --write, and then there is nothing left to say', async () => {
    const { code, out } = await place.run(['fix', billing, '--write']);
    assert.equal(code, 0);
    assert.match(out, /^changed supabase\/migrations\/20260211083000_billing_analytics\.sql$/m);
    const created = [...out.matchAll(/^created (.*)$/gm)].map(([, name = '']) => name);
    assert.equal(created.length, 2);
    assert.match(place.read(created[1] ?? ''), /create unique index concurrently/);
    assert.match(place.read(billing), /PARTITION BY stripe_session_id ORDER BY created_at DESC/);
    assert.deepEqual(rulesOf(await place.lint(billing, ...created)), []);
    const again = await place.run(['fix', billing, '--write']);
    assert.deepEqual(again, { code: 0, out: '', error: '' });
  });

  it('writes it once when several are told to at once, also behind one that was killed', async () => {
    const sign = `lockstep-writes-${process.getuid?.() ?? 'here'}`;
    // No process has this number.
    place.write(`tmp/${sign}`, '999999999');
    const line = `TMPDIR="$PWD/tmp" lockstep fix ${billing} --write &`;
    const { out, error } = await place.shell(`${line.repeat(3)} wait`);
    assert.equal(error, '');
    assert.equal([...out.matchAll(/^changed /gm)].length, 1, out);
    assert.equal([...out.matchAll(/^created /gm)].length, 2, out);
    assert.deepEqual(
      Object.keys(place.snapshot()).filter((name) => name.startsWith('tmp/')),
      [],
    );
  });

  it('shows a patch with --diff that leads to what --write writes', async () => {
    const before = place.snapshot();
    const { code, out, error } = await place.run(['fix', billing, '--diff']);
    assert.equal(code, 0);
    assert.match(
      out,
      /^--- a\/supabase\/migrations\/20260211083000_billing_analytics\.sql\n\+\+\+ b\/supabase/,
    );
    assert.match(out, /^--- \/dev\/null\n\+\+\+ b\/supabase\/migrations\/\d{14}_/m);
    assert.match(error, /^-- unique-index-without-precheck: Delete duplicates/, 'apart from the patch');
    assert.deepEqual(place.snapshot(), before);

    place.write('fix.patch', out);
    const applied = await place.shell('git apply fix.patch && rm fix.patch');
    assert.deepEqual(applied, { code: 0, out: '', error: '' });
    const written = new Place('supabase');
    await written.run(['fix', billing, '--write']);
    assert.deepEqual(withoutTimes(place.snapshot()), withoutTimes(written.snapshot()));
    written.remove();
  });

  it('repairs one rule only with --rule', async () => {
    const { out } = await place.run(['fix', billing, '--rule', 'create-index-not-concurrent']);
    assert.doesNotMatch(out, /Delete duplicates|PARTITION BY/);
    assert.match(out, /create unique index concurrently/);
    const precheck = await place.run(['fix', billing, '--rule', 'unique-index-without-precheck', '--write']);
    assert.match(precheck.out, /^-- unique-index-without-precheck: [^\n]+\nchanged [^\n]+\n$/);
  });

  it('is rid of duplicates as --policy says', async () => {
    const rest = ['fix', billing, '--policy'];
    assert.match((await place.run([...rest, 'keep-newest'])).out, /ORDER BY created_at DESC/);
    const oldest = (await place.run([...rest, 'keep-oldest'])).out;
    assert.match(oldest, /ORDER BY created_at ASC/);
    assert.match(oldest, /create unique index concurrently/, 'and repairs the rest besides');

    const prisma = new Place('prisma');
    const words = ['fix', integrity, '--rule', 'unique-index-without-precheck', '--policy'];
    assert.match((await prisma.run([...words, 'retire-all-but-oldest'])).out, /Set "closed_at" to now\(\)/);
    assert.match((await prisma.run([...words, 'keep-newest'])).out, /Delete duplicates, keep the newest/);
    prisma.remove();
  });

  it('puts steps where --place says', async () => {
    const drizzle = new Place('drizzle');
    const words = ['fix', 'src/db/migrations/0001_curly_zaran.sql', '--rule', 'create-index-not-concurrent'];
    const byHand = (await drizzle.run(words)).out;
    assert.match(byHand, /Run this by hand before/);
    const committed = (await drizzle.run([...words, '--place', 'commit'])).out;
    assert.match(committed, /^COMMIT;/m);
    assert.doesNotMatch(committed, /by hand/);
    assert.equal(
      (await drizzle.run([...words, '--place', 'file'])).out,
      byHand,
      'the best when there is no choice',
    );
    drizzle.remove();
  });

  it('reads standard input', async () => {
    const name = 'supabase/migrations/20270101000000_note.sql';
    const sql = 'create index credit_operations_note on credit_operations (note);\n';
    const { code, out } = await place.run(['fix', '-', '--stdin-filename', name], sql);
    assert.equal(code, 0);
    assert.match(out, /create index concurrently credit_operations_note/);
  });

  it('keeps line breaks and the byte order mark', async () => {
    const text = place.read(billing).replaceAll('\n', '\r\n');
    place.write(billing, `\ufeff${text}`);
    const { out } = await place.run(['fix', billing, '--write']);
    const names = [...out.matchAll(/^(?:created|changed) (.*)$/gm)].map(([, name = '']) => name);
    assert.equal(names.length, 3);
    for (const name of names) assert.doesNotMatch(place.read(name), /(?<!\r)\n/, name);
    assert.match(place.read(billing), /^\ufeff--/);
    assert.doesNotMatch(place.read(names[1] ?? ''), /\ufeff/);
  });

  it('keeps UTF-16', async () => {
    const text = place.read(billing);
    place.write(billing, Buffer.from(`\ufeff${text}`, 'utf16le'));
    const rule = ['--rule', 'unique-index-without-precheck'];
    assert.equal((await place.run(['fix', billing, ...rule, '--write'])).code, 0);
    const written = place.bytes(billing).toString('utf16le');
    assert.match(written, /^\ufeff-- Billing analytics[^]*PARTITION BY[^]*to service_role;\n$/);
  });

  it('writes no file that would lose characters', async () => {
    place.write(billing, Buffer.from(`-- caf\u00e9\n${place.read(billing)}`, 'latin1'));
    const before = place.bytes(billing);
    const names = Object.keys(place.snapshot());
    const { code, error } = await place.run(['fix', billing, '--write']);
    assert.equal(code, 2);
    assert.match(error, /billing_analytics\.sql is not valid UTF-8, so it cannot be written without loss/);
    assert.deepEqual(place.bytes(billing), before);
    assert.deepEqual(Object.keys(place.snapshot()), names, 'no file was made either');
  });
});

describe('lockstep fix of what the default branch has', () => {
  const index = 'create index credit_operations_note on credit_operations (note);\n';
  const clean = 'supabase/migrations/20260301000000_notes.sql';
  const pending = 'supabase/migrations/20270101000000_note.sql';
  const said = (file: string): string =>
    `lockstep: ${file}: main already has this migration, so the change belongs in a new migration.\n`;
  let place: Place;
  beforeEach(() => {
    place = new Place('supabase');
    place.write(clean, 'create table notes (id bigint primary key);\n');
    place.release();
    place.write(pending, index);
  });
  afterEach(() => {
    place.remove();
  });

  it('leaves it, says so in one sentence for each file, and repairs the others', async () => {
    const before = place.snapshot();
    const { code, out, error } = await place.run(['fix', '--write', '.']);
    assert.equal(code, 0, error);
    const changed = [...out.matchAll(/^changed (.*)$/gm)].map(([, name]) => name);
    assert.deepEqual(changed, [pending]);
    assert.match(out, /^created supabase\/migrations\/\d+_credit_operations_note_concurrently\.sql$/m);
    const lines = error.split(/(?<=\n)/);
    assert.ok(lines.includes(said(billing)), error);
    assert.equal(new Set(lines).size, lines.length, 'once for a file with several findings');
    for (const line of lines) assert.match(line, /main already has this migration/);
    for (const [name, text] of Object.entries(before)) {
      if (name !== pending) assert.equal(place.read(name), text, name);
    }
  });

  it('says nothing of a migration that has nothing to repair', async () => {
    const { code, out, error } = await place.run(['fix', clean]);
    assert.deepEqual({ code, out, error }, { code: 0, out: '', error: '' });
  });

  it('repairs it all the same with --released, and does not bring back what main has', async () => {
    const { code, out, error } = await place.run(['fix', '--released', '--write', billing]);
    assert.deepEqual([code, error], [0, '']);
    assert.doesNotMatch(out, /applied-migration-edited/);
    assert.match(out, /^changed supabase\/migrations\/20260211083000_billing_analytics\.sql$/m);
    const again = await place.run(['fix', '--released', '--write', billing]);
    assert.deepEqual(again, { code: 0, out: '', error: '' });
  });

  it('keeps what somebody has changed in it, and says how to have back what main has', async () => {
    const edited = `${place.read(billing)}alter table credit_operations add column note2 text;\n`;
    place.write(billing, edited);
    const { code, error } = await place.run(['fix', '--write', billing]);
    assert.equal(code, 0);
    assert.match(
      error,
      /^[^\n]*belongs in a new migration; --rule applied-migration-edited restores the version of main\.\n$/,
    );
    assert.equal(place.read(billing), edited);
    await place.run(['fix', '--write', '--rule', 'applied-migration-edited', billing]);
    assert.equal(place.read(billing), edited.slice(0, edited.lastIndexOf('alter table')));
  });

  it('offers no fix of it to programs, either', async () => {
    const fixes = async (file: string): Promise<number> =>
      (await place.lint(file)).files.flatMap((f) => f.findings.flatMap((finding) => finding.fixes)).length;
    assert.equal(await fixes(billing), 0);
    assert.ok((await fixes(pending)) > 0);
  });

  it('repairs the changesets that a changelog got since', async () => {
    const liquibase = new Place();
    const changeset = (name: string, column: string): string =>
      `\n--changeset me:${name}\ncreate index ${name} on t (${column});\n`;
    const table = '--liquibase formatted sql\n\n--changeset me:t\ncreate table t (a int, b int);\n';
    liquibase.write('1.sql', table);
    liquibase.write('2.sql', `--liquibase formatted sql\n${changeset('released', 'a')}`);
    liquibase.write(
      'db.changelog.xml',
      '<databaseChangeLog><include file="1.sql"/><include file="2.sql"/></databaseChangeLog>',
    );
    liquibase.release();
    const text = liquibase.read('2.sql') + changeset('pending', 'b');
    liquibase.write('2.sql', text);
    const { code, error } = await liquibase.run(['fix', '--write', '2.sql']);
    assert.deepEqual([code, error], [0, said('2.sql')]);
    const fixed = liquibase.read('2.sql');
    assert.match(fixed, /create index released on t/);
    assert.match(fixed, /create index concurrently (if not exists )?pending on t/i);
    liquibase.remove();
  });

  it('counts the examples of a fresh clone as pending', async () => {
    const clone = new Place('.');
    clone.release();
    const { code, error } = await clone.run(['fix', 'supabase']);
    assert.deepEqual([code, error], [0, '']);
    clone.remove();
  });
});

describe('lockstep rollback and validate', () => {
  let place: Place;
  beforeEach(() => {
    place = new Place('prisma');
  });
  afterEach(() => {
    place.remove();
  });

  it('prints', async () => {
    const before = place.snapshot();
    const rollback = await place.run(['rollback', `${integrity}/migration.sql`]);
    assert.match(rollback.out, /DROP INDEX/);
    const validation = await place.run(['validate', `${integrity}/migration.sql`]);
    assert.match(validation.out, /indisvalid/);
    assert.deepEqual([rollback.code, rollback.error, validation.code, validation.error], [0, '', 0, '']);
    assert.deepEqual(place.snapshot(), before);
  });

  it('writes beside the migration, as this runner has it, and replaces what it wrote', async () => {
    const { code, out } = await place.run(['rollback', `${integrity}/migration.sql`, '--write']);
    assert.deepEqual([code, out], [0, `created ${integrity}/rollback.sql\n`]);
    await place.run(['validate', `${integrity}/migration.sql`, '--write']);
    const written = place.snapshot();
    assert.match(written[`${integrity}/rollback.sql`] ?? '', /DROP INDEX/);
    assert.match(written[`${integrity}/validation.sql`] ?? '', /indisvalid/);

    place.write(`${integrity}/rollback.sql`, 'old');
    const again = await place.run(['rollback', `${integrity}/migration.sql`, '--write']);
    assert.deepEqual([again.code, again.out], [0, `changed ${integrity}/rollback.sql\n`]);
    assert.deepEqual(place.snapshot(), written);
  });

  it('writes where the Supabase CLI does not look', async () => {
    const supabase = new Place('supabase');
    const { out } = await supabase.run(['rollback', billing, '--write']);
    assert.equal(out, 'created supabase/rollbacks/20260211083000_billing_analytics.sql\n');
    supabase.remove();
  });

  it('says when there is no place to write to, and leaves nothing behind', async () => {
    mkdirSync(place.path(`${integrity}/rollback.sql`));
    const before = place.snapshot();
    const { code, out, error } = await place.run(['rollback', 'prisma', '--write']);
    assert.deepEqual([code, out], [2, '']);
    assert.match(error, /^lockstep: Nothing was written: [^\n]*rollback\.sql'\n$/);
    assert.deepEqual(place.snapshot(), before, 'not even the rollbacks of the other migrations');
  });

  it('says so for a migration without a statement', async () => {
    place.write(`${integrity}/migration.sql`, '-- nothing yet\n');
    const { code, error } = await place.run(['rollback', `${integrity}/migration.sql`, '--write']);
    assert.deepEqual([code, error.split('\n').length], [2, 2]);
    assert.match(error, /There is no statement in this file/);
  });
});

describe('writing', () => {
  it('is undone as a whole when a file cannot be written', () => {
    const place = new Place();
    place.write('a.sql', 'before');
    place.write('no-folder', '');
    const draft = (name: string, before: string | undefined): Parameters<typeof writeDrafts>[0][number] => ({
      path: place.path(name),
      name,
      before,
      text: 'after',
    });
    const before = place.snapshot();
    const boundary = new Boundary([place.folder]);
    boundary.admit(place.path('a.sql'));
    const drafts = [draft('a.sql', 'before'), draft('new/folder/b.sql', undefined)];
    assert.throws(() => {
      writeDrafts([...drafts, draft('no-folder/c.sql', undefined)], boundary);
    }, /^Error: Nothing was written: E/);
    assert.deepEqual(place.snapshot(), before);
    assert.throws(() => {
      writeDrafts([draft('new/folder/b.sql', undefined), draft('a.sql', undefined)], boundary);
    }, /Nothing was written: EEXIST/);
    assert.deepEqual(place.snapshot(), before);
    writeFileSync(place.path('a.sql'), 'somebody else');
    assert.throws(() => {
      writeDrafts(drafts, boundary);
    }, /a\.sql was changed meanwhile/);
    place.remove();
  });
});
