import { nameOfNewIndex } from '../catalog/names';
import { exact, type Inverse, nothing, printFull } from './inverse';

const inverse: Inverse<'CreateIndex'> = {
  on: 'CreateIndex',
  docs: { summary: 'DROP INDEX; with CONCURRENTLY when the index was built so.' },

  invert(statement, { before }) {
    const { schema } = before.resolve(statement.relation);
    const name = { schema, name: nameOfNewIndex(statement, before) };
    if (statement.ifNotExists && before.index(name) !== undefined) return nothing;
    const index = printFull(statement.relation.schema === undefined ? name : { ...name, schema }, before);
    if (!statement.concurrently) return exact(`DROP INDEX ${index};`);
    // A build that failed left an index or none.
    return { ...exact(`DROP INDEX CONCURRENTLY IF EXISTS ${index};`), transactional: false };
  },
};

export default inverse;
