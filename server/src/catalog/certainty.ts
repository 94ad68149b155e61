import type { Node } from '@pgsql/types';
import { relationsBelow } from '../sql/build/reader';
import type { Statement } from '../sql/statement';
import type { Catalog } from './catalog';
import { hasUnknownPart, patternOf } from './dynamic-sql';
import type { Named, Relation, RelationName } from './relation';
import type { Call } from './routines';
import { incompleteSchemas, uncertainties } from './store/tables';

/** Relations to which something was done that cannot be read. */
export interface Uncertainty {
  /** undefined: in every schema. */
  readonly schema: RegExp | undefined;
  /** undefined: every relation. */
  readonly name: RegExp | undefined;
}

const everything: Uncertainty = { schema: undefined, name: undefined };

/** Whether something that cannot be read may have been done to a relation of this name, or may have made it. */
export function isAffected(uncertain: readonly Uncertainty[], { schema, name }: RelationName): boolean {
  return uncertain.some(
    (one) => (one.schema?.test(schema) ?? true) && (one.name === undefined || one.name.test(name)),
  );
}

/** A relation that no migration has made, so that there is more in its schema than the migrations say. */
export function noteUnseen(catalog: Catalog, { schema, name }: RelationName): void {
  if (!/^pg_/.test(schema) && !/^pg_/.test(name)) catalog.set(incompleteSchemas.at(schema), true);
}

/** Extensions that bring types and functions, and no relation. */
const withoutRelations: ReadonlySet<string> = new Set(
  'amcheck btree_gin btree_gist citext cube dict_int earthdistance fuzzystrmatch hstore intarray isn ltree moddatetime pg_trgm pgcrypto pgjwt plpgsql seg tablefunc tcn unaccent uuid-ossp vector xml2'.split(
    ' ',
  ),
);

/** The relations of the schema of an extension are not all known any more, unless it is known to bring none. */
export function doubtRelationsOf(catalog: Catalog, extension: string, schema: string): void {
  if (!withoutRelations.has(extension)) catalog.set(incompleteSchemas.at(schema), true);
}

/** Nothing is certain from here on. */
export function doubtEverything(catalog: Catalog): void {
  doubt(catalog, [everything]);
}

/** What a call does that cannot be read. */
export function doubtCall(catalog: Catalog, call: Call): void {
  for (const statement of call.templates) doubtStatement(catalog, statement);
  if (call.isOpaque) doubtOpaque(catalog, call);
}

/** The relations whose definition a statement changes are no longer certain: it may not run, or has unknown parts. */
export function doubtStatement(catalog: Catalog, statement: Statement): void {
  if (statement.kind === 'SetVariable' && statement.variable === 'search_path') doubtEverything(catalog);
  else
    doubt(
      catalog,
      namesChanged(statement).flatMap((name) => uncertaintyOf(catalog, name)),
    );
}

/**
 * A routine that no migration has made, and that is none of the server's own, comes with an extension or the platform:
 * it keeps to its own schema, and to the relations that its arguments name and others that begin with their names.
 * Of one whose code cannot be read nothing is known.
 */
function doubtOpaque(catalog: Catalog, { routine, isSeen, constants }: Call): void {
  if (isSeen || routine.schema === undefined || catalog.hasSchema(routine.schema)) {
    doubtEverything(catalog);
    return;
  }
  const named = constants.flatMap((text) => {
    const parts = text.split('.').map((part) => part.replace(/^"(.*)"$/, '$1'));
    const relation = catalog.relation({ schema: parts.at(-2), name: parts.at(-1) ?? '' });
    return relation === undefined ? [] : [relation];
  });
  doubt(catalog, [
    { schema: patternOf(routine.schema), name: undefined },
    ...named.map(({ schema, name }) => ({
      schema: patternOf(schema),
      name: new RegExp(patternOf(name).source.replace(/\$$/, ''), 'su'),
    })),
  ]);
}

