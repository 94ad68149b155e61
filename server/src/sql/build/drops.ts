import type { DropStmt, Node, RenameStmt } from '@pgsql/types';
import type { Drop, QualifiedName, Rename } from '../statement';
import { type Base, objectTypeName } from './base';
import { type Reader, strings } from './reader';

export function drop(reader: Reader, stmt: DropStmt, base: Base): Drop {
  const objectType = objectTypeName(stmt.removeType);
  // The names begin behind the words of the object type, CONCURRENTLY and IF EXISTS.
  const first =
    1 +
    objectType.split(' ').length +
    (stmt.concurrent === true ? 1 : 0) +
    (stmt.missing_ok === true ? 2 : 0);
  const elements = reader.elements(first, reader.tokens.length);
  const objects = (stmt.objects ?? []).map((node, index) => {
    const parts = nameParts(node);
    return { parts, index: elements[index]?.first ?? first };
  });
  const hangsOnRelation = objectType === 'TRIGGER' || objectType === 'POLICY' || objectType === 'RULE';
  return {
    kind: 'Drop',
    objectType,
    names: objects.map(({ parts, index }) =>
      reader.qualified(hangsOnRelation ? parts.slice(-1) : parts, index),
    ),
    concurrently: stmt.concurrent === true,
    ifExists: stmt.missing_ok === true,
    cascade: stmt.behavior === 'DROP_CASCADE',
    relation: hangsOnRelation ? relationOf(reader, objects[0]?.parts ?? [], first) : undefined,
    ...base,
  };
}

/** `DROP TRIGGER name ON relation`: the grammar puts the relation's parts before the name. */
function relationOf(reader: Reader, parts: readonly string[], first: number): QualifiedName {
  const on = reader.find(['on'], first) ?? first;
  return reader.qualified(parts.slice(0, -1), on + 1);
}

/** The parts of an object's name, however the grammar wraps it. */
export function nameParts(node: Node): readonly string[] {
  if ('List' in node) return strings(node.List.items);
  if ('String' in node) return [node.String.sval ?? ''];
  if ('TypeName' in node) return strings(node.TypeName.names);
  if ('ObjectWithArgs' in node) return strings(node.ObjectWithArgs.objname);
  return [];
}

export function rename(reader: Reader, stmt: RenameStmt, base: Base): Rename {
  const objectType = objectTypeName(stmt.renameType);
  const parts = stmt.object === undefined ? [] : nameParts(stmt.object);
  const relation = stmt.relation === undefined ? undefined : reader.relation(stmt.relation);
  return {
    kind: 'Rename',
    objectType: objectType === 'TABCONSTRAINT' ? 'CONSTRAINT' : objectType,
    relation: relation ?? (parts.length > 0 ? reader.qualified(parts, 2) : undefined),
    from: stmt.subname ?? relation?.name ?? parts.at(-1) ?? '',
    to: stmt.newname ?? '',
    ifExists: stmt.missing_ok === true,
    ...base,
  };
}
