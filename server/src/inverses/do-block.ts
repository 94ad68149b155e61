import { inReverse, type Inverse, type Inverted, nothing, notPossible } from './inverse';

const inverse: Inverse<'DoBlock'> = {
  on: 'DoBlock',
  docs: { summary: 'A block that only reads needs no inverse; what another one did cannot be determined.' },

  invert(statement) {
    const changes = statement.body.filter(({ statement: { kind } }) => !harmless.has(kind));
    if (changes.length === 0 && !statement.isDynamic) return nothing;
    const commands = [...new Set(changes.map(({ statement: { command } }) => command))];
    const did: Inverted = notPossible(
      statement.isDynamic
        ? 'The block builds the statements that it executes at run time.'
        : `The block decides at run time what it does: ${commands.join(', ')}.`,
    );
    return inReverse([did]);
  },
};

export default inverse;

const harmless: ReadonlySet<string> = new Set(['Select', 'SetVariable', 'LockTable', 'TransactionControl']);
