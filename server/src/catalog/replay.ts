import type { Node } from '@pgsql/types';
import { parseFile } from '../sql/parse';
import { Scanner, tokenize } from '../sql/scanner';
import type { CreateIndex, DataChange, DoBlock, Other, Select, Statement } from '../sql/statement';
import { alterFunction } from './alter-function';
import { alterTable, setClustered } from './alter-table';
import { type Catalog } from './catalog';
import { doubtCall, doubtEverything, doubtStatement, noteUnseen } from './certainty';
import { comment } from './comments';
import { createTable } from './create-table';
import { alterEnum, createSequence, createType } from './definitions';
import { alterDomain } from './domains';
import { drop } from './drop';
import { changeKnown, putIndex } from './edit';
import { createExtension } from './extensions';
import { createAggregate, createFunction } from './functions';
import { grant } from './grants';
import { nameOfNewIndex } from './names';
import { alterOwner } from './owners';
import { givePartIndex } from './partitions';
import { alterPolicy, createPolicy } from './policies';
import { alterDefaultPrivileges } from './privileges';
import { alterPublication, createPublication } from './publications';
import { named, type Origin } from './relation';
import { countsDuplicates, handleDuplicates, setEmptied } from './remembered';
import { rename } from './rename';
import { createRule } from './rewrite-rules';
import { callsIn, executedBy, mostCalls } from './routines';
import { alterSequence, ownedBy } from './sequences';
import { createSchema, nameOfNewSchema } from './schemas';
import { setConfig, setVariable } from './session';
import { setSchema } from './set-schema';
import { alterStatistics, createStatistics } from './statistics';
import { createTrigger } from './triggers';
import { createView } from './views';
import { callsMade, preparedStatements, searchPath } from './store/tables';

export { endTransaction, startFile } from './session';

/** Writes to the catalog what a statement leaves behind. */
export function replay(statement: Statement, catalog: Catalog, origin: Origin): void {
  switch (statement.kind) {
    case 'CreateIndex':
      createIndex(catalog, statement, origin);
      break;
    case 'CreateTable':
      createTable(catalog, statement, origin);
      break;
    case 'AlterTable':
      alterTable(catalog, statement, origin);
      break;
    case 'Drop':
      drop(catalog, statement);
      break;
    case 'Rename':
      rename(catalog, statement);
      break;
    case 'SetVariable':
      setVariable(catalog, statement);
      break;
    case 'Truncate':
      for (const relation of statement.relations) {
        const name = catalog.resolve(relation);
        handleDuplicates(catalog, name, statement.text);
        setEmptied(catalog, name, true);
      }
      break;
    case 'DataChange':
      changeData(catalog, statement);
      break;
    case 'Select':
      select(catalog, statement, origin);
      break;
    case 'DoBlock':
      doBlock(catalog, statement, origin);
      break;
    case 'Other':
      replayOther(catalog, statement, origin);
      break;
    case 'TransactionControl':
    case 'LockTable':
      break;
  }
}

function createIndex(catalog: Catalog, statement: CreateIndex, origin: Origin): void {
  const owner = catalog.resolve(statement.relation);
  const name = nameOfNewIndex(statement, catalog);
  if (statement.ifNotExists && catalog.index({ schema: owner.schema, name }) !== undefined) return;
  const index = {
    name,
    unique: statement.unique,
    method: statement.method,
    columns: statement.columns.map((key) => ({
      column: key.column,
      expression: key.expression,
      operatorClass: key.operatorClass,
      collation: key.collation,
      descending: key.descending,
      nulls: key.nulls,
    })),
    include: statement.include,
    predicate: statement.predicate,
    nullsNotDistinct: statement.nullsNotDistinct,
    constraint: undefined,
    parent: undefined,
    origin,
  };
  putIndex(catalog, owner, index);
  const relation = catalog.relation(owner);
  if (statement.only || relation === undefined) return;
  for (const child of relation.children) {
    if (relation.kind === 'partitioned table') givePartIndex(catalog, relation, index, child, origin);
  }
}

