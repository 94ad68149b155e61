import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { settings } from '../runners/projects';
import { markers, statements } from './pieces';

/** Something that is put into a folder. Names and contents are bytes, as hexadecimal digits where they are no text. */
type Thing =
  | { readonly kind: 'file'; readonly folder: string; readonly name: Name; readonly text: string }
  | { readonly kind: 'broken file'; readonly file: number; readonly how: Break }
  | { readonly kind: 'folder'; readonly folder: string; readonly name: Name }
  | { readonly kind: 'link'; readonly folder: string; readonly name: Name; readonly target: string }
  | { readonly kind: 'pipe'; readonly folder: string; readonly name: Name };

type Name = { readonly text: string } | { readonly hex: string };

/** What becomes of a text: a part of it is replaced. */
interface Break {
  readonly from: number;
  readonly length: number;
  readonly by: string;
}

/** A project of a runner, or nothing, and what else is there. */
export interface HostileFolder {
  readonly setting: number;
  readonly text: string;
  readonly things: readonly Thing[];
}

/** Stands outside of the folder; nothing of it may be in an answer. */
export const secret = 'correct-horse-battery-staple';

/** The folders in which runners look. */
const folders: readonly string[] = [
  ...[
    '',
    '',
    'migrations',
    'db/migrations',
    'supabase',
    'supabase/migrations',
    'prisma',
    'prisma/migrations',
  ],
  ...[
    'drizzle',
    'drizzle/meta',
    'committed',
    'current',
    'deploy',
    '.git',
    '.git/refs/heads',
    'node_modules',
    '.github/workflows',
  ],
  ...['src/main/resources/db/migration', 'migrations/1_a', '.sqlx'],
];

/** The files that say which runner is there, and what else it reads. */
const configurations: readonly string[] = [
  ...[
    'package.json',
    'package-lock.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lock',
    'config.toml',
    'migration_lock.toml',
  ],
  ...[
    '_journal.json',
    '0000_snapshot.json',
    'snapshot.json',
    'schema.prisma',
    'drizzle.config.ts',
    'prisma.config.ts',
  ],
  ...[
    'go.mod',
    'Cargo.toml',
    'Cargo.lock',
    'pom.xml',
    'build.gradle',
    'gradle.lockfile',
    'flyway.toml',
    'flyway.conf',
  ],
  ...[
    'V1__a.sql.conf',
    'application.properties',
    'application.yml',
    'diesel.toml',
    'metadata.toml',
    'sqlx.toml',
  ],
  ...[
    'atlas.hcl',
    'atlas.sum',
    'sqitch.plan',
    'sqitch.conf',
    'dbconfig.yml',
    'tern.conf',
    'rambler.json',
    'rambler.hjson',
  ],
  ...[
    '.gmrc',
    '.gmrc.js',
    'changelog.xml',
    'db.changelog-master.yaml',
    'changelog.json',
    'Makefile',
    'Dockerfile',
  ],
  ...[
    'compose.yaml',
    'lockstep.json',
    'postgres-version',
    'HEAD',
    'packed-refs',
    'commondir',
    'gitdir',
    '.git',
    'ci.yml',
  ],
];

const migrations: readonly string[] = [
  ...[
    '001_a.sql',
    '2.sql',
    '20260101000000_a.sql',
    'V1__a.sql',
    'R__a.sql',
    '1_a.up.sql',
    '1_a.down.sql',
    'up.sql',
  ],
  ...[
    'down.sql',
    'migration.sql',
    'current.sql',
    '0000_a.sql',
    '1700000000000_a.sql',
    'a.SQL',
    '.sql',
    '1_checkpoint.sql',
  ],
];

const oddNames: readonly string[] = [
  ...[
    'a\nb.sql',
    '\n',
    '\u001b[31m.sql',
    '001 \u202e.sql',
    "'; drop table users; --.sql",
    '$(id).sql',
    '%41.sql',
    '%.sql',
  ],
  ...[
    '001_#?.sql',
    '\\a.sql',
    '...sql',
    ' .sql',
    '001_é.sql',
    '001_e\u0301.sql',
    '😀.sql',
    '-rf.sql',
    `${'9'.repeat(240)}.sql`,
  ],
  ...[
    `${'a'.repeat(250)}.sql`,
    '99999999999999999999999_a.sql',
    'V9999999999.1_2__a.sql',
    '__proto__',
    'constructor.sql',
    'CON.sql',
  ],
];

const name: fc.Arbitrary<Name> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...configurations).map((text) => ({ text })) },
  { weight: 4, arbitrary: fc.constantFrom(...migrations).map((text) => ({ text })) },
  { weight: 3, arbitrary: fc.constantFrom(...oddNames).map((text) => ({ text })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('ff2e73716c', '30315fe92e73716c', 'c3282e73716c').map((hex) => ({ hex })),
  },
);

/** Values that no configuration should have, where one may stand. */
const value = fc.oneof(
  fc.constantFrom(
    '../../secret',
    '../../../../../../etc/passwd',
    '/etc',
    '.',
    '..',
    '',
    '~',
    'secret',
    '${SECRET}',
    '\0',
  ),
  fc.constantFrom(
    'null',
    'true',
    '-1',
    '1e999',
    'NaN',
    '0x10',
    '9'.repeat(400),
    '[]',
    '{}',
    '"',
    "'",
    '*a',
    '&a',
    '<<: *a',
  ),
  fc.string({ maxLength: 8 }),
);

