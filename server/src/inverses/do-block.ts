import { inReverse, type Inverse, type Inverted, nothing, notPossible } from './inverse';

const inverse: Inverse<'DoBlock'> = {
  on: 'DoBlock',
  docs: { summary: 'A block that only looks needs no inverse; what another one did cannot be told.' },

  invert(statement) {
    const changes = statement.body.filter(({ statement: { kind } }) => !harmless.has(kind));
    if (changes.length === 0 && !statement.isDynamic) return nothing;
    const commands = [...new Set(changes.map(({ statement: { command } }) => command))];
    const did: Inverted = notPossible(
      statement.isDynamic
        ? 'The block runs statements that it makes up while it runs.'
        : `The block decides while it runs what it does: ${commands.join(', ')}.`,
    );
    return inReverse([did]);
  },
};

export default inverse;

const harmless: ReadonlySet<string> = new Set(['Select', 'SetVariable', 'LockTable', 'TransactionControl']);
