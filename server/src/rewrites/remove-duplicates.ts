import type { Step } from '../runners/runner';
import type { Catalog } from '../catalog/catalog';
import { displayName, isSame, type Relation } from '../catalog/relation';
import { indent } from '../sql/layout';
import { dollarQuote, printName, quoteIdentifier } from '../sql/print';
import { comment } from '../sql/visible';
import { canBeMoved, describeReference, type Reference, referencesTo } from './referencing-rows';
import { type Retirement, retirements } from './retire-column';
import { fileWords, type Rewrite, type RewriteContext } from './rewrite';
import { placeColumns, type Survivor, survivors } from './survivor';
import { conditionsOf, displayKey, type UniqueKey, whereClause } from './unique-key';

/** The ways to be rid of duplicates. */
export const dedupePolicyIds = [
  'keep-newest',
  'keep-oldest',
  'keep-last-updated',
  'retire-all-but-newest',
  'retire-all-but-oldest',
] as const;

/** One way to be rid of duplicates, for the author to choose. */
export interface DedupePolicy {
  readonly id: (typeof dedupePolicyIds)[number];
  readonly survivor: Survivor;
  /** Set in the rows that do not stay, instead of deleting them. */
  readonly retirement: Retirement | undefined;
  /** The foreign keys whose rows are pointed at the row that stays. */
  readonly moved: readonly Reference[];
  /** The foreign keys whose rows the deletion meets. */
  readonly unmoved: readonly Reference[];
}

export interface DuplicateRemoval {
  readonly key: UniqueKey;
  readonly policy: DedupePolicy;
  /** Rows of one transaction, when the work is to be done in several. */
  readonly batchSize?: number;
}

/** The policies that fit this key, the one that loses least first; empty for a relation whose rows cannot go. */
export function dedupePolicies(
  key: UniqueKey,
  { catalog }: Pick<RewriteContext, 'catalog'>,
): readonly DedupePolicy[] {
  const relation = catalog.relation(key.relation);
  if (relation?.kind === 'materialized view' || relation?.kind === 'view') return [];
  const [newest, oldest, lastUpdated] = survivors(key, relation);
  if (newest === undefined || oldest === undefined) return [];

  const references = referencesTo(relation, catalog);
  const areMoved = canBeMoved(references);
  const deletion = (id: DedupePolicy['id'], survivor: Survivor): DedupePolicy => ({
    id,
    survivor,
    retirement: undefined,
    moved: areMoved ? references : [],
    unmoved: areMoved ? [] : references,
  });
  const retiring = (id: DedupePolicy['id'], survivor: Survivor, retirement: Retirement): DedupePolicy => ({
    id,
    survivor,
    retirement,
    moved: [],
    unmoved: [],
  });

  const [retirement] = retirements(key, relation);
  const retired = (): readonly DedupePolicy[] =>
    retirement === undefined
      ? []
      : [
          retiring('retire-all-but-newest', newest, retirement),
          retiring('retire-all-but-oldest', oldest, retirement),
        ];
  return [
    ...(retirement?.keepsData === true ? retired() : []),
    deletion('keep-newest', newest),
    deletion('keep-oldest', oldest),
    ...(lastUpdated === undefined ? [] : [deletion('keep-last-updated', lastUpdated)]),
    ...(retirement?.keepsData === false ? retired() : []),
  ];
}

/** What is done, imperative, for the light bulb. */
export function titleOf(
  { survivor, retirement, moved }: DedupePolicy,
  { batchSize }: Pick<DuplicateRemoval, 'batchSize'> = {},
): string {
  const inBatches = batchSize === undefined ? '' : ` in batches of ${batchSize.toLocaleString('en-US')}`;
  if (retirement !== undefined) {
    return `Set "${retirement.column}" to ${retirement.value}${inBatches} on all but the ${describe(survivor)}`;
  }
  const names = moved.map((reference) => `"${reference.relation.name}"`).join(', ');
  const move = moved.length > 0 ? `, and point ${names} at it` : '';
  return `Delete duplicates${inBatches}, keep the ${describe(survivor)}${move}`;
}

