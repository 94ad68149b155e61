import type { DefElem, Node } from '@pgsql/types';
import { tokenize } from './scanner';
import type { Statement } from './statement';

/**
 * The command as PostgreSQL names it in `… cannot run inside a transaction block` (error 25001), when it is one that
 * must be its own transaction; undefined for all others. Source: the calls of PreventInTransactionBlock in
 * PostgreSQL 14 to 18. REFRESH MATERIALIZED VIEW CONCURRENTLY and CLUSTER of one table are not among them.
 */
export function refusedInTransactionBlock(statement: Statement): string | undefined {
  switch (statement.kind) {
    case 'CreateIndex':
      return statement.concurrently ? 'CREATE INDEX CONCURRENTLY' : undefined;
    case 'Drop':
      return statement.concurrently ? 'DROP INDEX CONCURRENTLY' : undefined;
    case 'AlterTable':
      return statement.actions.some((action) => action.type === 'DetachPartition' && action.concurrently)
        ? 'ALTER TABLE ... DETACH CONCURRENTLY'
        : undefined;
    case 'DoBlock':
      return endsTransaction(statement.text) ? 'COMMIT in a DO block' : undefined;
    case 'Other':
      return refusedNode(statement.node);
    default:
      return undefined;
  }
}

/**
 * What a DO block executes although no function may: `CREATE INDEX CONCURRENTLY cannot be executed from a function`.
 * It fails however the block is sent.
 */
export function refusedInFunction(statement: Statement): string | undefined {
  if (statement.kind !== 'DoBlock') return undefined;
  for (const { statement: nested } of statement.body) {
    const command = refusedInTransactionBlock(nested);
    if (command !== undefined) return command;
  }
  return undefined;
}

/**
 * The command as PostgreSQL names it in `… can only be used in transaction blocks` (error 25P01), when it is one that
 * fails, or is pointless, as its own transaction; undefined for all others. SET LOCAL only warns.
 */
export function needsTransactionBlock(statement: Statement): string | undefined {
  if (statement.kind === 'LockTable') return 'LOCK TABLE';
  if (statement.kind === 'TransactionControl') {
    if (statement.action === 'savepoint') return 'SAVEPOINT';
    if (statement.action === 'release') return 'RELEASE SAVEPOINT';
    if (statement.action === 'rollback to') return 'ROLLBACK TO SAVEPOINT';
  }
  return undefined;
}

/** What stands in front of a statement of plpgsql. */
const beginnings = new Set([';', 'begin', 'then', 'else', 'loop']);

/** COMMIT or ROLLBACK as a statement of plpgsql. They are no SQL there, and so not among the statements of a body. */
function endsTransaction(text: string): boolean {
  if (!/\b(?:commit|rollback)\b/i.test(text)) return false;
  return tokenize(text).some(({ kind, text: written }) => {
    if (kind !== 'string') return false;
    const quoted = written.replace(/^(?:\$[^$]*\$|\w*')/, '');
    const tokens = tokenize(written.startsWith('$') ? quoted : quoted.replaceAll("''", "'"));
    return tokens.some((token, index) => {
      if (token.text !== 'commit' && token.text !== 'rollback') return false;
      if (!beginnings.has(tokens[index - 1]?.text ?? '')) return false;
      const behind = tokens.slice(index + 1, index + 5).map((next) => next.text);
      return /^(?:and (?:no )?chain )?;/.test(behind.join(' '));
    });
  });
}

function refusedNode(node: Node): string | undefined {
  if ('ReindexStmt' in node) {
    const { kind, params } = node.ReindexStmt;
    if (hasOption(params, 'concurrently')) return 'REINDEX CONCURRENTLY';
    if (kind === 'REINDEX_OBJECT_SCHEMA') return 'REINDEX SCHEMA';
    if (kind === 'REINDEX_OBJECT_SYSTEM') return 'REINDEX SYSTEM';
    if (kind === 'REINDEX_OBJECT_DATABASE') return 'REINDEX DATABASE';
    return undefined;
  }
  // The same node stands for ANALYZE, which is allowed.
  if ('VacuumStmt' in node) return node.VacuumStmt.is_vacuumcmd === true ? 'VACUUM' : undefined;
  if ('ClusterStmt' in node) return node.ClusterStmt.relation === undefined ? 'CLUSTER' : undefined;
  if ('AlterSystemStmt' in node) return 'ALTER SYSTEM';
  if ('CreatedbStmt' in node) return 'CREATE DATABASE';
  if ('DropdbStmt' in node) return 'DROP DATABASE';
  if ('AlterDatabaseStmt' in node) {
    // Only moving a database to another tablespace copies it.
    return hasOption(node.AlterDatabaseStmt.options, 'tablespace')
      ? 'ALTER DATABASE SET TABLESPACE'
      : undefined;
  }
  if ('CreateTableSpaceStmt' in node) return 'CREATE TABLESPACE';
  if ('DropTableSpaceStmt' in node) return 'DROP TABLESPACE';
  if ('DiscardStmt' in node) return node.DiscardStmt.target === 'DISCARD_ALL' ? 'DISCARD ALL' : undefined;
  return subscription(node);
}

/** CREATE and DROP SUBSCRIPTION reach for the publisher, which no transaction can undo. */
function subscription(node: Node): string | undefined {
  if ('CreateSubscriptionStmt' in node) {
    const { options } = node.CreateSubscriptionStmt;
    const withoutSlot = isOff(options, 'create_slot') || isOff(options, 'connect');
    return withoutSlot ? undefined : 'CREATE SUBSCRIPTION ... WITH (create_slot = true)';
  }
  return 'DropSubscriptionStmt' in node ? 'DROP SUBSCRIPTION' : undefined;
}

function option(options: readonly Node[] | undefined, name: string): DefElem | undefined {
  for (const node of options ?? []) {
    if ('DefElem' in node && node.DefElem.defname === name) return node.DefElem;
  }
  return undefined;
}

function hasOption(options: readonly Node[] | undefined, name: string): boolean {
  return option(options, name) !== undefined && !isOff(options, name);
}

function isOff(options: readonly Node[] | undefined, name: string): boolean {
  const value = option(options, name)?.arg;
  if (value === undefined) return false;
  if ('String' in value) return ['false', 'off', 'no', '0'].includes(value.String.sval?.toLowerCase() ?? '');
  if ('Boolean' in value) return value.Boolean.boolval !== true;
  return 'Integer' in value && (value.Integer.ival ?? 0) === 0;
}
