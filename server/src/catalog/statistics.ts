import type { Node } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import type { Catalog } from './catalog';
import { usesOfParts } from './dependencies/stored';
import { changeKnown, nameOf } from './edit';
import { objectName } from './names';
import { named, namedBy, type Origin, type Relation, type RelationName, type Statistics } from './relation';
import { currentRole } from './roles';
import { statistics as statisticsOf } from './store/tables';

/** CREATE STATISTICS. */
export function createStatistics(catalog: Catalog, node: Node, origin: Origin): void {
  if (!('CreateStatsStmt' in node)) return;
  const { defnames, stat_types: kinds, exprs, relations, if_not_exists: mayExist } = node.CreateStatsStmt;
  const [from] = relations ?? [];
  if (from === undefined || !('RangeVar' in from)) return;
  const relation = catalog.resolve(named(from.RangeVar));
  const elements = (exprs ?? []).flatMap((one) => ('StatsElem' in one ? [one.StatsElem.name] : []));
  const columns = elements.filter((name) => name !== undefined);
  const expressions = (exprs ?? []).flatMap((one) => ('StatsElem' in one ? (one.StatsElem.expr ?? []) : []));
  const written = namedBy(defnames);
  const name = {
    schema:
      written.schema ?? (defnames === undefined ? relation.schema : (catalog.searchPath[0] ?? 'public')),
    name: defnames === undefined ? chosenName(catalog, relation, elements) : written.name,
  };
  const key = statisticsOf.of(name);
  if (mayExist === true && catalog.get(key) !== undefined) return;
  const made: Statistics = {
    ...name,
    kinds: strings(kinds),
    columns,
    expressions: elements.length - columns.length,
    uses: usesOfParts(catalog, relation, expressions),
    target: undefined,
    owner: currentRole(catalog),
    origin,
  };
  catalog.set(key, nameOf(relation));
  changeKnown(catalog, relation, (before) => ({
    ...before,
    statistics: [...(before.statistics ?? []), made],
  }));
}

/** Statistics may go without a name since PostgreSQL 16. */
function chosenName(
  catalog: Catalog,
  relation: RelationName,
  elements: readonly (string | undefined)[],
): string {
  const columns = elements.map((name) => name ?? 'expr').join('_');
  for (let pass = 0; ; pass++) {
    const name = objectName(relation.name, columns, `stat${pass === 0 ? '' : pass}`);
    if (catalog.get(statisticsOf.at(relation.schema, name)) === undefined) return name;
  }
}

/** LIKE … INCLUDING STATISTICS: what a table has, for another one. */
export function copyStatistics(
  catalog: Catalog,
  source: Relation,
  owner: RelationName,
  withComments: boolean,
  origin: Origin,
): void {
  for (const one of source.statistics ?? []) {
    const elements = [...one.columns, ...Array.from({ length: one.expressions }, () => undefined)];
    const name = chosenName(catalog, owner, elements);
    const comment = withComments ? one.comment : undefined;
    const copy = {
      ...one,
      schema: owner.schema,
      name,
      comment,
      target: undefined,
      owner: currentRole(catalog),
      origin,
    };
    catalog.set(statisticsOf.at(owner.schema, name), nameOf(owner));
    changeKnown(catalog, owner, (before) => ({
      ...before,
      statistics: [...(before.statistics ?? []), copy],
    }));
  }
}

/** Changes an object of CREATE STATISTICS; undefined takes it away. */
export function changeStatistics(
  catalog: Catalog,
  names: readonly Node[] | undefined,
  edit: (statistics: Statistics) => Statistics | undefined,
): void {
  const written = namedBy(names);
  for (const schema of written.schema === undefined ? catalog.searchPath : [written.schema]) {
    const key = statisticsOf.at(schema, written.name);
    const owner = catalog.get(key);
    if (owner === undefined) continue;
    const isMeant = (one: Statistics) => one.schema === schema && one.name === written.name;
    const old = catalog.relation(owner)?.statistics?.find(isMeant);
    const changed = old === undefined ? undefined : edit(old);
    catalog.set(key, undefined);
    if (changed !== undefined) catalog.set(statisticsOf.of(changed), owner);
    changeKnown(catalog, owner, (relation) => ({
      ...relation,
      statistics: (relation.statistics ?? []).flatMap((one) => (one === old ? (changed ?? []) : [one])),
    }));
    return;
  }
}

/** ALTER STATISTICS … SET STATISTICS. */
export function alterStatistics(catalog: Catalog, node: Node): void {
  if (!('AlterStatsStmt' in node)) return;
  const { defnames, stxstattarget: target } = node.AlterStatsStmt;
  const number = target !== undefined && 'Integer' in target ? (target.Integer.ival ?? 0) : -1;
  changeStatistics(catalog, defnames, (old) => ({ ...old, target: number < 0 ? undefined : number }));
}

/** Where the statistics of a relation are found by their own names: at `to`, or nowhere any more. */
export function followStatistics(
  catalog: Catalog,
  { statistics }: Relation,
  to: RelationName | undefined,
): void {
  for (const { schema, name } of statistics ?? []) {
    catalog.set(statisticsOf.at(schema, name), to === undefined ? undefined : nameOf(to));
  }
}

/** Takes away the statistics of a relation that are about a column. */
export function dropStatisticsOf(catalog: Catalog, relation: Relation, column: string): void {
  for (const { schema, name, columns } of relation.statistics ?? []) {
    if (!columns.includes(column)) continue;
    changeStatistics(catalog, [{ String: { sval: schema } }, { String: { sval: name } }], () => undefined);
  }
}
