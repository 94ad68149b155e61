import type { Index } from '../catalog/relation';
import type { UnsoundKey } from '../catalog/partition-keys';
import type { AlterTable, ConstraintDefinition, CreateIndex, CreateTable } from '../sql/statement';
import type { Range } from '../sql/text';
import { keysWithoutPartitionKey } from './questions/refused-keys';
import { list, quoted } from './questions/what-waits';
import { columnListOf } from './questions/words';
import { defineRule } from './rule';

export default defineRule({
  id: 'unique-key-without-partition-key',
  meta: {
    category: 'existence',
    severity: 'error',
    addedIn: '0.1.0',
    docs: {
      summary:
        'A primary key, a unique or an exclusion constraint, or a unique index of a partitioned table lacks a column of the partition key.',
      why:
        'Each partition has an index of its own, and none of them sees the rows of the others. PostgreSQL only ' +
        'accepts a key that has all columns of the partition key, also of partitions that are divided further; it ' +
        'never accepts one if the partition key has an expression. It fails with `0A000`, whatever the rows are.',
      instead:
        'Add the columns of the partition key to the key. Where the other columns must be unique by themselves, keep them ' +
        'in a table that is not partitioned, or give each partition its key: then no partition has a value twice, but two may share one.',
      references: [
        'https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-LIMITATIONS',
      ],
    },
    examples: [
      {
        setup:
          'CREATE TABLE payments (id bigint NOT NULL, paid_on date NOT NULL) PARTITION BY RANGE (paid_on);',
        bad: 'ALTER TABLE payments ADD PRIMARY KEY (id);',
        good: 'ALTER TABLE payments ADD PRIMARY KEY (id, paid_on);',
      },
      {
        bad: 'CREATE TABLE payments (id bigint PRIMARY KEY, paid_on date NOT NULL) PARTITION BY RANGE (paid_on);',
        good: 'CREATE TABLE payments (id bigint, paid_on date, PRIMARY KEY (id, paid_on)) PARTITION BY RANGE (paid_on);',
      },
    ],
  },

  on: ['AlterTable', 'CreateIndex', 'CreateTable'],

  *check(statement, context) {
    const { inBody, postgresVersion } = context;
    if (inBody === 'conditional') return;
    const target = statement.relation.name;
    const reported = new Set<number>();
    for (const key of keysWithoutPartitionKey(statement, context)) {
      const range = placeOf(key.index, statement);
      // The server stops at the first.
      if (reported.has(range.start)) continue;
      reported.add(range.start);
      yield { range, subject: key, ...refusal(key, target, postgresVersion) };
    }
  },
});

function refusal(
  { relation, type, missing }: UnsoundKey,
  target: string,
  postgresVersion: number,
): { readonly message: string; readonly remedy: string } {
  const remedy = 'Add it to each partition instead.';
  if (type === 'EXCLUDE' && postgresVersion < 17) {
    const message = `exclusion constraints are not supported on partitioned tables: ${quoted(relation.name)} is one.`;
    return { message, remedy };
  }
  if (missing.length === 0) {
    const message = `unsupported ${type} constraint with partition key definition: ${quoted(relation.name)} is partitioned by an expression.`;
    return { message, remedy };
  }
  const columns = list(missing.map(quoted));
  const where = relation.name === target ? '' : ` of ${quoted(relation.name)}`;
  return {
    message: `unique constraint on partitioned table must include all partitioning columns: ${columns}${where} ${missing.length === 1 ? 'is' : 'are'} missing.`,
    remedy: `Add ${columns} to the key.`,
  };
}

/** Where the key is written; what it is copied from, or what it is given to, when it stands elsewhere. */
function placeOf(index: Index, statement: AlterTable | CreateIndex | CreateTable): Range {
  if (statement.kind === 'CreateIndex') return statement.columnList;
  const written = constraintsOf(statement).find((constraint) => isSameKey(constraint, index));
  if (written !== undefined) return columnListOf(statement.text, written);
  if (statement.kind === 'CreateTable') {
    const [source = statement.partitionOf] = statement.like;
    return source?.range ?? statement.relation.range;
  }
  const attached = statement.actions.find(({ type }) => type === 'AttachPartition');
  return attached?.type === 'AttachPartition' ? attached.partition.range : statement.commandRange;
}

function constraintsOf(statement: AlterTable | CreateTable): readonly ConstraintDefinition[] {
  if (statement.kind === 'CreateTable') {
    return [...statement.constraints, ...statement.columns.flatMap(({ constraints }) => constraints)];
  }
  return statement.actions.flatMap((action) => {
    if (action.type === 'AddConstraint') return [action.constraint];
    return action.type === 'AddColumn' ? action.column.constraints : [];
  });
}

function isSameKey({ type, columns }: ConstraintDefinition, { columns: keys, unique }: Index): boolean {
  if (type === 'EXCLUDE') return !unique;
  if (type !== 'UNIQUE' && type !== 'PRIMARY KEY') return false;
  return columns.length === keys.length && columns.every((column, at) => column === keys[at]?.column);
}
