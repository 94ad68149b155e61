import type { SourceFile } from '../../sql/source';
import type { Statement } from '../../sql/statement';
import { withAtlasSum } from '../atlas/sum';
import { asQueries, inTransaction, schedule } from '../sending/delivery';
import {
  canonicalVersion,
  compareMigrations,
  compareVersions,
  defaultNaming,
  type FlywayName,
  type FlywayNaming,
  nextFlywayVersions,
  parseName,
} from './names';
import { locationOf, readSettings } from './settings';
import type { FileDraft, Mark } from '../placing/layout';
import { asDown, isManaged } from '../sending/managed';
import { flywayVersion } from '../files/manifests';
import { slug } from '../files/naming';
import { filesBelow, filesIn, join, nameOf, parentOf, upwards } from '../files/paths';
import { placesOf } from '../placing/places';
import { refusalOf } from '../sending/refusal';
import type { FileChange, FileTree, NewFileSite, Placement, Project, Runner, Site, Step } from '../runner';
import { checksumFails, stops } from '../standing/clashes';

/** What Flyway itself takes for a statement that must not be in a transaction. */
const notTransactional = [
  /^(?:CREATE|DROP)\s+(?:DATABASE|TABLESPACE|SUBSCRIPTION)\b/i,
  /^ALTER\s+SYSTEM\b/i,
  /^(?:CREATE|DROP)(?:\s+UNIQUE)?\s+INDEX\s+CONCURRENTLY\b/i,
  /^REINDEX(?:\s+VERBOSE)?\s+(?:SCHEMA|DATABASE|SYSTEM)\b/i,
  /^VACUUM\b/i,
  /^DISCARD\s+ALL\b/i,
];

/** Scripts that Flyway runs before or behind its commands, by their names. */
const callback =
  /^(?:before|after)(?:Each)?(?:Migrate|Undo|Clean|Info|Validate|Baseline|Repair|Deploy|Connect|CreateSchema|Versioned|Repeatables)(?:(?!__)\w)*(?:__.*)?\.sql$/;

/** Folders of other databases, which a project keeps beside those of PostgreSQL. */
const otherDatabases =
  /^(?:h2|hsqldb|derby|mysql|mariadb|oracle|mssql|sqlserver|sql-?server|sqlite|db2|snowflake|bigquery|clickhouse)$/i;

/** Where nothing is run from: what undoes and what checks a migration. */
const besides = /^(?:rollbacks?|validations?)$/;

