import { schemaAfter } from '../catalog/after';
import type { Catalog } from '../catalog/catalog';
import type { Effects } from '../effects/effects';
import { effectsOf } from '../effects/effects-of';
import type { AlterTable, AlterTableAction } from '../sql/statement';
import type { Range } from '../sql/text';
import { type Analysis, catalogBefore } from './analysis';
import { shownName } from './headline';
import { code, prose } from './markdown';

type TypeChange = AlterTableAction & { type: 'AlterColumnType' };

/**
 * What the change to the type that is named at `offset` costs by itself, whatever else the statement does. Offset and
 * range are relative to the statement.
 */
export function typeChangeAt(
  statement: AlterTable,
  offset: number,
  index: number,
  analysis: Analysis,
): { readonly markdown: string; readonly range: Range } | undefined {
  const at = statement.actions.findIndex(
    (action) =>
      action.type === 'AlterColumnType' &&
      action.dataType.range.start <= offset &&
      offset <= action.dataType.range.end,
  );
  const action = statement.actions[at];
  if (action?.type !== 'AlterColumnType') return undefined;
  const { settings } = analysis.surroundings;
  // A later action sees what an earlier one of the same statement did.
  const earlier = { ...statement, actions: statement.actions.slice(0, at) };
  const catalog = schemaAfter(earlier, catalogBefore(analysis, index));
  const effects = effectsOf({ ...statement, actions: [action] }, catalog, settings.postgresVersion);
  return { markdown: describe(statement, action, catalog, effects), range: action.dataType.range };
}

function describe(statement: AlterTable, action: TypeChange, catalog: Catalog, effects: Effects): string {
  const column = catalog
    .relation(statement.relation)
    ?.columns.find(({ name }) => name === action.column.text);
  const from = column?.type?.text;
  const name = code(`${shownName(catalog.resolve(statement.relation))}.${action.column.text}`);
  const paragraphs = [
    from === undefined
      ? `**${prose(action.dataType.text)}** for ${name}, whose current type is not known. The worst case is assumed.`
      : `**${prose(`${from} → ${action.dataType.text}`)}** for ${name}`,
    cost(effects, catalog.isNew(statement.relation)),
  ];
  for (const { condition } of effects.failsOnRows) paragraphs.push(prose(`Fails if ${condition}.`));
  return paragraphs.join('\n\n');
}

function cost({ rewrites, indexBuilds, scans, locks }: Effects, isNew: boolean): string {
  const mode = locks.find(({ role }) => role === 'target')?.mode ?? 'ACCESS EXCLUSIVE';
  const under = isNew
    ? '; the table is new, so nothing waits.'
    : ` under \`${mode}\`: reads and writes wait meanwhile.`;
  if (rewrites.length > 0) {
    return `Rewrites the table${indexBuilds.length > 0 ? ' and rebuilds its indexes' : ''}${under}`;
  }
  if (indexBuilds.length > 0) {
    return `No rewrite, but the indexes on the column whose order or operators change are rebuilt${under}`;
  }
  if (scans.length > 0) return `No rewrite, but constraints are checked against all rows again${under}`;
  return 'No rewrite, no index build, no scan: only the catalog changes.';
}
