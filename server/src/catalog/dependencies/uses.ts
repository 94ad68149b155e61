import { quoteIdentifier } from '../../sql/print';
import type { FunctionEntry } from '../entries';
import type { RelationName } from '../relation';
import { inputTypes, printTypes } from '../signatures';

/** What an expression or a query uses besides columns, by what its names meant when it was stored. */
export type UsedObject =
  /** As a whole: of what is read no column is named. */
  | ({ readonly kind: 'relation' } & RelationName)
  | ({ readonly kind: 'type'; readonly isArray: boolean } & RelationName)
  | ({
      readonly kind: 'function';
      /** The types of its input, as format_type prints them: `integer, shop.state`. */
      readonly arguments: string;
    } & RelationName);

export function usedFunction(entry: FunctionEntry): UsedObject {
  const { schema, name } = entry;
  return { kind: 'function', schema, name, arguments: printTypes(inputTypes(entry)) };
}

/** A text that no other use has. */
export function keyOfUse(use: UsedObject): string {
  const more = use.kind === 'function' ? use.arguments : use.kind === 'type' ? String(use.isArray) : '';
  return [use.kind, quoteIdentifier(use.schema), quoteIdentifier(use.name), more].join(' ');
}