/** Flyway: `flyway migrate`, its plugins for Maven and Gradle, and Spring Boot. */
export const flyway: Runner = {
  id: 'flyway',
  label: 'Flyway',
  assumedVersion: undefined,
  docs: {
    summary:
      'Runs each migration in a transaction, statement by statement; one that has only CREATE INDEX CONCURRENTLY and the like runs outside.',
    references: [
      'https://documentation.red-gate.com/fd/flyway-postgresql-transactional-lock-setting-277579114.html',
      'https://documentation.red-gate.com/fd/script-configuration-277578949.html',
    ],
  },

  watches: [
    'flyway.toml',
    'flyway.user.toml',
    'flyway.conf',
    '*.sql.conf',
    'application.properties',
    'application.yml',
    'application.yaml',
    'pom.xml',
    'build.gradle',
    'build.gradle.kts',
    'gradle.lockfile',
    'libs.versions.toml',
    'gradle.properties',
  ],

  recognise(path, tree) {
    const settings = readSettings(path, tree);
    const values = settings?.values ?? {};
    const folder = /\.sql$/i.test(path) ? folderOf(path, tree, values) : folderBelow(path, tree, values);
    if (folder === undefined) return undefined;
    const named = settings === undefined ? undefined : locationOf(join(folder, 'x'), settings);
    const location = named ?? folder;
    return {
      runner: flyway,
      root: settings?.root ?? parentOf(location),
      folder: location,
      version: flywayVersion(location, tree),
      postgresVersion: undefined,
      isGrouped: values['group'] === 'true',
      configuration: values,
      withoutTransaction: withoutTransaction(location, tree),
    };
  },

  migrations(project, tree) {
    const all = migrationsIn(project, tree);
    const first = all.find(({ name }) => name.kind === 'versioned')?.name.version;
    // A baseline stands for all versions up to its own: where those are still there, they build the same.
    return all
      .filter(
        ({ name }) =>
          name.kind !== 'baseline' || first === undefined || compareVersions(name.version, first) < 0,
      )
      .map(({ path }) => path);
  },

  before(path, project, tree) {
    const name = parseName(nameOf(path), namingOf(project.configuration));
    if (name?.kind === 'baseline') return [];
    if (name?.kind !== 'undo') return undefined;
    return migrationsIn(project, tree)
      .filter(
        (other) => other.name.kind === 'versioned' && compareVersions(other.name.version, name.version) <= 0,
      )
      .map((other) => other.path);
  },

  schedule(file, project, path) {
    const result = schedule(
      file,
      isOutside(file, project, path) ? asQueries(file) : inTransaction(asQueries(file)),
    );
    const name = path === undefined ? undefined : parseName(nameOf(path), namingOf(project.configuration));
    return name?.kind === 'undo' ? asDown(result) : result;
  },

  refuses(statement, index, scheduled, project) {
    return refusalOf(statement, index, scheduled, () => {
      const { postgresVersion } = project;
      const instead = 'Give it a migration of its own.';
      if (!isManaged(scheduled)) {
        return { because: 'The file opens a transaction block with BEGIN', instead, postgresVersion };
      }
      return isSeen(statement)
        ? {
            because: 'Flyway runs a migration that has other statements, too, in a transaction',
            instead,
            postgresVersion,
          }
        : {
            because: 'Flyway does not know that this statement needs no transaction, and opens one',
            instead:
              'Give it a migration of its own, and a file beside it, ".sql.conf", that says executeInTransaction=false.',
            postgresVersion,
          };
    });
  },

  places(steps, site) {
    const kind = parseName(nameOf(site.path), namingOf(site.project.configuration))?.kind;
    const [first, ...others] = placesOf(steps, site, {
      addFiles,
      mark,
      records: true,
      // A repeatable migration that has changed is run again.
      ...(kind === 'versioned' || kind === 'baseline' ? { checksum } : {}),
    });
    return [withNotes(first, steps, site), ...others.map((other) => withNotes(other, steps, site))];
  },

  // Atlas can write migrations for it.
  afterPlacing: withAtlasSum,

  newMigration: (name, site) => addFiles([{ name, text: '', steps: [] }], site).changes,

  companion(kind, path, { folder, configuration }) {
    const name = nameOf(path);
    const naming = namingOf(configuration);
    if (kind === 'rollback' && parseName(name, naming)?.kind === 'versioned') {
      return {
        path: join(parentOf(path), naming.undo + name.slice(naming.versioned.length)),
        header: [
          `Undoes ${name}.`,
          '"flyway undo" of the paid editions runs this file; else run it with psql, and delete the row of the version in flyway_schema_history.',
        ],
        at: 'file',
      };
    }
    return {
      path: join(parentOf(folder), `${kind}s/${name}`),
      header: [
        kind === 'rollback' ? `Undoes ${name}.` : `Checks what ${name} has done.`,
        'Flyway never runs this file; run it with psql.',
      ],
      at: 'file',
    };
  },

  bookkeeping: {
    versionOf: (path, { configuration }) => {
      const name = parseName(nameOf(path), namingOf(configuration));
      return name?.kind === 'versioned' ? canonicalVersion(name.version) : undefined;
    },
    twice: stops('Flyway stops at two migrations of one version.'),
    late: ({ configuration }) =>
      configuration?.['outOfOrder'] === 'true'
        ? undefined
        : stops('Flyway stops at it, unless outOfOrder is set.'),
    changed: (path, { configuration }) =>
      parseName(nameOf(path), namingOf(configuration))?.kind === 'versioned' ? changedChecksum : undefined,
  },
};

const changedChecksum = checksumFails(
  'Flyway stops, because the checksum is another one, until "flyway repair" has run.',
)();

const checksum =
  '"flyway migrate" stops at a file whose checksum has changed, until "flyway repair" has run.';

/** Whether Flyway takes the statement for one that must not be in a transaction. */
function isSeen({ text }: Pick<Statement, 'text'>): boolean {
  return notTransactional.some((pattern) => pattern.test(text));
}

/** Whether the migration runs without a transaction. With statements of both kinds Flyway refuses it. */
function isOutside(
  file: SourceFile,
  { configuration, withoutTransaction: files }: Project,
  path = '',
): boolean {
  const seen = file.statements.filter(({ start, end }) =>
    isSeen({ text: file.text.slice(start, end) }),
  ).length;
  if (configuration?.['mixed'] === 'true') return seen > 0 || saysOutside();
  if (seen > 0) return seen === file.statements.length;
  return saysOutside();

  function saysOutside(): boolean {
    return files?.has(path) === true || configuration?.['executeInTransaction'] === 'false';
  }
}

/** A script configuration, for what Flyway does not see by itself. */
const mark: Mark = {
  files(path, { tree }) {
    const beside = `${path}.conf`;
    const line = 'executeInTransaction=false\n';
    const text = tree.read(beside);
    if (text === undefined) return [{ kind: 'create', path: beside, text: line }];
    const end = text.length;
    const lineBreak = text === '' || text.endsWith('\n') ? '' : '\n';
    return [{ kind: 'edit', path: beside, edits: [{ range: { start: end, end }, text: lineBreak + line }] }];
  },
};

