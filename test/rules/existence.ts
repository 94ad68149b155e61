import type { PGlite } from '@electric-sql/pglite';
import { btree_gist as btreeGist } from '@electric-sql/pglite/contrib/btree_gist';
import { citext } from '@electric-sql/pglite/contrib/citext';
import { hstore } from '@electric-sql/pglite/contrib/hstore';
import { pg_trgm as trigrams } from '@electric-sql/pglite/contrib/pg_trgm';
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto';
import { uuid_ossp as uuid } from '@electric-sql/pglite/contrib/uuid_ossp';
import { Catalog } from '../../server/src/catalog/catalog';
import { endTransaction, replay, startFile } from '../../server/src/catalog/replay';
import { effectsOf } from '../../server/src/effects/effects-of';
import { defaultLockTimeout, ruleContext, type Surroundings } from '../../server/src/features/analysis';
import { checkAll } from '../../server/src/features/check';
import { psql } from '../../server/src/runners/psql';
import { parseFile } from '../../server/src/sql/parse';
import type { Migration } from '../postgres/conformance/projects';
import { startPglite } from '../pglite';

/** What a server did with one statement, and what Lockstep had said of it. */
interface Verdict {
  readonly file: string;
  readonly sql: string;
  /** SQLSTATE of the refusal, with its message; undefined when the server went through with it. */
  readonly refusal: { readonly code: string; readonly message: string } | undefined;
  /** `rule: message` of each finding about what is there and what is not. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** SQLSTATEs of what is not there, is there already, or does not fit together. */
export const codesOfExistence: ReadonlySet<string> = new Set([
  '0A000',
  '2BP01',
  '42P01',
  '42703',
  '42704',
  '42P07',
  '42701',
  '42710',
  '42P06',
  '42830',
  '42804',
  '42883',
  '42723',
  '42725',
  '42P13',
  '42809',
]);

/**
 * Sends migrations to a new server, statement by statement, and asks before each what Lockstep says of it, whose catalog
 * has replayed what the server accepted. With `times` each file is sent so often, so that most of it fails at last.
 */
export async function judge(migrations: readonly Migration[], times = 1): Promise<readonly Verdict[]> {
  const database = await startPglite({ citext, btreeGist, trigrams, pgcrypto, uuid, hstore });
  const project = { runner: psql, root: '/', folder: '/', version: undefined, postgresVersion: undefined };
  const verdicts: Verdict[] = [];
  let history = new Catalog();
  try {
    for (const { file, text } of migrations) {
      const surroundings: Surroundings = {
        path: file,
        project,
        history,
        settings: { postgresVersion: 18, lockTimeout: defaultLockTimeout, rules: {} },
        onRuleError: (rule, error) => {
          throw new Error(`${rule} has failed in ${file}`, { cause: error });
        },
      };
      const { statements } = parseFile(text);
      const catalog = new Catalog(history);
      startFile(catalog, file);
      await database.exec('RESET ALL; DISCARD TEMP');
      for (let time = 1; time <= times; time++) {
        for (const [index, { start, end, parsed }] of statements.entries()) {
          const { statement } = parsed;
          // COPY FROM STDIN would wait for ever; without transactions each refusal stands alone.
          if (
            statement === undefined ||
            statement.kind === 'TransactionControl' ||
            statement.command === 'COPY'
          ) {
            continue;
          }
          const layer = new Catalog(catalog);
          const effects = effectsOf(statement, layer, 18);
          const scheduled = {
            section: 'up',
            transaction: null,
            inTransactionBlock: false,
            block: 'none',
            message: 0,
          } as const;
          const context = ruleContext(surroundings, layer, effects, scheduled, undefined);
          const found = checkAll(statement, context, surroundings).filter(
            ({ rule }) => rule.meta.category === 'existence',
          );
          const said = (isError: boolean): readonly string[] =>
            found
              .filter(({ severity }) => (severity === 'error') === isError)
              .map(({ rule, finding }) => `${rule.id}: ${finding.message}`);
          const sql = text.slice(start, end);
          const refusal = await refusalOf(database, sql);
          verdicts.push({ file, sql, refusal, errors: said(true), warnings: said(false) });
          if (refusal !== undefined) continue;
          replay(statement, catalog, { file, statement: index });
          endTransaction(catalog);
        }
      }
      history = catalog.compact();
    }
    return verdicts;
  } finally {
    await database.close();
  }
}

async function refusalOf(database: PGlite, sql: string): Promise<Verdict['refusal']> {
  try {
    await database.exec(sql);
    return undefined;
  } catch (error: unknown) {
    const { code = '', message = '' } = error as { code?: string; message?: string };
    return { code, message };
  }
}
