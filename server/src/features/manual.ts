import type { Major } from '../postgres/versions';

const manual = 'https://www.postgresql.org/docs';

/** The manual's section on lock modes and what they conflict with. */
export const lockingPage = `${manual}/current/explicit-locking.html`;

/** What CREATE, ALTER and DROP have a page for whose name follows from theirs; a few others are spelled in another way. */
const objects =
  /^(?:CREATE|ALTER|DROP) (?:AGGREGATE|CAST|COLLATION|DATABASE|DOMAIN|EVENT TRIGGER|EXTENSION|FOREIGN TABLE|FUNCTION|INDEX|MATERIALIZED VIEW|POLICY|PROCEDURE|PUBLICATION|ROLE|RULE|SCHEMA|SEQUENCE|SERVER|STATISTICS|SUBSCRIPTION|TABLE|TRIGGER|TYPE|VIEW)$/;

const others =
  /^(?:ANALYZE|CALL|CLUSTER|COMMENT|COPY|DELETE|DO|GRANT|INSERT|LOCK|MERGE|REFRESH MATERIALIZED VIEW|REINDEX|REVOKE|SELECT|TRUNCATE|UPDATE|VACUUM)$/;

/** The page of a command in the manual of a major; undefined for one whose page is not known. */
export function manualPage(command: string, major: Major): string | undefined {
  // The pages of these two are named without the word that goes without saying.
  const name = command.replace(/^(LOCK|TRUNCATE) TABLE$/, '$1');
  if (!objects.test(name) && !others.test(name)) return undefined;
  return `${manual}/${major}/sql-${name.toLowerCase().replaceAll(' ', '')}.html`;
}
