import { functionsDropped } from '../catalog/alter-function';
import { isSame, type Relation } from '../catalog/relation';
import { quoteIdentifier } from '../sql/print';
import type { Drop, QualifiedName } from '../sql/statement';
import { printConstraint, printIndex } from './definitions';
import {
  exact,
  inReverse,
  type Inverse,
  type InverseContext,
  type Inverted,
  nothing,
  notPossible,
  printFull,
  schemaOnly,
} from './inverse';
import { indexComment, printComment, printFacts, printPolicy, printTrigger } from './facts';
import { printFunction } from './functions';
import { restoreTable } from './restore-table';

const inverse: Inverse<'Drop'> = {
  on: 'Drop',
  docs: {
    summary: 'Recreates what was dropped, from its definition in the catalog; rows are not restored.',
  },

  invert(statement, context) {
    return inReverse(statement.names.map((name) => restore(statement, name, context)));
  },
};

export default inverse;

function restore(statement: Drop, name: QualifiedName, context: InverseContext): Inverted {
  switch (statement.objectType) {
    case 'INDEX':
      return restoreIndex(statement, name, context);
    case 'TABLE':
    case 'VIEW':
    case 'MATERIALIZED VIEW':
      return restoreRelation(statement, name, context);
    case 'TRIGGER':
    case 'POLICY':
      return restorePart(statement, name, context);
    case 'FUNCTION':
    case 'PROCEDURE':
    case 'ROUTINE':
    case 'AGGREGATE':
      return restoreFunction(statement, name, context);
    default:
      return notPossible(`Lockstep does not know how ${statement.objectType} "${name.name}" was defined.`);
  }
}

function restoreIndex(statement: Drop, name: QualifiedName, context: InverseContext): Inverted {
  const entry = context.before.index(name);
  if (entry === undefined) {
    return notPossible(`No earlier migration creates index "${name.name}", so its definition is not known.`);
  }
  const printed = printIndex(entry.index, entry.relation, context, statement.concurrently);
  const notes = [...printed.notes, ...(entry.index.unique ? ['It fails if there are duplicates.'] : [])];
  const inverted = (printed.notes.length === 0 ? exact : schemaOnly)(
    [printed.sql, ...indexComment(entry.index, entry.relation, context)].join('\n'),
    ...notes,
  );
  return { ...inverted, transactional: !statement.concurrently };
}

function restoreRelation(statement: Drop, name: QualifiedName, context: InverseContext): Inverted {
  const relation = context.before.relation(name);
  if (relation === undefined) {
    return notPossible(
      `No earlier migration creates ${statement.objectType} "${name.name}", so its definition is not known.`,
    );
  }
  if (relation.persistence === 'temporary') return nothing;
  const restored =
    relation.kind === 'view' || relation.kind === 'materialized view'
      ? restoreView(relation, context)
      : restoreTable(relation, context);
  return statement.cascade ? inReverse([...referencing(relation, context), restored]) : restored;
}

/** A view is made by the statement that made it. */
function restoreView(relation: Relation, context: InverseContext): Inverted {
  const made = context.statementAt?.(relation.origin);
  if (made === undefined) return notPossible(`The query of "${relation.name}" is not known.`);
  const indexes = relation.indexes.map((index) => printIndex(index, relation, context, false));
  // The statement may be older than a change of the view.
  return schemaOnly(
    [`${made.text};`, ...indexes.map(({ sql }) => sql), ...printFacts(relation, context)].join('\n'),
    ...indexes.flatMap(({ notes }) => notes),
  );
}

/** A trigger or a policy, as the catalog has it. */
function restorePart(
  { objectType, relation, ifExists }: Drop,
  { name }: QualifiedName,
  context: InverseContext,
): Inverted {
  const owner = relation === undefined ? undefined : context.before.relation(relation);
  const trigger = owner?.triggers.find((one) => one.name === name);
  const policy = owner?.policies.find((one) => one.name === name);
  const kind = objectType.toLowerCase();
  const found = objectType === 'TRIGGER' ? trigger : policy;
  if (owner === undefined || found === undefined) {
    if (ifExists && owner?.isComplete === true) return nothing;
    return notPossible(`No earlier migration creates ${kind} "${name}", so its definition is not known.`);
  }
  const made =
    objectType === 'TRIGGER' && trigger !== undefined
      ? printTrigger(trigger, owner, context)
      : policy === undefined
        ? ''
        : printPolicy(policy, owner, context);
  const on = `${objectType} ${quoteIdentifier(name)} ON ${printFull(owner, context.before)}`;
  return exact([made, ...(found.comment === undefined ? [] : [printComment(on, found.comment)])].join('\n'));
}

/** A function is made by the statement that made it, unless another one has changed it since. */
function restoreFunction(statement: Drop, name: QualifiedName, context: InverseContext): Inverted {
  const [entry, ...others] = functionsDropped(context.before, statement, name);
  const kind = statement.objectType.toLowerCase();
  if (entry === undefined || others.length > 0) {
    return notPossible(
      `No earlier migration creates ${kind} "${name.name}", so its definition is not known.`,
    );
  }
  const restored = printFunction(entry, context);
  return restored === undefined
    ? notPossible(`The last definition of ${kind} "${name.name}" is not known.`)
    : exact(restored);
}

/** The foreign keys of other relations that CASCADE took. */
function referencing(relation: Relation, context: InverseContext): readonly Inverted[] {
  return relation.referencedBy
    .filter((name) => !isSame(name, relation))
    .flatMap((name) => {
      const other = context.before.relation(name);
      return (other?.constraints ?? []).flatMap((constraint) => {
        if (other === undefined || constraint.references === undefined) return [];
        if (!isSame(constraint.references.relation, relation)) return [];
        const printed = printConstraint(constraint, other, context);
        const sql = `ALTER TABLE ${printFull(name, context.before)} ADD ${printed?.sql ?? ''} NOT VALID;`;
        return [
          schemaOnly(sql, `"${constraint.name}" is not validated: the rows that it referenced are gone.`),
        ];
      });
    })
    .reverse();
}
