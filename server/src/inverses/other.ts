import type { CreateTrigStmt, Node } from '@pgsql/types';
import { type Named, named } from '../catalog/relation';
import { unseen } from '../catalog/catalog';
import { aggregateOf, functionOf } from '../catalog/functions';
import { isTemporaryView } from '../catalog/views';
import { inputTypes, printTypes, sameSignature } from '../catalog/signatures';
import { strings } from '../sql/build/reader';
import { tokenize } from '../sql/scanner';
import type { Other } from '../sql/statement';
import { printTrigger } from './facts';
import { printFunction, printSignature } from './functions';
import { undoFacts } from './undo-facts';
import { printName, quoteIdentifier } from '../sql/print';
import {
  exact,
  type Inverse,
  type InverseContext,
  type Inverted,
  nothing,
  notPossible,
  printRelation,
  schemaOnly,
} from './inverse';

const inverse: Inverse<'Other'> = {
  on: 'Other',
  docs: {
    summary: 'DROP for what was created; the state before other commands is not known.',
  },

  invert(statement, context) {
    const about = relationsOf(statement.node);
    // Privileges and comments go with the relation, which the migration itself has made.
    if (about.length > 0 && about.every((name) => context.before.isNew(name))) return nothing;
    return (
      undoCreation(statement, context) ??
      undoFacts(statement, context) ??
      notPossible(`The state before ${statement.command} is not known.`)
    );
  },
};

export default inverse;

/** The relations that GRANT, REVOKE or COMMENT is about; none when it is about anything else besides. */
function relationsOf(node: Node): readonly Named[] {
  if ('GrantStmt' in node && node.GrantStmt.targtype === 'ACL_TARGET_OBJECT') {
    const objects = node.GrantStmt.objects ?? [];
    const names = objects.flatMap((object) => ('RangeVar' in object ? [named(object.RangeVar)] : []));
    return names.length === objects.length ? names : [];
  }
  if (!('CommentStmt' in node)) return [];
  const { objtype, object } = node.CommentStmt;
  if (object === undefined || !('List' in object)) return [];
  const parts = strings(object.List.items);
  const isColumn = objtype === 'OBJECT_COLUMN';
  if (!isColumn && objtype !== 'OBJECT_TABLE' && objtype !== 'OBJECT_VIEW' && objtype !== 'OBJECT_MATVIEW')
    return [];
  const [name = '', schema] = (isColumn ? parts.slice(0, -1) : [...parts]).reverse();
  return [{ schema, name }];
}

