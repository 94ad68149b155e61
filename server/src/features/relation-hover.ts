import type { Catalog } from '../catalog/catalog';
import type { Column, Constraint, Index, Origin, Relation } from '../catalog/relation';
import { printColumn, printConstraint, printIndex } from '../inverses/definitions';
import type { InverseContext } from '../inverses/inverse';
import { quoteIdentifier } from '../sql/print';
import type { Statement } from '../sql/statement';
import { schemaNamed } from '../catalog/schemas';
import { describeFunctions, quotedComment } from './function-hover';
import { type Analysis, catalogBefore } from './analysis';
import { originOf, thingAt } from './definition';
import { shownName } from './headline';
import type { HoverText } from './hover';
import { code, sqlBlock } from './markdown';
import type { ObjectName } from './names/names';

/** What a description of a thing needs of the editor. */
export interface DescriptionSite {
  /** The place of a statement as a link, or as words; undefined when its file is not known. */
  readonly linkTo: (origin: Origin) => string | undefined;
}

/** More columns, indexes or constraints than this nobody reads in a hover. */
const mostColumns = 30;
const mostParts = 12;
const longestLabel = 32;

/** A hover on a name, and what kind of thing it names. */
interface ObjectHover extends HoverText {
  readonly kind: ObjectName['kind'];
}

/** What there is to say about the relation, column or other thing that is named at `offset`, as it is before that statement. */
export function objectHover(
  analysis: Analysis,
  offset: number,
  site: DescriptionSite,
): ObjectHover | undefined {
  const thing = thingAt(analysis, offset);
  if (thing?.mention === undefined) return undefined;
  const { before, object } = thing.mention;
  const catalog = catalogBefore(analysis, thing.statement);
  const markdown = describeObject(before ?? object, catalog, analysis, site);
  return markdown === undefined ? undefined : { markdown, range: thing.range, kind: object.kind };
}

/** A thing of the catalog as Markdown; undefined when the migrations do not know it. */
export function describeObject(
  object: ObjectName,
  catalog: Catalog,
  { surroundings }: Analysis,
  site: DescriptionSite,
): string | undefined {
  const { pastStatement, settings } = surroundings;
  const context: InverseContext = {
    before: catalog,
    postgresVersion: settings.postgresVersion,
    ...(pastStatement === undefined ? {} : { statementAt: pastStatement }),
  };
  const { kind, schema, name, owner } = object;
  const relation = catalog.relation({ schema, name: owner ?? name });
  switch (kind) {
    case 'relation':
      return relation === undefined ? undefined : describeRelation(relation, context, site);
    case 'column': {
      const column = relation?.columns.find((one) => one.name === name);
      return relation === undefined || column === undefined
        ? undefined
        : describeColumn(relation, column, context, site);
    }
    case 'index': {
      const found = catalog.index({ schema, name });
      const table = found === undefined ? undefined : catalog.relation(found.relation);
      return found === undefined || table === undefined
        ? undefined
        : describeIndex(found.index, table, context, site);
    }
    case 'constraint': {
      const constraint = relation?.constraints.find((one) => one.name === name);
      if (relation === undefined || constraint === undefined) return undefined;
      return paragraphs(
        `**constraint** ${code(name)} on ${code(shownName(relation))}${made(constraint.origin, site)}`,
        sqlBlock(constraintLine(constraint, relation, context)),
      );
    }
    case 'type':
      return describeType(object, catalog, context, site);
    case 'trigger':
    case 'policy':
      return describeByStatement(object, originOf(object, catalog), context, site);
    case 'function':
      return describeFunctions(catalog.functions({ schema, name }), (origin) => made(origin, site));
    case 'schema': {
      const entry = schemaNamed(catalog, name);
      return entry?.comment === undefined || !entry.isMade
        ? undefined
        : paragraphs(`**schema** ${code(name)}`, ...quotedComment(entry.comment));
    }
  }
}

