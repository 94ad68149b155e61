import { Catalog } from '../catalog/catalog';
import { holdLocks } from '../catalog/held-locks';
import type { Read } from '../catalog/store/layer';
import { endTransaction, replay, startFile } from '../catalog/replay';
import type { Effects } from '../effects/effects';
import { effectsOf } from '../effects/effects-of';
import type { Major } from '../postgres/versions';
import type { Schedule, ScheduledStatement } from '../runners/runner';
import type { SourceFile, SourceStatement } from '../sql/source';
import type { DoBlock, NestedStatement } from '../sql/statement';

/** A file, and how its runner sends it. */
export interface SentFile {
  readonly file: SourceFile;
  readonly schedule: Schedule;
  readonly path: string;
  /** The pending migrations, when they run in one transaction, this one among them. */
  readonly together?: ReadonlySet<string> | undefined;
}

interface RunOptions {
  /** The statement to begin with, which must be one where `canResume`; the schema is then that before it. */
  readonly from?: number;
  /** Of every so many statements the schema before it is kept. */
  readonly stride?: number;
}

/**
 * Runs a file on a schema, which it changes: what each statement leaves behind, what the end of each transaction takes
 * with it, and what ROLLBACK takes back. Yields each statement in its turn, before it has run, and returns the schema
 * behind the last one. Who does nothing with a turn has its statement replayed. This is the only place where that is
 * done, so that all agree on what stands behind a statement.
 */
export function* run(
  sent: SentFile,
  start: Catalog,
  { from = 0, stride = Infinity }: RunOptions = {},
): Generator<Turn, Catalog> {
  const { file, schedule, path, together } = sent;
  const { starts, startOf } = rollbacksOf(sent);
  const marks = new Map<number, Catalog>();
  let catalog = start;
  if (from === 0) startFile(catalog, path, together);
  for (let index = from; index < file.statements.length; index++) {
    const source = file.statements[index];
    if (source === undefined) continue;
    if (index > from && isTransactionOver(schedule, index)) endTransaction(catalog);
    const isKept = index % stride === 0;
    const isMark = starts.has(index);
    let kept: Catalog | undefined;
    if (isKept || isMark) {
      kept = catalog.compact();
      catalog = new Catalog(kept);
      if (isMark) marks.set(index, kept);
    }
    const turn = new Turn(
      index,
      source,
      scheduleAt(schedule, index),
      catalog,
      isKept ? kept : undefined,
      path,
    );
    yield turn;
    turn.finish();
    const before = marks.get(startOf.get(index) ?? -1);
    if (before !== undefined) catalog.restore(before);
  }
  if (together?.has(path) !== true) endTransaction(catalog);
  return catalog;
}

/** One statement in its turn. */
export class Turn {
  private isOver = false;

  constructor(
    readonly index: number,
    readonly source: SourceStatement,
    readonly scheduled: ScheduledStatement,
    /** The schema before the statement, until it is replayed. */
    readonly catalog: Catalog,
    /** The same, as it stays, when the turn is one of those that are kept. */
    readonly kept: Catalog | undefined,
    private readonly path: string,
  ) {}

  /** What the statement does is written to `catalog`, which may be one over that of the turn. */
  replayOn(catalog: Catalog, effects?: Effects): void {
    const { statement } = this.source.parsed;
    if (statement === undefined) return;
    if (effects !== undefined && this.scheduled.transaction !== null) {
      holdLocks(catalog, effects.locks, statement.command);
    }
    // What undoes a migration is run by somebody else, some day.
    if (this.scheduled.section === 'up')
      replay(statement, catalog, { file: this.path, statement: this.index });
  }

  /** What the statement does was recorded, and is done again. */
  repeat(writes: readonly Read[]): void {
    this.catalog.replayWrites(writes);
    this.isOver = true;
  }

  /** The statement does nothing: the server refuses it. */
  refuse(): void {
    this.isOver = true;
  }

  /** Does what the statement does, unless that was done. */
  finish(effects?: Effects): void {
    if (!this.isOver) this.replayOn(this.catalog, effects);
    this.isOver = true;
  }
}

