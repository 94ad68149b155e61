import type { Node, RangeVar } from '@pgsql/types';
import { byteLength, longestName } from '../../catalog/names';
import type { Named } from '../../catalog/relation';
import { readerOf, relationsBelow, strings, walk } from '../../sql/build/reader';
import type { Token } from '../../sql/scanner';
import type {
  AlterTable,
  CreateTable,
  Drop,
  Other,
  QualifiedName,
  Rename,
  Statement,
} from '../../sql/statement';
import type { Range } from '../../sql/text';

/** A relation that must be there for a statement to run. */
interface UsedRelation extends Named {
  /** Where the statement names it; to be called for a finding only. */
  readonly range: () => Range;
}

/** The relations that must be there for a statement to run. Bodies of functions are read when they are called. */
export function relationsUsed(statement: Statement): readonly UsedRelation[] {
  switch (statement.kind) {
    case 'CreateIndex':
      return [used(statement.relation)];
    case 'AlterTable':
      return alterTable(statement);
    case 'Drop':
      return drop(statement);
    case 'Rename':
      return rename(statement);
    case 'Truncate':
    case 'LockTable':
      return statement.relations.map(used);
    case 'CreateTable':
      return createTable(statement);
    case 'DataChange':
    case 'Select':
      return [
        ...(statement.kind === 'DataChange' && statement.relation !== undefined
          ? [used(statement.relation)]
          : []),
        ...statement.reads.map(used),
      ];
    case 'Other':
      return other(statement);
    case 'DoBlock':
    case 'SetVariable':
    case 'TransactionControl':
      return [];
  }
}

function used({ schema, name, range }: QualifiedName): UsedRelation {
  return { schema, name, range: () => range };
}

/** Whether a name is an alias in the statement: FOR UPDATE OF names aliases, which the tree has as relations. */
export function isAlias({ node }: Statement, { schema, name }: Named): boolean {
  return schema === undefined && aliasesIn(node).has(name);
}

/** By the tree: a seed may read thousands of relations, each of which is asked for. */
const knownAliases = new WeakMap<Node, ReadonlySet<string>>();

function aliasesIn(node: Node): ReadonlySet<string> {
  const known = knownAliases.get(node);
  if (known !== undefined) return known;
  const aliases = new Set<string>();
  walk(node, (key, value) => {
    if (key === 'aliasname' && typeof value === 'string') aliases.add(value);
  });
  knownAliases.set(node, aliases);
  return aliases;
}

const tableTypes: ReadonlySet<string> = new Set([
  'TABLE',
  'VIEW',
  'MATERIALIZED VIEW',
  'FOREIGN TABLE',
  'SEQUENCE',
]);

function alterTable({ objectType, ifExists, relation, actions }: AlterTable): readonly UsedRelation[] {
  if (ifExists || !tableTypes.has(objectType)) return [];
  return [
    used(relation),
    ...actions.flatMap((action): readonly UsedRelation[] => {
      switch (action.type) {
        case 'AddColumn':
          return action.column.constraints.flatMap((one) => referenced(one.references));
        case 'AddConstraint':
          return referenced(action.constraint.references);
        case 'AttachPartition':
        case 'DetachPartition':
          return [used(action.partition)];
        default:
          return [];
      }
    }),
  ];
}

function referenced(references: { readonly relation: QualifiedName } | undefined): readonly UsedRelation[] {
  return references === undefined ? [] : [used(references.relation)];
}

function drop({ objectType, ifExists, names, relation }: Drop): readonly UsedRelation[] {
  if (ifExists) return [];
  if (relation !== undefined) return [used(relation)];
  return tableTypes.has(objectType) ? names.map(used) : [];
}

/** What ALTER … RENAME renames that is a relation, or a part of one. */
const renamedOfRelations: ReadonlySet<string> = new Set([
  ...tableTypes,
  'COLUMN',
  'CONSTRAINT',
  'TRIGGER',
  'POLICY',
]);

function rename({ objectType, ifExists, relation }: Rename): readonly UsedRelation[] {
  const isMeant = relation !== undefined && !ifExists && renamedOfRelations.has(objectType);
  return isMeant ? [used(relation)] : [];
}