/** Leaves one row of each key. */
export const removeDuplicates: Rewrite<DuplicateRemoval> = {
  id: 'remove-duplicates',
  docs: {
    summary:
      'Ranks the rows of each key, keeps the first, and deletes the others or takes them out of the index.',
    why:
      'The ranking and the deletion are one statement, so that exactly one row of each key stays even while others ' +
      'write. Rows are found by `ctid`: a row that is changed meanwhile is left alone rather than lost.',
  },

  steps({ key, policy, batchSize }, context) {
    const relation = context.catalog.relation(key.relation);
    const name = fileWords(key.name, 'remove_duplicates');
    const { lock, statement } =
      policy.moved.length > 0
        ? moving({ key, policy }, relation, context.catalog, batchSize)
        : { lock: '', statement: removal({ key, policy }, relation, batchSize) };
    if (batchSize !== undefined) return [{ ...batched(`${lock}${statement}`, policy, key, batchSize), name }];
    const isBlock = context.schedule.block === 'explicit' || context.schedule.block === 'implicit';
    return [
      {
        sql: `${lock}${statement}`,
        // LOCK TABLE needs a transaction block, and before PostgreSQL 18 a pipeline is none.
        transaction: lock === '' || isBlock ? 'inherits' : 'own',
        why: whyOf(key, policy),
        name,
      },
    ];
  },
};

function describe({ keep, by }: Survivor): string {
  if (by === undefined)
    return `${keep === 'newest' ? 'last' : 'first'} by place in the table (no column tells its age)`;
  return `${keep} by "${by}"`;
}

function whyOf(key: UniqueKey, { survivor, retirement, unmoved }: DedupePolicy): string {
  const rest =
    retirement === undefined
      ? 'deletes the others'
      : `sets ${retirement.column} = ${retirement.value} on the others`;
  const note = unmoved.map((reference) => `; ${describeReference(reference)}`).join('');
  return `Of the rows that share ${displayKey(key)}, keeps the ${describe(survivor)} and ${rest}${note}.`;
}

/** The CTEs that hold the rows, and the name of the one whose rows with a `place` above 1 are to go. */
function source(
  key: UniqueKey,
  policy: DedupePolicy,
  relation: Relation | undefined,
  batchSize: number | undefined,
): { readonly name: 'ranked' | 'batch'; readonly queries: string } {
  const ranked = rankedQuery(key, policy, relation);
  if (batchSize === undefined) return { name: 'ranked', queries: ranked };
  const batch = `batch AS (\n  SELECT * FROM ranked WHERE place > 1 LIMIT ${batchSize}\n)`;
  return { name: 'batch', queries: `${ranked}, ${batch}` };
}

/** The duplicates go, or are retired, in one statement. */
function removal(
  { key, policy }: DuplicateRemoval,
  relation: Relation | undefined,
  batchSize: number | undefined,
): string {
  const { name, queries } = source(key, policy, relation, batchSize);
  return `WITH ${queries}\n${change(key, policy, relation, name)};`;
}

/** A CTE that no relation of the statement is called like: `ranked AS (SELECT …)`. */
function rankedQuery(
  key: UniqueKey,
  { survivor, moved }: Pick<DedupePolicy, 'survivor' | 'moved'>,
  relation: Relation | undefined,
): string {
  const partition = `PARTITION BY ${displayKey(key)} ORDER BY ${survivor.order}`;
  const place = placeColumns(relation).join(', ');
  const from = `FROM ${key.target}\n${whereClause(conditionsOf(key))}`;
  const query =
    moved.length === 0
      ? `SELECT ${place}, row_number() OVER (${partition}) AS place\n${from}`
      : `SELECT ${[
          place,
          ...referencedColumns(moved).map(
            (column) =>
              `${quoteIdentifier(column)} AS ${oldValue(column)}, first_value(${quoteIdentifier(column)}) OVER copies AS ${newValue(column)}`,
          ),
          'row_number() OVER copies AS place',
        ].join(',\n  ')}\n${from}WINDOW copies AS (${partition})`;
  return `ranked AS (\n  ${indent(query.trimEnd(), 2)}\n)`;
}

/** The DELETE or UPDATE of the rows that `source` holds. */
function change(
  key: UniqueKey,
  { retirement }: DedupePolicy,
  relation: Relation | undefined,
  from: 'ranked' | 'batch',
): string {
  const conditions = [
    ...placeColumns(relation).map((column) => `duplicate.${column} = ${from}.${column}`),
    ...onlyDuplicates(from),
  ].join('\n  AND ');
  return retirement === undefined
    ? `DELETE FROM ${key.target} AS duplicate\nUSING ${from}\nWHERE ${conditions}`
    : `UPDATE ${key.target} AS duplicate\nSET ${quoteIdentifier(retirement.column)} = ${retirement.value}\n` +
        `FROM ${from}\nWHERE ${conditions}`;
}

