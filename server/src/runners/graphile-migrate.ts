import { sha1 } from '@noble/hashes/legacy';
import { bytesToHex } from '@noble/hashes/utils';
import { parse as parseJsonc } from 'jsonc-parser';
import type { SourceFile } from '../sql/source';
import { type Edit, insert, lineBreakOf } from '../sql/text';
import { beforeTheDeploy } from './placing/by-hand';
import { inTransaction, type Message, schedule } from './sending/delivery';
import { inPlace, unmanaged } from './placing/drafts';
import { prepare } from './placing/steps';
import { type FileDraft, isLegal, type Mark, type PlacementTerms, toPlacement } from './placing/layout';
import { misspelt, removal, superfluous } from './sending/marker-words';
import { slug } from './files/naming';
import { shallow } from './files/nesting';
import { compareNumbers } from './files/numbered';
import { filesIn, foldersIn, isFile, join, nameOf, parentOf, relative, upwards } from './files/paths';
import { hasMarker } from './files/remembered';
import { refusalOf } from './sending/refusal';
import type {
  FileChange,
  FileTree,
  MarkerProblem,
  NewFileSite,
  Placement,
  Project,
  Runner,
  Site,
  Step,
} from './runner';
import { markerLines } from './sending/sections';
import type { StandingProblem } from './standing/bookkeeping';
import { installedVersion } from './files/versions';

/** Any line that is meant to be one of its markers. */
const marker =
  /^[ \t]*--[ \t]*![ \t]*(?:no[-_ ]?transactions?|AllowInvalidHash|Previous|Hash|Message|split|include)\b.*$/gim;

const off = '--! no-transaction';

/** What it reads, in the first line behind its headers. */
const offLine = /^--!\s*no-transaction\b/;

const migrationName = /^\d+(?:-[-_a-zA-Z0-9]*)?\.sql$/;

/** graphile-migrate: `graphile-migrate migrate`, `watch` and `commit`. */
export const graphileMigrate: Runner = {
  id: 'graphile-migrate',
  label: 'graphile-migrate',
  assumedVersion: undefined,
  docs: {
    summary:
      'Sends each migration as one query in a transaction; `--! no-transaction` in its first line leaves the transaction out. Only current.sql is edited, committed migrations carry a hash.',
    references: ['https://github.com/graphile/migrate#readme'],
  },

  watches: ['.gmrc', '.gmrc.*'],

  recognise(path, tree) {
    const root = [...upwards(path)].find((folder) =>
      filesIn(folder, tree).some((name) => /^\.gmrc(?:\.\w+)?$/.test(name)),
    );
    const folder = root === undefined ? markedFolder(path, tree) : join(root, folderSetting(root, tree));
    if (folder === undefined) return undefined;
    const inside = path.startsWith(`${folder}/`) ? relative(folder, path) : '';
    if (/\.sql$/i.test(path) && !/^(?:current\.sql|(?:current|committed)\/\d[^/]*\.sql)$/.test(inside))
      return undefined;
    return {
      runner: graphileMigrate,
      root: root ?? parentOf(folder),
      folder,
      version: installedVersion(['graphile-migrate'], root ?? folder, tree),
      postgresVersion: undefined,
      configuration: { current: foldersIn(folder, tree).includes('current') ? 'folder' : 'file' },
    };
  },

  migrations({ folder }, tree) {
    const inside = (name: string): readonly string[] =>
      filesIn(join(folder, name), tree)
        .filter((file) => migrationName.test(file))
        .sort(compareNumbers)
        .map((file) => join(folder, `${name}/${file}`));
    const current = join(folder, 'current.sql');
    return [...inside('committed'), ...inside('current'), ...(isFile(current, tree) ? [current] : [])];
  },

  schedule(file) {
    const query: readonly Message[] = [
      { kind: 'query', statements: file.statements.map((_, index) => index) },
    ];
    return schedule(file, isUnmanaged(file.text) ? query : inTransaction(query));
  },

  refuses: (statement, index, scheduled, project) =>
    refusalOf(statement, index, scheduled, () => ({
      because:
        scheduled.statements[index]?.block === 'implicit'
          ? 'graphile-migrate sends the whole migration as one query'
          : 'graphile-migrate runs the migration in a transaction',
      instead: `Commit what else is in current.sql first, then write it alone, below "${off}".`,
      postgresVersion: project.postgresVersion,
    })),

  places,

  newMigration: (name, site) =>
    addFiles([{ name, text: '-- Enter migration here\n', steps: [] }], site).changes,

  companion(kind, path, { folder }) {
    const name = relative(folder, path).replaceAll('/', '_');
    return {
      path: join(folder, `${kind}s/${name}`),
      header: [
        kind === 'rollback'
          ? `Undoes ${relative(folder, path)}.`
          : `Checks what ${relative(folder, path)} has done.`,
        'graphile-migrate never runs this file, and has no way back of its own: run it with psql.',
      ],
      at: 'file',
    };
  },

  markers: { pattern: marker, problems },

  markerWords: () => [
    { text: '--! no-transaction', detail: 'the file runs outside a transaction', isHeader: true },
    { text: '--! Message:', detail: 'the name of the migration' },
  ],

  bookkeeping: { entry: hashProblem },
};

