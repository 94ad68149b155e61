import type { Node, RangeVar } from '@pgsql/types';
import type { Catalog } from '../../catalog/catalog';
import { hasKnownColumns } from '../../catalog/existence';
import { named, type Relation } from '../../catalog/relation';
import { strings } from '../../sql/build/reader';

/** What a part of a query may name columns of. */
interface Scope {
  readonly sources: readonly Source[];
  /** What the query calls the columns of its answer, which ORDER BY and GROUP BY may name. */
  readonly outputs: ReadonlySet<string>;
  readonly parent: Scope | undefined;
}

interface Source {
  readonly name: string;
  /** undefined when its columns are not known. */
  readonly relation: Relation | undefined;
}

/** A column that an expression names and that no source of it has. */
export interface UnknownColumn {
  /** Where it is looked for: the source that qualifies it, or the only one. */
  readonly relation: Relation;
  readonly column: string;
  /** Of the tree, in bytes. */
  readonly location: number | undefined;
}

type Tree = Readonly<Record<string, unknown>>;

/** The columns that a query or a change of data names and that are not there. Sources of which little is known have any column. */
export function unknownColumnsOfQuery(node: Node, catalog: Catalog): readonly UnknownColumn[] {
  const resolver = new Resolver(catalog);
  resolver.visit(node, undefined);
  return resolver.found;
}

/** The columns that an expression on one relation names and that are not there, such as a policy's or an index's. */
export function unknownColumnsOf(
  expression: Node,
  relation: Relation,
  catalog: Catalog,
): readonly UnknownColumn[] {
  const resolver = new Resolver(catalog);
  const sources = [{ name: relation.name, relation }];
  resolver.visit(expression, { sources, outputs: new Set(), parent: undefined });
  return resolver.found;
}

class Resolver {
  readonly found: UnknownColumn[] = [];
  private readonly commonTables = new Set<string>();

  constructor(private readonly catalog: Catalog) {}

