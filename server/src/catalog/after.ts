import type { Statement } from '../sql/statement';
import { Catalog } from './catalog';
import { replay } from './replay';

/** The schema that a statement would leave behind. `before`, which stays as it is, knows which file it stands in. */
export function schemaAfter(statement: Statement, before: Catalog): Catalog {
  const after = new Catalog(before);
  replay(statement, after, { file: before.file, statement: -1 });
  return after;
}
