import type { Node } from '@pgsql/types';
import { relationsBelow } from '../sql/build/reader';
import { parseFile } from '../sql/parse';
import { tokenize } from '../sql/scanner';
import type { CreateIndex, DataChange, DoBlock, Other, Select, Statement } from '../sql/statement';
import { alterFunction, changeFunction } from './alter-function';
import { alterTable, setClustered } from './alter-table';
import { type Catalog, withoutSpaces } from './catalog';
import { createExtension, doubtCall, doubtEverything, doubtStatement, noteUnseen } from './certainty';
import { createTable } from './create-table';
import { alterDomain, alterEnum, createSequence, createType } from './definitions';
import { drop } from './drop';
import { change, changeKnown, nameOf, putIndex } from './edit';
import { createAggregate, createFunction } from './functions';
import { nameOfNewIndex } from './names';
import { givePartIndex } from './partitions';
import { named, namedBy, type Origin, type RelationName, type Trigger } from './relation';
import { moveRelation, moveType, rename } from './rename';
import { callsIn, executedBy } from './routines';
import { ownedBy } from './sequences';
import { setConfig, setVariable } from './session';
import { createView } from './views';

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

/** From here to the end of the file nobody asks for a check for duplicates of this relation. */
function handleDuplicates(catalog: Catalog, { schema, name }: RelationName, text: string): void {
  catalog.set(`duplicates handled ${schema}.${name}`, catalog.file);
  if (!countsDuplicates.test(text) && !ranksDuplicates.test(text)) return;
  const key = `duplicate checks ${schema}.${name}`;
  const checks = (catalog.get(key) as readonly string[] | undefined) ?? [];
  catalog.set(key, [...checks.slice(-mostChecks), withoutSpaces(text)]);
}

/** How many checks of a relation are remembered besides the last one. */
const mostChecks = 3;

function changeData(catalog: Catalog, { operation, relation, hasWhere, text }: DataChange): void {
  if (relation === undefined) return;
  if (catalog.relation(relation) === undefined) noteUnseen(catalog, catalog.resolve(relation));
  const name = catalog.resolve(relation);
  if (operation === 'DELETE' || operation === 'UPDATE') handleDuplicates(catalog, name, text);
  if (operation === 'DELETE' && !hasWhere) setEmptied(catalog, name, true);
  else if (operation !== 'UPDATE' && operation !== 'DELETE') setEmptied(catalog, name, false);
}

/** Notes that a relation has no rows, or has some again. */
function setEmptied(catalog: Catalog, { schema, name }: RelationName, isEmpty: boolean): void {
  if (isEmpty || catalog.isEmptied({ schema, name })) {
    catalog.set(`emptied ${schema}.${name}`, isEmpty ? catalog.file : undefined);
  }
}

/** `HAVING count(*) > 1`: a look at duplicates. */
const countsDuplicates = /\bhaving\s+count\s*\([^)]*\)\s*(?:>\s*1|>=\s*2|<>\s*1|!=\s*1)/i;

/** The rows of each key in an order, so that all but the first can go. */
const ranksDuplicates = /\brow_number\s*\(\s*\)/i;

function select(catalog: Catalog, statement: Select, origin: Origin): void {
  setConfig(catalog, statement.node);
  replayCalls(catalog, statement.node, origin);
  if (countsDuplicates.test(statement.text)) {
    for (const relation of statement.reads)
      handleDuplicates(catalog, catalog.resolve(relation), statement.text);
  }
}

/** The calls that the statement at hand has led to, of which none is replayed again. */
const callsKey = 'calls';

/** What the routines do that a query calls. */
function replayCalls(catalog: Catalog, node: Node, origin: Origin): void {
  const calls = callsIn(catalog, node);
  if (calls.length === 0) return;
  const outer = catalog.get(callsKey) as readonly string[] | undefined;
  for (const call of calls) {
    const done = (catalog.get(callsKey) as readonly string[] | undefined) ?? [];
    if (done.includes(call.key)) continue;
    catalog.set(callsKey, [...done, call.key]);
    for (const statement of call.statements) replay(statement, catalog, origin);
    doubtCall(catalog, call);
  }
  if (outer === undefined) catalog.set(callsKey, undefined);
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
  if (!countsDuplicates.test(statement.text)) return;
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
    const { schemaname, authrole } = node.CreateSchemaStmt;
    const name = schemaname ?? authrole?.rolename;
    if (name === undefined) return;
    catalog.set(`schema ${name}`, 'made');
    if (node.CreateSchemaStmt.schemaElts !== undefined) createInSchema(catalog, name, statement, origin);
  } else if ('AlterSeqStmt' in node) {
    const { sequence, options } = node.AlterSeqStmt;
    const written = named(sequence);
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
  else if ('CreateStatsStmt' in node) createStatistics(catalog, statement);
  else if ('CreatePublicationStmt' in node) {
    const { pubname, pubobjects } = node.CreatePublicationStmt;
    catalog.set(`publication ${pubname ?? ''}`, published(catalog, pubobjects));
  } else if ('AlterPublicationStmt' in node) alterPublication(catalog, statement);
  else if ('PrepareStmt' in node) prepare(catalog, statement);
  else if ('ExecuteStmt' in node) {
    const prepared = catalog.prepared(node.ExecuteStmt.name ?? '');
    if (prepared !== undefined) replay(prepared, catalog, origin);
  } else if ('CreateExtensionStmt' in node) createExtension(catalog, node);
  else if ('DropOwnedStmt' in node) doubtEverything(catalog);
  else if ('DefineStmt' in node && node.DefineStmt.kind === 'OBJECT_AGGREGATE') {
    createAggregate(catalog, node.DefineStmt, statement.text, origin);
  } else createType(catalog, node, origin);
}

