import { type Catalog, temporarySchema } from '../../server/src/catalog/catalog';
import type { FunctionEntry, PublicationEntry, TypeEntry } from '../../server/src/catalog/entries';
import { privilegeKind } from '../../server/src/catalog/grants';
import {
  defaultPrivileges,
  mergedPrivileges,
  type PrivilegeKind,
  privilegesOn,
} from '../../server/src/catalog/privileges';
import { allPublications } from '../../server/src/catalog/publications';
import type { Grant, ObjectFacts, Relation, Statistics } from '../../server/src/catalog/relation';
import { ownRole } from '../../server/src/catalog/roles';
import { collations, extensions } from '../../server/src/catalog/store/tables';
import { schemaNamed } from '../../server/src/catalog/schemas';
import { inputTypes, printArguments, printResult, printTypes } from '../../server/src/catalog/signatures';
import { printType } from '../../server/src/catalog/type-references';

/** What is compared besides the definitions of relations, as a replayed catalog has it, a line each. */
export function objectLines(catalog: Catalog, incomplete: ReadonlySet<string>): readonly string[] {
  const functions = catalog
    .allFunctions()
    .filter(({ schema }) => schema !== temporarySchema)
    .flatMap((name) => catalog.functions(name));
  return [
    ...functions.flatMap((entry) => [functionLine(entry), ...factLines('FUNCTION', signature(entry), entry)]),
    ...catalog
      .allTypes()
      .filter(({ schema }) => schema !== temporarySchema)
      .flatMap((type) => [typeLine(type), ...factLines('TYPE', `${type.schema}.${type.name}`, type)]),
    ...catalog
      .allRelations()
      .filter((one) => one.persistence !== 'temporary' && !incomplete.has(`${one.schema}.${one.name}`))
      .flatMap(partLines),
    ...['public', ...catalog.allSchemas()].flatMap((name) => {
      const schema = schemaNamed(catalog, name);
      return schema === undefined ? [] : [`schema ${name}`, ...factLines('SCHEMA', name, schema)];
    }),
    ...allPublications(catalog).flatMap((publication) => [
      ...publicationLines(publication),
      ...factLines(undefined, publication.name, publication),
    ]),
    ...catalog.list(extensions.all()).map(({ value: { name, schema } }) => `extension ${name} ${schema}`),
    ...catalog.list(collations.in()).flatMap(({ value: collation }) => {
      const full = `${collation.schema}.${collation.name}`;
      return [`collation ${full}`, ...factLines(undefined, full, collation)];
    }),
    ...defaultPrivileges(catalog).map(({ role, schema, kind, privileges }) =>
      ['default-privileges', `${shown(role)}.${schema ?? ''}`, kind, grantsText(privileges)].join(' '),
    ),
  ];
}

/** The migrations run as this role. */
export function shown(role: string): string {
  return role === ownRole ? 'postgres' : role;
}

/** `anon=SELECT,INSERT* postgres=…`: who may do what; `*` where it may be passed on. */
function grantsText(grants: readonly Grant[]): string {
  return mergedPrivileges(
    [],
    grants.map((grant) => ({ ...grant, role: shown(grant.role) })),
  )
    .map(({ role, privileges, grantable }) => {
      const list = privileges.map((one) => `${one}${grantable.includes(one) ? '*' : ''}`);
      return `${role}=${list.sort().join(',')}`;
    })
    .sort()
    .join(' ');
}

/** Owner, privileges and comment of an object. */
function factLines(kind: PrivilegeKind | undefined, name: string, facts: ObjectFacts): readonly string[] {
  return [
    `owner ${name} ${shown(facts.owner ?? ownRole)}`,
    ...(kind === undefined ? [] : [`grants ${name} ${grantsText(privilegesOn(kind, facts))}`]),
    ...commentLine(kind === undefined ? 'object' : kind.toLowerCase(), name, facts.comment),
  ];
}

function commentLine(kind: string, name: string, comment: string | undefined): readonly string[] {
  return comment === undefined ? [] : [unquoted(`comment ${name} ${kind} ${comment}`)];
}

