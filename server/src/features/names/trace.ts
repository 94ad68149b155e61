import { Catalog } from '../../catalog/catalog';
import type { Schedule } from '../../runners/runner';
import type { Range } from '../../sql/text';
import type { PastFile } from '../history';
import { run } from '../run';
import { isPartOf, isSameObject, type Mention, mentionsOf, type ObjectName } from './names';

/** All migrations of a project in the order in which they run, and the schema before each. */
export interface ProjectFiles {
  readonly files: readonly PastFile[];
  scheduleOf(past: PastFile): Schedule;
  /** The schema before a file, by its index. */
  before(index: number): Catalog;
}

/** A mention with its place in the project. */
interface FoundMention {
  readonly file: number;
  readonly statement: number;
  readonly mention: Mention;
}

/** From where a thing is followed: the statement that names it, by which name it is known before it. */
export interface TraceStart {
  readonly file: number;
  /** Infinity: behind all of them. */
  readonly statement: number;
  readonly object: ObjectName;
}

/** The mentions in a file of what may be `object`, in the order of the text. */
function mentionsIn(project: ProjectFiles, index: number, object: ObjectName): readonly FoundMention[] {
  const past = project.files[index];
  if (past === undefined) return [];
  const { file, path } = past;
  const isMeant = filterFor(object);
  if (!isMeant(file.text)) return [];
  const sent = { file, schedule: project.scheduleOf(past), path };
  const found: FoundMention[] = [];
  const look = (at: number, catalog: Catalog, role?: 'use'): void => {
    const { statement } = file.statements[at]?.parsed ?? {};
    if (statement === undefined || !isMeant(statement.text)) return;
    for (const mention of mentionsOf(statement, catalog)) {
      found.push({
        file: index,
        statement: at,
        mention: role === undefined ? mention : { ...mention, role },
      });
    }
  };
  // Names cannot be told apart before what is in front of the first of them has run.
  const last = file.statements.findLastIndex(({ parsed: { statement } }) => isMeant(statement?.text ?? ''));
  const downs: number[] = [];
  const turns = run(sent, new Catalog(project.before(index)));
  let step = turns.next();
  for (; step.done !== true; step = turns.next()) {
    const { index: at, scheduled, catalog } = step.value;
    if (scheduled.section === 'down') downs.push(at);
    else look(at, catalog);
    if (at >= last && downs.length === 0) break;
  }
  // What undoes a migration begins with the schema that it leaves behind, and is no part of the history.
  if (step.done === true) for (const at of downs) look(at, step.value, 'use');
  return found;
}

/** Whether a text may name a thing, or rename or drop what it is a part of. */
function filterFor({ kind, name, owner, schema }: ObjectName): (text: string) => boolean {
  const names = (word: string): RegExp => new RegExp(`(?<![\\w$])${escaped(word)}(?![\\w$])`, 'i');
  const own = names(name);
  const whole = owner === undefined ? undefined : names(owner);
  // Of a column, the relation is named in the same statement.
  const part = (text: string): boolean =>
    (whole?.test(text) ?? true) && (own.test(text) || changes.test(text));
  const around = schema === '' || schema === 'public' || kind === 'schema' ? undefined : names(schema);
  const isSchemaChange = (text: string): boolean => around?.test(text) === true && schemaChanges.test(text);
  return (text) => (whole === undefined ? own.test(text) : part(text)) || isSchemaChange(text);
}

const changes = /\b(?:rename|drop|set\s+schema|create)\b/i;
const schemaChanges = /\bschema\b/i;

function escaped(name: string): string {
  // In quotes a quote is written twice.
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('"', '""?');
}

/** Things that are dropped and made again under the same name, and stay the same to their author. */
function isReplaceable({ kind }: ObjectName): boolean {
  return kind === 'function' || kind === 'trigger' || kind === 'policy';
}

/** Whether a mention makes the thing anew: not IF NOT EXISTS of one that is there. */
function makes(object: ObjectName, { mention }: FoundMention): boolean {
  return mention.role === 'new' && !mention.isThere && isSameObject(mention.object, object);
}

/** Whether it gives the thing, which is there, a new definition. */
function redefines(object: ObjectName, { mention }: FoundMention, text: string): boolean {
  return (
    mention.role === 'new' &&
    mention.isThere &&
    isSameObject(mention.object, object) &&
    /^\s*create\s+or\s+replace\b/i.test(text)
  );
}

