import type { Node, ObjectType } from '@pgsql/types';
import type { QualifiedName } from '../statement';
import type { Range } from '../text';
import type { Reader } from './reader';

/** What every statement has. */
export interface Base {
  readonly command: string;
  readonly text: string;
  readonly commandRange: Range;
  readonly node: Node;
}

/** The relations that a list of the tree names. */
export function relations(reader: Reader, nodes: readonly Node[] | undefined): readonly QualifiedName[] {
  return (nodes ?? []).flatMap((node) => ('RangeVar' in node ? [reader.relation(node.RangeVar)] : []));
}

/** `OBJECT_MATVIEW` as the manual writes it. */
export function objectTypeName(type: ObjectType | undefined): string {
  if (type === 'OBJECT_MATVIEW') return 'MATERIALIZED VIEW';
  if (type === 'OBJECT_FOREIGN_SERVER') return 'SERVER';
  if (type === 'OBJECT_FDW') return 'FOREIGN DATA WRAPPER';
  if (type === 'OBJECT_STATISTIC_EXT') return 'STATISTICS';
  if (type === 'OBJECT_TSCONFIGURATION') return 'TEXT SEARCH CONFIGURATION';
  if (type === 'OBJECT_TSDICTIONARY') return 'TEXT SEARCH DICTIONARY';
  if (type === 'OBJECT_TSPARSER') return 'TEXT SEARCH PARSER';
  if (type === 'OBJECT_TSTEMPLATE') return 'TEXT SEARCH TEMPLATE';
  if (type === 'OBJECT_OPCLASS') return 'OPERATOR CLASS';
  if (type === 'OBJECT_OPFAMILY') return 'OPERATOR FAMILY';
  return (type ?? 'OBJECT_TABLE').slice('OBJECT_'.length).replaceAll('_', ' ');
}
