import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Catalog } from '../../server/src/catalog/catalog';
import { replay, startFile } from '../../server/src/catalog/replay';
import type { RelationName } from '../../server/src/catalog/relation';
import type { Effects } from '../../server/src/effects/effects';
import { effectsOf } from '../../server/src/effects/effects-of';
import { compareLockModes, type LockMode } from '../../server/src/postgres/lock-modes';
import type { Major } from '../../server/src/postgres/versions';
import { parseFile } from '../../server/src/sql/parse';
import type { Statement } from '../../server/src/sql/statement';

/** One statement form of the measurement, with what each major did. */
export interface MeasuredForm {
  readonly id: string;
  readonly statement: string;
  readonly setup: readonly string[];
  readonly session: readonly string[];
  readonly primaryRelation: string | null;
  readonly pgVersions: Readonly<Record<string, Measurement | undefined>>;
}

interface Measurement {
  readonly supported: boolean;
  readonly succeeds: boolean;
  readonly locks: readonly { readonly relation: string; readonly role: string; readonly mode: string }[];
  readonly rewritesHeap: boolean;
  readonly newHeapFile: readonly string[];
  readonly rebuildsIndexes: boolean;
  readonly buildsNewIndex: boolean;
  readonly scansTable: boolean | null;
  readonly scanned: Readonly<Record<string, { readonly seqScans?: number; readonly tuplesRead?: number }>>;
  readonly transactional: boolean;
  readonly failsOnExistingData: boolean | null;
  /** What another session had to wait for, by relation and kind of statement. */
  readonly blocksByRelation?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What is compared: everything in words, so that a difference can be read. */
export interface Verdict {
  readonly locks: readonly string[];
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
  readonly buildsIndex: boolean | undefined;
  readonly transactional: boolean;
  readonly failsOnRows: boolean | undefined;
}

export function measuredForms(folder: string): readonly MeasuredForm[] {
  return JSON.parse(readFileSync(path.join(folder, 'locks.json'), 'utf8')) as MeasuredForm[];
}

const modes: Readonly<Record<string, LockMode>> = {
  AccessShareLock: 'ACCESS SHARE',
  RowShareLock: 'ROW SHARE',
  RowExclusiveLock: 'ROW EXCLUSIVE',
  ShareUpdateExclusiveLock: 'SHARE UPDATE EXCLUSIVE',
  ShareLock: 'SHARE',
  ShareRowExclusiveLock: 'SHARE ROW EXCLUSIVE',
  ExclusiveLock: 'EXCLUSIVE',
  AccessExclusiveLock: 'ACCESS EXCLUSIVE',
};

/** What the server did; undefined when it refused the statement or does not know it. */
export function measured(form: MeasuredForm, major: Major): Verdict | undefined {
  const measurement = form.pgVersions[major];
  if (measurement?.supported !== true || !measurement.succeeds) return undefined;
  const strongest = new Map<string, LockMode>();
  for (const { relation, role, mode: name } of measurement.locks) {
    const mode = modes[name];
    if (mode === undefined || (role.startsWith('index') && mode === 'ACCESS SHARE')) continue;
    const held = strongest.get(relation);
    if (held === undefined || compareLockModes(mode, held) > 0) strongest.set(relation, mode);
  }
  const scans = Object.entries(measurement.scanned).filter(([, { seqScans = 0 }]) => seqScans > 0);
  const buildsElsewhere = form.statement.startsWith('CREATE TABLE');
  return {
    locks: [...strongest].map(([relation, mode]) => `${relation} ${mode}`).sort(),
    rewrites: measurement.rewritesHeap ? [...measurement.newHeapFile].sort() : [],
    scans: measurement.scansTable === true ? scans.map(([relation]) => relation).sort() : [],
    // An index on a new table is not told.
    buildsIndex: buildsElsewhere ? undefined : measurement.rebuildsIndexes || measurement.buildsNewIndex,
    transactional: measurement.transactional,
    failsOnRows: measurement.failsOnExistingData ?? undefined,
  };
}

/** What Lockstep says, in the same words; what was not measured is left out. */
export function predicted(form: MeasuredForm, major: Major, base: string, like: Verdict): Verdict {
  const effects = effectsAfter(base, form, major);
  return {
    locks: effects.locks.map(({ relation, mode }) => `${relation.name} ${mode}`).sort(),
    rewrites: names(effects.rewrites),
    scans: names(effects.scans),
    buildsIndex: like.buildsIndex === undefined ? undefined : effects.indexBuilds.length > 0,
    transactional: effects.transactional,
    failsOnRows: like.failsOnRows === undefined ? undefined : effects.failsOnRows.length > 0,
  };
}

function names(relations: readonly RelationName[]): readonly string[] {
  return relations.map(({ name }) => name).sort();
}

function effectsAfter(base: string, form: MeasuredForm, major: Major): Effects {
  const { statement, catalog } = situation(form, base);
  return effectsOf(statement, catalog, major);
}

/** The statement of a form, and the catalog before it; `base` is the schema that all forms begin with. */
export function situation(
  form: MeasuredForm,
  base: string,
): { readonly statement: Statement; readonly catalog: Catalog } {
  const catalog = new Catalog();
  run(catalog, 'base.sql', base);
  run(catalog, 'setup.sql', form.setup.map((sql) => `${sql};\n`).join(''));
  run(catalog, 'migration.sql', form.session.map((sql) => `${sql};\n`).join(''));
  const parsed = parseFile(form.statement).statements[0]?.parsed;
  if (parsed?.statement === undefined)
    throw new Error(`${form.id} cannot be parsed: ${parsed?.error.message ?? ''}`);
  return { statement: parsed.statement, catalog };
}

function run(catalog: Catalog, file: string, text: string): void {
  startFile(catalog, file);
  parseFile(text).statements.forEach(({ parsed }, statement) => {
    if (parsed.statement === undefined) throw new Error(parsed.error.message);
    replay(parsed.statement, catalog, { file, statement });
  });
}
