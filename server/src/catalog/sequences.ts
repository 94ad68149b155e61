import type { Node } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import type { Catalog } from './catalog';
import { changeKnown, nameOf, put } from './edit';
import { sequenceOptions } from './sequence-options';
import { type Column, isSame, type RelationName } from './relation';

/** The column of OWNED BY, among the options of CREATE and ALTER SEQUENCE; undefined when it says nothing of that. */
export function ownerIn(options: readonly Node[] | undefined): readonly string[] | undefined {
  for (const node of options ?? []) {
    if (!('DefElem' in node) || node.DefElem.defname !== 'owned_by') continue;
    const { arg } = node.DefElem;
    return arg !== undefined && 'List' in arg ? strings(arg.List.items) : [];
  }
  return undefined;
}

/** The relation and the column in the parts of OWNED BY. */
export function ownerNamed(
  catalog: Catalog,
  parts: readonly string[],
): { readonly relation: RelationName; readonly column: string } | undefined {
  const [column, name, schema] = [...parts].reverse();
  // OWNED BY NONE
  if (column === undefined || name === undefined) return undefined;
  const relation = catalog.resolve({ schema, name });
  return { relation, column };
}

/** ALTER SEQUENCE, and what ALTER COLUMN says of the sequence of an identity column. */
export function alterSequence(
  catalog: Catalog,
  name: RelationName,
  options: readonly Node[] | undefined,
): void {
  changeKnown(catalog, name, (relation) =>
    relation.sequence === undefined
      ? relation
      : { ...relation, sequence: sequenceOptions(options, relation.sequence.type, relation.sequence) },
  );
}

/** Writes OWNED BY to the column, and takes it from the one that had the sequence. */
export function ownedBy(
  catalog: Catalog,
  sequence: RelationName,
  options: readonly Node[] | undefined,
): void {
  const parts = ownerIn(options);
  if (parts === undefined) return;
  followSequence(catalog, sequence, undefined);
  const owner = ownerNamed(catalog, parts);
  if (owner === undefined) return;
  changeKnown(catalog, sequence, (relation) => ({ ...relation, isFree: false }));
  changeKnown(catalog, owner.relation, (relation) => ({
    ...relation,
    columns: relation.columns.map((column) =>
      column.name === owner.column ? { ...column, sequence } : column,
    ),
  }));
}

/** The column that owns a sequence has it under another name from now on, or not any more. */
export function followSequence(catalog: Catalog, from: RelationName, to: RelationName | undefined): void {
  if (catalog.relation(nameOf(from))?.isFree === true) return;
  const owns = ({ sequence }: Column): boolean => sequence !== undefined && isSame(sequence, from);
  for (const relation of catalog.allRelations()) {
    if (!relation.columns.some(owns)) continue;
    put(catalog, {
      ...relation,
      columns: relation.columns.map((column) => (owns(column) ? { ...column, sequence: to } : column)),
    });
  }
}