const key = fc.constantFrom(
  ...[
    'name',
    'version',
    'dependencies',
    'devDependencies',
    'packages',
    'entries',
    'tag',
    'idx',
    'when',
    'dialect',
    'out',
  ],
  ...[
    'migrations',
    'dir',
    'datasource',
    'db',
    'major_version',
    'migrationsFolder',
    'include',
    'includeAll',
    'file',
    'path',
  ],
  ...[
    'databaseChangeLog',
    'flyway',
    'locations',
    'sqlMigrationPrefix',
    'migrations_directory',
    '__proto__',
    'constructor',
  ],
);

/** Something in the manner of JSON, TOML, YAML, XML, or of none of them. */
const configuration: fc.Arbitrary<string> = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc
    .dictionary(key, fc.oneof(value, fc.array(fc.dictionary(key, value, { maxKeys: 3 }), { maxLength: 3 })), {
      maxKeys: 5,
    })
    .map((object) => JSON.stringify(object)),
  fc
    .array(fc.tuple(key, value), { maxLength: 6 })
    .map((all) => all.map(([left, right]) => `${left} = "${right}"\n`).join('')),
  fc
    .array(fc.tuple(key, value), { maxLength: 6 })
    .map((all) => all.map(([left, right], depth) => `${' '.repeat(depth % 3)}${left}: ${right}\n`).join('')),
  fc
    .array(fc.tuple(key, value), { maxLength: 6 })
    .map((all) => `<a>${all.map(([left, right]) => `<${left} file="${right}" path="${right}"/>`).join('')}`),
  fc
    .tuple(fc.constantFrom('[', '{"a":', '- ', '<a>', '(', 'a:\n '), fc.constantFrom(10, 500, 20_000))
    .map(([open, times]) => open.repeat(times)),
  fc.constantFrom(
    ...markers,
    ...statements,
    'ref: refs/heads/main\n',
    'ref: ../../secret\n',
    'gitdir: ../..\n',
    'gitdir: .git\n',
    `${'0'.repeat(40)}\n`,
  ),
  fc.array(fc.constantFrom(...markers, ...statements), { maxLength: 4 }).map((parts) => parts.join('')),
);

const folder = fc.constantFrom(...folders);

const thing: fc.Arbitrary<Thing> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('file' as const), folder, name, text: configuration }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('broken file' as const),
      file: fc.nat({ max: 20 }),
      how: fc.record({
        from: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.oneof(fc.nat({ max: 8 }), fc.constant(1_000_000)),
        by: fc.oneof(value, configuration),
      }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('folder' as const), folder, name }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('link' as const),
      folder,
      name,
      target: fc.constantFrom('.', '..', '../..', 'nowhere', 'migrations', '../migrations', '001_a.sql'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pipe' as const), folder, name }) },
);

export const hostileFolder: fc.Arbitrary<HostileFolder> = fc.record({
  setting: fc.nat({ max: 3 * settings.length }),
  text: fc.array(fc.constantFrom(...markers, ...statements), { maxLength: 4 }).map((parts) => parts.join('')),
  things: fc.array(thing, { minLength: 1, maxLength: 10, size: 'max' }),
});

/** Makes the folder; what cannot be made, such as a file where a folder is, is left out. */
export function make(root: string, { setting, text, things }: HostileFolder): void {
  const files = new Map(
    Object.entries(settings[setting]?.files(text) ?? { '/p/001_a.sql': text }).map(([file, content]) => [
      file.slice('/p/'.length),
      content,
    ]),
  );
  for (const one of things) {
    if (one.kind !== 'broken file') continue;
    const [file, content] = [...files][one.file % files.size] ?? ['', ''];
    const start = Math.floor(one.how.from * content.length);
    files.set(file, content.slice(0, start) + one.how.by + content.slice(start + one.how.length));
  }
  for (const [file, content] of files)
    attempt(() => {
      write(Buffer.from(path.join(root, file)), content);
    });
  for (const one of things)
    attempt(() => {
      put(root, one);
    });
}

function put(root: string, one: Thing): void {
  if (one.kind === 'broken file') return;
  const parent = path.join(root, one.folder);
  mkdirSync(parent, { recursive: true });
  const bytes = 'text' in one.name ? Buffer.from(one.name.text) : Buffer.from(one.name.hex, 'hex');
  const place = Buffer.concat([Buffer.from(`${parent}/`), bytes]);
  switch (one.kind) {
    case 'file':
      write(place, one.text);
      break;
    case 'folder':
      mkdirSync(place);
      break;
    case 'link':
      symlinkSync(one.target, place);
      break;
    case 'pipe':
      execFileSync('mkfifo', [place.toString()], { stdio: 'ignore' });
      break;
  }
}

function write(place: Buffer, text: string): void {
  mkdirSync(path.dirname(place.toString()), { recursive: true });
  writeFileSync(place, text, { flag: 'wx' });
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // Another thing has the name, or the system does not take it.
  }
}
