import assert from 'node:assert/strict';
import { isVolatile } from '../../server/src/effects/volatility';
import type { Major } from '../../server/src/postgres/versions';
import { addColumnInSteps } from '../../server/src/rewrites/add-column-in-steps';
import { addColumnThenConstraint } from '../../server/src/rewrites/add-column-then-constraint';
import { addConstraintNotValid } from '../../server/src/rewrites/add-constraint-not-valid';
import { addPrimaryKeyUsingIndex } from '../../server/src/rewrites/add-primary-key-using-index';
import { addUniqueUsingIndex } from '../../server/src/rewrites/add-unique-using-index';
import type { RewriteContext } from '../../server/src/rewrites/rewrite';
import { setNotNullByCheck } from '../../server/src/rewrites/set-not-null-by-check';
import type { Step } from '../../server/src/runners/runner';
import { differences } from '../postgres/instruments/catalog';
import { contextAfter, type Database, databaseCatalog, parseOne, runSteps } from './bench';

/** Tables with rows for the statements below. */
export const constraintSetup = `
  CREATE SCHEMA "Shop";
  CREATE TABLE users (id int PRIMARY KEY);
  CREATE TABLE "Shop"."Orders" (id int, "userId" int, total int DEFAULT 1, email text NOT NULL);
  CREATE TABLE orders (id int PRIMARY KEY, user_id int, total int NOT NULL);
  INSERT INTO users SELECT generate_series(1, 30);
  INSERT INTO "Shop"."Orders" SELECT n, n, n, n FROM generate_series(1, 25) AS n;
  INSERT INTO orders SELECT n, n, n FROM generate_series(1, 25) AS n;
`;

/** The steps of the rewrite that is meant for the last action of the statement. */
export function stepsFor(sql: string, context: RewriteContext): readonly Step[] {
  const statement = parseOne(sql, 'AlterTable');
  const action = statement.actions.at(-1);
  switch (action?.type) {
    case 'AddConstraint': {
      const subject = { statement, action };
      return [addConstraintNotValid, addUniqueUsingIndex, addPrimaryKeyUsingIndex].flatMap((rewrite) =>
        rewrite.steps(subject, context),
      );
    }
    case 'SetNotNull':
      return setNotNullByCheck.steps({ statement, action }, context);
    case 'AddColumn': {
      const value = action.column.constraints.find(({ type }) => type === 'DEFAULT')?.expression;
      if (value !== undefined && isVolatile(value.node, context.catalog)) {
        return addColumnInSteps.steps({ statement, action, batchSize: 10 }, context);
      }
      return action.column.constraints.flatMap((constraint) =>
        addColumnThenConstraint.steps({ statement, action, constraint }, context),
      );
    }
    default:
      return assert.fail();
  }
}

/** Statements whose last action has a rewrite. */
export const constraintStatements: readonly string[] = [
  'ALTER TABLE "Shop"."Orders" ADD CONSTRAINT positive CHECK (total > 0 /* always */)',
  'ALTER TABLE "Shop"."Orders" ADD CHECK ("userId" > 0)',
  'ALTER TABLE orders ADD CHECK (total > user_id - 1) NO INHERIT',
  'ALTER TABLE ONLY orders ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED',
  'ALTER TABLE IF EXISTS orders ALTER total SET DEFAULT 3, ADD COLUMN "Note" text, ADD CONSTRAINT "to users" FOREIGN KEY (user_id) REFERENCES users(id)',
  'ALTER TABLE "Shop"."Orders" ALTER COLUMN "userId" SET NOT NULL',
  'ALTER TABLE orders ALTER total SET DEFAULT 3, ALTER user_id SET NOT NULL',
  'ALTER TABLE "Shop"."Orders" ADD CONSTRAINT "Key" UNIQUE ("userId", email) INCLUDE (total) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED',
  'ALTER TABLE "Shop"."Orders" ADD UNIQUE NULLS NOT DISTINCT (email) INCLUDE (id)',
  'ALTER TABLE orders ADD COLUMN note text, -- for people\n  ADD CONSTRAINT u UNIQUE (user_id) DEFERRABLE',
  'ALTER TABLE "Shop"."Orders" ADD PRIMARY KEY (id, email)',
  'ALTER TABLE "Shop"."Orders" ADD CONSTRAINT pk PRIMARY KEY ("userId") INCLUDE (total)',
  'ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()',
  'ALTER TABLE "Shop"."Orders" ADD "Token" uuid DEFAULT gen_random_uuid()',
  'ALTER TABLE orders ADD COLUMN at timestamptz DEFAULT clock_timestamp() NOT NULL, ADD COLUMN luck float8 DEFAULT random()',
  'ALTER TABLE orders ADD COLUMN rating int CHECK (rating BETWEEN 1 AND 5)',
  'ALTER TABLE "Shop"."Orders"\n  ALTER total SET DEFAULT 3,\n  ADD "Rating" int NOT NULL DEFAULT 3 CONSTRAINT "stars" CHECK ("Rating" > 0 /* one */)',
  'ALTER TABLE orders ADD COLUMN a int CHECK (a > 0), ADD COLUMN b int CHECK (b > 0 AND b > total) NO INHERIT NULL',
  'ALTER TABLE orders ADD COLUMN buyer int DEFAULT 1 REFERENCES users ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED NOT NULL',
  'ALTER TABLE ONLY orders ADD COLUMN buyer int CONSTRAINT "the buyer" REFERENCES users (id) DEFAULT 2',
  'ALTER TABLE orders ADD COLUMN slug text COLLATE "C" UNIQUE',
  'ALTER TABLE "Shop"."Orders" ADD "Slug" text CONSTRAINT "Slugs" UNIQUE NULLS DISTINCT WITH (fillfactor = 70) DEFERRABLE NULL',
  'ALTER TABLE orders ADD token uuid DEFAULT gen_random_uuid() UNIQUE',
  'ALTER TABLE orders ADD token uuid CHECK (token IS NOT NULL) DEFAULT gen_random_uuid() NOT NULL',
  'ALTER TABLE "Shop"."Orders" ADD uid uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY',
];

/** The steps leave the same catalog behind as the statement itself. */
export async function checkConstraintSteps(
  database: Database,
  sql: string,
  postgresVersion: Major,
): Promise<void> {
  const steps = stepsFor(sql, contextAfter(constraintSetup, { postgresVersion }));
  assert.ok(steps.length > 1);
  const wanted = await databaseCatalog(database, constraintSetup, async () => {
    await database.exec(sql);
  });
  const got = await databaseCatalog(database, constraintSetup, () => runSteps(database, steps));
  assert.deepEqual(differences(wanted, got), []);
}
