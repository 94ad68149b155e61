import { exact, type Inverse, nothing, printRelation } from './inverse';

const inverse: Inverse<'CreateTable'> = {
  on: 'CreateTable',
  docs: { summary: 'DROP TABLE, or whatever was made.' },

  invert(statement, { before }) {
    if (statement.ifNotExists && before.relation(statement.relation) !== undefined) return nothing;
    // It ends with the session.
    if (statement.persistence === 'temporary') return nothing;
    return exact(
      `DROP ${statement.objectType} ${printRelation(statement.relation, before)};`,
      ...(statement.ifNotExists ? ['If it was there before the migration, it must stay.'] : []),
    );
  },
};

export default inverse;
