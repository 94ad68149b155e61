import { asOneQuery, inTransaction, schedule } from './sending/delivery';
import { inPlace } from './placing/drafts';
import { prepare } from './placing/steps';
import { isLegal, toPlacement } from './placing/layout';
import { isManaged } from './sending/managed';
import { compareNames } from './files/naming';
import { filesIn, join, nameOf, parentOf } from './files/paths';
import { refusalOf } from './sending/refusal';
import type { FileTree, Placement, Project, Runner } from './runner';

/** A framework whose migrations are code, which may read SQL from files. */
interface Framework {
  readonly name: string;
  readonly extension: RegExp;
  /** What makes a file a migration of it. */
  readonly migration: RegExp;
  /** What takes one out of its transaction; undefined where there is none. */
  readonly outside: RegExp | undefined;
  /** Whether all pending migrations share a transaction. */
  readonly isGrouped: boolean;
  readonly instead: string;
}

const frameworks: readonly Framework[] = [
  {
    name: 'Rails',
    extension: /\.rb$/,
    migration: /ActiveRecord::Migration/,
    outside: /^[ \t]*disable_ddl_transaction!/m,
    isGrouped: false,
    instead: 'Give it a migration with disable_ddl_transaction!, and one execute for each statement.',
  },
  {
    name: 'Django',
    extension: /\.py$/,
    migration: /migrations\.Migration/,
    outside: /^[ \t]*atomic\s*=\s*False/m,
    isGrouped: false,
    instead: 'Give it a migration with atomic = False, and a list in RunSQL.',
  },
  {
    name: 'Alembic',
    extension: /\.py$/,
    migration: /^down_revision\b/m,
    outside: /\.autocommit_block\(/,
    isGrouped: true,
    instead: 'Execute it in op.get_context().autocommit_block(), one call for each statement.',
  },
  {
    name: 'Ecto',
    extension: /\.exs$/,
    migration: /use Ecto\.Migration/,
    outside: /^[ \t]*@disable_ddl_transaction\s+true/m,
    isGrouped: false,
    instead: 'Give it a migration with @disable_ddl_transaction and @disable_migration_lock.',
  },
  {
    name: 'TypeORM',
    extension: /\.[cm]?[jt]s$/,
    migration: /\bMigrationInterface\b/,
    outside: /\btransaction\s*=\s*false/,
    isGrouped: true,
    instead: 'Give it a migration with transaction = false, and run it with --transaction each.',
  },
  {
    name: 'Sequelize',
    extension: /\.[cm]?[jt]s$/,
    migration: /\bqueryInterface\b/,
    // It opens none by itself.
    outside: /^(?![\s\S]*\.transaction\()/,
    isGrouped: false,
    instead: 'Run it outside sequelize.transaction, one query for each statement.',
  },
  {
    name: 'Knex',
    extension: /\.[cm]?[jt]s$/,
    migration: /^(?=[\s\S]*\bknex\b)[\s\S]*\.raw\(/,
    outside: /\btransaction:\s*false/,
    isGrouped: true,
    instead: 'Give it a migration with config = { transaction: false }, and one raw for each statement.',
  },
];

/** SQL files that the migrations of a framework read and execute. */
export const migrationCode: Runner = {
  id: 'code',
  label: 'Migration code',
  assumedVersion: undefined,
  docs: {
    summary:
      'Migrations in code (Rails, Django, Alembic, Ecto, TypeORM, Sequelize, Knex) execute the file as one string, most often in a transaction.',
    references: ['https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT'],
  },

  watches: [],

  recognise(path, tree) {
    const caller = /\.sql$/i.test(path) ? callerOf(path, tree) : undefined;
    if (caller === undefined) return undefined;
    const { framework, text, folder } = caller;
    const isOutside = framework.outside?.test(text) === true;
    return {
      runner: migrationCode,
      root: folder,
      folder: parentOf(path),
      version: undefined,
      postgresVersion: undefined,
      isGrouped: framework.isGrouped && !isOutside,
      configuration: { framework: framework.name },
      withoutTransaction: new Set(isOutside ? [path] : []),
    };
  },

  migrations({ folder }, tree) {
    const names = filesIn(folder, tree).filter((name) => /\.sql$/i.test(name) && !/\bdown\b/i.test(name));
    return [...names].sort(compareNames).map((name) => join(folder, name));
  },

  schedule(file, { withoutTransaction }, path = '') {
    const isOutside = withoutTransaction?.has(path) === true;
    return schedule(file, isOutside ? asOneQuery(file) : inTransaction(asOneQuery(file)));
  },

  refuses(statement, index, scheduled, project) {
    return refusalOf(statement, index, scheduled, () => ({
      because: isManaged(scheduled)
        ? `${frameworkOf(project)} executes the file in a transaction`
        : `${frameworkOf(project)} executes the file as one string, which is a transaction`,
      instead: frameworks.find(({ name }) => name === frameworkOf(project))?.instead ?? '',
      postgresVersion: project.postgresVersion,
    }));
  },

  // A new file would need code that reads it.
  places(steps, site): readonly [Placement] {
    const prepared = prepare(steps, site);
    const draft = inPlace(prepared, site);
    const addFiles = (): { changes: []; notes: [] } => ({ changes: [], notes: [] });
    if (isLegal(draft, site)) return [toPlacement(draft, site, { addFiles })];
    const name = frameworkOf(site.project);
    return [
      {
        refusal: {
          reason: `${name} executes this file from a migration in code, which opens the transaction.`,
          instead: frameworks.find((framework) => framework.name === name)?.instead ?? '',
        },
      },
    ];
  },

  newMigration: () => [],

  companion(kind, path) {
    const name = nameOf(path);
    return {
      path: join(parentOf(path), `${name.replace(/\.sql$/i, '')}.${kind}.sql`),
      header: [
        kind === 'rollback' ? `Undoes ${name}.` : `Checks what ${name} has done.`,
        'Nothing runs this file by itself.',
      ],
      at: 'file',
    };
  },

  // Who runs the files, and what they remember, is not known.
  bookkeeping: {},
};

function frameworkOf({ configuration }: Project): string {
  return configuration?.['framework'] ?? migrationCode.label;
}

/** The migration that names the file, in its folder or up to two above. */
function callerOf(
  path: string,
  tree: FileTree,
): { readonly framework: Framework; readonly text: string; readonly folder: string } | undefined {
  const name = nameOf(path);
  let folder = parentOf(path);
  for (let height = 0; height < 3 && folder !== '/'; height++, folder = parentOf(folder)) {
    for (const file of filesIn(folder, tree)) {
      if (!frameworks.some(({ extension }) => extension.test(file))) continue;
      const text = tree.read(join(folder, file));
      if (text?.includes(name) !== true) continue;
      const framework = frameworks.find(
        ({ extension, migration }) => extension.test(file) && migration.test(text),
      );
      if (framework !== undefined) return { framework, text, folder };
    }
  }
  return undefined;
}
