import { initialFacts } from '../catalog/new-object';
import { privilegeKind } from '../catalog/grants';
import { allPrivileges, type PrivilegeKind, privilegesOn } from '../catalog/privileges';
import { allPublications } from '../catalog/publications';
import {
  type Column,
  type Constraint,
  type Index,
  type RelationName,
  type Grant,
  isSame,
  type Policy,
  type Relation,
  type Trigger,
} from '../catalog/relation';
import { everyone, ownRole } from '../catalog/roles';
import type { Major } from '../postgres/versions';
import { printName, printNames, quoteIdentifier, quoteLiteral } from '../sql/print';
import { type InverseContext, printFull } from './inverse';

/** A role as GRANT and others name it. */
export function printRole(role: string): string {
  if (role === everyone) return 'PUBLIC';
  return role === ownRole ? 'CURRENT_USER' : quoteIdentifier(role);
}

/** `COMMENT ON TABLE orders IS 'x';` */
export function printComment(object: string, comment: string | undefined): string {
  return `COMMENT ON ${object} IS ${comment === undefined ? 'NULL' : quoteLiteral(comment)};`;
}

/** CREATE TRIGGER, and whether it is enabled. */
export function printTrigger(trigger: Trigger, relation: Relation, { before }: InverseContext): string {
  const table = printFull(relation, before);
  const { function: called, references, condition, transitionTables } = trigger;
  const events = trigger.events.map((event) =>
    event === 'UPDATE' && trigger.columns.length > 0 ? `UPDATE OF ${printNames(trigger.columns)}` : event,
  );
  const name =
    called.schema === undefined ? printName(called) : printFull({ ...called, schema: called.schema }, before);
  const made = [
    `CREATE ${trigger.isConstraint ? 'CONSTRAINT ' : ''}TRIGGER ${quoteIdentifier(trigger.name)}`,
    `${trigger.timing} ${events.join(' OR ')} ON ${table}`,
    ...(references === undefined ? [] : [`FROM ${printFull(references, before)}`]),
    ...(trigger.deferrable ? ['DEFERRABLE'] : []),
    ...(trigger.initiallyDeferred ? ['INITIALLY DEFERRED'] : []),
    ...(transitionTables.length === 0 ? [] : ['REFERENCING']),
    ...transitionTables.map((one) => `${one.isNew ? 'NEW' : 'OLD'} TABLE AS ${quoteIdentifier(one.name)}`),
    `FOR EACH ${trigger.level}`,
    ...(condition === undefined ? [] : [`WHEN (${condition.text})`]),
    `EXECUTE FUNCTION ${name}(${trigger.arguments.map(quoteLiteral).join(', ')})`,
  ].join(' ');
  return [
    `${made};`,
    ...(trigger.enabled === 'origin' ? [] : [printEnabled(trigger, `ALTER TABLE ${table}`)]),
  ].join('\n');
}

/** ENABLE or DISABLE TRIGGER, for the state in which a trigger is; `prefix` is `ALTER TABLE orders`. */
export function printEnabled({ name, enabled }: Trigger, prefix: string): string {
  const words = { origin: 'ENABLE', disabled: 'DISABLE', replica: 'ENABLE REPLICA', always: 'ENABLE ALWAYS' };
  return `${prefix} ${words[enabled]} TRIGGER ${quoteIdentifier(name)};`;
}

/** CREATE POLICY. */
export function printPolicy(policy: Policy, relation: Relation, { before }: InverseContext): string {
  const { command, permissive, roles, using, check } = policy;
  return `${[
    `CREATE POLICY ${quoteIdentifier(policy.name)} ON ${printFull(relation, before)}`,
    ...(permissive ? [] : ['AS RESTRICTIVE']),
    ...(command === 'ALL' ? [] : [`FOR ${command}`]),
    ...(roles.length === 1 && roles[0] === everyone ? [] : [`TO ${roles.map(printRole).join(', ')}`]),
    ...(using === undefined ? [] : [`USING (${using.text})`]),
    ...(check === undefined ? [] : [`WITH CHECK (${check.text})`]),
  ].join(' ')};`;
}

/** What GRANT and REVOKE are about. */
interface GrantTarget {
  /** `TABLE orders` */
  readonly object: string;
  readonly kind: PrivilegeKind | 'COLUMN';
  /** Of a privilege on a column. */
  readonly column?: string;
}

/** GRANT and REVOKE that make `target` of the privileges that there are. */
export function printGrants(
  target: readonly Grant[],
  current: readonly Grant[],
  on: GrantTarget,
  version: Major,
): readonly string[] {
  const roles = new Set([...target, ...current].map(({ role }) => role));
  return [...roles].flatMap((role) => {
    const wanted = known(target.find((one) => one.role === role) ?? none, version);
    const there = known(current.find((one) => one.role === role) ?? none, version);
    const lost = missing(wanted.privileges, there.privileges);
    const passedOn = missing(wanted.grantable, there.grantable);
    const plain = missing(lost, passedOn);
    const surplus = missing(there.privileges, wanted.privileges);
    const option = missing(missing(there.grantable, wanted.grantable), surplus);
    const write = (list: readonly string[]) => printPrivileges(list, on, version);
    const to = printRole(role);
    return [
      ...(surplus.length === 0 ? [] : [`REVOKE ${write(surplus)} ON ${on.object} FROM ${to};`]),
      ...(option.length === 0
        ? []
        : [`REVOKE GRANT OPTION FOR ${write(option)} ON ${on.object} FROM ${to};`]),
      ...(plain.length === 0 ? [] : [`GRANT ${write(plain)} ON ${on.object} TO ${to};`]),
      ...(passedOn.length === 0
        ? []
        : [`GRANT ${write(passedOn)} ON ${on.object} TO ${to} WITH GRANT OPTION;`]),
    ];
  });
}

