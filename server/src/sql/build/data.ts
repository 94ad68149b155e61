import type { CopyStmt, Node, RangeVar } from '@pgsql/types';
import type { DataChange, QualifiedName, Select } from '../statement';
import type { Base } from './base';
import { type Reader, relationsBelow, walk } from './reader';

interface Change {
  readonly operation: DataChange['operation'];
  readonly relation: RangeVar | undefined;
  readonly hasWhere: boolean;
  readonly targets: readonly Node[] | undefined;
}

/** INSERT, UPDATE, DELETE, MERGE and COPY. */
export function dataChange(reader: Reader, node: Node, base: Base): DataChange | undefined {
  const change = ownChange(reader, node, base);
  if (change === undefined) return undefined;
  const reads = relationsRead(reader, node, changeOf(node)?.relation);
  return { ...change, reads, changesInWith: changesInWith(reader, node, base) };
}

/** Without what it reads, and what the statements of its WITH list do. */
function ownChange(reader: Reader, node: Node, base: Base): DataChange | undefined {
  const change = changeOf(node);
  if (change === undefined) return undefined;
  const relation = change.relation === undefined ? undefined : reader.relation(change.relation);
  return {
    kind: 'DataChange',
    operation: change.operation,
    relation,
    hasWhere: change.hasWhere,
    columns: (change.targets ?? []).flatMap((target) =>
      'ResTarget' in target && target.ResTarget.name !== undefined ? [target.ResTarget.name] : [],
    ),
    reads: [],
    changesInWith: [],
    ...base,
  };
}

function changeOf(node: Node): Change | undefined {
  if ('InsertStmt' in node) {
    const { relation, cols } = node.InsertStmt;
    return { operation: 'INSERT', relation, hasWhere: false, targets: cols };
  }
  if ('UpdateStmt' in node) {
    const { relation, whereClause, targetList } = node.UpdateStmt;
    return { operation: 'UPDATE', relation, hasWhere: whereClause !== undefined, targets: targetList };
  }
  if ('DeleteStmt' in node) {
    const { relation, whereClause } = node.DeleteStmt;
    return { operation: 'DELETE', relation, hasWhere: whereClause !== undefined, targets: [] };
  }
  if ('MergeStmt' in node) {
    return { operation: 'MERGE', relation: node.MergeStmt.relation, hasWhere: true, targets: [] };
  }
  if ('CopyStmt' in node && node.CopyStmt.is_from === true) return copyChange(node.CopyStmt);
  return undefined;
}

function copyChange({ relation }: CopyStmt): Change {
  return { operation: 'COPY', relation, hasWhere: false, targets: [] };
}

/** SELECT and COPY TO. */
export function select(reader: Reader, node: Node, base: Base): Select {
  let locksRows = false;
  walk(node, (key) => {
    if (key === 'LockingClause') locksRows = true;
  });
  return {
    kind: 'Select',
    reads: relationsRead(reader, node, undefined),
    locksRows,
    changesInWith: changesInWith(reader, node, base),
    ...base,
  };
}

/** The statements of a WITH list that change rows; what they read is told by the statement around them. */
function changesInWith(reader: Reader, node: Node, base: Base): readonly DataChange[] {
  const found: DataChange[] = [];
  walk(node, (key, value) => {
    if (key !== 'ctequery') return;
    const change = ownChange(reader, value as Node, { ...base, node: value as Node });
    if (change !== undefined) found.push(change);
  });
  return found;
}

function relationsRead(reader: Reader, node: Node, target: RangeVar | undefined): readonly QualifiedName[] {
  const found = new Map<string, QualifiedName>();
  relationsBelow(node, (relation) => {
    if (relation === target) return;
    const name = reader.relation(relation);
    found.set(`${name.schema ?? ''}.${name.name}`, name);
  });
  return [...found.values()];
}
