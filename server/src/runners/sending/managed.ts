import type { Schedule } from '../runner';

/**
 * Whether the runner itself opens the transaction of a file: its BEGIN is then the first message, before any
 * statement's.
 */
export function isManaged({ statements }: Schedule): boolean {
  return statements.every(({ message }) => message > 0);
}

/** The same schedule, of a file that undoes a migration. */
export function asDown({ statements, ...others }: Schedule): Schedule {
  return { ...others, statements: statements.map((statement) => ({ ...statement, section: 'down' })) };
}