const none: Pick<Grant, 'privileges' | 'grantable'> = { privileges: [], grantable: [] };

/** What ALL stands for in the catalog is that of the newest server. */
function known({ privileges, grantable }: typeof none, version: Major): typeof none {
  return {
    privileges: knownPrivileges(privileges, version),
    grantable: knownPrivileges(grantable, version),
  };
}

function knownPrivileges(list: readonly string[], version: Major): readonly string[] {
  return version >= 17 ? list : list.filter((one) => one !== 'MAINTAIN');
}

function missing(wanted: readonly string[], there: readonly string[]): readonly string[] {
  return wanted.filter((one) => !there.includes(one));
}

function printPrivileges(list: readonly string[], { kind, column }: GrantTarget, version: Major): string {
  const columns = column === undefined ? '' : ` (${quoteIdentifier(column)})`;
  if (knownPrivileges(allPrivileges[kind], version).every((one) => list.includes(one)))
    return `ALL${columns}`;
  return list.map((one) => `${one}${columns}`).join(', ');
}

/** Owner, privileges, comments, triggers and policies of a relation that is made again. */
export function printFacts(relation: Relation, context: InverseContext): readonly string[] {
  const { before, postgresVersion } = context;
  const table = printFull(relation, before);
  const word = relation.kind === 'view' || relation.kind === 'materialized view' ? relation.kind : 'table';
  const kind = privilegeKind(relation);
  const fresh = { ...initialFacts(before, kind, relation.schema), owner: relation.owner };
  const grants = printGrants(
    privilegesOn(kind, relation),
    privilegesOn(kind, fresh),
    { object: table, kind },
    postgresVersion,
  );
  return [
    ...(relation.owner === fresh.owner && relation.owner === undefined
      ? []
      : [`ALTER ${word.toUpperCase()} ${table} OWNER TO ${printRole(relation.owner ?? ownRole)};`]),
    ...(relation.rowSecurity ? [`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;`] : []),
    ...(relation.forceRowSecurity === true ? [`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;`] : []),
    ...relation.policies.map((policy) => printPolicy(policy, relation, context)),
    ...relation.triggers.map((trigger) => printTrigger(trigger, relation, context)),
    ...grants,
    ...relation.columns.flatMap((column) => printColumnFacts(column, relation, context)),
    ...printComments(relation, word.toUpperCase(), context),
    ...allPublications(before).flatMap(({ name, tables }) =>
      tables.flatMap(({ relation: published, columns, hasCondition }) =>
        hasCondition || !isSame(published, relation)
          ? []
          : [
              `ALTER PUBLICATION ${quoteIdentifier(name)} ADD TABLE ${table}${columns === undefined ? '' : ` (${printNames(columns)})`};`,
            ],
      ),
    ),
  ];
}

/** The comment on an index that is made again. */
export function indexComment(
  { name, comment }: Index,
  { schema }: RelationName,
  { before }: InverseContext,
): readonly string[] {
  return comment === undefined ? [] : [printComment(`INDEX ${printFull({ schema, name }, before)}`, comment)];
}

/** The comment on a constraint that is made again. */
export function constraintComment(
  { name, comment }: Constraint,
  relation: RelationName,
  { before }: InverseContext,
): readonly string[] {
  const on = `CONSTRAINT ${quoteIdentifier(name)} ON ${printFull(relation, before)}`;
  return comment === undefined ? [] : [printComment(on, comment)];
}

/** The privileges on a column, and its comment. */
export function printColumnFacts(
  { name, comment, privileges }: Column,
  relation: Relation,
  { before, postgresVersion }: InverseContext,
): readonly string[] {
  const object = printFull(relation, before);
  return [
    ...printGrants(privileges ?? [], [], { object, kind: 'COLUMN', column: name }, postgresVersion),
    ...(comment === undefined ? [] : [printComment(`COLUMN ${object}.${quoteIdentifier(name)}`, comment)]),
  ];
}

/** The comments on a relation and on its parts but columns. */
function printComments(relation: Relation, word: string, context: InverseContext): readonly string[] {
  const { before } = context;
  const table = printFull(relation, before);
  const on = (object: string, comment: string | undefined): readonly string[] =>
    comment === undefined ? [] : [printComment(object, comment)];
  const parts = (
    kind: string,
    list: readonly { readonly name: string; readonly comment?: string | undefined }[],
  ) => list.flatMap(({ name, comment }) => on(`${kind} ${quoteIdentifier(name)} ON ${table}`, comment));
  return [
    ...on(`${word} ${table}`, relation.comment),
    ...relation.constraints.flatMap((constraint) => constraintComment(constraint, relation, context)),
    ...parts('TRIGGER', relation.triggers),
    ...parts('POLICY', relation.policies),
    ...relation.indexes.flatMap((index) => indexComment(index, relation, context)),
  ];
}
