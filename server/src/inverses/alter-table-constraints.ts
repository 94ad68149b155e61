import type { Constraint, Relation } from '../catalog/relation';
import { quoteIdentifier } from '../sql/print';
import type { AlterTableAction, ConstraintDefinition } from '../sql/statement';
import { printConstraint, printIndex } from './definitions';
import { constraintComment, indexComment } from './facts';
import { type ActionSite, exact, type Inverted, nothing, notPossible, schemaOnly } from './inverse';

type ConstraintAction = Extract<
  AlterTableAction,
  { type: 'AddConstraint' | 'ValidateConstraint' | 'DropConstraint' }
>;

/** Undoes an action on one constraint. */
export function undoConstraint(action: ConstraintAction, site: ActionSite): Inverted {
  const relation = site.before.relation(site.statement.relation);
  if (action.type === 'AddConstraint') return removeConstraint(action.constraint, relation, site);
  const name = action.constraint.text;
  const constraint = relation?.constraints.find((other) => other.name === name);
  if (relation === undefined || constraint === undefined) {
    if (action.type === 'DropConstraint' && action.ifExists && relation?.isComplete === true) return nothing;
    return notPossible(`No earlier migration defines constraint "${name}".`);
  }
  return action.type === 'DropConstraint'
    ? restoreConstraint(constraint, relation, site)
    : unvalidate(constraint, relation, site);
}

function removeConstraint(
  definition: ConstraintDefinition,
  relation: Relation | undefined,
  site: ActionSite,
): Inverted {
  const { before, after, prefix, statement } = site;
  const name = definition.name?.text ?? addedName(relation, after.relation(statement.relation));
  if (name === undefined) return notPossible('The name of the new constraint is not known.');
  const lines = [`${prefix} DROP CONSTRAINT ${quoteIdentifier(name)};`];
  const notes: string[] = [];
  if (definition.type === 'PRIMARY KEY') lines.push(...nullableAgain(definition, relation, site));
  if (definition.usingIndex !== undefined) {
    // The index goes with the constraint, which took it over and gave it its name.
    const entry = before.index({
      schema: before.resolve(statement.relation).schema,
      name: definition.usingIndex,
    });
    if (entry === undefined) {
      return notPossible(
        `Index "${definition.usingIndex}" is dropped with the constraint, and its definition is not known.`,
      );
    }
    const printed = printIndex(entry.index, entry.relation, site, false);
    lines.push(printed.sql);
    notes.push(...printed.notes);
  }
  return (notes.length === 0 ? exact : schemaOnly)(lines.join('\n'), ...notes);
}

/** A primary key makes its columns NOT NULL, and leaves them so when it goes. */
function nullableAgain(
  { columns, usingIndex }: ConstraintDefinition,
  relation: Relation | undefined,
  { prefix }: ActionSite,
): readonly string[] {
  const keys =
    usingIndex === undefined
      ? columns
      : (relation?.indexes.find(({ name }) => name === usingIndex)?.columns ?? []).flatMap(
          ({ column }) => column ?? [],
        );
  return keys
    .filter((key) => relation?.columns.find(({ name }) => name === key)?.notNull === false)
    .map((key) => `${prefix} ALTER COLUMN ${quoteIdentifier(key)} DROP NOT NULL;`);
}

/** The constraint that is in `after` and was not in `before`. */
function addedName(before: Relation | undefined, after: Relation | undefined): string | undefined {
  const known = new Set(before?.constraints.map(({ name }) => name));
  return after?.constraints.find(({ name }) => !known.has(name))?.name;
}

function restoreConstraint(constraint: Constraint, relation: Relation, site: ActionSite): Inverted {
  const { prefix } = site;
  const printed = printConstraint(constraint, relation, site);
  if (printed === undefined) return notPossible(`The full definition of "${constraint.name}" is not known.`);
  const add = `${prefix} ADD ${printed.sql}`;
  const note = `It fails if rows violate "${constraint.name}".`;
  const inverted = printed.notes.length === 0 ? exact : schemaOnly;
  const comments = [
    ...constraintComment(constraint, relation, site),
    ...relation.indexes
      .filter((index) => index.constraint === constraint.name)
      .flatMap((index) => indexComment(index, relation, site)),
  ];
  if (constraint.type !== 'CHECK' && constraint.type !== 'FOREIGN KEY') {
    return inverted([`${add};`, ...comments].join('\n'), note, ...printed.notes);
  }
  if (!constraint.enforced) return inverted([`${add};`, ...comments].join('\n'), ...printed.notes);
  // First for new rows, under a short lock; then for all others, under a weak one.
  const validate = constraint.isValid
    ? `\n${prefix} VALIDATE CONSTRAINT ${quoteIdentifier(constraint.name)};`
    : '';
  return inverted([`${add} NOT VALID;${validate}`, ...comments].join('\n'), note, ...printed.notes);
}

function unvalidate(constraint: Constraint, relation: Relation, site: ActionSite): Inverted {
  // What this file made is dropped by what undoes its making.
  if (constraint.isValid || constraint.origin.file === site.before.file) return nothing;
  const printed = printConstraint(constraint, relation, site);
  if (printed === undefined) return notPossible(`The full definition of "${constraint.name}" is not known.`);
  const drop = `${site.prefix} DROP CONSTRAINT ${quoteIdentifier(constraint.name)}`;
  return (printed.notes.length === 0 ? exact : schemaOnly)(
    `${drop}, ADD ${printed.sql} NOT VALID;`,
    ...printed.notes,
  );
}
