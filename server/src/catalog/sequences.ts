import type { Node } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import type { Catalog } from './catalog';
import { changeKnown } from './edit';
import { sequenceOptions } from './sequence-options';
import { isSame, type RelationName } from './relation';

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
  const owner = ownerNamed(catalog, parts);
  if (owner === undefined) return;
  changeKnown(catalog, owner.relation, (relation) => ({
    ...relation,
    columns: relation.columns.map((column) => {
      if (column.name === owner.column) return { ...column, sequence };
      const isOld = column.sequence !== undefined && isSame(column.sequence, sequence);
      return isOld ? { ...column, sequence: undefined } : column;
    }),
  }));
}
