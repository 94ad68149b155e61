import { type Inverse, nothing } from './inverse';

/** Statements that leave nothing behind when the session ends. */
export const sessionInverses = [
  {
    on: 'SetVariable',
    docs: { summary: 'A setting ends with its session.' },
    invert: () => nothing,
  } satisfies Inverse<'SetVariable'>,
  {
    on: 'LockTable',
    docs: { summary: 'A lock ends with its transaction.' },
    invert: () => nothing,
  } satisfies Inverse<'LockTable'>,
  {
    on: 'TransactionControl',
    docs: { summary: 'The rollback has transactions of its own.' },
    invert: () => nothing,
  } satisfies Inverse<'TransactionControl'>,
] as const;