/** Where a thing begins, going back from `start` through all its names. */
interface Beginning {
  readonly file: number;
  readonly statement: number;
  /** By the name that it has there. */
  readonly object: ObjectName;
  /** What made it last before `start`; undefined when no migration did. */
  readonly definition: FoundMention | undefined;
}

/** Goes back to where a thing was made. In steps, since it may have to look at many files. */
export function* beginningOf(project: ProjectFiles, start: TraceStart): Generator<undefined, Beginning> {
  let { object } = start;
  let definition: FoundMention | undefined;
  let limit = start.statement;
  let earliest = { file: start.file, statement: start.statement };
  for (let file = start.file; file >= 0; file--) {
    let found = mentionsIn(project, file, object);
    for (let at = found.length - 1; at >= 0; at--) {
      const one = found[at];
      if (one === undefined || one.statement > limit) continue;
      const { mention, statement } = one;
      const isMaking = makes(object, one);
      if (isMaking || redefines(object, one, textOf(project, one))) {
        definition ??= one;
        earliest = { file, statement };
        if (isMaking && !isReplaceable(object)) return { ...earliest, object, definition };
        continue;
      }
      if (mention.role === 'new' && !mention.isThere && isPartOf(object, mention.object)) {
        return { file, statement, object, definition: definition ?? one };
      }
      // What the statement itself does to the thing comes behind what is asked about.
      if (file === start.file && statement >= start.statement) continue;
      const earlier = nameBefore(object, mention);
      if (earlier !== undefined) {
        object = earlier;
        limit = statement - 1;
        found = mentionsIn(project, file, object);
        at = found.length;
        continue;
      }
      const ends = isSameObject(mention.object, object) || isPartOf(object, mention.object);
      if (mention.role === 'drop' && ends && !isReplaceable(object)) {
        return { ...earliest, object, definition };
      }
      if (isSameObject(mention.object, object)) earliest = { file, statement };
    }
    limit = Infinity;
    yield;
  }
  return { ...earliest, object, definition };
}

function textOf({ files }: ProjectFiles, { file, statement }: FoundMention): string {
  return files[file]?.file.statements[statement]?.parsed.statement?.text ?? '';
}

/** What a thing was called before a mention that renames or moves it, or what it is a part of. */
function nameBefore(object: ObjectName, { before, object: after }: Mention): ObjectName | undefined {
  if (before === undefined) return undefined;
  if (isSameObject(after, object)) return before;
  return isPartOf(object, after) ? within(object, before) : undefined;
}

function nameAfter(object: ObjectName, { before, object: after }: Mention): ObjectName | undefined {
  if (before === undefined) return undefined;
  if (isSameObject(before, object)) return after;
  return isPartOf(object, before) ? within(object, after) : undefined;
}

/** A part by the new name of its whole. */
function within(object: ObjectName, whole: ObjectName): ObjectName {
  if (whole.kind === 'schema') return { ...object, schema: whole.name };
  return { ...object, schema: whole.schema, owner: whole.name };
}

/** All mentions of a thing from where it begins to where it is dropped, under all its names. */
export function* mentionsFrom(
  project: ProjectFiles,
  beginning: Beginning,
): Generator<undefined, readonly FoundMention[]> {
  let { object } = beginning;
  const result: FoundMention[] = [];
  for (let file = beginning.file; file < project.files.length; file++) {
    let from = file === beginning.file ? beginning.statement : 0;
    let found = mentionsIn(project, file, object);
    for (let at = 0; at < found.length; at++) {
      const one = found[at];
      if (one === undefined || one.statement < from) continue;
      const { mention, statement } = one;
      const isBeginning = file === beginning.file && statement === beginning.statement;
      if (makes(object, one) && !isBeginning && !isReplaceable(object)) return result;
      const later = nameAfter(object, mention);
      const isMentioned =
        isSameObject(mention.object, object) || (later !== undefined && isSameObject(mention.object, later));
      if (isMentioned) result.push(one);
      if (later !== undefined) {
        object = later;
        from = statement + 1;
        found = mentionsIn(project, file, object);
        at = -1;
        continue;
      }
      const ends = isSameObject(mention.object, object) || isPartOf(object, mention.object);
      if (mention.role === 'drop' && ends && !isReplaceable(object)) return result;
    }
    yield;
  }
  return result;
}

/** The range of a mention in its file. */
export function rangeIn({ files }: ProjectFiles, { file, statement, mention }: FoundMention): Range {
  const start = files[file]?.file.statements[statement]?.start ?? 0;
  return { start: start + mention.range.start, end: start + mention.range.end };
}
