import type { CreateTrigStmt } from '@pgsql/types';
import { Reader, strings } from '../sql/build/reader';
import type { AlterTableAction, Expression, Other } from '../sql/statement';
import type { Catalog } from './catalog';
import { calledBy } from './dependencies/expressions';
import { noteUser } from './dependencies/follow';
import { change, changeKnown, family } from './edit';
import { named, namedBy, type Origin, type Relation, type RelationName, type Trigger } from './relation';
import { visitReached } from './reached';

/** CREATE TRIGGER. The partitions of a partitioned table get a trigger for rows too. */
export function createTrigger(catalog: Catalog, { node, text }: Other, origin: Origin): void {
  if (!('CreateTrigStmt' in node)) return;
  const trigger = triggerOf(catalog, node.CreateTrigStmt, text, origin);
  const owner = catalog.resolve(named(node.CreateTrigStmt.relation));
  change(catalog, owner, (relation) => withTrigger(relation, trigger));
  noteUser(catalog, { kind: 'relation', ...owner }, [calledBy(trigger)]);
  const relation = catalog.relation(owner);
  if (relation !== undefined) for (const child of relation.children) giveTriggers(catalog, relation, child);
}

function triggerOf(catalog: Catalog, stmt: CreateTrigStmt, text: string, origin: Origin): Trigger {
  const { timing = 0, events = 0, row, args, columns, transitionRels, constrrel } = stmt;
  const written = namedBy(stmt.funcname);
  return {
    name: stmt.trigname ?? '',
    function: { ...written, schema: catalog.function(written, 0)?.schema ?? written.schema },
    arguments: strings(args),
    timing: (timing & 2) !== 0 ? 'BEFORE' : (timing & 64) !== 0 ? 'INSTEAD OF' : 'AFTER',
    events: triggerEvents(events),
    columns: strings(columns),
    level: row === true ? 'ROW' : 'STATEMENT',
    condition: conditionOf(stmt, text),
    transitionTables: (transitionRels ?? []).flatMap((one) =>
      'TriggerTransition' in one
        ? [{ name: one.TriggerTransition.name ?? '', isNew: one.TriggerTransition.isNew === true }]
        : [],
    ),
    isConstraint: stmt.isconstraint === true,
    deferrable: stmt.deferrable === true,
    initiallyDeferred: stmt.initdeferred === true,
    references: constrrel === undefined ? undefined : catalog.resolve(named(constrrel)),
    enabled: 'origin',
    isInherited: false,
    origin,
  };
}

/** The bits are those of pg_trigger. */
function triggerEvents(bits: number): Trigger['events'] {
  const events = { INSERT: 4, DELETE: 8, UPDATE: 16, TRUNCATE: 32 } as const;
  return (Object.keys(events) as (keyof typeof events)[]).filter((event) => (bits & events[event]) !== 0);
}

function conditionOf({ whenClause }: CreateTrigStmt, text: string): Expression | undefined {
  if (whenClause === undefined) return undefined;
  const reader = new Reader(text);
  const open = (reader.find(['when']) ?? 0) + 1;
  return reader.expression(whenClause, open + 1, reader.closing(open) - 1);
}

/** A trigger that replaces another one keeps its comment. */
function withTrigger(relation: Relation, trigger: Trigger): Relation {
  const others = relation.triggers.filter(({ name }) => name !== trigger.name);
  const comment = relation.triggers.find(({ name }) => name === trigger.name)?.comment;
  return { ...relation, triggers: [...others, comment === undefined ? trigger : { ...trigger, comment }] };
}

/** Gives a partition the triggers for rows of its table. */
export function giveTriggers(catalog: Catalog, parent: Relation, child: RelationName): void {
  if (parent.kind !== 'partitioned table') return;
  const given = parent.triggers.filter(({ level }) => level === 'ROW');
  if (given.length === 0) return;
  visitReached([child], (name) => {
    changeKnown(catalog, name, (relation) =>
      given.reduce(
        (partition, trigger) => withTrigger(partition, { ...trigger, comment: undefined, isInherited: true }),
        relation,
      ),
    );
    noteUser(catalog, { kind: 'relation', schema: name.schema, name: name.name }, given.map(calledBy));
    return catalog.relation(name)?.children ?? [];
  });
}

/** A partition that leaves its table loses what that has given it. */
export function withoutInheritedTriggers(relation: Relation): Relation {
  return { ...relation, triggers: relation.triggers.filter(({ isInherited }) => !isInherited) };
}

/** Changes a trigger, and those of the partitions that come with it; undefined takes it away. */
export function changeTrigger(
  catalog: Catalog,
  owner: RelationName,
  name: string,
  edit: (trigger: Trigger) => Trigger | undefined,
): void {
  const relation = catalog.relation(owner);
  if (relation === undefined) return;
  for (const member of relation.kind === 'partitioned table' ? family(catalog, relation) : [relation]) {
    if (!member.triggers.some((one) => one.name === name)) continue;
    change(catalog, member, (before) => ({
      ...before,
      triggers: before.triggers.flatMap((one) => (one.name === name ? (edit(one) ?? []) : [one])),
    }));
  }
}

const enabling: Readonly<Record<string, Trigger['enabled']>> = {
  AT_EnableTrig: 'origin',
  AT_EnableAlwaysTrig: 'always',
  AT_EnableReplicaTrig: 'replica',
  AT_DisableTrig: 'disabled',
  AT_EnableTrigAll: 'origin',
  AT_DisableTrigAll: 'disabled',
  AT_EnableTrigUser: 'origin',
  AT_DisableTrigUser: 'disabled',
};

/** ENABLE and DISABLE TRIGGER; false when the action is another one. */
export function enableTriggers(
  catalog: Catalog,
  owner: RelationName,
  { subtype, name }: AlterTableAction & { type: 'Other' },
): boolean {
  const enabled = enabling[subtype];
  if (enabled === undefined) return false;
  const isAll = /(?:All|User)$/.test(subtype);
  for (const trigger of catalog.relation(owner)?.triggers ?? []) {
    if (isAll || trigger.name === name) {
      changeTrigger(catalog, owner, trigger.name, (before) => ({ ...before, enabled }));
    }
  }
  return true;
}
