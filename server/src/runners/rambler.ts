import { parse as parseJsonc } from 'jsonc-parser';
import type { SourceFile } from '../sql/source';
import { insert, lineBreakOf } from '../sql/text';
import { downSection, sectionCompanion } from './placing/down-section';
import type { FileDraft } from './placing/layout';
import { markedFolder } from './files/marked-folder';
import { misspelt, nearest } from './sending/marker-words';
import { compareNames } from './files/naming';
import { shallow } from './files/nesting';
import { filesIn, isFile, join, nameOf, parentOf, upwards } from './files/paths';
import { type NewFiles, numberedFiles } from './placing/new-files';
import { type LayoutTerms, placesOf } from './placing/places';
import { refusalOf } from './sending/refusal';
import type { FileTree, MarkerProblem, NewFileSite, Runner } from './runner';
import { dividedBy, type MarkerLine, markerLines, scheduleSections, type Section } from './sending/sections';
import { notRunAgain, stops } from './standing/clashes';

/** Any line that is meant to be one of its markers. */
const marker = /^[ \t]*--[ \t]*rambler\b.*$/gim;

const words = ['up', 'down'] as const;
type Word = (typeof words)[number];

const migrationName = /\.sql$/;

/** rambler of elwinar: `rambler apply`. */
export const rambler: Runner = {
  id: 'rambler',
  label: 'rambler',
  assumedVersion: undefined,
  docs: {
    summary:
      'Sends each section below `-- rambler up` as one query and opens no transaction, so that two statements or more of a section share one.',
    references: ['https://github.com/elwinar/rambler#migrations'],
  },

  watches: ['rambler.json', 'rambler.hjson'],

  recognise(path, tree) {
    const folder =
      markedFolder(path, tree, {
        marker: /^-- rambler\s+up\s*$/m,
        name: migrationName,
        folders: ['migrations', 'db/migrations'],
      }) ?? configured(path, tree);
    if (folder === undefined) return undefined;
    return {
      runner: rambler,
      root: configurationAbove(folder, tree) ?? parentOf(folder),
      folder,
      version: undefined,
      postgresVersion: undefined,
    };
  },

  migrations({ folder }, tree) {
    const names = filesIn(folder, tree).filter((name) => migrationName.test(name));
    return [...names].sort(compareNames).map((name) => join(folder, name));
  },

  boundary: /^--\s*rambler (?:up|down)\b/,

  schedule: (file) =>
    scheduleSections(file, sectionsOf(file), (_, statements) => [{ kind: 'query', statements }]),

  refuses(statement, index, scheduled, project) {
    const { ending, block } = scheduled.statements[index] ?? {};
    if (ending !== undefined) {
      return {
        reason: 'rambler reads "-- rambler" at the start of a line also inside of a string or a comment.',
        instead: 'Do not begin a line with these words.',
      };
    }
    return refusalOf(statement, index, scheduled, () => ({
      because:
        block === 'implicit'
          ? 'rambler sends all that stands below "-- rambler up" as one query'
          : 'The file opens a transaction block with BEGIN',
      instead: 'Write "-- rambler up" before and after it.',
      postgresVersion: project.postgresVersion,
    }));
  },

  places: (steps, site) => placesOf(steps, site, terms),

  newMigration: (name, site) => addFiles([{ name, text: frame('\n'), steps: [] }], site).changes,

  companion: (kind, path, project, file) =>
    sectionCompanion(kind, path, project, () =>
      downSection(file, file === undefined ? [] : sectionsOf(file), { marker: () => '-- rambler down' }),
    ),

  markers: { pattern: marker, problems },

  markerWords: () => [
    { text: '-- rambler up', detail: 'what the migration does' },
    { text: '-- rambler down', detail: 'what undoes it' },
  ],

  bookkeeping: {
    late: () => stops('rambler stops at a migration that is out of order.'),
    changed: notRunAgain('rambler'),
  },
};

const terms: LayoutTerms = { addFiles, records: true, frame };

function frame(body: string): string {
  return `-- rambler up\n${body}\n-- rambler down\n`;
}

/** What it reads in a line; what it cannot read ends a section, too, and what stands below is never run. */
function wordOf({ text }: MarkerLine): Word | undefined {
  if (!text.startsWith('-- rambler')) return undefined;
  const word = text.slice('-- rambler'.length).trim();
  return words.find((known) => known === word);
}

function sectionsOf({ text }: SourceFile): readonly Section[] {
  const lines = text.includes('rambler') ? markerLines(text, marker) : [];
  const dividing = lines.filter((line) => line.text.startsWith('-- rambler'));
  const sections = dividedBy(dividing, (line) => (wordOf(line) === 'up' ? 'up' : 'down'), text);
  return sections.filter(({ marker: line }) => line === undefined || wordOf(line) !== undefined);
}

function problems({ text, statements }: SourceFile): readonly MarkerProblem[] {
  const lines = markerLines(text, marker);
  const found: MarkerProblem[] = [];
  for (const line of lines) {
    if (wordOf(line) !== undefined) continue;
    const written = line.text.trim();
    const said = written.replace(/^--\s*rambler\s*/i, '');
    const meant = nearest(said, words);
    if (!line.text.startsWith('-- rambler') && meant === undefined) continue;
    const message = line.text.startsWith('-- rambler')
      ? `rambler never runs what is below "${written}": it knows "-- rambler up" and "-- rambler down".`
      : `rambler does not see "${written}": it looks for "-- rambler ${meant ?? 'up'}" at the start of a line.`;
    found.push(misspelt(line, message, true, meant === undefined ? undefined : `-- rambler ${meant}`));
  }
  const [first] = statements;
  const up = lines.find((line) => wordOf(line) !== undefined);
  if (first !== undefined && found.length === 0 && (up === undefined || first.start < up.start)) {
    const lineEnd = text.slice(first.start, first.end).search(/\s/);
    found.push({
      range: { start: first.start, end: lineEnd < 0 ? first.end : first.start + lineEnd },
      message: 'rambler never runs what comes before the first "-- rambler up".',
      isFatal: true,
      repair: { title: 'Write "-- rambler up"', edits: [insert(0, `-- rambler up${lineBreakOf(text)}`)] },
    });
  }
  return found;
}

function configurationAbove(path: string, tree: FileTree): string | undefined {
  return [...upwards(path)].find((folder) =>
    ['rambler.hjson', 'rambler.json'].some((name) => isFile(join(folder, name), tree)),
  );
}

/** The folder that the configuration names, when `path` lies in it or above. */
function configured(path: string, tree: FileTree): string | undefined {
  const root = configurationAbove(path, tree);
  if (root === undefined) return undefined;
  const text = tree.read(join(root, 'rambler.json')) ?? tree.read(join(root, 'rambler.hjson')) ?? '';
  const json: unknown = parseJsonc(shallow(text));
  const settings = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  // Hjson leaves quotes away where JSON wants them.
  const setting = (name: string): string | undefined => {
    const value = settings[name];
    if (typeof value === 'string') return value;
    return new RegExp(`^[ \\t]*"?${name}"?\\s*:\\s*"?([^"\\r\\n,]+)"?`, 'm').exec(text)?.[1]?.trim();
  };
  if (!/^postgres/.test(setting('driver') ?? 'postgresql')) return undefined;
  const folder = join(root, setting('directory') ?? '.');
  const isInside = path === root || path === folder || parentOf(path) === folder;
  return isInside ? folder : undefined;
}

function addFiles(files: readonly FileDraft[], site: NewFileSite): NewFiles {
  const { project, tree } = site;
  return numberedFiles(files, site, rambler.migrations(project, tree).map(nameOf));
}