function doubt(catalog: Catalog, more: readonly Uncertainty[]): void {
  const before = catalog.get(uncertainties) ?? [];
  if (more.length === 0 || before.includes(everything)) return;
  if (more.some(({ schema, name }) => schema === undefined && name === undefined)) {
    catalog.set(uncertainties, [everything]);
    return;
  }
  const isKnown = (one: Uncertainty) =>
    before.some(
      (other) => other.schema?.source === one.schema?.source && other.name?.source === one.name?.source,
    );
  const added = more.filter((one) => !isKnown(one));
  if (added.length > 0) catalog.set(uncertainties, [...before, ...added]);
}

/** A name in a statement, perhaps with unknown parts. */
interface ChangedName extends Named {
  readonly isIndex: boolean;
}

function uncertaintyOf(catalog: Catalog, { schema, name, isIndex }: ChangedName): readonly Uncertainty[] {
  if (isIndex) return ownersOfIndexes(catalog, patternOf(name)).map(patternsOf);
  const home = schema ?? (hasUnknownPart(name) ? undefined : catalog.resolve({ schema, name }).schema);
  return [
    {
      schema: home === undefined ? undefined : patternOf(home),
      name: name === '' ? undefined : patternOf(name),
    },
  ];
}

function ownersOfIndexes(catalog: Catalog, pattern: RegExp): readonly Relation[] {
  return catalog.allRelations().filter(({ indexes }) => indexes.some(({ name }) => pattern.test(name)));
}

function patternsOf({ schema, name }: RelationName): Uncertainty {
  return { schema: patternOf(schema), name: patternOf(name) };
}

/** The relations whose definition a statement changes; an empty name stands for all of a schema. */
function namesChanged(statement: Statement): readonly ChangedName[] {
  switch (statement.kind) {
    case 'CreateTable':
    case 'CreateIndex':
      return [relation(statement.relation)];
    case 'AlterTable':
      return [{ ...statement.relation, isIndex: statement.objectType === 'INDEX' }];
    case 'Drop': {
      const { objectType, relation: owner, names } = statement;
      if (objectType === 'SCHEMA') return names.map(({ name }) => relation({ schema: name, name: '' }));
      if (objectType === 'INDEX') return names.map((name) => ({ ...name, isIndex: true }));
      if (owner !== undefined) return [relation(owner)];
      return relationTypes.has(objectType) ? names.map(relation) : [];
    }
    case 'Rename': {
      const { relation: written, objectType, to } = statement;
      if (written === undefined) return [];
      if (objectType === 'INDEX') return [{ ...written, isIndex: true }];
      const isMoved = relationTypes.has(objectType);
      return [relation(written), ...(isMoved ? [relation({ schema: written.schema, name: to })] : [])];
    }
    case 'DoBlock':
      return statement.body.flatMap((nested) => namesChanged(nested.statement));
    case 'Other':
      return harmless.has(statement.nodeType) ? [] : relationNames(statement.node).map(relation);
    case 'Select':
    case 'DataChange':
    case 'SetVariable':
    case 'Truncate':
    case 'LockTable':
    case 'TransactionControl':
      return [];
  }
}

function relation({ schema, name }: Named): ChangedName {
  return { schema, name, isIndex: false };
}

const relationTypes: ReadonlySet<string> = new Set([
  'TABLE',
  'VIEW',
  'MATERIALIZED VIEW',
  'FOREIGN TABLE',
  'SEQUENCE',
]);

/** Commands that name relations and change no definition of them that anybody asks for. */
const harmless: ReadonlySet<string> = new Set([
  'AlterPublicationStmt',
  'CallStmt',
  'ClusterStmt',
  'CommentStmt',
  'CreateFunctionStmt',
  'CreatePublicationStmt',
  'GrantStmt',
  'RefreshMatViewStmt',
  'ReindexStmt',
  'VacuumStmt',
]);

function relationNames(node: Node): readonly Named[] {
  const names: Named[] = [];
  relationsBelow(node, ({ schemaname, relname }) => {
    names.push({ schema: schemaname, name: relname ?? '' });
  });
  return names;
}