function changeData(catalog: Catalog, { operation, relation, hasWhere, text }: DataChange): void {
  if (relation === undefined) return;
  if (catalog.relation(relation) === undefined) noteUnseen(catalog, catalog.resolve(relation));
  const name = catalog.resolve(relation);
  if (operation === 'DELETE' || operation === 'UPDATE') handleDuplicates(catalog, name, text);
  if (operation === 'DELETE' && !hasWhere) setEmptied(catalog, name, true);
  else if (operation !== 'UPDATE' && operation !== 'DELETE') setEmptied(catalog, name, false);
}

function select(catalog: Catalog, statement: Select, origin: Origin): void {
  setConfig(catalog, statement.node);
  replayCalls(catalog, statement.node, origin);
  if (countsDuplicates(statement.text)) {
    for (const relation of statement.reads)
      handleDuplicates(catalog, catalog.resolve(relation), statement.text);
  }
}

/** What the routines do that a query calls; none is replayed again that the statement at hand has led to. */
function replayCalls(catalog: Catalog, node: Node, origin: Origin): void {
  const calls = callsIn(catalog, node);
  if (calls.length === 0) return;
  const outer = catalog.get(callsMade);
  for (const call of calls) {
    const done = catalog.get(callsMade) ?? [];
    if (done.includes(call.key)) continue;
    if (done.length >= mostCalls) {
      doubtEverything(catalog);
      break;
    }
    catalog.set(callsMade, [...done, call.key]);
    for (const statement of call.statements) replay(statement, catalog, origin);
    doubtCall(catalog, call);
  }
  if (outer === undefined) catalog.set(callsMade, undefined);
}

/** What stands under a condition is replayed too: most often the condition is "unless it is there already". */
function doBlock(catalog: Catalog, statement: DoBlock, origin: Origin): void {
  const { body, call, text } = statement;
  const known = executedBy([...body.map((nested) => nested.statement), ...call.queries], call);
  for (const one of known.statements) replay(one, catalog, origin);
  const isLookedFor = looksForObjects.test(text);
  for (const nested of body) {
    if (nested.conditional && !isLookedFor) doubtStatement(catalog, nested.statement);
  }
  doubtCall(catalog, { ...known, routine: anonymous, key: '', isSeen: true, constants: [] });
  if (!countsDuplicates(statement.text)) return;
  const sources = /\b(?:from|join)\s+((?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))?)/gi;
  for (const [, written = ''] of statement.text.matchAll(sources)) {
    const parts = written.split('.').map((part) => unquoted(part.trim()));
    const name = { schema: parts.at(-2), name: parts.at(-1) ?? '' };
    handleDuplicates(catalog, catalog.resolve(name), statement.text);
  }
}

const anonymous = { schema: undefined, name: 'DO' };

/** Conditions that ask whether something is there, so that afterwards it is, or is not. */
const looksForObjects = /\bexists\b|\bfound\b|\bis\s+(?:not\s+)?null\b|\bcount\s*\(|\bexception\s+when\b/i;

function unquoted(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1) : identifier.toLowerCase();
}

