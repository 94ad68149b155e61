import assert from 'node:assert/strict';
import type { Catalog } from '../../server/src/catalog/catalog';
import type { Analysis } from '../../server/src/features/analysis';
import { diagnose } from '../../server/src/features/diagnose';
import type { OfferedFix } from '../../server/src/features/fix';
import { rules } from '../../server/src/rules';
import { applyChanges, movedTo } from '../runners/tree';
import { analyse, finalCatalog, migrationsBefore, type World } from './world';

/** Fixes that are meant to lead to another schema. */
export const changesSchema = new Set([
  'unique-index-nulls-distinct',
  'add-foreign-key-narrower',
  // What the server refuses leads to no schema at all.
  ...rules.filter(({ meta }) => meta.category === 'existence').map(({ id }) => id),
  // What the branch has is another one, or there would be nothing to bring back.
  'applied-migration-edited',
  // What the runner did not see, it runs then.
  'missing-companion-file',
  // A view is left behind.
  'rename-table',
  // The partition keeps a CHECK.
  'detach-partition-not-concurrent',
]);

/** Fails when a fix does anything but repair its finding. */
export function assertRepairs(
  fix: OfferedFix,
  world: World,
  { isReadable = true }: { readonly isReadable?: boolean } = {},
): World {
  const after: World = {
    ...world,
    files: applyChanges(world.files, fix.changes),
    path: movedTo(world.path, fix.changes),
  };
  assert.notDeepEqual(after.files, world.files, 'The fix changes nothing.');

  const before = analyse(world);
  const touched = [after.path, ...createdMigrations(fix, after)];
  const analyses = touched.map((path) => analyse(after, path));
  for (const { file, statements } of analyses) {
    for (const { source } of statements) {
      const { error } = source.parsed;
      assert.equal(error, undefined, `${error?.message ?? ''} in\n${file.text}`);
    }
  }

  const { rule } = fix;
  const meta = rules.find(({ id }) => id === rule)?.meta;
  const isOncePerFile = meta?.oncePerFile === true;
  const count = (
    analysis: Analysis,
    wanted: (rule: string, message: string, text: string) => boolean,
  ): number =>
    diagnose(analysis).filter(({ rule: found, message, statement }) =>
      wanted(found, message, analysis.statements[statement]?.statement?.text ?? ''),
    ).length;
  const total = (wanted: (rule: string, message: string, text: string) => boolean): number =>
    analyses.reduce((sum, analysis) => sum + count(analysis, wanted), 0);
  // What is said once in a file is said of another statement then.
  const at = before.statements.find(
    ({ source }) => source.start <= fix.range.start && fix.range.end <= source.end,
  );
  const isSame = (found: string, message: string, text: string): boolean =>
    found === rule && message === fix.message && (!isOncePerFile || text === at?.statement?.text);
  assert.ok(total(isSame) < count(before, isSame), `Its finding is still there: ${fix.message}`);

  // What is done in files that are not read back is not known to those behind them.
  for (const other of isReadable ? rules : []) {
    // A rule that yields was silenced by the finding; what is left then is its own to say.
    if (other.id === rule || other.meta.yieldsTo !== undefined) continue;
    if (meta?.category === 'existence' && other.meta.category !== 'existence') continue;
    // What it said of the statement, it may say of each of the steps that do the same.
    const spoke = at?.findings.some(({ rule: { id } }) => id === other.id) === true;
    const isOther = (found: string): boolean => found === other.id;
    if (spoke) continue;
    assert.ok(total(isOther) <= count(before, isOther), `${other.id} speaks up that did not before.`);
  }

  if (!changesSchema.has(rule) && isReadable) {
    assert.deepEqual(
      shapeOf(finalCatalog(after)),
      shapeOf(finalCatalog(world)),
      'The schema is another one.',
    );
  }
  return after;
}

/** New files that the runner runs; others are for people to run by hand. */
function createdMigrations({ changes }: OfferedFix, after: World): readonly string[] {
  const { all } = migrationsBefore(after, after.path);
  return changes.flatMap(({ kind, path }) => (kind === 'create' && all.includes(path) ? [path] : []));
}

/** What two catalogs must agree in: not where in which file a thing was made, nor in which order. */
function shapeOf(catalog: Catalog): unknown {
  const relations = catalog.allRelations().map((relation) => ({
    ...relation,
    // SET NOT NULL is told by the column.
    constraints: sorted(relation.constraints.filter(({ type }) => type !== 'NOT NULL')),
    indexes: sorted(relation.indexes),
  }));
  return JSON.parse(JSON.stringify(sorted(relations), withoutPlaces)) as unknown;
}

function sorted<Item extends { readonly name: string }>(items: readonly Item[]): readonly Item[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function withoutPlaces(key: string, value: unknown): unknown {
  return /^(?:origin|range|text|(?:rexpr_)?list_(?:start|end))$|location$/.test(key) ? undefined : value;
}
