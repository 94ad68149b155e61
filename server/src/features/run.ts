import { Catalog } from '../catalog/catalog';
import { holdLocks } from '../catalog/held-locks';
import type { Read } from '../catalog/layer';
import { endTransaction, replay, startFile } from '../catalog/replay';
import type { Effects } from '../effects/effects';
import type { Schedule, ScheduledStatement } from '../runners/runner';
import type { SourceFile, SourceStatement } from '../sql/source';

/** A file, and how its runner sends it. */
export interface SentFile {
  readonly file: SourceFile;
  readonly schedule: Schedule;
  readonly path: string;
  /** The pending migrations, when they run in one transaction, this one among them. */
  readonly together?: ReadonlySet<string> | undefined;
}

export interface RunOptions {
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
  const rollbacks = rollbacksOf(sent);
  const marks = new Map<number, Catalog>();
  let catalog = start;
  if (from === 0) startFile(catalog, path, together);
  for (let index = from; index < file.statements.length; index++) {
    const source = file.statements[index];
    if (source === undefined) continue;
    if (index > from && isTransactionOver(schedule, index)) endTransaction(catalog);
    const isKept = index % stride === 0;
    const isMark = rollbacks.some((rollback) => rollback.from === index);
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
    for (const rollback of rollbacks) {
      const before = rollback.at === index ? marks.get(rollback.from) : undefined;
      if (before !== undefined) catalog.restore(before);
    }
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

/** Whether a run may begin with a statement: not where something before it is taken back behind it. */
export function canResume(sent: SentFile, index: number): boolean {
  return rollbacksOf(sent).every(({ from, at }) => index <= from || index > at);
}

/** Whether two runs take back the same statements. */
export function takeBackAlike(a: SentFile, b: SentFile): boolean {
  const [one, other] = [rollbacksOf(a), rollbacksOf(b)];
  return (
    one.length === other.length &&
    one.every(({ from, at }, index) => from === other[index]?.from && at === other[index].at)
  );
}

/** A statement that takes back what those before it have done, from `from` on. */
interface Rollback {
  readonly from: number;
  readonly at: number;
}

const rollbacksOfFiles = new WeakMap<Schedule, readonly Rollback[]>();

function rollbacksOf({ file, schedule }: SentFile): readonly Rollback[] {
  const known = rollbacksOfFiles.get(schedule);
  if (known !== undefined) return known;
  const found = findRollbacks(file, schedule);
  rollbacksOfFiles.set(schedule, found);
  return found;
}

function findRollbacks({ statements }: SourceFile, schedule: Schedule): readonly Rollback[] {
  const found: Rollback[] = [];
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
    else if (action === 'rollback') found.push({ from: begin, at: index });
    else if (action === 'rollback to' && named >= 0) {
      found.push({ from: savepoints[named]?.index ?? begin, at: index });
      savepoints = savepoints.slice(0, named + 1);
    }
  });
  return found;
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
