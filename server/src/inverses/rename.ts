import { printName, quoteIdentifier } from '../sql/print';
import type { Rename } from '../sql/statement';
import { exact, type Inverse, type InverseContext, nothing, notPossible, printRelation } from './inverse';

const inverse: Inverse<'Rename'> = {
  on: 'Rename',
  docs: { summary: 'Renames back.' },

  invert(statement, context) {
    const { relation, from, to, objectType } = statement;
    if (objectType === 'SCHEMA') {
      return exact(`ALTER SCHEMA ${quoteIdentifier(to)} RENAME TO ${quoteIdentifier(from)};`);
    }
    if (relation === undefined)
      return notPossible(`Lockstep does not know how to rename this ${objectType} back.`);
    const isThere = context.before.relation(relation) ?? context.before.index(relation);
    if (statement.ifExists && isThere === undefined) return nothing;
    const back = `${quoteIdentifier(to)} TO ${quoteIdentifier(from)};`;
    switch (objectType) {
      case 'COLUMN':
      case 'CONSTRAINT':
        return exact(`ALTER TABLE ${printRelation(relation, context.before)} RENAME ${objectType} ${back}`);
      case 'TABLE':
      case 'INDEX':
      case 'VIEW':
      case 'MATERIALIZED VIEW':
      case 'SEQUENCE':
      case 'FOREIGN TABLE':
        return exact(
          `ALTER ${objectType} ${renamed(statement, relation, context)} RENAME TO ${quoteIdentifier(from)};`,
        );
      case 'TYPE':
      case 'DOMAIN':
        return exact(
          `ALTER ${objectType} ${printName({ schema: relation.schema, name: to })} RENAME TO ${quoteIdentifier(from)};`,
        );
      case 'TRIGGER':
      case 'POLICY': {
        const on = printRelation(relation, context.before);
        return exact(
          `ALTER ${objectType} ${quoteIdentifier(to)} ON ${on} RENAME TO ${quoteIdentifier(from)};`,
        );
      }
      default:
        return notPossible(`Lockstep does not know how to rename this ${objectType} back.`);
    }
  },
};

export default inverse;

/** The new name, in the schema where the old one was. */
function renamed(
  { to }: Rename,
  relation: NonNullable<Rename['relation']>,
  { before }: InverseContext,
): string {
  const index = before.index(relation);
  const schema = relation.schema ?? index?.relation.schema ?? before.resolve(relation).schema;
  return printRelation(
    { schema: relation.schema === undefined && schema === 'public' ? undefined : schema, name: to },
    before,
  );
}
