import type { SourceFile } from '../../sql/source';
import { type Edit, insert, lineBreakOf, type Range } from '../../sql/text';
import { withAtlasSum } from '../atlas/sum';
import { cutAtCounts } from '../sending/counted-blocks';
import { inTransaction, type Message } from '../sending/delivery';
import { sectionCompanion } from '../placing/down-section';
import type { Draft, FileDraft } from '../placing/layout';
import { changelogOf, includesOf } from './changelog';
import {
  attributesOf,
  changeset,
  hasRollback,
  hasSemicolonInside,
  marker,
  sectionsOf,
  withoutRollback,
} from './changesets';
import { misspelt, superfluous, withoutIndent } from '../sending/marker-words';
import { compareNaturally, nextVersions, slug } from '../files/naming';
import { filesIn, isFile, join, nameOf, parentOf } from '../files/paths';
import { hasMarker } from '../files/remembered';
import { type LayoutTerms, placesOf } from '../placing/places';
import { refusalOf } from '../sending/refusal';
import type { FileChange, FileTree, MarkerProblem, NewFileSite, Project, Runner, Site } from '../runner';
import type { StandingProblem } from '../standing/bookkeeping';
import {
  type Ending,
  extentOf,
  type MarkerLine,
  markerLines,
  scheduleSections,
  type Section,
} from '../sending/sections';

const header = /^\s*--\s*liquibase\s*formatted/i;

const off = 'runInTransaction:false';
const whole = 'splitStatements:false';

/** Liquibase, the changelogs in formatted SQL: `liquibase update`. */
export const liquibase: Runner = {
  id: 'liquibase',
  label: 'Liquibase',
  assumedVersion: undefined,
  docs: {
    summary:
      'Runs each changeset in one transaction, one query for each statement; `runInTransaction:false` on its line leaves the transaction out.',
    references: ['https://docs.liquibase.com/concepts/changelogs/sql-format.html'],
  },

  watches: ['*changelog*.xml', '*changelog*.yaml', '*changelog*.yml', '*changelog*.json'],

  recognise(path, tree) {
    const isSql = /\.sql$/i.test(path) && (isFile(path, tree) || tree.list(path).length === 0);
    const isFormatted = (file: string): boolean => hasMarker(file, header, tree);
    const inFolder = (folder: string): string | undefined =>
      filesIn(folder, tree)
        .filter((name) => name.endsWith('.sql'))
        .slice(0, 3)
        .map((name) => join(folder, name))
        .find(isFormatted);
    const found = isSql ? (isFormatted(path) ? path : undefined) : inFolder(path);
    if (found === undefined) return undefined;
    const changelog = changelogOf(found, tree);
    return {
      runner: liquibase,
      root: changelog === undefined ? parentOf(found) : parentOf(changelog.path),
      folder: changelog?.folder ?? parentOf(found),
      version: undefined,
      postgresVersion: undefined,
      ...(changelog === undefined ? {} : { configuration: { changelog: changelog.path } }),
    };
  },

  migrations(project, tree) {
    const { folder } = project;
    const [first] = filesIn(folder, tree).filter((name) => name.endsWith('.sql'));
    const changelog = changelogOf(join(folder, first ?? 'a.sql'), tree, project.configuration?.['changelog']);
    const files =
      changelog?.files ??
      [...filesIn(folder, tree)]
        .filter((name) => name.endsWith('.sql'))
        .sort(compareNaturally)
        .map((name) => join(folder, name));
    // What is included and not there is missing in the schema.
    return files.filter((file) => hasMarker(file, header, tree) || tree.read(file) === undefined);
  },

  boundary: changeset,

  schedule(file) {
    const endings = new Map<number, Ending>();
    return scheduleSections(
      file,
      sectionsOf(file),
      (part, statements): readonly Message[] => {
        if (isWhole(part)) return transactionOf(part, [{ kind: 'pipeline', statements }]);
        const { messages, endings: found } = cutAtCounts(file, part, statements);
        for (const [index, ending] of found) endings.set(index, ending);
        return transactionOf(part, messages);
      },
      (index) => endings.get(index),
    );
  },

  refuses(statement, index, scheduled, project) {
    const { ending, block } = scheduled.statements[index] ?? {};
    if (ending === 'cut') {
      return {
        reason:
          'Liquibase does not know dollar quotes and counts BEGIN and END, also the END of IF, LOOP and CASE; it cuts this statement at a semicolon inside of it.',
        instead: `Give it a changeset of its own with "${whole}".`,
      };
    }
    return refusalOf(statement, index, scheduled, () => ({
      because:
        block === 'pipeline'
          ? 'Liquibase sends a changeset that it does not split as one pipeline'
          : 'Liquibase runs the changeset in a transaction',
      instead: `Give it a changeset of its own with "${off}".`,
      postgresVersion: project.postgresVersion,
    }));
  },

  places: (steps, site) => placesOf(steps, site, terms),

  // Atlas can write migrations for it.
  afterPlacing: withAtlasSum,

  newMigration: (name, site) => newFile(name, site),

  companion: (kind, path, project, file) =>
    sectionCompanion(kind, path, project, () => {
      const end = file?.text.length ?? 0;
      return { at: { start: end, end }, parts: file === undefined ? [] : withoutRollback(file) };
    }),

  markers: { pattern: marker, problems },

  markerWords: () => [
    { text: '--liquibase formatted sql', detail: 'a changelog', isHeader: true },
    { text: '--changeset author:id', detail: 'begins a change set' },
    { text: '--changeset author:id runInTransaction:false', detail: 'outside a transaction' },
    { text: '--rollback', detail: 'what undoes the change set' },
    { text: '--preconditions onFail:MARK_RAN', detail: 'when the change set runs' },
  ],

  bookkeeping: {
    changed: () => ({
      consequence: 'Liquibase stops, because the checksum of the changeset is another one.',
      isFatal: true,
      compares: 'statements',
      pieces: piecesOf,
    }),
    entry: changelogProblem,
  },
};

