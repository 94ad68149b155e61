import { schemaAfter } from '../catalog/after';
import { privilegeKind } from '../catalog/grants';
import { nameIn } from '../catalog/objects';
import { privilegesOn } from '../catalog/privileges';
import { named, type Relation } from '../catalog/relation';
import { objectTypeName } from '../sql/build/base';
import { strings } from '../sql/build/reader';
import { quoteIdentifier } from '../sql/print';
import type { Other } from '../sql/statement';
import { printComment, printGrants, printPolicy } from './facts';
import { exact, type InverseContext, type Inverted, inReverse, notPossible, printFull } from './inverse';

/** What undoes COMMENT, GRANT, REVOKE and ALTER POLICY on relations that the migrations have made; else undefined. */
export function undoFacts(statement: Other, context: InverseContext): Inverted | undefined {
  const { node } = statement;
  if ('CommentStmt' in node) return undoComment(statement, context);
  if ('AlterPolicyStmt' in node) {
    const { policy_name: name, table } = node.AlterPolicyStmt;
    const relation = context.before.relation(named(table));
    const policy = relation?.policies.find((one) => one.name === name);
    if (relation === undefined || policy === undefined) return undefined;
    // ALTER POLICY cannot take an expression away.
    const drop = `DROP POLICY ${quoteIdentifier(policy.name)} ON ${printFull(relation, context.before)};`;
    const on = `POLICY ${quoteIdentifier(policy.name)} ON ${printFull(relation, context.before)}`;
    const comment = policy.comment === undefined ? [] : [printComment(on, policy.comment)];
    return exact([drop, printPolicy(policy, relation, context), ...comment].join('\n'));
  }
  return 'GrantStmt' in node ? undoGrant(statement, context) : undefined;
}

function undoComment({ node }: Other, { before }: InverseContext): Inverted | undefined {
  if (!('CommentStmt' in node)) return undefined;
  const { objtype, object } = node.CommentStmt;
  const type = objectTypeName(objtype);
  const names = object !== undefined && 'List' in object ? strings(object.List.items) : [];
  if (type === 'COLUMN') {
    const [column = '', name = '', schema] = [...names].reverse();
    const relation = before.relation({ schema, name });
    const found = relation?.columns.find((one) => one.name === column);
    if (relation === undefined || found === undefined) return undefined;
    return exact(
      printComment(`COLUMN ${printFull(relation, before)}.${quoteIdentifier(column)}`, found.comment),
    );
  }
  const isRelation =
    type === 'TABLE' || type === 'VIEW' || type === 'MATERIALIZED VIEW' || type === 'SEQUENCE';
  const relation = isRelation ? before.relation(nameIn(object)) : undefined;
  if (relation === undefined || !isMade(relation)) return undefined;
  return exact(printComment(`${type} ${printFull(relation, before)}`, relation.comment));
}

/** Whether a migration has made it, so that all that was said of it is known. */
function isMade({ origin }: Relation): boolean {
  return origin.statement >= 0;
}

function undoGrant(statement: Other, context: InverseContext): Inverted | undefined {
  if (!('GrantStmt' in statement.node)) return undefined;
  const { targtype, objects, is_grant: isGrant } = statement.node.GrantStmt;
  if (targtype !== 'ACL_TARGET_OBJECT') return undefined;
  const after = schemaAfter(statement, context.before);
  const parts: Inverted[] = [];
  for (const object of objects ?? []) {
    if (!('RangeVar' in object)) return undefined;
    const was = context.before.relation(named(object.RangeVar));
    const is = after.relation(named(object.RangeVar));
    if (was === undefined || is === undefined || !isMade(was)) return undefined;
    const sql = grantsBack(was, is, context);
    // What is revoked without having been granted before somebody else has granted.
    if (sql.length === 0 && isGrant !== true) return undefined;
    parts.push(
      sql.length === 0
        ? exact('')
        : exact(sql.join('\n'), 'Keep privileges that default privileges or a manual GRANT gave before.'),
    );
  }
  return parts.length === 0
    ? notPossible('The privileges before this statement are not known.')
    : inReverse(parts);
}

function grantsBack(
  was: Relation,
  is: Relation,
  { before, postgresVersion }: InverseContext,
): readonly string[] {
  const kind = privilegeKind(was);
  const object = `${kind === 'SEQUENCE' ? 'SEQUENCE ' : ''}${printFull(was, before)}`;
  const columns = was.columns.flatMap(({ name, privileges }) => {
    const now = is.columns.find((one) => one.name === name)?.privileges;
    return printGrants(
      privileges ?? [],
      now ?? [],
      { object, kind: 'COLUMN', column: name },
      postgresVersion,
    );
  });
  return [
    ...printGrants(privilegesOn(kind, was), privilegesOn(kind, is), { object, kind }, postgresVersion),
    ...columns,
  ];
}
