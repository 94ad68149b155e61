import { displayName } from '../catalog/relation';
import { type Inverse, notPossible } from './inverse';

const inverse: Inverse<'Truncate'> = {
  on: 'Truncate',
  docs: { summary: 'Rows do not come back.' },

  invert({ relations }) {
    return notPossible(`The rows of ${relations.map(displayName).join(', ')} are gone.`);
  },
};

export default inverse;