const terms: LayoutTerms = {
  addFiles,
  records: true,
  checksum: 'Liquibase stops at a changeset whose checksum has changed.',
  mark: {
    edit: (text, at) => {
      const line = markerLines(text, marker).find(({ start, end }) => start >= at || end >= at);
      if (line === undefined) return insert(0, `--changeset lockstep:step ${off}${lineBreakOf(text)}`);
      return line.text.includes(off) ? undefined : insert(line.start + line.text.trimEnd().length, ` ${off}`);
    },
  },
  frame: (body) => `--changeset lockstep:step${hasSemicolonInside(body) ? ` ${whole}` : ''}\n${body}`,
  adapt: unsplit,
};

/** The changeset of the target without the cutting at semicolons. */
function unsplit(draft: Draft, { file, schedule, target }: Site): Draft | undefined {
  const { marker: line } = extentOf(file, schedule, target);
  if (line === undefined || line.text.includes(whole)) return undefined;
  const edit = insert(line.start + line.text.trimEnd().length, ` ${whole}`);
  return { ...draft, edits: [edit, ...draft.edits] };
}

function transactionOf(part: Section, messages: readonly Message[]): readonly Message[] {
  return has(part, off) ? messages : inTransaction(messages);
}

function has({ marker: line }: Section, attribute: string): boolean {
  return line?.text.toLowerCase().includes(attribute.toLowerCase()) === true;
}

/** Whether statements are not told apart by semicolons. */
function isWhole(part: Section): boolean {
  const delimiter = /\bendDelimiter:(\S+)/i.exec(part.marker?.text ?? '')?.[1];
  return has(part, whole) || (delimiter !== undefined && delimiter !== ';');
}

/** The changesets by author and id, without those that may change. */
function piecesOf(file: SourceFile): ReadonlyMap<string, Range> {
  return new Map(
    sectionsOf(file).flatMap((part): readonly [string, Range][] => {
      const [, author = '', id = '', rest = ''] = changeset.exec(part.marker?.text ?? '') ?? [];
      if (part.marker === undefined || /\b(?:runOnChange|runAlways):true\b|\bvalidCheckSum:/i.test(rest))
        return [];
      return [[`${author.trim()}:${id}`, { start: part.start, end: part.end }]];
    }),
  );
}

