import type { Node } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog';
import { type Named, named } from '../catalog/relation';
import type { Statement } from '../sql/statement';
import alterTable from './alter-table';
import { withLosses } from './cascade';
import createIndex from './create-index';
import createTable from './create-table';
import dataChange from './data-change';
import doBlock from './do-block';
import drop from './drop';
import { type InverseContext, type Inverted, nothing } from './inverse';
import other from './other';
import rename from './rename';
import select from './select';
import { sessionInverses } from './session';
import truncate from './truncate';

/** The SQL that undoes a statement, or why there is none. */
export function invert(statement: Statement, context: InverseContext): Inverted {
  // It is gone with the session; in another one, its name may be that of a table.
  if (isAboutTemporary(statement, context.before)) return nothing;
  return withLosses(invertAlone(statement, context), statement, context.before);
}

function invertAlone(statement: Statement, context: InverseContext): Inverted {
  switch (statement.kind) {
    case 'AlterTable':
      return alterTable.invert(statement, context);
    case 'CreateIndex':
      return createIndex.invert(statement, context);
    case 'CreateTable':
      return createTable.invert(statement, context);
    case 'DataChange':
      return dataChange.invert(statement, context);
    case 'DoBlock':
      return doBlock.invert(statement, context);
    case 'Drop':
      return drop.invert(statement, context);
    case 'Rename':
      return rename.invert(statement, context);
    case 'Select':
      return select.invert(statement, context);
    case 'Truncate':
      return truncate.invert(statement, context);
    case 'Other':
      return other.invert(statement, context);
    case 'SetVariable':
    case 'LockTable':
    case 'TransactionControl':
      return sessionInverses[0].invert();
  }
}

/** Whether it changes temporary relations, and nothing else. */
function isAboutTemporary(statement: Statement, before: Catalog): boolean {
  const relations = relationsChanged(statement).map((name) => {
    const index = before.index(name);
    return before.relation(name) ?? (index === undefined ? undefined : before.relation(index.relation));
  });
  return relations.length > 0 && relations.every((relation) => relation?.persistence === 'temporary');
}

function relationsChanged(statement: Statement): readonly Named[] {
  switch (statement.kind) {
    case 'AlterTable':
    case 'CreateIndex':
      return [statement.relation];
    case 'Truncate':
      return statement.relations;
    case 'DataChange':
    case 'Rename':
      return statement.relation === undefined ? [] : [statement.relation];
    case 'Drop':
      return statement.relation === undefined ? statement.names : [statement.relation];
    case 'Other':
      return tableOf(statement.node);
    default:
      return [];
  }
}

function tableOf(node: Node): readonly Named[] {
  if ('CreateTrigStmt' in node) return [named(node.CreateTrigStmt.relation)];
  if ('CreatePolicyStmt' in node) return [named(node.CreatePolicyStmt.table)];
  return [];
}
