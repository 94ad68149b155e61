import type { Node } from '@pgsql/types';
import type { Statement } from '../statement';
import { type Base, relations } from './base';
import { doBody, functionBody, languageOf, type ParseNested } from './bodies';
import { commandTag } from './command';
import { dataChange, select } from './data';
import { drop, rename } from './drops';
import { createIndex } from './indexes';
import { Reader } from './reader';
import { lockTable, setVariable, transactionControl } from './session';
import { alterTable, createTable, tableFromQuery } from './tables';

/** Turns the grammar's tree of one statement into a `Statement`. Without `parseNested`, bodies in it are not read. */
export function buildStatement(text: string, node: Node, parseNested?: ParseNested): Statement {
  const reader = new Reader(text);
  const base: Base = { text, node, ...commandTag(reader, node) };
  if ('IndexStmt' in node) return createIndex(reader, node.IndexStmt, base);
  if ('AlterTableStmt' in node) return alterTable(reader, node.AlterTableStmt, base);
  if ('CreateStmt' in node) return createTable(reader, node.CreateStmt, base, 'TABLE');
  if ('CreateForeignTableStmt' in node) {
    return createTable(reader, node.CreateForeignTableStmt.base ?? {}, base, 'FOREIGN TABLE');
  }
  if ('CreateTableAsStmt' in node) {
    const { into, objtype, if_not_exists: ifNotExists } = node.CreateTableAsStmt;
    const objectType = objtype === 'OBJECT_MATVIEW' ? 'MATERIALIZED VIEW' : 'TABLE';
    return tableFromQuery(reader, into, base, objectType, ifNotExists === true);
  }
  if ('SelectStmt' in node && node.SelectStmt.intoClause !== undefined) {
    return tableFromQuery(reader, node.SelectStmt.intoClause, base, 'TABLE', false);
  }
  if ('DropStmt' in node) return drop(reader, node.DropStmt, base);
  if ('RenameStmt' in node) return rename(reader, node.RenameStmt, base);
  if ('TruncateStmt' in node) {
    const { relations: list, behavior } = node.TruncateStmt;
    return {
      kind: 'Truncate',
      relations: relations(reader, list),
      cascade: behavior === 'DROP_CASCADE',
      ...base,
    };
  }
  if ('TransactionStmt' in node) return transactionControl(node.TransactionStmt, base);
  if ('VariableSetStmt' in node) return setVariable(node.VariableSetStmt, base);
  if ('LockStmt' in node) return lockTable(reader, node.LockStmt, base);
  if ('DoStmt' in node) {
    const { statements, ...call } = doBody(text, node.DoStmt, parseNested);
    const isDynamic = call.isOpaque || call.executed.length > 0;
    const language = languageOf(node.DoStmt.args);
    return { kind: 'DoBlock', language, body: statements, call, isDynamic, ...base };
  }
  if ('SelectStmt' in node || 'CopyStmt' in node) {
    return dataChange(reader, node, base) ?? select(reader, node, base);
  }
  const change = dataChange(reader, node, base);
  if (change !== undefined) return change;
  const nodeType = Object.keys(node)[0] ?? '';
  if (!('CreateFunctionStmt' in node)) return { kind: 'Other', nodeType, body: [], call: undefined, ...base };
  const { statements, ...call } = functionBody(text, node.CreateFunctionStmt, parseNested);
  return { kind: 'Other', nodeType, body: statements, call, ...base };
}
