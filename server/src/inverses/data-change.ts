import { displayName } from '../catalog/relation';
import { type Inverse, nothing, notPossible } from './inverse';

const inverse: Inverse<'DataChange'> = {
  on: 'DataChange',
  docs: { summary: 'Rows are not restored.' },

  invert({ operation, relation, node }) {
    const isCopyOut = 'CopyStmt' in node && node.CopyStmt.is_from !== true;
    if (relation === undefined || isCopyOut) return nothing;
    const table = displayName(relation);
    switch (operation) {
      case 'INSERT':
      case 'COPY':
        return notPossible(`The rows that were inserted into ${table} cannot be told from others.`);
      case 'UPDATE':
      case 'MERGE':
        return notPossible(`The values that rows of ${table} had before are not kept.`);
      case 'DELETE':
        return notPossible(`The rows that were deleted from ${table} are not kept.`);
    }
  },
};

export default inverse;