/** CREATE SCHEMA with the commands that make its first objects, which are one after the other without a semicolon. */
function createInSchema(catalog: Catalog, schema: string, { text }: Other, origin: Origin): void {
  const starts: number[] = [];
  let depth = 0;
  for (const token of tokenize(text)) {
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    else if (depth === 0 && (token.text === 'create' || token.text === 'grant')) starts.push(token.start);
  }
  const path = catalog.searchPath;
  catalog.set('search path', [schema, ...path]);
  // The first CREATE is that of the schema.
  for (const [index, start] of starts.slice(1).entries()) {
    const { statement } = parseFile(text.slice(start, starts[index + 2])).statements[0]?.parsed ?? {};
    if (statement !== undefined) replay(statement, catalog, origin);
  }
  catalog.set('search path', path);
}

/** PREPARE name AS statement. */
function prepare(catalog: Catalog, { node, text }: Other): void {
  if (!('PrepareStmt' in node)) return;
  const [, written = ''] = /^prepare\s+\S+?\s*(?:\([^)]*\)\s*)?as\s+(.*)$/is.exec(text) ?? [];
  const statement = parseFile(written).statements[0]?.parsed.statement;
  if (statement === undefined) return;
  catalog.set(`prepared ${node.PrepareStmt.name ?? ''}`, { file: catalog.file, statement });
}

/** ALTER … SET SCHEMA. */
function setSchema(catalog: Catalog, { node }: Other): void {
  if (!('AlterObjectSchemaStmt' in node)) return;
  const { objectType, relation, object, newschema } = node.AlterObjectSchemaStmt;
  const schema = newschema ?? 'public';
  if (relation !== undefined) {
    const name = named(relation);
    const found = catalog.relation(name);
    if (found !== undefined) moveRelation(catalog, found, { schema, name: found.name });
    return;
  }
  if (object !== undefined && 'ObjectWithArgs' in object) {
    const kind = (objectType ?? '').replace(/^OBJECT_/, '');
    changeFunction(catalog, object, kind, (entry) => ({ ...entry, schema }));
    return;
  }
  if ((objectType !== 'OBJECT_TYPE' && objectType !== 'OBJECT_DOMAIN') || object === undefined) return;
  const type = catalog.type(namedBy('List' in object ? object.List.items : []));
  if (type !== undefined) moveType(catalog, type, { schema, name: type.name });
}

function createTrigger(catalog: Catalog, { node }: Other, origin: Origin): void {
  if (!('CreateTrigStmt' in node)) return;
  const { trigname, relation, funcname, events = 0 } = node.CreateTrigStmt;
  const name = named(relation);
  const trigger = {
    name: trigname ?? '',
    function: namedBy(funcname),
    events: triggerEvents(events),
    origin,
  };
  change(catalog, catalog.resolve(name), (before) => ({
    ...before,
    triggers: [...before.triggers.filter((other) => other.name !== trigger.name), trigger],
  }));
}

/** The bits are those of pg_trigger. */
function triggerEvents(bits: number): Trigger['events'] {
  const events = { INSERT: 4, DELETE: 8, UPDATE: 16, TRUNCATE: 32 } as const;
  return (Object.keys(events) as (keyof typeof events)[]).filter((event) => (bits & events[event]) !== 0);
}

function createPolicy(catalog: Catalog, { node }: Other, origin: Origin): void {
  if (!('CreatePolicyStmt' in node)) return;
  const { policy_name: name, table } = node.CreatePolicyStmt;
  const written = named(table);
  changeKnown(catalog, catalog.resolve(written), (before) => ({
    ...before,
    policies: [...before.policies.filter((other) => other.name !== name), { name: name ?? '', origin }],
  }));
}

function createStatistics(catalog: Catalog, { node }: Other): void {
  if (!('CreateStatsStmt' in node)) return;
  const { defnames, relations } = node.CreateStatsStmt;
  const { schema, name } = namedBy(defnames);
  catalog.set(
    `statistics ${schema ?? catalog.searchPath[0] ?? 'public'}.${name}`,
    namesIn(catalog, relations),
  );
}

function alterPublication(catalog: Catalog, { node }: Other): void {
  if (!('AlterPublicationStmt' in node)) return;
  const { pubname, pubobjects, action } = node.AlterPublicationStmt;
  const key = `publication ${pubname ?? ''}`;
  const before = catalog.publication(pubname ?? '');
  const listed = published(catalog, pubobjects);
  if (action === 'AP_SetObjects') catalog.set(key, listed);
  else if (action === 'AP_AddObjects') catalog.set(key, [...before, ...listed]);
  else if (action === 'AP_DropObjects') {
    const isListed = (one: RelationName) =>
      listed.some((other) => other.name === one.name && other.schema === one.schema);
    catalog.set(
      key,
      before.filter((one) => !isListed(one)),
    );
  }
}

/** The relations in the object list of a publication. */
export function published(catalog: Catalog, objects: unknown): readonly RelationName[] {
  return namesIn(catalog, objects);
}

function namesIn(catalog: Catalog, nodes: unknown): readonly RelationName[] {
  const names: RelationName[] = [];
  relationsBelow(nodes, ({ schemaname, relname }) => {
    const name = { schema: schemaname, name: relname ?? '' };
    names.push(nameOf(catalog.resolve(name)));
  });
  return names;
}
