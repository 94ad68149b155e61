import { displayName } from '../catalog/relation';
import { type Inverse, notPossible } from './inverse';

const inverse: Inverse<'Truncate'> = {
  on: 'Truncate',
  docs: { summary: 'Rows are not restored.' },

  invert({ relations }) {
    return notPossible(`The rows of ${relations.map(displayName).join(', ')} are not restored.`);
  },
};

export default inverse;