/** What no changelog takes in is never run, where the files beside it are taken in. */
function changelogProblem(
  path: string,
  { configuration }: Project,
  tree: FileTree,
): StandingProblem | undefined {
  if (configuration?.['changelog'] !== undefined) return undefined;
  const folder = parentOf(path);
  const [listing] = filesIn(folder, tree)
    .filter((name) => name.endsWith('.sql') && join(folder, name) !== path)
    .flatMap((name) => changelogOf(join(folder, name), tree) ?? []);
  if (listing === undefined) return undefined;
  const problem = {
    kind: 'entry' as const,
    message: `${nameOf(listing.path)} does not include this file, as it does those beside it. Liquibase never runs it.`,
    remedy: 'Include it in the changelog.',
    isFatal: false,
  };
  if (listed(path, listing.path, tree).length === 0) return problem;
  const title = `Include it in ${nameOf(listing.path)}`;
  const changes = (site: NewFileSite): readonly FileChange[] => listed(path, listing.path, site.tree);
  return { ...problem, repair: { title, changes, notes: [] } };
}

function problems({ text, statements }: SourceFile): readonly MarkerProblem[] {
  const lines = markerLines(text, marker);
  const found: MarkerProblem[] = [];
  const seen = new Set<string>();
  for (const line of lines) {
    const parts = changeset.exec(line.text);
    const written = line.text.trim();
    if (parts === null) {
      const right = /^-\s*changeset/i.test(written) ? `-${written}` : undefined;
      const message = `Liquibase stops at "${written}": it wants "--changeset author:id".`;
      found.push(misspelt(line, message, true, right));
      continue;
    }
    const [, author = '', id = '', rest = ''] = parts;
    const key = `${author.trim()}:${id}`;
    if (seen.has(key)) {
      const message = `Liquibase stops at a second changeset with the author and the id "${key}".`;
      found.push({ range: withoutIndent(line), message, isFatal: true });
    }
    seen.add(key);
    found.push(...attributeProblems(line, rest));
  }
  const [first] = statements;
  if (first !== undefined && header.test(text) && (lines[0]?.start ?? Infinity) > first.start) {
    const lineEnd = text.slice(first.start, first.end).search(/\s/);
    found.push({
      range: { start: first.start, end: lineEnd < 0 ? first.end : first.start + lineEnd },
      message: 'Liquibase never runs what comes before the first "--changeset author:id".',
      isFatal: true,
    });
  }
  for (const line of markerLines(text, /^[ \t]*--[ \t]*runInTransaction\s*:.*$/gim)) {
    const message = `Liquibase reads "${line.text.trim()}" only on the line of the changeset.`;
    found.push(superfluous(line, message, false, text));
  }
  return found;
}

/** `runInTransaction=false`, `runInTransaction: false`: Liquibase finds neither. */
function attributeProblems(line: MarkerLine, rest: string): readonly MarkerProblem[] {
  const wrong = /\b(runInTransaction|splitStatements)(?:\s*=\s*|\s+:\s*|:\s+)(true|false)\b/i.exec(rest);
  if (wrong === null) return [];
  const [written, name = '', value = ''] = wrong;
  const start = line.start + line.text.lastIndexOf(rest) + wrong.index;
  const range = { start, end: start + written.length };
  const known = ['runInTransaction', 'splitStatements'].find(
    (word) => word.toLowerCase() === name.toLowerCase(),
  );
  const right = `${known ?? name}:${value.toLowerCase()}`;
  return [
    {
      range,
      message: `Liquibase does not see "${written}": it wants "${right}".`,
      isFatal: false,
      repair: { title: `Write "${right}"`, edits: [{ range, text: right }] },
    },
  ];
}

