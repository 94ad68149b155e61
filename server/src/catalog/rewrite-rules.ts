import type { AlterTableAction, Other } from '../sql/statement';
import type { Catalog } from './catalog';
import { noteUser } from './dependencies/follow';
import { usesOfRule } from './dependencies/stored';
import { changeKnown } from './edit';
import { named, type Origin, type RelationName, type RewriteRule } from './relation';

const events: Readonly<Record<string, RewriteRule['event']>> = {
  CMD_SELECT: 'SELECT',
  CMD_INSERT: 'INSERT',
  CMD_UPDATE: 'UPDATE',
  CMD_DELETE: 'DELETE',
};

/** CREATE RULE. */
export function createRule(catalog: Catalog, { node }: Other, origin: Origin): void {
  if (!('RuleStmt' in node)) return;
  const { relation, rulename: name = '', event, instead, whereClause, actions } = node.RuleStmt;
  const made = { event: events[event ?? ''] ?? 'SELECT', isInstead: instead === true, origin };
  changeKnown(catalog, catalog.resolve(named(relation)), (before) => {
    const rules = before.rules ?? [];
    const old = rules.find((rule) => rule.name === name);
    const uses = usesOfRule(catalog, before, whereClause, actions ?? []);
    noteUser(catalog, { kind: 'relation', schema: before.schema, name: before.name }, [uses]);
    const rule: RewriteRule = { enabled: 'origin', ...old, name, ...made, uses };
    return { ...before, rules: [...rules.filter((other) => other !== old), rule] };
  });
}

const enabling: Readonly<Record<string, RewriteRule['enabled']>> = {
  AT_EnableRule: 'origin',
  AT_EnableAlwaysRule: 'always',
  AT_EnableReplicaRule: 'replica',
  AT_DisableRule: 'disabled',
};

/** ENABLE and DISABLE RULE; false when the action is another one. */
export function enableRule(
  catalog: Catalog,
  owner: RelationName,
  { subtype, name }: AlterTableAction & { type: 'Other' },
): boolean {
  const enabled = enabling[subtype];
  if (enabled === undefined) return false;
  changeRule(catalog, owner, name ?? '', (rule) => ({ ...rule, enabled }));
  return true;
}

/** Changes a rule; undefined takes it away. */
export function changeRule(
  catalog: Catalog,
  owner: RelationName,
  name: string,
  edit: (rule: RewriteRule) => RewriteRule | undefined,
): void {
  changeKnown(catalog, owner, (relation) => ({
    ...relation,
    rules: (relation.rules ?? []).flatMap((one) => (one.name === name ? (edit(one) ?? []) : [one])),
  }));
}