/** In a batch there are no others. */
function onlyDuplicates(from: 'ranked' | 'batch', alias: string = from): readonly string[] {
  return from === 'ranked' ? [`${alias}.place > 1`] : [];
}

/**
 * A loop that commits after each batch, outside a transaction block. It ranks again for each batch: what was ranked
 * before a COMMIT may have been changed by others since.
 */
function batched(
  statement: string,
  policy: DedupePolicy,
  key: UniqueKey,
  batchSize: number,
): Omit<Step, 'name'> {
  const body = [
    '\nBEGIN',
    '  LOOP',
    `    ${indent(statement, 4)}`,
    '    EXIT WHEN NOT FOUND;',
    '    COMMIT;',
    '  END LOOP;',
    'END\n',
  ].join('\n');
  return {
    sql: `DO ${dollarQuote(body)};`,
    transaction: 'none',
    why: `${whyOf(key, policy).slice(0, -1)}, ${batchSize.toLocaleString('en-US')} rows per transaction.`,
  };
}

/** Points the references at the row that stays, and deletes the others, in one statement and so from one ranking. */
function moving(
  { key, policy }: DuplicateRemoval,
  relation: Relation | undefined,
  catalog: Catalog,
  batchSize: number | undefined,
): { readonly lock: string; readonly statement: string } {
  // Rows that come in meanwhile are refused by NO ACTION and RESTRICT; the others would take them along.
  const silent = policy.moved.filter(({ onDelete }) => onDelete !== 'NO ACTION' && onDelete !== 'RESTRICT');
  const name = (other: Relation): string =>
    printName({
      schema: catalog.searchPath[0] === other.schema ? undefined : other.schema,
      name: other.name,
    });
  const lock =
    silent.length === 0
      ? ''
      : '-- Until COMMIT no other transaction can add rows that the deletion would take along.\n' +
        `LOCK TABLE ${silent.map((reference) => name(reference.relation)).join(', ')} IN SHARE ROW EXCLUSIVE MODE;\n`;
  const { name: from, queries } = source(key, policy, relation, batchSize);
  const moves = policy.moved.map((reference, index) => {
    const { columns, referenced } = reference;
    const assignments = columns.map(
      (column, at) => `${quoteIdentifier(column)} = ${from}.${newValue(referenced[at] ?? column)}`,
    );
    const conditions = columns.map(
      (column, at) => `referring.${quoteIdentifier(column)} = ${from}.${oldValue(referenced[at] ?? column)}`,
    );
    // A row of the same table that goes itself needs no new reference, and cannot be changed twice.
    const isOwn = relation !== undefined && isSame(reference.relation, relation);
    const own = isOwn
      ? [
          `NOT EXISTS (SELECT FROM ${from} AS own WHERE ${[
            ...placeColumns(relation).map((column) => `own.${column} = referring.${column}`),
            ...onlyDuplicates(from, 'own'),
          ].join(' AND ')})`,
        ]
      : [];
    const unique = reference.uniqueIndexes.map(
      (index) => `  ${comment(`This fails if it makes duplicates under "${index}".`)}\n`,
    );
    return (
      `, ${quoteIdentifier(`moved_${index + 1}`)} AS (\n${unique.join('')}` +
      `  UPDATE ${name(reference.relation)} AS referring\n  SET ${assignments.join(', ')}\n  FROM ${from}\n` +
      `  WHERE ${[...onlyDuplicates(from), ...conditions, ...own].join('\n    AND ')}\n)`
    );
  });
  const notes = policy.moved.map(
    (reference) =>
      `${comment(`${displayName(reference.relation)} refers to it by (${reference.columns.join(', ')}), ON DELETE ${reference.onDelete}: its rows move to the row that stays.`)}\n`,
  );
  return {
    lock,
    statement: `${notes.join('')}WITH ${queries}${moves.join('')}\n${change(key, policy, relation, from)};`,
  };
}

function referencedColumns(references: readonly Reference[]): readonly string[] {
  return [...new Set(references.flatMap(({ referenced }) => referenced))];
}

function oldValue(column: string): string {
  return quoteIdentifier(`old_${column}`);
}

function newValue(column: string): string {
  return quoteIdentifier(`new_${column}`);
}