/** A statement that a DO block runs, in its turn. */
interface BodyTurn {
  readonly nested: NestedStatement;
  /** The schema before it. */
  readonly catalog: Catalog;
  readonly effects: Effects;
}

/**
 * Runs the statements of a DO block one after the other, on a schema of their own over `before`, and yields each before
 * it has run.
 */
export function* runBody(block: DoBlock, before: Catalog, major: Major): Generator<BodyTurn> {
  const catalog = new Catalog(before);
  for (const nested of block.body) {
    const { statement } = nested;
    const effects = effectsOf(statement, catalog, major);
    yield { nested, catalog, effects };
    holdLocks(catalog, effects.locks, statement.command);
    replay(statement, catalog, { file: before.file, statement: -1 });
  }
}

/** Whether a run may begin with a statement: not where something before it is taken back behind it. */
export function canResume(sent: SentFile, index: number): boolean {
  return rollbacksOf(sent).open[index] !== 1;
}

/** Whether two runs take back the same statements. */
export function takeBackAlike(a: SentFile, b: SentFile): boolean {
  const [one, other] = [rollbacksOf(a).startOf, rollbacksOf(b).startOf];
  return one.size === other.size && [...one].every(([at, start]) => other.get(at) === start);
}

/** The statements of a file that take back what those before them have done. */
interface Rollbacks {
  /** From which statement on, by the statement that takes it back. */
  readonly startOf: ReadonlyMap<number, number>;
  readonly starts: ReadonlySet<number>;
  /** 1 for each statement that lies behind such a start and not behind what takes it back. */
  readonly open: Uint8Array;
}

const rollbacksOfFiles = new WeakMap<Schedule, Rollbacks>();

function rollbacksOf({ file, schedule }: SentFile): Rollbacks {
  const known = rollbacksOfFiles.get(schedule);
  if (known !== undefined) return known;
  const startOf = findRollbacks(file, schedule);
  const open = new Uint8Array(file.statements.length);
  // From the last one backwards, so that each statement is marked once: those that reach it begin here or earlier.
  let reached = open.length;
  for (const [at, start] of [...startOf].reverse()) {
    for (let index = Math.min(at, reached - 1); index > start; index--) open[index] = 1;
    reached = Math.min(reached, start + 1);
  }
  const found = { startOf, starts: new Set(startOf.values()), open };
  rollbacksOfFiles.set(schedule, found);
  return found;
}

function findRollbacks({ statements }: SourceFile, schedule: Schedule): ReadonlyMap<number, number> {
  const startOf = new Map<number, number>();
  let begin = 0;
  let savepoints: { readonly name: string | undefined; readonly index: number }[] = [];
  statements.forEach(({ parsed: { statement } }, index) => {
    const { transaction, section } = scheduleAt(schedule, index);
    if (index > 0 && isTransactionOver(schedule, index)) {
      begin = index;
      savepoints = [];
    }
    if (statement?.kind !== 'TransactionControl' || transaction === null || section === 'down') return;
    const { action, savepoint } = statement;
    // The last one of a name hides the others.
    const named = savepoints.findLastIndex(({ name }) => name === savepoint);
    if (action === 'savepoint') savepoints.push({ name: savepoint, index });
    else if (action === 'release' && named >= 0) savepoints = savepoints.slice(0, named);
    else if (action === 'rollback') startOf.set(index, begin);
    else if (action === 'rollback to' && named >= 0) {
      startOf.set(index, savepoints[named]?.index ?? begin);
      savepoints = savepoints.slice(0, named + 1);
    }
  });
  return startOf;
}

/** Whether a statement is not in the transaction of the one before it. */
function isTransactionOver(schedule: Schedule, index: number): boolean {
  const before = scheduleAt(schedule, index - 1).transaction;
  return before === null || before !== scheduleAt(schedule, index).transaction;
}

const unscheduled: ScheduledStatement = {
  section: 'up',
  transaction: null,
  inTransactionBlock: false,
  block: 'none',
  message: 0,
};

/** How a statement is sent. */
export function scheduleAt({ statements }: Schedule, index: number): ScheduledStatement {
  return statements[index] ?? unscheduled;
}
