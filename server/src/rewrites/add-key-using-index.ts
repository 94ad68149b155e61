import type { Constraint } from '@pgsql/types';
import type { Step } from '../runners/runner';
import { terminated } from '../sql/layout';
import { quoteIdentifier, quoteLiteral } from '../sql/print';
import type { AlterTable, ConstraintDefinition } from '../sql/statement';
import type { AddedConstraint } from './add-constraint-not-valid';
import { fileWords, type RewriteContext } from './rewrite';
import { withoutLockTimeout } from './session-lock-timeout';
import {
  afterFailedBuild,
  alterPrefix,
  columnList,
  indexNameBeside,
  slice,
  withoutAction,
} from './statement-text';
import { nameOfKeyConstraint } from './unique-key';

/** The steps that UNIQUE and PRIMARY KEY have in common; `before` comes before the index. */
export function keyUsingIndexSteps(
  { statement, action }: AddedConstraint,
  context: RewriteContext,
  before: readonly Step[] = [],
): readonly Step[] {
  const { constraint } = action;
  if (!canUseIndex(statement, constraint, action.node, context)) return [];
  const { catalog } = context;
  const name = nameOfKeyConstraint(statement, constraint, catalog);
  const index = quoteIdentifier(name);
  const rest = withoutAction(statement, action);
  const others: Step[] =
    rest === undefined
      ? []
      : [
          {
            sql: terminated(rest),
            transaction: 'inherits',
            why: 'The other actions of the statement.',
            name: fileWords(statement.relation.name, 'alter'),
          },
        ];
  return [
    ...others,
    ...before,
    ...withoutLockTimeout(
      [
        {
          sql: `DROP INDEX CONCURRENTLY IF EXISTS ${indexNameBeside(statement.relation, name, catalog)};`,
          transaction: 'none',
          why: 'A failed concurrent build leaves an invalid index.',
          name: fileWords(name, 'leftover'),
        },
        {
          sql: `CREATE UNIQUE INDEX CONCURRENTLY ${index} ON ${slice(statement, statement.relation.range)} ${keyText(constraint, action.node)};`,
          transaction: 'none',
          why: `Writes go on while the index is built. ${afterFailedBuild(name)}`,
          name: fileWords(name, 'concurrently'),
        },
      ],
      context,
    ),
    {
      sql: `${alterPrefix(statement)} ADD CONSTRAINT ${index} ${constraint.type} USING INDEX ${index}${deferrability(constraint)};`,
      transaction: 'own',
      why: 'The index exists, so this only writes the catalog.',
      name: fileWords(name, 'constraint'),
    },
  ];
}

function canUseIndex(
  { relation }: AlterTable,
  constraint: ConstraintDefinition,
  node: AddedConstraint['action']['node'],
  { catalog }: RewriteContext,
): boolean {
  const { without_overlaps: isTemporal } = definition(node);
  if (constraint.usingIndex !== undefined || isTemporal === true) return false;
  // 0A000: ADD CONSTRAINT USING INDEX is not supported on partitioned tables.
  if (catalog.relation(relation)?.kind === 'partitioned table') return false;
  if (constraint.name === undefined) return true;
  const { schema } = catalog.resolve(relation);
  return catalog.index({ schema, name: constraint.name.text }) === undefined;
}

/** What stands behind the relation in CREATE INDEX. */
function keyText(
  { columns, include, nullsNotDistinct }: ConstraintDefinition,
  node: AddedConstraint['action']['node'],
): string {
  const { options, indexspace } = definition(node);
  const parameters = (options ?? []).flatMap((option) => {
    if (!('DefElem' in option)) return [];
    const { defname = '', arg } = option.DefElem;
    const value = parameterValue(arg);
    return [value === undefined ? defname : `${defname} = ${value}`];
  });
  return [
    columnList(columns),
    ...(include.length > 0 ? [`INCLUDE ${columnList(include)}`] : []),
    ...(nullsNotDistinct ? ['NULLS NOT DISTINCT'] : []),
    ...(parameters.length > 0 ? [`WITH (${parameters.join(', ')})`] : []),
    ...(indexspace === undefined ? [] : [`TABLESPACE ${quoteIdentifier(indexspace)}`]),
  ].join(' ');
}

function parameterValue(node: unknown): string | undefined {
  const value = node as
    { Integer?: { ival?: number }; Float?: { fval?: string }; String?: { sval?: string } } | undefined;
  if (value?.Integer !== undefined) return String(value.Integer.ival ?? 0);
  if (value?.Float !== undefined) return value.Float.fval;
  return value?.String?.sval === undefined ? undefined : quoteLiteral(value.String.sval);
}

function definition(node: AddedConstraint['action']['node']): Constraint {
  if (!('AlterTableCmd' in node)) return {};
  const { def } = node.AlterTableCmd;
  return def !== undefined && 'Constraint' in def ? def.Constraint : {};
}

function deferrability({ deferrable, initiallyDeferred }: ConstraintDefinition): string {
  if (!deferrable) return '';
  return initiallyDeferred ? ' DEFERRABLE INITIALLY DEFERRED' : ' DEFERRABLE';
}