const mark: Mark = {
  edit: (text) => (isUnmanaged(text) ? undefined : insert(headerEnd(text), `${off}${lineBreakOf(text)}`)),
};

const terms: PlacementTerms = { addFiles, mark };

/** All that is not committed is one migration, so nothing can be put into one of its own. */
function places(given: readonly Step[], site: Site): readonly [Placement, ...Placement[]] {
  const { project, path, file } = site;
  if (path.startsWith(`${project.folder}/committed/`)) {
    return [
      {
        refusal: {
          reason: 'graphile-migrate stops at a committed migration whose hash has changed.',
          instead: 'Write what is missing into current.sql.',
        },
      },
    ];
  }
  const steps = prepare(given, site);
  const draft = inPlace(steps, site);
  const isOnly = file.statements.length === 1 && project.configuration?.['current'] !== 'folder';
  const here = [draft, isOnly ? unmanaged(draft, site, mark) : undefined].find(
    (candidate) => candidate !== undefined && isLegal(candidate, site),
  );
  const byHand = steps.some(({ transaction }) => transaction === 'none')
    ? beforeTheDeploy(steps, site, {
        between: (kept) => inPlace(kept, site),
        folder: join(project.folder, 'manual'),
      })
    : undefined;
  const [first, ...others] = [
    ...(here === undefined ? [] : [toPlacement(here, site, terms)]),
    ...(byHand === undefined ? [] : [byHand]),
  ];
  if (first !== undefined) return [first, ...others];
  return [
    {
      refusal: {
        reason:
          'graphile-migrate runs all that is not committed in one transaction, which these steps cannot share.',
        instead: 'Commit after each of the steps: graphile-migrate commit.',
      },
    },
  ];
}

/** Behind `--! Previous: …`, `--! Hash: …`, `--! Message: …`, and the blank line that ends them. */
function headerEnd(text: string): number {
  const end = headersEnd(text);
  return end + text.slice(end).search(/\S|$/);
}

function isUnmanaged(text: string): boolean {
  return offLine.test(text.slice(headerEnd(text)));
}

function problems({ text }: SourceFile, project: Project): readonly MarkerProblem[] {
  const start = headerEnd(text);
  return markerLines(text, marker).flatMap((line): readonly MarkerProblem[] => {
    if (!/no[-_ ]?transaction/i.test(line.text)) return [];
    const written = line.text.trim();
    const isRight = offLine.test(line.text);
    if (isRight && line.start === start) {
      if (project.configuration?.['current'] !== 'folder' || text.startsWith('--! ')) return [];
      const message = `graphile-migrate stops at "${off}" in the folder "current": it allows that only in current.sql.`;
      return [superfluous(line, message, true, text)];
    }
    if (line.start === start) {
      const message = `graphile-migrate does not see "${written}"; the migration runs in a transaction.`;
      return [misspelt(line, message, false, off)];
    }
    const edits: readonly Edit[] = [insert(start, `${off}${lineBreakOf(text)}`), removal(line, text)];
    return [
      {
        range: { start: line.start, end: line.start + line.text.length },
        message: `graphile-migrate looks for "${off}" in the first line only; the migration runs in a transaction.`,
        isFatal: false,
        repair: { title: 'Move it to the first line', edits },
      },
    ];
  });
}

