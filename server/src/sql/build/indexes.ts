import type { IndexStmt, Node } from '@pgsql/types';
import type { CreateIndex, IndexColumn } from '../statement';
import type { Base } from './base';
import { dotted } from '../print';
import { collationName, type Reader, strings } from './reader';

export function createIndex(reader: Reader, stmt: IndexStmt, base: Base): CreateIndex {
  const keyword = reader.find(['index']) ?? 0;
  const concurrently = reader.token(keyword + 1)?.text === 'concurrently' ? keyword + 1 : undefined;
  const condition = reader.find(['if'], keyword, (concurrently ?? keyword) + 2);
  const nameIndex = condition === undefined ? (concurrently ?? keyword) + 1 : condition + 3;
  const relation = reader.relation(stmt.relation);
  const open = reader.find(['('], reader.indexAt(relation.range.end)) ?? reader.tokens.length - 1;
  const close = reader.closing(open);
  const elements = reader.elements(open + 1, close);
  const where = reader.find(['where'], close + 1);
  const predicate = stmt.whereClause;
  return {
    kind: 'CreateIndex',
    index: stmt.idxname === undefined ? undefined : reader.name(stmt.idxname, nameIndex),
    relation,
    only: stmt.relation?.inh !== true,
    unique: stmt.unique === true,
    concurrently: stmt.concurrent === true,
    ifNotExists: stmt.if_not_exists === true,
    method: stmt.accessMethod ?? 'btree',
    columns: (stmt.indexParams ?? []).map((node, index) => {
      const { first, last } = elements[index] ?? { first: open, last: close };
      return indexColumn(reader, node, first, last);
    }),
    include: (stmt.indexIncludingParams ?? []).flatMap((node) =>
      'IndexElem' in node && node.IndexElem.name !== undefined ? [node.IndexElem.name] : [],
    ),
    nullsNotDistinct: stmt.nulls_not_distinct === true,
    predicate:
      predicate === undefined || where === undefined
        ? undefined
        : reader.expression(predicate, where + 1, reader.tokens.length - 1),
    indexKeyword: reader.range(keyword, keyword),
    concurrentlyKeyword: concurrently === undefined ? undefined : reader.range(concurrently, concurrently),
    ifNotExistsKeywords: condition === undefined ? undefined : reader.range(condition, condition + 2),
    columnList: reader.range(open, close),
    ...base,
  };
}

function indexColumn(reader: Reader, node: Node, first: number, last: number): IndexColumn {
  const element = 'IndexElem' in node ? node.IndexElem : {};
  const range = reader.range(first, last);
  return {
    column: element.name,
    expression: element.expr === undefined ? undefined : expression(reader, element.expr, first, last),
    operatorClass: dotted(strings(element.opclass)) || undefined,
    collation: collationName(element.collation),
    descending: element.ordering === 'SORTBY_DESC',
    nulls:
      element.nulls_ordering === 'SORTBY_NULLS_FIRST'
        ? 'first'
        : element.nulls_ordering === 'SORTBY_NULLS_LAST'
          ? 'last'
          : undefined,
    text: reader.slice(range),
    range,
  };
}

/** An expression is a function call, or stands in parentheses; COLLATE, operator class and order come behind it. */
function expression(reader: Reader, node: Node, first: number, last: number): IndexColumn['expression'] {
  const open = reader.find(['('], first, last + 1);
  return reader.expression(node, first, open === undefined ? last : reader.closing(open));
}