  /** Looks at a part of the tree. Whatever has sources of its own makes a scope. */
  visit(node: unknown, scope: Scope | undefined): void {
    if (Array.isArray(node)) {
      for (const item of node) this.visit(item, scope);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node) as [string, unknown][]) {
      if (key === 'ColumnRef') this.column(value as Tree, scope);
      else if (key === 'SelectStmt' || key === 'larg' || key === 'rarg') this.statement(value as Tree, scope);
      else if (key === 'InsertStmt') this.insert(value as Tree, scope);
      else if (key === 'UpdateStmt' || key === 'DeleteStmt') this.change(value as Tree, scope);
      else if (key === 'MergeStmt') continue;
      else this.visit(value, scope);
    }
  }

  /** SELECT and VALUES; operands of UNION stand in the tree without a wrapper, those of joins with one. */
  private statement(tree: Tree, parent: Scope | undefined): void {
    const { withClause, fromClause, ...rest } = tree;
    if (!('limitOption' in tree) && !('op' in tree)) {
      this.visit(tree, parent);
      return;
    }
    this.visitWith(withClause, parent);
    const sources = this.sources(fromClause, parent);
    const scope = { sources, outputs: outputsOf(tree['targetList']), parent };
    this.visitFrom(fromClause, scope);
    this.visit(rest, scope);
  }

  private insert(tree: Tree, parent: Scope | undefined): void {
    const { withClause, relation, selectStmt, onConflictClause, returningClause, returningList } = tree;
    this.visitWith(withClause, parent);
    this.visit(selectStmt, parent);
    const target = this.source(relation as RangeVar);
    const scope = { sources: [target], outputs: new Set<string>(), parent };
    this.visit([returningClause, returningList], scope);
    this.visit(onConflictClause, { ...scope, sources: [target, { ...target, name: 'excluded' }] });
  }

  private change(tree: Tree, parent: Scope | undefined): void {
    const { withClause, relation, fromClause, usingClause, ...rest } = tree;
    this.visitWith(withClause, parent);
    const from = fromClause ?? usingClause;
    const sources = [this.source(relation as RangeVar), ...this.sources(from, parent)];
    const scope = { sources, outputs: new Set<string>(), parent };
    this.visitFrom(from, scope);
    this.visit(rest, scope);
  }

  private visitWith(clause: unknown, scope: Scope | undefined): void {
    const tables = (clause as { ctes?: readonly Node[] } | undefined)?.ctes ?? [];
    for (const table of tables) {
      if ('CommonTableExpr' in table) this.commonTables.add(table.CommonTableExpr.ctename ?? '');
    }
    this.visit(tables, scope);
  }

  /** Queries, functions and join conditions in a FROM list. */
  private visitFrom(from: unknown, scope: Scope): void {
    if (Array.isArray(from)) {
      for (const item of from) this.visitFrom(item, scope);
      return;
    }
    const node = from as Node | undefined;
    if (node === undefined || 'RangeVar' in node) return;
    if ('JoinExpr' in node) {
      this.visitFrom(node.JoinExpr.larg, scope);
      this.visitFrom(node.JoinExpr.rarg, scope);
      this.visit(node.JoinExpr.quals, scope);
    } else this.visit(node, scope);
  }

  private sources(from: unknown, parent: Scope | undefined): readonly Source[] {
    if (!Array.isArray(from)) return [];
    return (from as readonly Node[]).flatMap((node): readonly Source[] => {
      if ('RangeVar' in node) return [this.source(node.RangeVar)];
      if ('JoinExpr' in node) {
        const { larg, rarg, alias } = node.JoinExpr;
        const joined = [...this.sources([larg], parent), ...this.sources([rarg], parent)];
        return alias === undefined
          ? joined
          : [...joined, { name: alias.aliasname ?? '', relation: undefined }];
      }
      return [{ name: '', relation: undefined }];
    });
  }

  private source(node: RangeVar): Source {
    const name = node.alias?.aliasname ?? node.relname ?? '';
    const isCommon = node.schemaname === undefined && this.commonTables.has(node.relname ?? '');
    const relation =
      isCommon || node.alias?.colnames !== undefined ? undefined : this.catalog.relation(named(node));
    const isKnown = relation !== undefined && hasKnownColumns(this.catalog, relation);
    return { name, relation: isKnown ? relation : undefined };
  }

  private column(tree: Tree, scope: Scope | undefined): void {
    const fields = tree['fields'] as readonly Node[];
    const names = strings(fields);
    const location = tree['location'] as number | undefined;
    if (names.length !== fields.length || scope === undefined || names.length > 2) return;
    const [first = '', second] = names;
    const relation = second === undefined ? this.lacking(first, scope) : this.lackingIn(first, second, scope);
    if (relation !== undefined) this.found.push({ relation, column: second ?? first, location });
  }

  /** The only source, when it has no such column, nor has any around it. */
  private lacking(column: string, scope: Scope): Relation | undefined {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      if (at.outputs.has(column)) return undefined;
      for (const { name, relation } of at.sources) {
        if (relation === undefined || name === column || has(relation, column)) return undefined;
      }
    }
    const [only, second] = scope.sources;
    return second === undefined ? only?.relation : undefined;
  }

  private lackingIn(qualifier: string, column: string, scope: Scope): Relation | undefined {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      const source = at.sources.find(({ name }) => name === qualifier);
      if (source === undefined) continue;
      const { relation } = source;
      return relation === undefined || has(relation, column) || this.isCall(column) ? undefined : relation;
    }
    return undefined;
  }

  /** `orders.total_with_tax` calls a function of one row, and `orders.text` casts it. */
  private isCall(name: string): boolean {
    return this.catalog.function({ schema: undefined, name }) !== undefined || castNames.has(name);
  }
}

const castNames: ReadonlySet<string> = new Set(['text', 'name', 'varchar', 'bpchar', 'citext']);

/** The columns that every table has. */
const systemColumns: ReadonlySet<string> = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid']);

function has(relation: Relation, column: string): boolean {
  return systemColumns.has(column) || relation.columns.some(({ name }) => name === column);
}

function outputsOf(list: unknown): ReadonlySet<string> {
  const outputs = new Set<string>();
  for (const item of (list ?? []) as readonly Node[]) {
    if ('ResTarget' in item && item.ResTarget.name !== undefined) outputs.add(item.ResTarget.name);
  }
  return outputs;
}