/** Each committed migration carries a hash of itself and of the one before it. */
function hashProblem(path: string, { folder }: Project, tree: FileTree): StandingProblem | undefined {
  const committed = join(folder, 'committed');
  const text = parentOf(path) === committed ? tree.read(path) : undefined;
  if (text === undefined) return undefined;
  const hash = headerOf('Hash', text);
  const previous = headerOf('Previous', text);
  const broken = (message: string): StandingProblem => ({
    kind: 'order',
    message: `${message} graphile-migrate stops at it.`,
    remedy: 'Restore what was committed, and write the change into current.sql.',
    isFatal: true,
  });
  if (hash === undefined || previous === undefined)
    return broken('A committed migration has "--! Previous" and "--! Hash".');
  const names = filesIn(committed, tree)
    .filter((name) => migrationName.test(name))
    .sort(compareNumbers);
  const before = names[names.indexOf(nameOf(path)) - 1];
  const expected = before === undefined ? '-' : headerOf('Hash', tree.read(join(committed, before)) ?? '');
  if (expected !== previous)
    return broken(`Its "--! Previous" is not the hash of ${before ?? 'nothing, as that of the first'}.`);
  if (headerOf('AllowInvalidHash', text) !== undefined) return undefined;
  const isRight = hash === hashOf(text.slice(headersEnd(text)), previous);
  return isRight ? undefined : broken('This migration is not what its "--! Hash" says.');
}

/** Over the hash before it, unless there is none, and the text without the space around it. */
function hashOf(body: string, previous: string): string {
  const hashed = `${`${previous === '-' ? '' : previous}\n${body.trim()}`.trim()}\n`;
  return `sha1:${bytesToHex(sha1(hashed))}`;
}

/** The value of `--! Name: value`; empty for one without a value. */
function headerOf(name: string, text: string): string | undefined {
  const headers = text.slice(0, headersEnd(text));
  const line = new RegExp(`^--! ${name}(?::(.*))?$`, 'm').exec(headers);
  return line === null ? undefined : (line[1] ?? '').trim();
}

function headersEnd(text: string): number {
  return /^(?:--! [A-Z][a-zA-Z0-9_]*(?::[^\n]*)?\r?\n)*/.exec(text)?.[0].length ?? 0;
}

/** The folder with `committed` and `current`, when committed migrations carry a hash. */
function markedFolder(path: string, tree: FileTree): string | undefined {
  const candidates = [path, parentOf(path), parentOf(parentOf(path)), join(path, 'migrations')];
  return candidates.find((folder) => {
    const committed = join(folder, 'committed');
    const first = filesIn(committed, tree).find((name) => migrationName.test(name));
    return first !== undefined && hasMarker(join(committed, first), /^--! Previous:/, tree);
  });
}

function folderSetting(root: string, tree: FileTree): string {
  const name = filesIn(root, tree).find((file) => /^\.gmrc(?:\.\w+)?$/.test(file)) ?? '';
  const text = tree.read(join(root, name)) ?? '';
  const settings: unknown = name.endsWith('js')
    ? undefined
    : parseJsonc(shallow(text), [], { allowTrailingComma: true });
  const value =
    typeof settings === 'object' && settings !== null ? (settings as Record<string, unknown>) : {};
  const folder = value['migrationsFolder'] ?? /migrationsFolder\s*:\s*["'`]([^"'`]+)/.exec(text)?.[1];
  return typeof folder === 'string' ? folder : 'migrations';
}

/** Only the folder `current` takes new files; they are one migration all the same. */
function addFiles(
  files: readonly FileDraft[],
  { project, tree }: NewFileSite,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  const { folder } = project;
  if (project.configuration?.['current'] !== 'folder') {
    const path = join(folder, 'current.sql');
    const [first] = files;
    if (first === undefined || isFile(path, tree)) return { changes: [], notes: [] };
    return { changes: [{ kind: 'create', path, text: first.text }], notes: [] };
  }
  const names = filesIn(join(folder, 'current'), tree).filter((name) => migrationName.test(name));
  const last = Math.max(0, ...names.map((name) => Number(/^\d+/.exec(name)?.[0] ?? 0)));
  const width = /^\d+/.exec(names.at(-1) ?? '')?.[0].length ?? 3;
  return {
    changes: files.map(({ name, text }, index) => {
      const number = String(last + index + 1).padStart(width, '0');
      return {
        kind: 'create',
        path: join(folder, `current/${number}-${slug(name).replaceAll('_', '-')}.sql`),
        text,
      };
    }),
    notes: [],
  };
}
