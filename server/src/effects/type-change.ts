import type { Node } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog';
import { columnOf } from '../catalog/expressions';
import type { Column, Index } from '../catalog/relation';
import { defaultOperatorClass, fitsModifiers, isBinaryCast, type PlainType } from '../postgres/types';
import { strings } from '../sql/build/reader';
import type { AlterTableAction } from '../sql/statement';

type TypeChange = AlterTableAction & { type: 'AlterColumnType' };

interface WrittenType extends PlainType {
  readonly schema: string | undefined;
}

/** A type on the way from the column's old type to the new one; the modifiers are undefined when they are lost. */
interface Stage {
  readonly name: string;
  readonly isArray: boolean;
  readonly modifiers: readonly number[] | undefined;
}

/**
 * Whether ALTER COLUMN TYPE copies the table, as ATColumnChangeRequiresRewrite of the server decides: it does not when
 * nothing is left between the old column and the new one but relabelling, and domains without constraints.
 */
export function needsRewrite(column: Column | undefined, action: TypeChange, catalog: Catalog): boolean {
  if (column?.type === undefined) return true;
  const start = withoutDomain(column.type, catalog);
  const source: Stage = { ...start, modifiers: start.modifiers };
  const stage =
    action.using === undefined ? source : stageOf(action.using.node, column.name, source, catalog);
  return stage === undefined || step(stage, action.dataType, catalog) === undefined;
}

/** The type of a USING expression that only relabels the column; undefined when it computes something. */
function stageOf(node: Node, column: string, source: Stage, catalog: Catalog): Stage | undefined {
  if (columnOf(node) === column) return source;
  if ('CollateClause' in node && node.CollateClause.arg !== undefined) {
    return stageOf(node.CollateClause.arg, column, source, catalog);
  }
  if (!('TypeCast' in node) || node.TypeCast.arg === undefined) return undefined;
  const stage = stageOf(node.TypeCast.arg, column, source, catalog);
  const { typeName } = node.TypeCast;
  if (stage === undefined || typeName === undefined) return undefined;
  const parts = strings(typeName.names);
  const schema = parts.length > 1 && parts[0] !== 'pg_catalog' ? parts.at(-2) : undefined;
  const modifiers = (typeName.typmods ?? []).flatMap((modifier) =>
    'A_Const' in modifier && modifier.A_Const.ival !== undefined ? [modifier.A_Const.ival.ival ?? 0] : [],
  );
  const isArray = (typeName.arrayBounds ?? []).length > 0;
  return step(stage, { schema, name: parts.at(-1) ?? '', modifiers, isArray }, catalog);
}

/** One coercion; undefined when it has to look at each value. */
function step(from: Stage, to: WrittenType, catalog: Catalog): Stage | undefined {
  const domain = to.isArray ? undefined : catalog.type(to);
  if (domain?.kind === 'domain' && domain.isConstrained) return undefined;
  const target = withoutDomain(to, catalog);
  if (from.isArray || target.isArray) {
    const isSame = from.isArray === target.isArray && from.name === target.name;
    return isSame && sameModifiers(from.modifiers, target.modifiers) ? target : undefined;
  }
  if (from.name === target.name) {
    return fitsModifiers(target.name, from.modifiers, target.modifiers) ? target : undefined;
  }
  const isFree = isBinaryCast(from.name, target.name) || isFreeInUtc(from.name, target.name, catalog);
  return isFree && target.modifiers.length === 0 ? target : undefined;
}

/** timestamp and timestamptz hold the same number when the session's time zone is UTC. */
function isFreeInUtc(from: string, to: string, catalog: Catalog): boolean {
  const isPair =
    (from === 'timestamp' && to === 'timestamptz') || (from === 'timestamptz' && to === 'timestamp');
  return isPair && isUtc(catalog.setting('timezone'));
}

function isUtc(timeZone: string | undefined): boolean {
  if (timeZone === undefined) return false;
  return /^(?:(?:etc\/)?(?:utc|gmt|uct|zulu|universal|greenwich)|[+-]?0+(?::00)?)$/i.test(timeZone);
}

function sameModifiers(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return b.length === 0 || (a !== undefined && a.join() === b.join());
}

/** The type below a domain. */
function withoutDomain(type: WrittenType, catalog: Catalog): PlainType {
  const entry = type.isArray ? undefined : catalog.type(type);
  if (entry?.kind !== 'domain' || entry.base === undefined) return type;
  return { name: entry.base, modifiers: [], isArray: false };
}

/** Whether an index on the column can be kept when the table is not copied: same operator class, same collation. */
export function keepsIndex(index: Index, column: Column, action: TypeChange, catalog: Catalog): boolean {
  // The part of a partitioned index is always built anew.
  if (index.parent !== undefined) return false;
  if (index.predicate !== undefined || index.columns.some(({ expression }) => expression !== undefined)) {
    return false;
  }
  if (column.type === undefined) return false;
  const from = withoutDomain(column.type, catalog);
  const to = withoutDomain(action.dataType, catalog);
  return index.columns.every((key) => {
    if (key.column !== column.name) return true;
    if (key.collation === undefined && (column.collation ?? 'default') !== (action.collation ?? 'default')) {
      return false;
    }
    if (key.operatorClass !== undefined) return true;
    return defaultOperatorClass(index.method, from) === defaultOperatorClass(index.method, to);
  });
}

/** Whether a foreign key can be kept without a look at the rows: the two sides are compared as before. */
export function keepsForeignKey(column: Column | undefined, action: TypeChange, catalog: Catalog): boolean {
  if (column?.type === undefined) return false;
  const from = withoutDomain(column.type, catalog);
  const to = withoutDomain(action.dataType, catalog);
  return defaultOperatorClass('btree', from) === defaultOperatorClass('btree', to);
}

const integers = ['int2', 'int4', 'int8', 'numeric'];
const texts = ['text', 'varchar', 'bpchar', 'citext'];

/** Which values do not survive the change, as a condition and the error; undefined when all do. */
export function lossOf(
  column: Column | undefined,
  action: TypeChange,
  catalog: Catalog,
): { readonly condition: string; readonly sqlstate: string } | undefined {
  const target = catalog.type(action.dataType);
  const name = `"${action.column.text}"`;
  if (target?.kind === 'domain' && target.isConstrained) {
    return { condition: `a ${name} breaks a constraint of the domain ${target.name}`, sqlstate: '23514' };
  }
  const to = withoutDomain(action.dataType, catalog);
  const from = column?.type === undefined ? undefined : withoutDomain(column.type, catalog);
  const [length] = to.modifiers;
  if (to.name === 'bit' || to.name === 'varbit') {
    return { condition: `a ${name} has another length`, sqlstate: '22026' };
  }
  if (texts.includes(to.name)) {
    // An explicit cast cuts what is too long without a word.
    if (length === undefined || action.using !== undefined) return undefined;
    return { condition: `a ${name} is longer than ${length} characters`, sqlstate: '22001' };
  }
  if (from === undefined) return undefined;
  if (texts.includes(from.name) || (target?.kind === 'enum' && from.name !== to.name)) {
    return { condition: `a ${name} is not a valid ${action.dataType.text}`, sqlstate: '22P02' };
  }
  const isNarrower = integers.indexOf(to.name) < integers.indexOf(from.name);
  const isLimited = to.name === 'numeric' && integers.includes(from.name) && to.modifiers.length > 0;
  if (integers.includes(to.name) && (isNarrower || isLimited)) {
    return { condition: `a ${name} is out of the range of ${action.dataType.text}`, sqlstate: '22003' };
  }
  return undefined;
}