function describeRelation(relation: Relation, context: InverseContext, site: DescriptionSite): string {
  const { kind, origin, columns, isComplete } = relation;
  const isMissing = isComplete || kind === 'sequence';
  const notes = isMissing ? [] : ['*The migrations do not define all of its columns.*'];
  return paragraphs(
    `**${kind}** ${code(shownName(relation))}${made(origin, site)}`,
    ...quotedComment(relation.comment),
    columns.length === 0 ? undefined : sqlBlock(columnLines(columns, origin, context)),
    ...notes,
    parts(
      'Indexes',
      relation.indexes.map((index) => indexItem(index, relation, context, site)),
    ),
    parts('Constraints', constraintItems(relation, context, site)),
    names('Referenced by', relation.referencedBy.map(shownName)),
    names('Read by', relation.readBy.map(shownName)),
    names('Partition of', relation.parents.map(shownName)),
    names('Partitions', relation.children.map(shownName)),
    names(
      'Triggers',
      relation.triggers.map(({ name }) => name),
    ),
    names(
      relation.rowSecurity ? 'Row level security, with' : 'Policies',
      relation.policies.map(({ name }) => name),
    ),
  );
}

function paragraphs(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined && text !== '').join('\n\n');
}

/** ` · 20260101_init` with a link. */
function made(origin: Origin, { linkTo }: DescriptionSite): string {
  const link = origin.file === '' ? undefined : linkTo(origin);
  return link === undefined ? '' : ` · ${link}`;
}

function columnLines(columns: readonly Column[], origin: Origin, context: InverseContext): string {
  const shown = columns.slice(0, mostColumns);
  const widest = Math.min(24, Math.max(...shown.map(({ name }) => quoteIdentifier(name).length)));
  const lines = shown.map((column) => {
    const name = quoteIdentifier(column.name);
    const later =
      column.origin.file === origin.file || column.origin.file === ''
        ? ''
        : ` -- ${shortened(fileLabel(column.origin))}`;
    return `${name.padEnd(widest)} ${columnType(column, context)}${later}`;
  });
  const more = columns.length - shown.length;
  return [...lines, ...(more > 0 ? [`-- and ${more} more`] : [])].join('\n');
}

/** `bigint NOT NULL DEFAULT 0`. */
function columnType(column: Column, context: InverseContext): string {
  const printed = printColumn(column, context, true)?.sql;
  const { type } = column;
  if (printed === undefined) return type === undefined ? '' : plainType(type.text);
  const definition = printed.slice(quoteIdentifier(column.name).length).trim();
  return type === undefined ? definition : definition.replace(type.text, plainType(type.text));
}

/** A type without the quotes and the schema that it does not need: dumps write `"public"."state"`. */
export function plainType(text: string): string {
  return text.replace(/"([a-z_][a-z0-9_]*)"/g, '$1').replace(/^(?:public|pg_catalog)\./, '');
}

/** Short enough to stand behind a column. */
function shortened(label: string): string {
  return label.length > longestLabel ? `${label.slice(0, longestLabel - 1)}…` : label;
}

/** The last part of a path that tells migrations apart: of `1_init/migration.sql` the folder. */
export function fileLabel({ file }: Origin): string {
  const segments = file.split('/');
  const last = segments.at(-1) ?? '';
  return last === 'migration.sql' ? (segments.at(-2) ?? last) : last;
}

