import type { Catalog } from '../catalog/catalog';
import { type Relation, type RelationName } from '../catalog/relation';
import { nameOfNewIndex } from '../catalog/names';
import type { Major } from '../postgres/versions';
import { nameOfConstraint } from '../rewrites/add-constraint-not-valid';
import { keyOfConstraint, keyOfIndex, nameOfKeyConstraint, type UniqueKey } from '../rewrites/unique-key';
import type { Schedule } from '../runners/runner';
import { withLineBreaks } from '../sql/layout';
import type { SourceFile } from '../sql/source';
import type { AlterTable, AlterTableAction, Statement } from '../sql/statement';
import { comment } from '../sql/visible';
import * as check from './validation-checks';

/** What a validation script is made from. */
interface ValidationRequest {
  readonly file: SourceFile;
  /** The schema before the statement at an index; with the number of statements, after all of them. */
  readonly catalogBefore: (index: number) => Catalog;
  readonly postgresVersion: Major;
  /** Which statements are run; those of a down section are left out. All are when omitted. */
  readonly schedule?: Schedule;
  /** Lines for the top, without the dashes. */
  readonly header: readonly string[];
}

export interface Validation {
  /** Its lines end with `\n`, whatever those of the migration end with; what is quoted is as the author wrote it. */
  readonly text: string;
  /** How many checks it makes. */
  readonly checks: number;
}

/** A script that fails unless the database is as the migration leaves it. It changes nothing. */
export function validate(request: ValidationRequest): Validation {
  const { file, catalogBefore, schedule } = request;
  const after = catalogBefore(file.statements.length);
  const checks = file.statements.flatMap(({ parsed }, index) => {
    if (parsed.statement === undefined || schedule?.statements[index]?.section === 'down') return [];
    return checksOf(parsed.statement, catalogBefore(index), after);
  });
  // Two statements may ask for the same.
  const unique = [...new Set(checks)];
  const header = [
    ...request.header,
    'Fails with an error at the first check that does not hold; leaves no changes.',
    ...(unique.length === 0 ? ['Lockstep has no checks for these statements.'] : []),
  ];
  const text = [header.map(comment).join('\n'), ...unique].join('\n\n') + '\n';
  return { text: withLineBreaks(text, '\n'), checks: unique.length };
}

/** What a statement leaves behind, as far as it is still there after the last one. */
function checksOf(statement: Statement, before: Catalog, after: Catalog): readonly string[] {
  switch (statement.kind) {
    case 'CreateIndex': {
      const relation = before.resolve(statement.relation);
      const name = { schema: relation.schema, name: nameOfNewIndex(statement, before) };
      const entry = after.index(name);
      if (entry === undefined) return [];
      const key = keyOfIndex(statement, before);
      return [
        check.index(name, entry.relation, statement.unique, after),
        ...(key === undefined ? [] : uniqueness(key, after)),
      ];
    }
    case 'CreateTable': {
      const relation = after.relation(before.resolve(statement.relation));
      return relation === undefined || relation.persistence === 'temporary' ? [] : table(relation, after);
    }
    case 'Drop':
      return dropped(statement, before, after);
    case 'AlterTable': {
      const relation = after.relation(before.resolve(statement.relation));
      if (relation === undefined || statement.objectType !== 'TABLE') return [];
      return statement.actions.flatMap((action) => ofAction(action, statement, relation, before, after));
    }
    case 'Rename': {
      if (statement.relation === undefined) return [];
      const { schema } = before.resolve(statement.relation);
      const to = { schema, name: statement.to };
      if (statement.objectType === 'COLUMN') {
        const relation = after.relation(before.resolve(statement.relation));
        return relation === undefined ? [] : column(relation, statement.to, after);
      }
      const isThere = after.relation(to) ?? after.index(to);
      return isThere === undefined || statement.objectType === 'CONSTRAINT' ? [] : [check.exists(to, after)];
    }
    case 'Truncate':
    case 'DataChange':
    case 'Select':
    case 'TransactionControl':
    case 'SetVariable':
    case 'LockTable':
    case 'DoBlock':
    case 'Other':
      return [];
  }
}

function dropped(
  statement: Extract<Statement, { kind: 'Drop' }>,
  before: Catalog,
  after: Catalog,
): readonly string[] {
  const types = ['TABLE', 'INDEX', 'VIEW', 'MATERIALIZED VIEW', 'SEQUENCE', 'FOREIGN TABLE'];
  if (!types.includes(statement.objectType)) return [];
  return statement.names.flatMap((name) => {
    const index = before.index(name);
    // What a failed try may have left behind is dropped to be made again; the next migration brings it.
    if (statement.ifExists && index === undefined && before.relation(name) === undefined) return [];
    const full =
      index === undefined ? before.resolve(name) : { schema: index.relation.schema, name: index.index.name };
    const isThere = after.relation(full) ?? after.index(full);
    return isThere === undefined ? [check.isGone(full, after)] : [];
  });
}

function table(relation: Relation, after: Catalog): readonly string[] {
  return [
    check.exists(relation, after),
    ...relation.indexes.map((index) =>
      check.index({ schema: relation.schema, name: index.name }, relation, index.unique, after),
    ),
  ];
}

function ofAction(
  action: AlterTableAction,
  statement: AlterTable,
  relation: Relation,
  before: Catalog,
  after: Catalog,
): readonly string[] {
  switch (action.type) {
    case 'AddColumn':
      return column(relation, action.column.name.text, after);
    case 'SetNotNull':
    case 'DropNotNull':
    case 'AlterColumnType':
    case 'SetDefault':
    case 'DropDefault':
      return column(relation, action.column.text, after);
    case 'DropColumn':
      return relation.columns.some(({ name }) => name === action.column.text)
        ? []
        : [check.columnIsGone(relation, action.column.text, after)];
    case 'AddConstraint': {
      const isKey = action.constraint.type === 'UNIQUE' || action.constraint.type === 'PRIMARY KEY';
      const name = isKey
        ? (action.constraint.name?.text ??
          action.constraint.usingIndex ??
          nameOfKeyConstraint(statement, action.constraint, before))
        : nameOfConstraint(statement, action.constraint, { catalog: before });
      const key = keyOfConstraint(statement, action.constraint, before);
      return [
        ...constraint(relation, name, after),
        ...(key === undefined || !hasConstraint(relation, name) ? [] : uniqueness(key, after)),
      ];
    }
    case 'ValidateConstraint':
      return constraint(relation, action.constraint.text, after);
    case 'DropConstraint':
      return hasConstraint(relation, action.constraint.text)
        ? []
        : [check.constraintIsGone(relation, action.constraint.text, after)];
    case 'AttachPartition':
    case 'DetachPartition':
    case 'Other':
      return [];
  }
}

function column(relation: Relation, name: string, after: Catalog): readonly string[] {
  const found = relation.columns.find((other) => other.name === name);
  return found === undefined ? [] : [check.column(relation, found, after)];
}

function hasConstraint(relation: Relation, name: string): boolean {
  return relation.constraints.some((constraint) => constraint.name === name);
}

function constraint(relation: Relation, name: string, after: Catalog): readonly string[] {
  const found = relation.constraints.find((other) => other.name === name);
  return found === undefined ? [] : [check.constraint(relation, found, after)];
}

function uniqueness(key: UniqueKey, after: Catalog): readonly string[] {
  const relation = after.relation(key.relation satisfies RelationName);
  const trial = relation === undefined ? undefined : check.duplicateIsRefused(key, relation);
  return [check.noDuplicates(key), ...(trial === undefined ? [] : [trial])];
}