function withNotes(placement: Placement, steps: readonly Step[], { project }: Site): Placement {
  if ('refusal' in placement) return placement;
  const { configuration = {} } = project;
  const notes: string[] = [];
  if (steps.some(({ transaction }) => transaction === 'none')) {
    if (configuration['postgresql.transactional.lock'] !== 'false') {
      notes.push(
        'Set flyway.postgresql.transactional.lock=false: CONCURRENTLY waits for all transactions, and Flyway holds one open as its own lock.',
      );
    }
    if (configuration['group'] === 'true' && configuration['mixed'] !== 'true') {
      notes.push(
        'flyway.group runs all pending migrations in one transaction: deploy each of these before the next.',
      );
    }
  }
  return notes.length === 0 ? placement : { ...placement, notes: [...placement.notes, ...notes] };
}

function namingOf(values: Readonly<Record<string, string>> = {}): FlywayNaming {
  return {
    versioned: values['sqlMigrationPrefix'] ?? defaultNaming.versioned,
    undo: values['undoSqlMigrationPrefix'] ?? defaultNaming.undo,
    repeatable: values['repeatableSqlMigrationPrefix'] ?? defaultNaming.repeatable,
    baseline: values['baselineMigrationPrefix'] ?? defaultNaming.baseline,
    separator: values['sqlMigrationSeparator'] ?? defaultNaming.separator,
    suffixes: values['sqlMigrationSuffixes']?.split(',') ?? defaultNaming.suffixes,
  };
}

/** The location that a file lies in: `db/migration` above it, else its own folder. undefined for what is not run. */
function folderOf(
  path: string,
  tree: FileTree,
  values: Readonly<Record<string, string>>,
): string | undefined {
  const name = nameOf(path);
  const folder = parentOf(path);
  if (
    besides.test(nameOf(folder)) ||
    [...upwards(folder)].some((above) => otherDatabases.test(nameOf(above)))
  ) {
    return undefined;
  }
  const naming = namingOf(values);
  const isOne = (other: string): boolean => parseName(other, naming) !== undefined;
  const isCallback = callback.test(name) && filesIn(folder, tree).some(isOne);
  if (!isCallback && !isOne(name)) return undefined;
  return [...upwards(folder)].find((above) => /\/db\/migrations?$/.test(above)) ?? folder;
}

/** Where a project that is opened as a folder has its migrations. */
function folderBelow(
  path: string,
  tree: FileTree,
  values: Readonly<Record<string, string>>,
): string | undefined {
  const usual = ['src/main/resources/db/migration', 'db/migration', 'migrations', 'sql'].map((name) =>
    join(path, name),
  );
  const naming = namingOf(values);
  const isOne = (name: string): boolean => parseName(name, naming) !== undefined;
  // Below any other folder there may be a whole repository.
  if (filesIn(path, tree).some(isOne)) return path;
  return usual.find((folder) => sqlBelow(folder, tree).some((file) => isOne(nameOf(file))));
}

interface Migration {
  readonly path: string;
  readonly name: FlywayName;
}

/** Versioned, baseline and repeatable migrations, in the order in which they run. */
function migrationsIn({ folder, configuration }: Project, tree: FileTree): readonly Migration[] {
  const naming = namingOf(configuration);
  const found = sqlBelow(folder, tree).flatMap((path): Migration[] => {
    const name = parseName(nameOf(path), naming);
    return name === undefined || name.kind === 'undo' ? [] : [{ path, name }];
  });
  return found.sort((a, b) => compareMigrations(a.name, b.name));
}

/** Flyway looks into folders below a location, too. */
function sqlBelow(folder: string, tree: FileTree): readonly string[] {
  return filesBelow(
    folder,
    tree,
    (name) =>
      !name.startsWith('.') && name !== 'node_modules' && !otherDatabases.test(name) && !besides.test(name),
  );
}

/** The migrations beside which a script configuration says executeInTransaction=false. */
function withoutTransaction(folder: string, tree: FileTree): ReadonlySet<string> {
  const configurations = sqlBelow(folder, tree).filter((path) => path.endsWith('.conf'));
  const found = configurations.filter((path) =>
    /^[ \t]*(?:flyway\.)?executeInTransaction[ \t]*=[ \t]*false[ \t]*$/m.test(tree.read(path) ?? ''),
  );
  return new Set(found.map((path) => path.slice(0, -'.conf'.length)));
}

function addFiles(
  files: readonly FileDraft[],
  site: NewFileSite,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  const { project, now } = site;
  const naming = namingOf(project.configuration);
  const present = migrationsIn(project, site.tree).filter(({ name }) => name.kind !== 'repeatable');
  const versions = nextFlywayVersions(
    present.map(({ name }) => name.version),
    files.length,
    now,
  );
  // Below the location there may be folders by release or by database; what is new goes where the newest is.
  const last = present.at(-1);
  const folder = last === undefined ? project.folder : parentOf(last.path);
  return {
    changes: files.flatMap(({ name, text, isUnmanaged }, index) => {
      const path = join(
        folder,
        `${naming.versioned}${versions[index] ?? ''}${naming.separator}${slug(name)}${naming.suffixes[0] ?? '.sql'}`,
      );
      const beside = isUnmanaged === true ? (mark.files?.(path, site) ?? []) : [];
      return [{ kind: 'create' as const, path, text }, ...beside];
    }),
    notes: [],
  };
}