/** Changesets behind that of the target, in the same file; so what comes later still finds them done. */
function addFiles(
  files: readonly FileDraft[],
  { file, path, schedule, target }: Site,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  const lineBreak = lineBreakOf(file.text);
  const { marker: line, end } = extentOf(file, schedule, target);
  const author = changeset.exec(line?.text ?? '')?.[1]?.trim() ?? 'lockstep';
  const ids = new Set(markerLines(file.text, marker).map(({ text }) => changeset.exec(text)?.[2]));
  const texts = files.map(({ name, text, steps }) => {
    let id = slug(name).replaceAll('_', '-');
    for (let count = 2; ids.has(id); count++) id = `${slug(name).replaceAll('_', '-')}-${count}`;
    ids.add(id);
    // The delimiter is that of the author's own statements.
    const taken = attributesOf(line, steps.length === 0 ? [...carried, 'endDelimiter'] : carried);
    return text.replace('lockstep:step', () => `${author}:${id}${taken}`);
  });
  const at = beforeComments(file.text, end);
  const before = file.text.slice(0, at);
  const gap = /\n\r?\n$/.test(before) ? '' : before.endsWith('\n') ? lineBreak : lineBreak + lineBreak;
  const behind = at < file.text.length ? lineBreak : '';
  const edit: Edit = insert(at, `${gap}${texts.join(lineBreak)}${behind}`);
  const section = file.text.slice(line?.start ?? 0, end);
  const isConditional = /^[ \t]*--[ \t]*preconditions?\b/im.test(section);
  const notes = [
    ...(isConditional
      ? ['The new changesets have no preconditions: what those of the first one say may have changed then.']
      : []),
    ...(hasRollback(section)
      ? ['The rollback of the changeset still undoes all of it: move what is for the new ones to them.']
      : []),
  ];
  return { changes: [{ kind: 'edit', path, edits: [edit] }], notes };
}

/** In front of the comments that stand directly above what begins at an offset. */
function beforeComments(text: string, offset: number): number {
  if (offset >= text.length || text[offset - 1] !== '\n') return offset;
  let start = offset;
  while (start > 0) {
    const above = text.lastIndexOf('\n', start - 2) + 1;
    if (!/^[ \t]*--(?![ \t]*rollback\b)/i.test(text.slice(above, start))) break;
    start = above;
  }
  return start;
}

/** What else says where and how a changeset runs: so must those that go on with it. */
const carried = [
  ...['dbms', 'context', 'contextFilter', 'labels', 'runWith', 'failOnError', 'stripComments'],
  ...['runOnChange', 'runAlways', 'logicalFilePath'],
];

function newFile(name: string, { project, tree, now }: NewFileSite): readonly FileChange[] {
  const { folder } = project;
  const names = filesIn(folder, tree).filter((file) => file.endsWith('.sql'));
  const versions = nextVersions(
    names.filter((file) => /^\d/.test(file)),
    1,
    now,
  );
  const sign = /^\d+([-_])/.exec(names.at(-1) ?? '')?.[1] ?? '_';
  const path = join(folder, `${versions[0] ?? ''}${sign}${slug(name).replaceAll('_', sign)}.sql`);
  const author = authorOf(names.at(-1), folder, tree);
  const text = `--liquibase formatted sql\n\n--changeset ${author}:${slug(name).replaceAll('_', '-')}\n\n`;
  return [{ kind: 'create', path, text }, ...listed(path, project.configuration?.['changelog'], tree)];
}

function authorOf(name: string | undefined, folder: string, tree: FileTree): string {
  const text = name === undefined ? '' : (tree.read(join(folder, name)) ?? '');
  return changeset.exec(markerLines(text, marker).at(-1)?.text ?? '')?.[1]?.trim() ?? 'author';
}

/** An include of a changelog in XML or YAML, whole lines. */
const lastInclude =
  /^.*<include\s(?=[^<>]*>)[^<>]*file="([^"<>]*)"[^<>]*>.*$|^[ \t]*- include:[ \t]*\r?\n[ \t]+file:[ \t]*["']?([^"'\s]+)["']?[ \t]*(?:\r?\n[ \t]+relativeToChangelogFile:.*)?$/gm;

/** The changelog with a new file, unless it takes in all files of the folder anyway. */
function listed(path: string, changelog: string | undefined, tree: FileTree): readonly FileChange[] {
  const text = changelog === undefined ? undefined : tree.read(changelog);
  if (changelog === undefined || text === undefined) return [];
  if (includesOf(changelog, text).some(({ kind }) => kind === 'includeAll')) return [];
  const last = [...text.matchAll(lastInclude)].at(-1);
  if (last === undefined) return [];
  const [lines, inXml, inYaml] = last;
  const file = inXml ?? inYaml ?? '';
  const added = lines.replace(file, () => join(parentOf(`/${file}`), nameOf(path)).slice(1));
  const at = last.index + lines.length;
  return [{ kind: 'edit', path: changelog, edits: [insert(at, `${lineBreakOf(text)}${added}`)] }];
}
