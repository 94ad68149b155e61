import type { SourceFile } from '../sql/source';
import { insert } from '../sql/text';
import { inTransaction, type Message } from './sending/delivery';
import { downSection, needsNoTransaction, sectionCompanion } from './placing/down-section';
import { goModuleFolder, requiredGoModule } from './files/go-modules';
import type { FileDraft } from './placing/layout';
import { markedFolder } from './files/marked-folder';
import { misspelt, withoutIndent } from './sending/marker-words';
import { nextVersions, slug } from './files/naming';
import { compareNumbers } from './files/numbered';
import { filesIn, isFile, join, nameOf, parentOf } from './files/paths';
import { type LayoutTerms, placesOf } from './placing/places';
import { refusalOf } from './sending/refusal';
import type { FileChange, FileTree, MarkerProblem, NewFileSite, Project, Runner } from './runner';
import { markerLines, scheduleSections, type Section, section } from './sending/sections';
import type { StandingProblem } from './standing/bookkeeping';
import { digitsOf, notRunAgain, stops, valueOf } from './standing/clashes';

const separator = '---- create above / drop below ----';
const off = '---- tern: disable-tx ----';

/** Any line that is meant to be one of its two markers. */
const marker = /^[ \t]*-{2,}[ \t]*(?:create above\b|tern\b[ \t]*:).*$/gim;

/** What it reads: the whole line, so not with a carriage return at its end. */
const offLine = /^---- tern: disable-tx ----$/m;

const migrationName = /^\d+_.+\.sql$/;

/** tern: `tern migrate`. */
export const tern: Runner = {
  id: 'tern',
  label: 'tern',
  assumedVersion: undefined,
  docs: {
    summary:
      'Sends what stands above `---- create above / drop below ----` as one query in a transaction; with `---- tern: disable-tx ----` statement by statement, without.',
    references: ['https://github.com/jackc/tern#migrations'],
  },

  watches: ['tern.conf', 'go.mod'],

  recognise(path, tree) {
    const folder =
      markedFolder(path, tree, {
        marker: /^---- (?:create above \/ drop below|tern: disable-tx) ----/m,
        name: migrationName,
        folders: ['migrations', 'db/migrations', 'migrate', 'internal/db/migrations'],
      }) ?? [path, parentOf(path)].find((candidate) => isFile(join(candidate, 'tern.conf'), tree));
    if (folder === undefined) return undefined;
    // What lies in the folder under another name is not run; templates that migrations take in, for instance.
    if (/\.sql$/i.test(path) && !migrationName.test(nameOf(path))) return undefined;
    return {
      runner: tern,
      root: goModuleFolder(folder, tree) ?? folder,
      folder,
      version: requiredGoModule(['github.com/jackc/tern'], folder, tree),
      postgresVersion: undefined,
    };
  },

  migrations({ folder }, tree) {
    const names = filesIn(folder, tree).filter((name) => migrationName.test(name));
    return [...names].sort(compareNumbers).map((name) => join(folder, name));
  },

  boundary: /^---- create above/,

  schedule(file, project) {
    return scheduleSections(file, sectionsOf(file), (part, statements): readonly Message[] => {
      if (isUnmanaged(part, file, project)) {
        return statements.map((index) => ({ kind: 'query', statements: [index] }));
      }
      return inTransaction([{ kind: 'query', statements }]);
    });
  },

  refuses(statement, index, scheduled, project) {
    if (scheduled.statements[index]?.ending !== undefined) {
      return {
        reason: `tern cuts the file at "${separator}", also inside of a string or a comment.`,
        instead: 'Write the words in another way.',
      };
    }
    return refusalOf(statement, index, scheduled, () => ({
      because: 'tern runs the migration in a transaction',
      instead: hasSwitch(project)
        ? `Give it a migration of its own with "${off}".`
        : `Upgrade to tern 2, which knows "${off}".`,
      postgresVersion: project.postgresVersion,
    }));
  },

  places: (steps, site) => placesOf(steps, site, terms(site.project)),

  newMigration: (name, site) =>
    addFiles(
      [{ name, text: `-- What the migration does.\n\n${separator}\n\n-- What undoes it.\n`, steps: [] }],
      site,
    ).changes,

  companion: (kind, path, project, file) =>
    sectionCompanion(kind, path, project, () =>
      downSection(file, file === undefined ? [] : sectionsOf(file), {
        marker: (sql) => (needsNoTransaction(sql) && hasSwitch(project) ? `${separator}\n${off}` : separator),
      }),
    ),

  markers: { pattern: marker, problems },

  markerWords: (project) => [
    { text: '---- create above / drop below ----', detail: 'what undoes the migration follows' },
    ...(hasSwitch(project)
      ? [
          {
            text: '---- tern: disable-tx ----',
            detail: 'the file runs outside a transaction',
            isHeader: true,
          },
        ]
      : []),
  ],

  bookkeeping: {
    versionOf: valueOf,
    twice: stops('tern stops at two migrations of one number.'),
    changed: notRunAgain('tern'),
    entry: gapProblem,
  },
};

