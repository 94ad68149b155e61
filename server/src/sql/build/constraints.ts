import type { ColumnDef, Constraint, ConstrType, Node } from '@pgsql/types';
import type {
  ColumnDefinition,
  ConstraintDefinition,
  ConstraintType,
  Expression,
  ReferentialAction,
} from '../statement';
import { collationName, type Reader, strings } from './reader';

const types: Partial<Record<ConstrType, ConstraintType>> = {
  CONSTR_NULL: 'NULL',
  CONSTR_NOTNULL: 'NOT NULL',
  CONSTR_DEFAULT: 'DEFAULT',
  CONSTR_IDENTITY: 'IDENTITY',
  CONSTR_GENERATED: 'GENERATED',
  CONSTR_CHECK: 'CHECK',
  CONSTR_PRIMARY: 'PRIMARY KEY',
  CONSTR_UNIQUE: 'UNIQUE',
  CONSTR_EXCLUSION: 'EXCLUDE',
  CONSTR_FOREIGN: 'FOREIGN KEY',
};

/** The letters of pg_constraint.confdeltype. */
const referentialActions: Readonly<Record<string, ReferentialAction>> = {
  a: 'NO ACTION',
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
};

/** A column of CREATE TABLE or ADD COLUMN, from token `first` to token `last`. */
export function columnDefinition(
  reader: Reader,
  node: ColumnDef,
  first: number,
  last: number,
): ColumnDefinition {
  const name = reader.name(node.colname, first);
  const nodes = (node.constraints ?? []).flatMap((item) => ('Constraint' in item ? [item.Constraint] : []));
  return {
    name,
    type: reader.type(node.typeName, last + 1),
    collation: collationName(node.collClause?.collname),
    constraints: mergeAttributes(reader, nodes, last).map(({ constraint, end }) =>
      constraintDefinition(reader, constraint, end, [name.text]),
    ),
    range: reader.range(first, last),
  };
}

/** DEFERRABLE and the like come as constraints of their own behind the one that they belong to. */
function mergeAttributes(
  reader: Reader,
  nodes: readonly Constraint[],
  last: number,
): readonly { constraint: Constraint; end: number }[] {
  const merged: { constraint: Constraint; end: number }[] = [];
  nodes.forEach((node, index) => {
    const next = nodes[index + 1];
    const end = next === undefined ? last : reader.indexAt(reader.offset(next.location)) - 1;
    const previous = merged.at(-1);
    if (node.contype === undefined || types[node.contype] !== undefined || previous === undefined) {
      merged.push({ constraint: node, end });
      return;
    }
    const constraint = { ...previous.constraint };
    if (node.contype === 'CONSTR_ATTR_DEFERRABLE') constraint.deferrable = true;
    if (node.contype === 'CONSTR_ATTR_DEFERRED') constraint.initdeferred = true;
    if (node.contype === 'CONSTR_ATTR_NOT_ENFORCED') constraint.is_enforced = false;
    merged[merged.length - 1] = { constraint, end };
  });
  return merged;
}

/** A constraint that starts at its location and ends with token `last`. `columns`: of a column constraint. */
export function constraintDefinition(
  reader: Reader,
  node: Constraint,
  last: number,
  columns: readonly string[] = [],
): ConstraintDefinition {
  const first = reader.indexAt(reader.offset(node.location));
  const type = (node.contype === undefined ? undefined : types[node.contype]) ?? 'CHECK';
  const keys = strings(type === 'FOREIGN KEY' ? node.fk_attrs : node.keys);
  const nameIndex = reader.token(first)?.text === 'constraint' ? first + 1 : undefined;
  return {
    type,
    name:
      node.conname === undefined || nameIndex === undefined
        ? undefined
        : reader.name(node.conname, nameIndex),
    columns: keys.length > 0 ? keys : columns,
    expression: expressionOf(reader, type, node, first, last),
    references:
      node.pktable === undefined
        ? undefined
        : {
            relation: reader.relation(node.pktable),
            columns: strings(node.pk_attrs),
            onDelete: referentialActions[node.fk_del_action ?? 'a'] ?? 'NO ACTION',
            onUpdate: referentialActions[node.fk_upd_action ?? 'a'] ?? 'NO ACTION',
          },
    notValid: node.skip_validation === true,
    // NOT ENFORCED of PostgreSQL 18; the field is absent for what cannot be enforced or not.
    enforced: !(node.is_enforced !== true && (type === 'CHECK' || type === 'FOREIGN KEY')),
    usingIndex: node.indexname,
    include: strings(node.including),
    nullsNotDistinct: node.nulls_not_distinct === true,
    deferrable: node.deferrable === true,
    initiallyDeferred: node.initdeferred === true,
    noInherit: node.is_no_inherit === true,
    stored: node.generated_kind === 's',
    always: node.generated_when === 'a',
    ...(type === 'IDENTITY' && node.options !== undefined ? { sequenceOptions: node.options } : {}),
    range: reader.range(first, last),
  };
}

function expressionOf(
  reader: Reader,
  type: ConstraintType,
  { raw_expr: node }: Constraint,
  first: number,
  last: number,
): Expression | undefined {
  if (node === undefined) return undefined;
  if (type === 'DEFAULT') {
    const keyword = reader.find(['default'], first, last + 1);
    return reader.expression(node, (keyword ?? first) + 1, last);
  }
  return parenthesised(
    reader,
    node,
    reader.find(type === 'CHECK' ? ['check'] : ['as'], first, last + 1) ?? first,
  );
}

/** The expression in the parentheses behind token `keyword`. */
function parenthesised(reader: Reader, node: Node, keyword: number): Expression {
  const open = reader.find(['('], keyword) ?? keyword;
  return reader.expression(node, open + 1, reader.closing(open) - 1);
}