/** DROP for the commands whose tree says what they make. */
function undoCreation(statement: Other, context: InverseContext): Inverted | undefined {
  const { before } = context;
  const { node } = statement;
  if ('CreateSchemaStmt' in node) {
    const { schemaname, if_not_exists: mayExist } = node.CreateSchemaStmt;
    return mayExist === true
      ? shared(schemaname)
      : exact(`DROP SCHEMA ${quoteIdentifier(schemaname ?? '')};`);
  }
  if ('CreateExtensionStmt' in node) {
    const { extname, if_not_exists: mayExist } = node.CreateExtensionStmt;
    return mayExist === true ? shared(extname) : exact(`DROP EXTENSION ${quoteIdentifier(extname ?? '')};`);
  }
  if ('CreateEnumStmt' in node) return dropNamed('TYPE', node.CreateEnumStmt.typeName);
  if ('CreateRangeStmt' in node) return dropNamed('TYPE', node.CreateRangeStmt.typeName);
  if ('CompositeTypeStmt' in node) {
    return exact(`DROP TYPE ${printRelation(named(node.CompositeTypeStmt.typevar), before)};`);
  }
  if ('CreateDomainStmt' in node) return dropNamed('DOMAIN', node.CreateDomainStmt.domainname);
  if ('CreateSeqStmt' in node) {
    const { sequence, if_not_exists: mayExist } = node.CreateSeqStmt;
    if (sequence?.relpersistence === 't' || before.relation(named(sequence)) !== undefined) return nothing;
    return created(`DROP SEQUENCE ${printRelation(named(sequence), before)};`, mayExist);
  }
  if ('CreatePolicyStmt' in node) {
    const { policy_name: name, table } = node.CreatePolicyStmt;
    return exact(`DROP POLICY ${quoteIdentifier(name ?? '')} ON ${printRelation(named(table), before)};`);
  }
  if ('CreateTrigStmt' in node) return undoTrigger(node.CreateTrigStmt, context);
  if ('ViewStmt' in node) {
    const view = named(node.ViewStmt.view);
    if (isTemporaryView(before, node.ViewStmt)) return nothing;
    const old = before.relation(view);
    if (old === undefined) {
      return created(`DROP VIEW ${printRelation(view, before)};`, node.ViewStmt.replace);
    }
    const made = context.statementAt?.(old.origin);
    return made === undefined
      ? notPossible(`The previous query of "${view.name}" is not known.`)
      : schemaOnly(`${made.text};`, `It fails if "${view.name}" has more columns by then.`);
  }
  if ('DefineStmt' in node && node.DefineStmt.kind === 'OBJECT_AGGREGATE') {
    const made = aggregateOf(before, node.DefineStmt, statement.text, unseen);
    const isNew = !before.functions(made).some((one) => sameSignature(one, made));
    // What an ordered-set aggregate is ordered by stands between its arguments.
    return isNew && made.directArguments === undefined
      ? exact(`DROP AGGREGATE ${printSignature(made, context)};`)
      : undefined;
  }
  if ('CreateFunctionStmt' in node) {
    const { funcname, is_procedure: isProcedure, replace } = node.CreateFunctionStmt;
    const [name = '', schema] = [...strings(funcname)].reverse();
    const made = functionOf(before, statement, unseen);
    const old = before.functions({ schema, name }).find((one) => sameSignature(one, made));
    if (old !== undefined) {
      const restored = printFunction(old, context);
      return restored === undefined
        ? notPossible(`The previous definition of function "${name}" is not known.`)
        : exact(asReplacement(restored));
    }
    return created(
      `DROP ${isProcedure === true ? 'PROCEDURE' : 'FUNCTION'} ${printRelation({ schema, name }, before)}(${printTypes(inputTypes(made))});`,
      replace,
    );
  }
  return undefined;
}

/** CREATE FUNCTION as CREATE OR REPLACE FUNCTION. */
function asReplacement(sql: string): string {
  const [create, next] = tokenize(sql);
  return create === undefined || next?.text === 'or'
    ? sql
    : `${sql.slice(0, create.end)} OR REPLACE${sql.slice(create.end)}`;
}

function undoTrigger({ trigname, relation, replace }: CreateTrigStmt, context: InverseContext): Inverted {
  const { before } = context;
  const known = before.relation(named(relation));
  const old = known?.triggers.find(({ name }) => name === trigname);
  if (known !== undefined && old !== undefined) {
    return exact(printTrigger(old, known, context).replace(/^CREATE /, 'CREATE OR REPLACE '));
  }
  const mayExist = replace === true && known === undefined;
  return created(
    `DROP TRIGGER ${quoteIdentifier(trigname ?? '')} ON ${printRelation(named(relation), before)};`,
    mayExist,
  );
}

/** Others may use it too, and have made it first. */
function shared(name = ''): Inverted {
  return notPossible(`"${name}" may be older than the migration; drop it by hand if nothing uses it.`);
}

/** The statement may have found the thing there already; then it must stay. */
function created(sql: string, mayExist: boolean | undefined): Inverted {
  return mayExist === true ? exact(sql, 'Keep it if it existed before the migration.') : exact(sql);
}

function dropNamed(type: string, names: readonly Node[] | undefined): Inverted {
  const [name = '', schema] = [...strings(names)].reverse();
  return exact(`DROP ${type} ${printName({ schema, name })};`);
}
