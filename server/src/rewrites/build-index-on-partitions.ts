import { schemaAfter } from '../catalog/after';
import type { Catalog } from '../catalog/catalog';
import { partsOfIndex } from '../catalog/edit';
import { nameOfNewIndex } from '../catalog/names';
import { unsoundKeys } from '../catalog/partition-keys';
import type { Index, Relation } from '../catalog/relation';
import type { Step } from '../runners/runner';
import { printName } from '../sql/print';
import type { CreateIndex } from '../sql/statement';
import { createIndexText, inCaseOf } from './create-index-text';
import { fileWords, type Rewrite, type RewriteContext } from './rewrite';
import { withoutLockTimeout } from './session-lock-timeout';
import { withShortLocks } from './short-locks';
import { afterFailedBuild, quoted, slice } from './statement-text';
import { visitReached } from '../catalog/reached';

/** The index of one partition, and the index of its parent that it becomes a part of. */
interface Part {
  readonly relation: Relation;
  readonly index: Index;
  readonly parent: string;
  /** Whether there is an index already that only has to be attached. */
  readonly isThere: boolean;
}

/** Builds the index of a partitioned table while writes go on: partition by partition. */
export const buildIndexOnPartitions: Rewrite<CreateIndex> = {
  id: 'build-index-on-partitions',
  docs: {
    summary:
      'Creates the index `ON ONLY` the partitioned table, builds that of each partition with `CONCURRENTLY`, and attaches ' +
      'these.',
    why:
      'There is no `CONCURRENTLY` for a partitioned table (`0A000`). `ON ONLY` builds nothing, the builds of the partitions ' +
      'hold `SHARE UPDATE EXCLUSIVE`, and attaching an index only writes the catalog. The index of the partitioned table ' +
      'becomes valid with its last partition.',
  },

  steps(statement, context) {
    const { catalog } = context;
    const table = catalog.relation(statement.relation);
    if (table?.kind !== 'partitioned table' || statement.only) return [];
    const name = nameOfNewIndex(statement, catalog);
    if (catalog.index({ schema: table.schema, name }) !== undefined) return [];
    const after = schemaAfter(statement, catalog);
    if (unsoundKeys(catalog, after, table, context.postgresVersion).length > 0) return [];
    const parts = partsBelow(statement, table, name, after, catalog);
    // 42809: no unique index covers a foreign table; the others leave it out.
    if (statement.unique && parts.some(({ relation }) => relation.kind === 'foreign table')) return [];
    const withRows = parts.filter(({ relation }) => relation.kind !== 'foreign table');
    const inner = withRows.filter(({ relation }) => relation.kind === 'partitioned table');
    const leaves = withRows.filter(({ relation }) => relation.kind !== 'partitioned table');
    return withShortLocks(
      [
        onOnly(statement, name, inner, leaves.length, context),
        ...withoutLockTimeout(
          leaves.filter(({ isThere }) => !isThere).flatMap((leaf) => buildOf(statement, leaf, catalog)),
          context,
        ),
        // The deepest first, so that each index is valid when it is attached.
        ...attach(statement, name, [...withRows].reverse(), catalog),
      ],
      context,
    );
  },
};

/** The indexes of all partitions, those of an upper level before those below them. */
function partsBelow(
  statement: CreateIndex,
  table: Relation,
  name: string,
  after: Catalog,
  before: Catalog,
): readonly Part[] {
  const found: Part[] = [];
  const below = (owner: Relation, index: string): readonly Part[] =>
    partsOfIndex(after, after.relation(owner) ?? owner, index).map((part) => {
      const parent = nameIn(owner.schema, index, statement, before);
      const isThere = before.index({ schema: part.relation.schema, name: part.index.name }) !== undefined;
      return { ...part, parent, isThere };
    });
  visitReached(below(table, name), (part) => {
    found.push(part);
    return below(part.relation, part.index.name);
  });
  return found;
}

function onOnly(
  statement: CreateIndex,
  name: string,
  inner: readonly Part[],
  leaves: number,
  { catalog }: RewriteContext,
): Step {
  const only = inCaseOf('ONLY', statement);
  const written = (index: string, relation: string): string =>
    `${createIndexText(statement, { name: index, isConcurrent: false, ifNotExists: true, relation: `${only} ${relation}` })};`;
  const texts = [
    written(name, slice(statement, statement.relation.range)),
    ...inner
      .filter(({ isThere }) => !isThere)
      .map(({ relation, index }) =>
        written(index.name, nameIn(relation.schema, relation.name, statement, catalog)),
      ),
  ];
  const table = quoted(statement.relation.name);
  return {
    sql: texts.join('\n'),
    transaction: 'inherits',
    why:
      leaves > 0
        ? `Builds nothing. The index is invalid until that of each partition is attached, also of one that no migration creates.`
        : `Builds nothing. No migration creates a partition of ${table}: for each that exists, build the index concurrently and attach it; it is invalid until then.`,
    name: fileWords(name, 'only'),
  };
}

function buildOf(statement: CreateIndex, { relation, index }: Part, catalog: Catalog): readonly Step[] {
  const target = nameIn(relation.schema, relation.name, statement, catalog);
  return [
    {
      sql: `DROP INDEX CONCURRENTLY IF EXISTS ${nameIn(relation.schema, index.name, statement, catalog)};`,
      transaction: 'none',
      why: 'A failed concurrent build leaves an invalid index.',
      name: fileWords(index.name, 'leftover'),
    },
    {
      sql: `${createIndexText(statement, { name: index.name, isConcurrent: true, ifNotExists: false, relation: target })};`,
      transaction: 'none',
      why: `Writes to ${quoted(relation.name)} go on while its index is built. ${afterFailedBuild(index.name)}`,
      name: fileWords(index.name, 'concurrently'),
    },
  ];
}

function attach(
  statement: CreateIndex,
  name: string,
  parts: readonly Part[],
  catalog: Catalog,
): readonly Step[] {
  if (parts.length === 0) return [];
  const texts = parts.map(
    ({ relation, index, parent }) =>
      `ALTER INDEX ${parent} ATTACH PARTITION ${nameIn(relation.schema, index.name, statement, catalog)};`,
  );
  return [
    {
      sql: texts.join('\n'),
      transaction: 'own',
      why: `Attaching builds nothing. With the last one, the index of ${quoted(statement.relation.name)} is valid.`,
      name: fileWords('attach', name),
    },
  ];
}

/** A name in the schema of a relation; without it only where the author did without, and every session finds it. */
function nameIn(schema: string, name: string, { relation }: CreateIndex, catalog: Catalog): string {
  const isFound = relation.schema === undefined && schema === 'public' && catalog.searchPath[0] === 'public';
  return printName({ schema: isFound ? undefined : schema, name });
}
