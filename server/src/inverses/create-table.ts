import { exact, type Inverse, nothing, printRelation } from './inverse';

const inverse: Inverse<'CreateTable'> = {
  on: 'CreateTable',
  docs: { summary: 'DROP TABLE, or DROP of whatever was created.' },

  invert(statement, { before }) {
    if (statement.ifNotExists && before.relation(statement.relation) !== undefined) return nothing;
    // It ends with the session.
    if (statement.persistence === 'temporary') return nothing;
    return exact(
      `DROP ${statement.objectType} ${printRelation(statement.relation, before)};`,
      ...(statement.ifNotExists ? ['Keep it if it existed before the migration.'] : []),
    );
  },
};

export default inverse;
