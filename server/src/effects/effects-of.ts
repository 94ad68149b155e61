import type { Catalog } from '../catalog/catalog';
import { replayAction } from '../catalog/alter-table';
import { showsItsRelations } from '../catalog/dynamic-sql';
import { type Named, nameKey } from '../catalog/relation';
import { type Call, callOf, callsIn, executedBy } from '../catalog/routines';
import { refusedInTransactionBlock } from '../sql/transaction-block';
import type { Major } from '../postgres/versions';
import type { AlterTable, DataChange, DoBlock, LockTable, Other, Rename, Statement } from '../sql/statement';
import { EffectsBuilder } from './builder';
import { createIndex, createTable } from './creation';
import { dataChange, relationsAlone, select, truncate } from './data';
import type { Effects, LockRole } from './effects';
import { commandForms } from './forms/commands';
import { drop } from './forms/drops';
import { alterIndex, lockNamedIndex } from './forms/other-objects';
import { isInheritable, tableAction } from './forms/table-actions';

/** What a statement does to the relations of `catalog`, which is the schema before it, on a server of this major. */
export function effectsOf(statement: Statement, catalog: Catalog, major: Major): Effects {
  const effects = new EffectsBuilder(catalog, major);
  if (refusedInTransactionBlock(statement) !== undefined) effects.ownTransaction();
  add(effects, statement);
  return effects.build();
}

/** Adds what one statement does to the effects of the whole. */
function add(effects: EffectsBuilder, statement: Statement): void {
  switch (statement.kind) {
    case 'CreateIndex':
      createIndex(effects, statement);
      break;
    case 'CreateTable':
      createTable(effects, statement);
      break;
    case 'AlterTable':
      alterTable(effects, statement);
      break;
    case 'Drop':
      drop(effects, statement);
      break;
    case 'Rename':
      rename(effects, statement);
      break;
    case 'Truncate':
      truncate(effects, statement);
      for (const relation of statement.relations) fireTriggers(effects, 'TRUNCATE', relation);
      break;
    case 'DataChange':
      dataChange(effects, statement);
      if (statement.relation !== undefined) fireTriggers(effects, statement.operation, statement.relation);
      break;
    case 'Select':
      select(effects, statement);
      runCalls(effects, callsIn(effects.catalog, statement.node));
      break;
    case 'LockTable':
      lockTable(effects, statement);
      break;
    case 'DoBlock':
      doBlock(effects, statement);
      break;
    case 'Other': {
      const form = commandForms[statement.nodeType];
      if (form === undefined) effects.unknown();
      else form(effects, statement.node, statement);
      if (statement.nodeType === 'CallStmt') runCalls(effects, callsIn(effects.catalog, statement.node));
      if (statement.nodeType === 'ExecuteStmt') execute(effects, statement);
      break;
    }
    case 'TransactionControl':
    case 'SetVariable':
      break;
  }
}

/** The actions one after the other; a later one sees what an earlier one left. */
function alterTable(effects: EffectsBuilder, statement: AlterTable): void {
  const { catalog } = effects;
  const isIndex =
    statement.objectType === 'INDEX' ||
    (catalog.relation(statement.relation) === undefined && catalog.index(statement.relation) !== undefined);
  if (isIndex) {
    for (const action of statement.actions) alterIndex(effects, statement, action);
    return;
  }
  const { kind } = effects.relation(statement.relation) ?? {};
  if (statement.ifExists && kind === undefined && catalog.isCertain(statement.relation)) return;
  if (statement.objectType === 'TYPE') {
    for (const typed of catalog.typedTables(statement.relation)) {
      effects.lockFamily(typed, 'ACCESS EXCLUSIVE', 'table that uses it');
    }
  }
  if (
    kind === 'view' ||
    kind === 'composite type' ||
    kind === 'sequence' ||
    (statement.objectType !== 'TABLE' &&
      statement.objectType !== 'FOREIGN TABLE' &&
      statement.objectType !== 'MATERIALIZED VIEW')
  ) {
    // Views, sequences and composite types have no rows to look at.
    effects.lock(statement.relation, 'ACCESS EXCLUSIVE', 'target');
    return;
  }
  if (statement.actions.length === 1) {
    for (const action of statement.actions) tableAction(effects, statement, action);
    return;
  }
  const target = catalog.resolve(statement.relation);
  const origin = { file: catalog.file, statement: -1 };
  for (const action of statement.actions) {
    tableAction(effects, statement, action);
    replayAction(effects.layer(), target, action, { origin, only: statement.only });
  }
}

