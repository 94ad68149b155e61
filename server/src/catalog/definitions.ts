import type { Node } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import { attributesOf } from './composite-types';
import type { Catalog } from './catalog';
import type { TypeEntry } from './entries';
import { noteEnumValue } from './new-enum-values';
import { domainOf } from './domains';
import { currentRole } from './roles';
import { sequenceOptions } from './sequence-options';
import { ownedBy } from './sequences';
import { typeReference } from './type-references';
import { put } from './edit';
import { homeOf, initialFacts, nameOfNew, owned, rememberTemporary } from './new-object';
import { emptyRelation, named, namedBy, type Origin } from './relation';
import { collations, types } from './store/tables';

/** CREATE TYPE, CREATE DOMAIN and CREATE COLLATION. */
export function createType(catalog: Catalog, node: Node, origin: Origin): void {
  const add = (
    names: readonly Node[] | undefined,
    entry: Partial<TypeEntry> & Pick<TypeEntry, 'kind'>,
  ): void => {
    const { schema, name } = namedBy(names);
    const home = homeOf(catalog, schema);
    catalog.set(types.at(home, name), {
      isConstrained: false,
      base: undefined,
      labels: [],
      ...entry,
      schema: home,
      name,
      ...initialFacts(catalog, 'TYPE', home),
      origin,
    });
  };
  if ('CreateEnumStmt' in node) {
    add(node.CreateEnumStmt.typeName, { kind: 'enum', labels: strings(node.CreateEnumStmt.vals) });
  } else if ('CreateRangeStmt' in node) {
    const { typeName, params } = node.CreateRangeStmt;
    const subtype = (params ?? []).flatMap((one) =>
      'DefElem' in one && one.DefElem.defname === 'subtype' && one.DefElem.arg !== undefined
        ? 'TypeName' in one.DefElem.arg
          ? [typeReference(catalog, one.DefElem.arg.TypeName)]
          : []
        : [],
    )[0];
    add(typeName, { kind: 'range', ...(subtype === undefined ? {} : { subtype }) });
  } else if ('CreateDomainStmt' in node) {
    const { schema, name } = namedBy(node.CreateDomainStmt.domainname);
    const domain = { schema: homeOf(catalog, schema), name };
    add(node.CreateDomainStmt.domainname, domainOf(catalog, node.CreateDomainStmt, domain));
  } else if ('CompositeTypeStmt' in node) {
    const { typevar } = node.CompositeTypeStmt;
    const schema = homeOf(catalog, typevar?.schemaname);
    const name = typevar?.relname ?? '';
    const columns = attributesOf(node.CompositeTypeStmt, catalog, origin);
    put(catalog, { ...emptyRelation({ schema, name }, 'composite type', origin), columns });
    add([{ String: { sval: schema } }, { String: { sval: name } }], { kind: 'composite' });
  } else if ('DefineStmt' in node && node.DefineStmt.kind === 'OBJECT_TYPE') {
    add(node.DefineStmt.defnames, { kind: 'other' });
  } else if ('DefineStmt' in node && node.DefineStmt.kind === 'OBJECT_COLLATION') {
    const { schema, name } = namedBy(node.DefineStmt.defnames);
    const home = homeOf(catalog, schema);
    catalog.set(collations.at(home, name), { schema: home, name, owner: currentRole(catalog), origin });
  }
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
  catalog.set(types.of(entry), { ...entry, labels });
  if (oldVal === undefined) noteEnumValue(catalog, entry, newVal);
}

/** CREATE SEQUENCE. */
export function createSequence(catalog: Catalog, node: Node, origin: Origin): void {
  if (!('CreateSeqStmt' in node)) return;
  const { sequence, options, if_not_exists: ifNotExists } = node.CreateSeqStmt;
  const isTemporary = sequence?.relpersistence === 't';
  const name = nameOfNew(catalog, named(sequence), isTemporary);
  if (ifNotExists === true && catalog.relation(name) !== undefined) return;
  if (isTemporary) rememberTemporary(catalog, name);
  put(catalog, {
    ...owned(catalog, emptyRelation(name, 'sequence', origin)),
    persistence: isTemporary ? 'temporary' : 'permanent',
    sequence: sequenceOptions(options, 'int8'),
    isFree: true,
  });
  ownedBy(catalog, name, options);
}