/** What hangs on a relation, without what truth-lines.ts has. */
function partLines(relation: Relation): readonly string[] {
  const { schema, name } = relation;
  const full = `${schema}.${name}`;
  const parts = [
    ...relation.columns.map((column) => ({ kind: 'column', part: column })),
    ...relation.constraints.map((constraint) => ({ kind: 'constraint', part: constraint })),
    ...relation.triggers.map((trigger) => ({ kind: 'trigger', part: trigger })),
    ...relation.policies.map((policy) => ({ kind: 'policy', part: policy })),
    ...(relation.rules ?? []).map((rule) => ({ kind: 'rule', part: rule })),
  ];
  return [
    ...(relation.kind === 'composite type' ? [] : factLines(privilegeKind(relation), full, relation)),
    ...parts.flatMap(({ kind, part }) => commentLine(`${kind} ${part.name}`, full, part.comment)),
    ...relation.indexes.flatMap((index) => commentLine('index', `${schema}.${index.name}`, index.comment)),
    ...relation.columns.flatMap((column) =>
      column.privileges === undefined
        ? []
        : [`column-grants ${full} ${column.name} ${grantsText(column.privileges)}`],
    ),
    ...(relation.statistics ?? []).flatMap((one) => [
      [
        'statistics',
        `${one.schema}.${one.name}`,
        full,
        `(${[...one.columns].sort().join(', ')})`,
        one.expressions,
        [...(one.kinds.length === 0 ? allKinds(one) : one.kinds)].sort().join(','),
        ...(one.target === undefined ? [] : [one.target]),
      ].join(' '),
      ...factLines(undefined, `${one.schema}.${one.name}`, one),
    ]),
  ];
}

/** The kinds that there are for more than one column; a single expression has none. */
function allKinds({ columns, expressions }: Statistics): readonly string[] {
  return columns.length + expressions > 1 ? ['ndistinct', 'dependencies', 'mcv'] : [];
}

function publicationLines({
  name,
  allTables,
  schemas,
  tables,
  options,
}: PublicationEntry): readonly string[] {
  return [
    `publication ${name}${allTables ? ' all tables' : ''} ${options['publish']?.replaceAll(' ', '') ?? 'insert,update,delete,truncate'} ${options['publish_via_partition_root'] ?? 'false'}`,
    ...schemas.map((schema) => `published ${name} schema ${schema}`),
    ...tables.map(({ relation, columns, hasCondition }) => {
      const list = columns === undefined ? '' : ` (${[...columns].sort().join(', ')})`;
      return `published ${name} ${relation.schema}.${relation.name}${list}${hasCondition ? ' where' : ''}`;
    }),
  ];
}

function typeLine(type: TypeEntry): string {
  const { schema, name, kind, labels, base, constraints, isNotNull, hasDefault, subtype } = type;
  return unquoted(
    [
      'type',
      `${schema}.${name}`,
      kind,
      ...(kind === 'enum' ? [labels.join('|')] : []),
      ...(kind === 'range' && subtype !== undefined ? [printType(subtype)] : []),
      ...(kind === 'domain'
        ? [
            base ?? '',
            ...(isNotNull === true ? ['not null'] : []),
            ...(hasDefault === true ? ['default'] : []),
            ...(constraints ?? []).map((one) => `${one.name}${one.isValid ? '' : ' NOT VALID'}`).sort(),
          ]
        : []),
    ].join(' '),
  );
}

function signature(entry: FunctionEntry): string {
  return unquoted(`${entry.schema}.${entry.name}(${printTypes(inputTypes(entry))})`);
}

/** Names without the quotes that only some of them need. */
function unquoted(text: string): string {
  return text.replaceAll('"', '');
}

function functionLine(entry: FunctionEntry): string {
  const { schema, name, kind, volatility, isStrict, parallel, settings, language, body } = entry;
  const flags = [
    ...(kind === 'AGGREGATE' ? [] : [volatility, `returns ${printResult(entry) ?? 'nothing'}`]),
    ...(isStrict ? ['strict'] : []),
    ...(entry.isSecurityDefiner ? ['security definer'] : []),
    ...(entry.isLeakproof ? ['leakproof'] : []),
    `parallel ${parallel}`,
    ...(entry.cost === undefined || entry.cost === 100
      ? []
      : [`cost ${String(entry.cost).replace(/e-(\d)$/, 'e-0$1')}`]),
    ...(entry.rows === undefined ? [] : [`rows ${entry.rows}`]),
    ...settings.map((setting) => `set ${setting}`),
    language,
    `${entry.arguments.filter((one) => one.default !== undefined).length} defaults`,
  ];
  return unquoted(
    `function ${schema}.${name} (${printArguments(entry, false)}) ${kind} ${flags.join(', ')} ${body ?? ''}`,
  );
}
