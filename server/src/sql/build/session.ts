import type { LockStmt, Node, TransactionStmt, TransactionStmtKind, VariableSetStmt } from '@pgsql/types';
import { type LockMode, lockModes } from '../../postgres/lock-modes';
import type { LockTable, SetVariable, TransactionControl } from '../statement';
import type { Base } from './base';
import type { Reader } from './reader';
import { relations } from './base';

const transactionActions: Readonly<Record<TransactionStmtKind, TransactionControl['action']>> = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'release',
  TRANS_STMT_ROLLBACK_TO: 'rollback to',
  TRANS_STMT_PREPARE: 'prepare',
  TRANS_STMT_COMMIT_PREPARED: 'other',
  TRANS_STMT_ROLLBACK_PREPARED: 'other',
};

export function transactionControl(
  { kind, chain, savepoint_name: savepoint }: TransactionStmt,
  base: Base,
): TransactionControl {
  return {
    kind: 'TransactionControl',
    action: kind === undefined ? 'other' : transactionActions[kind],
    chains: chain === true,
    savepoint,
    ...base,
  };
}

export function setVariable(stmt: VariableSetStmt, base: Base): SetVariable {
  return {
    kind: 'SetVariable',
    variable: stmt.name?.toLowerCase(),
    values: (stmt.args ?? []).map(constantText),
    isLocal: stmt.is_local === true,
    ...base,
  };
}

/** A constant as SHOW would print it. */
function constantText(node: Node): string {
  if (!('A_Const' in node)) return '';
  const { sval, ival, fval, boolval } = node.A_Const;
  if (sval !== undefined) return sval.sval ?? '';
  if (ival !== undefined) return String(ival.ival ?? 0);
  if (fval !== undefined) return fval.fval ?? '0';
  return boolval?.boolval === true ? 'on' : 'off';
}

export function lockTable(reader: Reader, stmt: LockStmt, base: Base): LockTable {
  return {
    kind: 'LockTable',
    relations: relations(reader, stmt.relations),
    mode: lockModeOfNumber(stmt.mode),
    nowait: stmt.nowait === true,
    ...base,
  };
}

/** The grammar numbers the modes from 1, weakest first. */
function lockModeOfNumber(number: number | undefined): LockMode {
  return lockModes[(number ?? lockModes.length) - 1] ?? 'ACCESS EXCLUSIVE';
}
