import { isNullConstant } from '../catalog/expressions';
import type { Named } from '../catalog/relation';
import { isSerial } from '../catalog/constraints';
import type { AlterTableAction, ConstraintDefinition } from '../sql/statement';
import { duplicates } from './add-constraint';
import type { EffectsBuilder } from './builder';
import { addForeignKey } from './foreign-keys';
import { isVolatile, sequencesIn } from './volatility';

type AddColumn = AlterTableAction & { type: 'AddColumn' };

/** ADD COLUMN: its lock is taken by the caller. */
export function addColumn(
  effects: EffectsBuilder,
  target: Named,
  members: readonly Named[],
  action: AddColumn,
): void {
  const { column } = action;
  const name = column.name.text;
  const isThere = effects.relation(target)?.columns.some((other) => other.name === name) === true;
  if (isThere && action.ifNotExists) return;
  const find = (type: ConstraintDefinition['type']) => column.constraints.find((one) => one.type === type);
  const generated = find('GENERATED');
  const fallback = find('DEFAULT')?.expression;
  const hasNumbers = isSerial(column.type) || find('IDENTITY') !== undefined;
  const domain = column.type.isArray ? undefined : effects.catalog.type(column.type);
  const rewrites =
    hasNumbers ||
    generated?.stored === true ||
    (domain?.kind === 'domain' && domain.isConstrained) ||
    (fallback !== undefined && isVolatile(fallback.node, effects.catalog));
  if (rewrites) {
    for (const member of members) effects.rewrite(member);
    for (const sequence of sequencesIn(fallback?.node)) effects.lock(sequence, 'ROW EXCLUSIVE', 'sequence');
  }
  const hasValue =
    hasNumbers || generated !== undefined || (fallback !== undefined && !isNullConstant(fallback.node));
  if (domain?.isConstrained === true && !hasValue) {
    effects.fails(target, `the table has rows and the domain ${domain.name} allows no null`, '23502');
  }

  const isRequired = find('NOT NULL') !== undefined || find('PRIMARY KEY') !== undefined;
  if (isRequired && generated?.stored === false) {
    for (const member of members) effects.scan(member);
    effects.fails(target, `the expression is null for a row`, '23502');
  } else if (isRequired && !hasValue) {
    for (const member of members) effects.scan(member);
    effects.fails(target, 'the table has rows', '23502');
  }

  if (column.constraints.some(({ type, enforced }) => type === 'CHECK' && enforced)) {
    for (const member of members) effects.scan(member);
    if (hasValue) effects.fails(target, `the value of "${name}" breaks its CHECK`, '23514');
  }
  if (find('UNIQUE') !== undefined || find('PRIMARY KEY') !== undefined) {
    for (const member of members) {
      effects.buildIndex(member);
      effects.scan(member);
    }
    if (hasValue && !hasNumbers && !(fallback !== undefined && rewrites)) {
      effects.fails(target, duplicates([name]), '23505');
    }
  }
  const { references, enforced = false } = find('FOREIGN KEY') ?? {};
  if (references !== undefined)
    addForeignKey(
      effects,
      members,
      references.relation,
      [name],
      (hasValue || fallback !== undefined) && enforced,
    );
}
