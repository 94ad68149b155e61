import { replayAction } from '../catalog/alter-table';
import { Catalog } from '../catalog/catalog';
import type { Relation } from '../catalog/relation';
import type { AlterTableAction } from '../sql/statement';
import { undoColumn } from './alter-table-columns';
import { undoConstraint } from './alter-table-constraints';
import { printEnabled } from './facts';
import {
  type ActionSite,
  exact,
  inReverse,
  type Inverse,
  type Inverted,
  nothing,
  notPossible,
  printRelation,
} from './inverse';

const inverse: Inverse<'AlterTable'> = {
  on: 'AlterTable',
  docs: {
    summary:
      'Undoes the actions, the last one first, with what the catalog knows of columns and constraints.',
  },

  invert(statement, context) {
    if (statement.objectType !== 'TABLE') {
      return notPossible(`Lockstep does not know how to undo ${statement.command}.`);
    }
    const { before } = context;
    if (statement.ifExists && before.relation(statement.relation) === undefined) return nothing;
    const prefix = `ALTER TABLE ${statement.only ? 'ONLY ' : ''}${printRelation(statement.relation, before)}`;
    const name = before.resolve(statement.relation);
    // Each action sees what those before it left behind.
    let current = before;
    return inReverse(
      statement.actions.map((action) => {
        const after = new Catalog(current);
        replayAction(after, name, action, {
          origin: { file: before.file, statement: -1 },
          only: statement.only,
        });
        const undone = undo(action, { ...context, before: current, after, statement, prefix });
        current = after;
        return undone;
      }),
    );
  },
};

export default inverse;

function undo(action: AlterTableAction, site: ActionSite): Inverted {
  const { before, prefix, statement } = site;
  switch (action.type) {
    case 'AddColumn':
    case 'DropColumn':
    case 'SetNotNull':
    case 'DropNotNull':
    case 'SetDefault':
    case 'DropDefault':
    case 'AlterColumnType':
      return undoColumn(action, site);
    case 'AddConstraint':
    case 'ValidateConstraint':
    case 'DropConstraint':
      return undoConstraint(action, site);
    case 'AttachPartition':
      return exact(`${prefix} DETACH PARTITION ${printRelation(action.partition, before)};`);
    case 'DetachPartition':
      return notPossible(`The bounds of partition "${action.partition.name}" are not known.`);
    case 'Other':
      return undoOther(action, before.relation(statement.relation), prefix);
  }
}

function undoOther(
  { subtype, name }: AlterTableAction & { type: 'Other' },
  relation: Relation | undefined,
  prefix: string,
): Inverted {
  const hadRowSecurity = relation?.rowSecurity === true;
  const hadForce = relation?.forceRowSecurity === true;
  const trigger = relation?.triggers.find((one) => one.name === name);
  switch (subtype) {
    case 'AT_ForceRowSecurity':
      return hadForce ? nothing : exact(`${prefix} NO FORCE ROW LEVEL SECURITY;`);
    case 'AT_NoForceRowSecurity':
      return hadForce ? exact(`${prefix} FORCE ROW LEVEL SECURITY;`) : nothing;
    case 'AT_EnableTrig':
    case 'AT_EnableAlwaysTrig':
    case 'AT_EnableReplicaTrig':
    case 'AT_DisableTrig':
      return trigger === undefined
        ? notPossible(`Lockstep does not know whether trigger "${name ?? ''}" was enabled.`)
        : exact(printEnabled(trigger, prefix));
    case 'AT_EnableRowSecurity':
      return hadRowSecurity ? nothing : exact(`${prefix} DISABLE ROW LEVEL SECURITY;`);
    case 'AT_DisableRowSecurity':
      return hadRowSecurity ? exact(`${prefix} ENABLE ROW LEVEL SECURITY;`) : nothing;
    default:
      return notPossible(`Lockstep does not know what ${actionWords(subtype)} changed.`);
  }
}

/** `AT_SetStatistics` is SET STATISTICS. */
function actionWords(subtype: string): string {
  return subtype
    .replace(/^AT_/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
}
