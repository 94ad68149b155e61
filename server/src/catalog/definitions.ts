import type { Node } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import type { Catalog } from './catalog';
import type { TypeEntry } from './entries';
import { noteEnumValue } from './new-enum-values';
import { ownedBy } from './sequences';
import { put } from './edit';
import { emptyRelation, namedBy, type Origin } from './relation';

/** The schema of something new: the one that the author names, or the first of search_path. */
export function homeOf(catalog: Catalog, schema: string | undefined): string {
  return schema ?? catalog.searchPath[0] ?? 'public';
}

/** CREATE TYPE and CREATE DOMAIN. */
export function createType(catalog: Catalog, node: Node, origin: Origin): void {
  const add = (
    names: readonly Node[] | undefined,
    entry: Partial<TypeEntry> & Pick<TypeEntry, 'kind'>,
  ): void => {
    const { schema, name } = namedBy(names);
    const home = homeOf(catalog, schema);
    catalog.set(`type ${home}.${name}`, {
      isConstrained: false,
      base: undefined,
      labels: [],
      ...entry,
      schema: home,
      name,
      origin,
    });
  };
  if ('CreateEnumStmt' in node) {
    add(node.CreateEnumStmt.typeName, { kind: 'enum', labels: strings(node.CreateEnumStmt.vals) });
  } else if ('CreateRangeStmt' in node) add(node.CreateRangeStmt.typeName, { kind: 'range' });
  else if ('CreateDomainStmt' in node) {
    const { domainname, typeName, constraints } = node.CreateDomainStmt;
    const baseName = namedBy(typeName?.names);
    // A domain over a domain is as constrained as the one below.
    const below = catalog.type({
      ...baseName,
      schema: baseName.schema === 'pg_catalog' ? undefined : baseName.schema,
    });
    add(domainname, {
      kind: 'domain',
      isConstrained: (below?.isConstrained ?? false) || (constraints ?? []).some(isRestriction),
      base: below?.base ?? baseName.name,
    });
  } else if ('CompositeTypeStmt' in node) {
    const { typevar } = node.CompositeTypeStmt;
    const schema = homeOf(catalog, typevar?.schemaname);
    const name = typevar?.relname ?? '';
    put(catalog, emptyRelation({ schema, name }, 'composite type', origin));
    add([{ String: { sval: schema } }, { String: { sval: name } }], { kind: 'composite' });
  } else if ('DefineStmt' in node && node.DefineStmt.kind === 'OBJECT_TYPE') {
    add(node.DefineStmt.defnames, { kind: 'other' });
  }
}

function isRestriction(node: Node): boolean {
  if (!('Constraint' in node)) return false;
  return node.Constraint.contype === 'CONSTR_CHECK' || node.Constraint.contype === 'CONSTR_NOTNULL';
}

/** ALTER TYPE … ADD VALUE and RENAME VALUE. */
export function alterEnum(catalog: Catalog, node: Node): void {
  if (!('AlterEnumStmt' in node)) return;
  const { typeName, oldVal, newVal, newValNeighbor, newValIsAfter } = node.AlterEnumStmt;
  const entry = catalog.type(namedBy(typeName));
  if (entry === undefined || newVal === undefined || entry.labels.includes(newVal)) return;
  const labels =
    oldVal === undefined ? [...entry.labels] : entry.labels.map((one) => (one === oldVal ? newVal : one));
  if (oldVal === undefined) {
    const neighbour = newValNeighbor === undefined ? -1 : labels.indexOf(newValNeighbor);
    labels.splice(neighbour < 0 ? labels.length : neighbour + (newValIsAfter === true ? 1 : 0), 0, newVal);
  }
  catalog.set(`type ${entry.schema}.${entry.name}`, { ...entry, labels });
  if (oldVal === undefined) noteEnumValue(catalog, entry, newVal);
}

/** ALTER DOMAIN. Which of several constraints is dropped is not followed: the domain then stays constrained. */
export function alterDomain(catalog: Catalog, node: Node): void {
  if (!('AlterDomainStmt' in node)) return;
  const { typeName, subtype } = node.AlterDomainStmt;
  const entry = catalog.type(namedBy(typeName));
  // The letters are those of the grammar: C adds a constraint, O sets NOT NULL.
  if (entry === undefined || (subtype !== 'C' && subtype !== 'O')) return;
  catalog.set(`type ${entry.schema}.${entry.name}`, { ...entry, isConstrained: true });
}

/** CREATE SEQUENCE. */
export function createSequence(catalog: Catalog, node: Node, origin: Origin): void {
  if (!('CreateSeqStmt' in node)) return;
  const { sequence, options, if_not_exists: ifNotExists } = node.CreateSeqStmt;
  const schema = homeOf(catalog, sequence?.schemaname);
  const name = { schema, name: sequence?.relname ?? '' };
  if (ifNotExists === true && catalog.relation(name) !== undefined) return;
  put(catalog, emptyRelation(name, 'sequence', origin));
  ownedBy(catalog, name, options);
}