function replayOther(catalog: Catalog, statement: Other, origin: Origin): void {
  const { node } = statement;
  if ('ViewStmt' in node) createView(catalog, node, origin);
  else if ('CreateFunctionStmt' in node) createFunction(catalog, statement, origin);
  else if ('AlterFunctionStmt' in node) alterFunction(catalog, node);
  else if ('CreateSeqStmt' in node) createSequence(catalog, node, origin);
  else if ('AlterDomainStmt' in node) alterDomain(catalog, node);
  else if ('AlterEnumStmt' in node) alterEnum(catalog, node);
  else if ('CreateSchemaStmt' in node) {
    const name = nameOfNewSchema(node);
    if (name === undefined) return;
    createSchema(catalog, name, node);
    if (node.CreateSchemaStmt.schemaElts !== undefined) createInSchema(catalog, name, statement, origin);
  } else if ('AlterSeqStmt' in node) {
    const { sequence, options } = node.AlterSeqStmt;
    const written = named(sequence);
    alterSequence(catalog, catalog.resolve(written), options);
    ownedBy(catalog, catalog.resolve(written), options);
  } else if ('ClusterStmt' in node) {
    const { relation, indexname } = node.ClusterStmt;
    if (relation !== undefined && indexname !== undefined) {
      setClustered(catalog, catalog.resolve(named(relation)), true);
    }
  } else if ('RefreshMatViewStmt' in node) {
    const { relation, skipData } = node.RefreshMatViewStmt;
    changeKnown(catalog, catalog.resolve(named(relation)), (before) => ({
      ...before,
      isPopulated: skipData !== true,
    }));
  } else if ('AlterObjectSchemaStmt' in node) setSchema(catalog, statement);
  else if ('CallStmt' in node) replayCalls(catalog, node, origin);
  else if ('CreateTrigStmt' in node) createTrigger(catalog, statement, origin);
  else if ('CreatePolicyStmt' in node) createPolicy(catalog, statement, origin);
  else if ('AlterPolicyStmt' in node) alterPolicy(catalog, statement);
  else if ('RuleStmt' in node) createRule(catalog, statement, origin);
  else if ('CreateStatsStmt' in node) createStatistics(catalog, node, origin);
  else if ('AlterStatsStmt' in node) alterStatistics(catalog, node);
  else if ('CreatePublicationStmt' in node) createPublication(catalog, node, origin);
  else if ('AlterPublicationStmt' in node) alterPublication(catalog, node);
  else if ('CommentStmt' in node) comment(catalog, node);
  else if ('GrantStmt' in node) grant(catalog, node);
  else if ('AlterDefaultPrivilegesStmt' in node) alterDefaultPrivileges(catalog, node);
  else if ('AlterOwnerStmt' in node) alterOwner(catalog, node);
  else if ('PrepareStmt' in node) prepare(catalog, statement);
  else if ('ExecuteStmt' in node) {
    const prepared = catalog.prepared(node.ExecuteStmt.name ?? '');
    if (prepared !== undefined) replay(prepared, catalog, origin);
  } else if ('CreateExtensionStmt' in node) createExtension(catalog, node, origin);
  else if ('DropOwnedStmt' in node) doubtEverything(catalog);
  else if ('DefineStmt' in node && node.DefineStmt.kind === 'OBJECT_AGGREGATE') {
    createAggregate(catalog, node.DefineStmt, statement.text, origin);
  } else createType(catalog, node, origin);
}

/** The order in which the server runs the commands of CREATE SCHEMA, whatever theirs is (transformCreateSchemaStmtElements). */
const orderInSchema = ['sequence', 'table', 'view', 'index', 'trigger', 'grant'];

/** CREATE SCHEMA with the commands that make its first objects, which are one after the other without a semicolon. */
function createInSchema(catalog: Catalog, schema: string, { text }: Other, origin: Origin): void {
  const commands: { readonly start: number; rank: number }[] = [];
  let depth = 0;
  for (const token of tokenize(text)) {
    const word = token.text.toLowerCase();
    if (word === '(') depth++;
    else if (word === ')') depth--;
    else if (depth > 0) continue;
    else if (word === 'create' || word === 'grant') commands.push({ start: token.start, rank: -1 });
    const command = commands.at(-1);
    // CREATE TEMPORARY TABLE, CREATE UNIQUE INDEX: the first word of these says what it is.
    if (command?.rank === -1) command.rank = orderInSchema.indexOf(word);
  }
  const path = catalog.searchPath;
  catalog.set(searchPath, [schema, ...path]);
  // The first CREATE is that of the schema.
  const statements = commands.slice(1).map(({ start, rank }, index) => {
    const end = commands[index + 2]?.start;
    return { rank, statement: parseFile(text.slice(start, end)).statements[0]?.parsed.statement };
  });
  for (const { statement } of statements.sort((a, b) => a.rank - b.rank)) {
    if (statement !== undefined) replay(statement, catalog, origin);
  }
  catalog.set(searchPath, path);
}

/** PREPARE name AS statement. */
function prepare(catalog: Catalog, { node, text }: Other): void {
  if (!('PrepareStmt' in node)) return;
  const scanner = new Scanner(text);
  while (scanner.next() !== 'end of text' && scanner.current.toLowerCase() !== 'as');
  const statement = parseFile(text.slice(scanner.end)).statements[0]?.parsed.statement;
  if (statement === undefined) return;
  catalog.set(preparedStatements.at(node.PrepareStmt.name ?? ''), { file: catalog.file, statement });
}