function indexItem(index: Index, relation: Relation, context: InverseContext, site: DescriptionSite): string {
  const printed = indexLine(index, relation, context);
  const keys = / (?:ON (?:ONLY )?)(.*)$/.exec(printed)?.[1] ?? printed;
  const definition = keys.slice(keys.search(/ (?:USING|\()/)).trim();
  const unique = index.unique ? 'UNIQUE ' : '';
  return `${code(index.name)} ${code(oneLine(unique + definition))}${made(index.origin, site)}`;
}

function indexLine(index: Index, relation: Relation, context: InverseContext): string {
  return printIndex(index, relation, context, false).sql.replace(/;$/, '');
}

/** The constraints that the columns and the indexes do not show already. */
function constraintItems(
  relation: Relation,
  context: InverseContext,
  site: DescriptionSite,
): readonly string[] {
  return relation.constraints
    .filter(
      ({ type, name }) =>
        type !== 'NOT NULL' && !relation.indexes.some(({ constraint }) => constraint === name),
    )
    .map((constraint) => {
      const body = constraintLine(constraint, relation, context).replace(
        /^CONSTRAINT\s+(?:"(?:[^"]|"")*"|\S+)\s+/,
        '',
      );
      return `${code(constraint.name)} ${code(oneLine(body))}${made(constraint.origin, site)}`;
    });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function constraintLine(constraint: Constraint, relation: Relation, context: InverseContext): string {
  const printed =
    printConstraint(constraint, relation, context)?.sql ??
    `${constraint.type} (${constraint.columns.join(', ')})`;
  return `${printed}${constraint.isValid || !constraint.enforced ? '' : ' NOT VALID'}`;
}

function parts(title: string, items: readonly string[]): string | undefined {
  if (items.length === 0) return undefined;
  const shown = items.slice(0, mostParts).map((item) => `- ${item}`);
  const more = items.length - shown.length;
  return [title, ...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function names(title: string, items: readonly string[]): string | undefined {
  if (items.length === 0) return undefined;
  const shown = items.slice(0, mostParts).map((item) => code(item));
  const more = items.length - shown.length;
  return `${title} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function describeColumn(
  relation: Relation,
  column: Column,
  context: InverseContext,
  site: DescriptionSite,
): string {
  const { name } = column;
  const indexes = relation.indexes.filter(
    ({ columns, include }) => include.includes(name) || columns.some((key) => key.column === name),
  );
  const own = {
    ...relation,
    constraints: relation.constraints.filter(({ columns }) => columns.includes(name)),
  };
  const type = column.type === undefined ? undefined : context.before.type(column.type);
  return paragraphs(
    `**column** ${code(`${shownName(relation)}.${name}`)}${made(column.origin, site)}`,
    ...quotedComment(column.comment),
    sqlBlock(`${quoteIdentifier(name)} ${columnType(column, context)}`),
    names('Values', type?.labels ?? []),
    parts(
      'Indexes',
      indexes.map((index) => indexItem(index, relation, context, site)),
    ),
    parts('Constraints', constraintItems({ ...own, indexes: relation.indexes }, context, site)),
  );
}

function describeIndex(
  index: Index,
  relation: Relation,
  context: InverseContext,
  site: DescriptionSite,
): string {
  const constraint = relation.constraints.find(({ name }) => name === index.constraint);
  return paragraphs(
    `**index** ${code(index.name)} on ${code(shownName(relation))}${made(index.origin, site)}`,
    ...quotedComment(index.comment),
    sqlBlock(indexLine(index, relation, context)),
    constraint === undefined
      ? undefined
      : `Belongs to the ${constraint.type} constraint ${code(constraint.name)}.`,
  );
}

function describeType(
  { schema, name }: ObjectName,
  catalog: Catalog,
  context: InverseContext,
  site: DescriptionSite,
): string | undefined {
  const type = catalog.type({ schema, name });
  if (type === undefined) return undefined;
  const statement = context.statementAt?.(type.origin);
  return paragraphs(
    `**${type.kind === 'other' ? 'type' : type.kind}** ${code(shownName(type))}${made(type.origin, site)}`,
    ...quotedComment(type.comment),
    type.labels.length > 0 ? names('Values', type.labels) : undefined,
    statement === undefined || type.labels.length > 0 ? undefined : sqlBlock(excerpt(statement)),
  );
}

function describeByStatement(
  { kind, name, owner }: ObjectName,
  origin: Origin | undefined,
  { statementAt }: InverseContext,
  site: DescriptionSite,
): string | undefined {
  if (origin === undefined) return undefined;
  const statement = statementAt?.(origin);
  return paragraphs(
    `**${kind}** ${code(name)} on ${code(owner ?? '')}${made(origin, site)}`,
    statement === undefined ? undefined : sqlBlock(excerpt(statement)),
  );
}

/** The first lines of a statement. */
function excerpt({ text }: Statement): string {
  const lines = text.split(/\r?\n/);
  return lines.length > mostParts ? [...lines.slice(0, mostParts), '-- …'].join('\n') : lines.join('\n');
}
