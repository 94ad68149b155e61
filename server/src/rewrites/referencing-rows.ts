import type { Catalog } from '../catalog/catalog';
import { foreignKeysOn } from '../catalog/edit';
import { isSame, type Relation } from '../catalog/relation';
import type { ReferentialAction } from '../sql/statement';
import { primaryKeyOf } from './unique-key';

/** A foreign key whose rows refer to the rows that are to go. */
export interface Reference {
  readonly relation: Relation;
  readonly constraint: string;
  readonly columns: readonly string[];
  /** The columns of the relation with the duplicates that they refer to. */
  readonly referenced: readonly string[];
  readonly onDelete: ReferentialAction;
  /** Unique indexes that hold a column of the foreign key, and may forbid that two rows refer to one. */
  readonly uniqueIndexes: readonly string[];
}

/** The foreign keys that point at `relation`. Those of partitions are their parent's. */
export function referencesTo(relation: Relation | undefined, catalog: Catalog): readonly Reference[] {
  if (relation === undefined) return [];
  const keys = foreignKeysOn(catalog, relation);
  return keys.flatMap(({ relation: from, constraint }) => {
    const { references } = constraint;
    const isInherited = keys.some((other) => from.parents.some((parent) => isSame(parent, other.relation)));
    if (references === undefined || isInherited) return [];
    return [
      {
        relation: from,
        constraint: constraint.name,
        columns: constraint.columns,
        referenced: references.columns.length > 0 ? references.columns : primaryKeyOf(relation),
        onDelete: references.onDelete,
        uniqueIndexes: from.indexes
          .filter(
            (index) =>
              index.unique && index.columns.some(({ column }) => constraint.columns.includes(column ?? '')),
          )
          .map(({ name }) => name),
      },
    ];
  });
}

/**
 * Whether one statement can move all the references: each relation has one of them, since a row cannot be changed
 * twice by one statement, and the referenced columns are known.
 */
export function canBeMoved(references: readonly Reference[]): boolean {
  return references.every(
    ({ relation, columns, referenced }) =>
      referenced.length > 0 &&
      referenced.length === columns.length &&
      references.filter((other) => isSame(other.relation, relation)).length === 1,
  );
}

/** What the deletion of a row does to rows that refer to it, for a comment. */
export function describeReference({ relation, columns, onDelete }: Reference): string {
  const rows = `rows of "${relation.name}" refer to it by (${columns.join(', ')})`;
  switch (onDelete) {
    case 'CASCADE':
      return `${rows} and are deleted with it`;
    case 'SET NULL':
      return `${rows} and lose the reference (SET NULL)`;
    case 'SET DEFAULT':
      return `${rows} and get its default (SET DEFAULT)`;
    case 'NO ACTION':
    case 'RESTRICT':
      return `${rows}, and a row that is referred to cannot be deleted`;
  }
}