function createTable(statement: CreateTable): readonly UsedRelation[] {
  const { relation, partitionOf, inherits, like, columns, constraints, isFromQuery } = statement;
  if (statement.ifNotExists) return [];
  if (isFromQuery) return queried(statement.node, statement.text, ['query']);
  const all = [...columns.flatMap((column) => column.constraints), ...constraints];
  const references = all.flatMap((one) => referenced(one.references));
  const isItself = (one: Named): boolean =>
    one.name === relation.name && (one.schema === relation.schema || one.schema === undefined);
  return [
    ...(partitionOf === undefined ? [] : [used(partitionOf)]),
    ...inherits.map(used),
    ...like.map(used),
    ...references.filter((one) => !isItself(one)),
  ];
}

/** By command, the parts of the tree in which relations stand that must be there. */
const partsWithRelations: Readonly<Record<string, readonly string[]>> = {
  ViewStmt: ['query'],
  CreateTrigStmt: ['relation'],
  CreatePolicyStmt: ['table', 'qual', 'with_check'],
  AlterPolicyStmt: ['table', 'qual', 'with_check'],
  RefreshMatViewStmt: ['relation'],
  CreateStatsStmt: ['relations'],
  ClusterStmt: ['relation'],
  CreatePublicationStmt: ['pubobjects'],
};

function other({ node, nodeType, text }: Other): readonly UsedRelation[] {
  const parts = partsWithRelations[nodeType];
  if (parts !== undefined) return queried(node, text, parts);
  if ('GrantStmt' in node) {
    const { targtype, objtype, objects } = node.GrantStmt;
    const isOfTables =
      targtype === 'ACL_TARGET_OBJECT' && (objtype === 'OBJECT_TABLE' || objtype === 'OBJECT_SEQUENCE');
    return isOfTables ? found({ objects }, text) : [];
  }
  if ('CommentStmt' in node) return commented(node.CommentStmt.objtype, node.CommentStmt.object, text);
  if ('AlterObjectSchemaStmt' in node) {
    const { missing_ok: missingOk, relation, objectType } = node.AlterObjectSchemaStmt;
    const isTable =
      objectType === 'OBJECT_TABLE' || objectType === 'OBJECT_VIEW' || objectType === 'OBJECT_SEQUENCE';
    return missingOk === true || !isTable ? [] : found({ relation }, text);
  }
  return [];
}

/** COMMENT ON TABLE and COMMENT ON COLUMN name the relation as a list of strings. */
function commented(
  type: string | undefined,
  object: Node | undefined,
  text: string,
): readonly UsedRelation[] {
  if (object === undefined || !('List' in object)) return [];
  const names = strings(object.List.items);
  const relation =
    type === 'OBJECT_TABLE' ||
    type === 'OBJECT_VIEW' ||
    type === 'OBJECT_MATVIEW' ||
    type === 'OBJECT_SEQUENCE'
      ? names
      : type === 'OBJECT_COLUMN'
        ? names.slice(0, -1)
        : [];
  const name = relation.at(-1);
  if (name === undefined || relation.length > 2) return [];
  const schema = relation.length > 1 ? relation[0] : undefined;
  return [{ schema, name, range: () => rangeOfWord(text, name) }];
}

/** Where a name stands in a statement for the first time, alone; the whole statement when it stands nowhere. */
export function rangeOfWord(text: string, name: string, within?: Range): Range {
  const { start, end } = within ?? { start: 0, end: text.length };
  const isName = (token: Token): boolean =>
    (token.kind === 'word' || token.kind === 'quoted identifier') &&
    // What is too long stands in the tree as it is cut.
    (token.text === name || (byteLength(token.text) > longestName && token.text.startsWith(name)));
  const reader = readerOf(text);
  for (let index = reader.indexAt(start); ; index++) {
    const token = reader.token(index);
    if (token === undefined || token.end > end) return { start, end };
    if (isName(token)) return token;
  }
}

function queried(node: Node, text: string, parts: readonly string[]): readonly UsedRelation[] {
  const [statement] = Object.values(node) as Readonly<Record<string, unknown>>[];
  return parts.flatMap((part) => {
    const value = statement?.[part];
    // The table of a policy stands in the tree as other commands have it under `relation`.
    return found(part === 'table' ? { relation: value } : { [part]: value }, text);
  });
}

function found(node: unknown, text: string): readonly UsedRelation[] {
  const relations: UsedRelation[] = [];
  relationsBelow(node, (relation: RangeVar) => {
    relations.push({
      schema: relation.schemaname,
      name: relation.relname ?? '',
      range: () => readerOf(text).relation(relation).range,
    });
  });
  return relations;
}
