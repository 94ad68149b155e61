import type { CreateDomainStmt, Node } from '@pgsql/types';
import type { Catalog } from './catalog';
import type { DomainConstraint, TypeEntry } from './entries';
import { constraintNameFor } from './names';
import { namedBy, type RelationName } from './relation';
import { types } from './store/tables';

/** What CREATE DOMAIN says of the type that it makes. */
export function domainOf(
  catalog: Catalog,
  { typeName, constraints }: CreateDomainStmt,
  domain: RelationName,
): Pick<TypeEntry, 'isConstrained' | 'base' | 'constraints' | 'isNotNull' | 'hasDefault'> & {
  kind: 'domain';
} {
  const baseName = namedBy(typeName?.names);
  // A domain over a domain is as constrained as the one below.
  const below = catalog.type({
    ...baseName,
    schema: baseName.schema === 'pg_catalog' ? undefined : baseName.schema,
  });
  const has = (type: string) =>
    (constraints ?? []).some((node) => 'Constraint' in node && node.Constraint.contype === type);
  const checks = (constraints ?? []).reduce<readonly DomainConstraint[]>(
    (list, node) => withCheck(catalog, domain, list, node),
    [],
  );
  return {
    kind: 'domain',
    isConstrained: (below?.isConstrained ?? false) || checks.length > 0 || has('CONSTR_NOTNULL'),
    base: below?.base ?? baseName.name,
    constraints: checks,
    isNotNull: has('CONSTR_NOTNULL'),
    hasDefault: has('CONSTR_DEFAULT'),
  };
}

function withCheck(
  catalog: Catalog,
  domain: RelationName,
  list: readonly DomainConstraint[],
  node: Node,
): readonly DomainConstraint[] {
  if (!('Constraint' in node) || node.Constraint.contype !== 'CONSTR_CHECK') return list;
  const { conname, skip_validation: notValid } = node.Constraint;
  const isTaken = (name: string) => list.some((one) => one.name === name);
  const name = conname ?? constraintNameFor(catalog, domain, [], 'check', isTaken);
  return [...list, { name, isValid: notValid !== true }];
}

/** ALTER DOMAIN. A domain that loses a constraint stays constrained: one below it may be so. */
export function alterDomain(catalog: Catalog, node: Node): void {
  if (!('AlterDomainStmt' in node)) return;
  const { typeName, subtype, def, name } = node.AlterDomainStmt;
  const entry = catalog.type(namedBy(typeName));
  if (entry === undefined) return;
  const change = (edit: Partial<TypeEntry>): void => {
    catalog.set(types.of(entry), { ...entry, ...edit });
  };
  const constraints = entry.constraints ?? [];
  // The letters are those of the grammar.
  switch (subtype) {
    case 'C':
      if (def !== undefined) {
        const isNotNull = 'Constraint' in def && def.Constraint.contype === 'CONSTR_NOTNULL';
        change({
          isConstrained: true,
          constraints: withCheck(catalog, entry, constraints, def),
          ...(isNotNull ? { isNotNull } : {}),
        });
      }
      break;
    case 'X':
      change({ constraints: constraints.filter((one) => one.name !== name) });
      break;
    case 'V':
      change({
        constraints: constraints.map((one) => (one.name === name ? { ...one, isValid: true } : one)),
      });
      break;
    case 'O':
      change({ isConstrained: true, isNotNull: true });
      break;
    case 'N':
      change({ isNotNull: false });
      break;
    case 'T':
      change({ hasDefault: def !== undefined });
      break;
    default:
      break;
  }
}
