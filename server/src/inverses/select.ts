import { strings, walk } from '../sql/build/reader';
import { printRelation, exact, type Inverse, nothing, notPossible } from './inverse';
import { named } from '../catalog/relation';

const inverse: Inverse<'Select'> = {
  on: 'Select',
  docs: { summary: 'A query changes nothing, unless it calls a function that does.' },

  invert({ node, reads }, { before }) {
    const into = 'SelectStmt' in node ? node.SelectStmt.intoClause?.rel : undefined;
    if (into !== undefined) {
      return into.relpersistence === 't'
        ? nothing
        : exact(`DROP TABLE ${printRelation(named(into), before)};`);
    }
    const functions = new Set<string>();
    walk({ node }, (key, value) => {
      if (key !== 'FuncCall') return;
      functions.add(strings((value as { funcname?: [] }).funcname).at(-1) ?? '');
    });
    functions.delete('set_config');
    // What a query over tables calls, it calls to compute; a query over nothing is there for the call.
    if (reads.length > 0 || functions.size === 0) return nothing;
    return notPossible(`What ${[...functions].join(', ')} did is not known.`);
  },
};

export default inverse;