/** Objects that are renamed without a lock on a relation. */
const renamedFreely = new Set([
  'AGGREGATE',
  'COLLATION',
  'CONVERSION',
  'DATABASE',
  'DOMAIN',
  'DOMCONSTRAINT',
  'EVENT TRIGGER',
  'FOREIGN DATA WRAPPER',
  'FUNCTION',
  'LANGUAGE',
  'OPERATOR CLASS',
  'OPERATOR FAMILY',
  'PROCEDURE',
  'PUBLICATION',
  'ROLE',
  'ROUTINE',
  'SCHEMA',
  'SERVER',
  'STATISTICS',
  'SUBSCRIPTION',
  'TABLESPACE',
  'TEXT SEARCH CONFIGURATION',
  'TEXT SEARCH DICTIONARY',
  'TEXT SEARCH PARSER',
  'TEXT SEARCH TEMPLATE',
  'TYPE',
]);

function rename(effects: EffectsBuilder, { objectType, relation, from, ifExists }: Rename): void {
  if (relation === undefined || renamedFreely.has(objectType)) return;
  const index = effects.catalog.index(relation);
  const known = effects.relation(relation);
  if (ifExists && index === undefined && known === undefined && effects.catalog.isCertain(relation)) return;
  if ((objectType === 'INDEX' && known === undefined) || (index !== undefined && known === undefined)) {
    // ALTER TABLE does not know that it is an index when it takes the lock.
    lockNamedIndex(effects, relation, objectType === 'INDEX' ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE');
    return;
  }
  if (objectType === 'ATTRIBUTE') {
    for (const typed of effects.catalog.typedTables(relation)) {
      effects.lockFamily(typed, 'ACCESS EXCLUSIVE', 'table that uses it');
    }
  }
  const isCopied =
    objectType === 'COLUMN' ||
    (objectType === 'CONSTRAINT' && isInheritable(effects, relation, from)) ||
    (objectType === 'TRIGGER' && known?.kind === 'partitioned table' && effects.major >= 15);
  if (isCopied) effects.lockFamily(relation, 'ACCESS EXCLUSIVE', 'target');
  else effects.lock(relation, 'ACCESS EXCLUSIVE', 'target');
  if (objectType !== 'CONSTRAINT') return;
  effects.lockIndexes(known, 'SHARE UPDATE EXCLUSIVE', ({ constraint }) => constraint === from);
}

function lockTable(effects: EffectsBuilder, { node, relations, mode }: LockTable): void {
  const alone = relationsAlone(node);
  for (const name of relations) {
    if (alone.has(nameKey(name))) effects.lock(name, mode, 'target');
    else effects.lockFamily(name, mode, 'target');
    for (const below of effects.withSources(name).slice(1)) effects.lockFamily(below, mode, 'source');
  }
}

/** A block is one statement; what is under a condition may run. */
function doBlock(effects: EffectsBuilder, { body, call }: DoBlock): void {
  runBody(effects, executedBy([...body.map(({ statement }) => statement), ...call.queries], call));
}

/** What only the server knows of a statement is left out, and the whole is not known. */
function runBody(
  effects: EffectsBuilder,
  { statements, templates, isOpaque }: Pick<Call, 'statements' | 'templates' | 'isOpaque'>,
): void {
  if (isOpaque) effects.unknown();
  run(effects, statements);
  for (const template of templates) {
    if (!showsItsRelations(template)) effects.unknown();
    add(effects, template);
  }
}

/** One statement after the other; a later one sees what an earlier one left. */
function run(effects: EffectsBuilder, statements: readonly Statement[]): void {
  for (const statement of statements) {
    add(effects, statement);
    effects.advance(statement);
  }
}

/** EXECUTE of what PREPARE has named. */
function execute(effects: EffectsBuilder, { node }: Other): void {
  const prepared = 'ExecuteStmt' in node ? effects.catalog.prepared(node.ExecuteStmt.name ?? '') : undefined;
  if (prepared === undefined) effects.unknown();
  else add(effects, prepared);
}

/** What routines do that are called. */
function runCalls(effects: EffectsBuilder, calls: readonly Call[], role?: LockRole): void {
  for (const call of calls) {
    effects.call(call.key, role, () => {
      runBody(effects, call);
    });
  }
}

/** The functions of triggers that fire. Those that nobody has seen are the server's or an extension's. */
function fireTriggers(
  effects: EffectsBuilder,
  operation: DataChange['operation'] | 'TRUNCATE',
  target: Named,
): void {
  const { catalog } = effects;
  for (const trigger of effects.relation(target)?.triggers ?? []) {
    const isFired = trigger.events.some((event) => event === operation || operation === 'MERGE');
    const isCopied = operation === 'COPY' && trigger.events.includes('INSERT');
    if ((!isFired && !isCopied) || catalog.function(trigger.function) === undefined) continue;
    const call = callOf(catalog, trigger.function, []);
    if (call !== undefined) runCalls(effects, [call], 'trigger');
  }
}