/** tern counts from 1 and wants every number. */
function gapProblem(path: string, project: Project, tree: FileTree): StandingProblem | undefined {
  const migrations = tern.migrations(project, tree);
  const index = migrations.indexOf(path);
  const numberAt = (at: number): number => Number(digitsOf(migrations[at] ?? '') ?? 0);
  if (index < 0 || numberAt(index) <= index + 1 || (index > 0 && numberAt(index - 1) !== index))
    return undefined;
  const digits = digitsOf(path) ?? '';
  const right = String(index + 1).padStart(digits.length, '0');
  const to = join(parentOf(path), right + nameOf(path).slice(digits.length));
  return {
    kind: 'order',
    message: `tern stops, because there is no migration ${index + 1} before this one.`,
    remedy: `Give it the number ${index + 1}.`,
    isFatal: true,
    repair: {
      title: `Rename it to ${nameOf(to)}`,
      changes: () => [{ kind: 'rename', path, to }],
      notes: [],
    },
  };
}

function terms(project: Project): LayoutTerms {
  return {
    addFiles,
    records: true,
    // tern calls a migration irreversible when nothing at all stands below the line.
    frame: (body) => `${body}\n${separator}\n\n-- There is nothing to undo here.\n`,
    ...(hasSwitch(project)
      ? { mark: { edit: (text) => (isOff(upOf(text)) ? undefined : insert(0, `${off}\n`)) } }
      : {}),
  };
}

/** Only tern 1 has no way out of its transaction. */
function hasSwitch({ version }: Project): boolean {
  return version === undefined || !/^[01]\./.test(version);
}

function isUnmanaged({ start, end }: Section, { text }: SourceFile, project: Project): boolean {
  return hasSwitch(project) && isOff(text.slice(start, end));
}

function isOff(text: string): boolean {
  // tern takes away the space around a section before it looks.
  return offLine.test(text.trim());
}

function upOf(text: string): string {
  const at = text.indexOf(separator);
  return at < 0 ? text : text.slice(0, at);
}

/** tern cuts at the first occurrence, wherever it is. */
function sectionsOf({ text }: SourceFile): readonly Section[] {
  const at = text.indexOf(separator);
  if (at < 0) return [section('up', undefined, text.length, text)];
  const lineEnd = text.indexOf('\n', at);
  const line = { start: at, end: lineEnd < 0 ? text.length : lineEnd, text: separator };
  return [section('up', undefined, at, text), section('down', line, text.length, text)];
}

function problems({ text }: SourceFile, project: Project): readonly MarkerProblem[] {
  return markerLines(text, marker).flatMap((line): readonly MarkerProblem[] => {
    const written = line.text.trim();
    if (line.text.includes(separator)) return [];
    if (/create above/i.test(written)) {
      const message = `tern does not see "${written}"; what stands below it runs with what stands above.`;
      return [misspelt(line, message, true, separator)];
    }
    if (line.text === off) {
      if (!hasSwitch(project)) {
        const message = `tern 1 does not know "${off}"; the section runs in a transaction.`;
        return [{ range: withoutIndent(line), message, isFatal: false }];
      }
      if (text[line.start + off.length] !== '\r') return [];
      const carriageReturn = { start: line.start + off.length, end: line.start + off.length + 1 };
      return [
        {
          range: withoutIndent(line),
          message: `tern does not see "${off}" because the line ends with a carriage return.`,
          isFatal: false,
          repair: { title: 'Take the carriage return away', edits: [{ range: carriageReturn, text: '' }] },
        },
      ];
    }
    return [misspelt(line, `tern does not see "${written}"; the section runs in a transaction.`, false, off)];
  });
}

function addFiles(
  files: readonly FileDraft[],
  { project, tree, now }: NewFileSite,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  const names = tern.migrations(project, tree).map(nameOf);
  // Numbers without a gap, from 1 on.
  const versions = nextVersions(names.length === 0 ? ['000_'] : names, files.length, now);
  return {
    changes: files.map(({ name, text }, index) => ({
      kind: 'create',
      path: join(project.folder, `${versions[index] ?? ''}_${slug(name)}.sql`),
      text,
    })),
    notes: [],
  };
}
