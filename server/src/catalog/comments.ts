import type { Node } from '@pgsql/types';
import { objectTypeName } from '../sql/build/base';
import { strings } from '../sql/build/reader';
import type { Catalog } from './catalog';
import { changeKnown, putIndex } from './edit';
import { changeExtension } from './extensions';
import { changeFacts, changeType, nameIn } from './objects';

/** COMMENT ON. An empty comment is none. */
export function comment(catalog: Catalog, node: Node): void {
  if (!('CommentStmt' in node)) return;
  const { objtype, object, comment: written } = node.CommentStmt;
  const text = written === '' ? undefined : written;
  const type = objectTypeName(objtype);
  if (type === 'INDEX') {
    const found = catalog.index(nameIn(object));
    if (found !== undefined) putIndex(catalog, found.relation, { ...found.index, comment: text });
  } else if (type === 'EXTENSION') {
    changeExtension(catalog, nameIn(object).name, (extension) => ({ ...extension, comment: text }));
  } else if (object !== undefined && 'List' in object && partsOfRelation.has(type)) {
    commentPart(catalog, strings(object.List.items), text, type);
  } else if (type === 'DOMCONSTRAINT' && object !== undefined && 'List' in object) {
    const [domain, constraint] = object.List.items ?? [];
    const name = constraint !== undefined && 'String' in constraint ? constraint.String.sval : undefined;
    changeType(catalog, nameIn(domain), (before) => ({
      ...before,
      constraints: withComment(before.constraints ?? [], name, text),
    }));
  } else changeFacts(catalog, type, object, (facts) => ({ ...facts, comment: text }));
}

const partsOfRelation: ReadonlySet<string> = new Set([
  'COLUMN',
  'TABCONSTRAINT',
  'TRIGGER',
  'POLICY',
  'RULE',
]);

/** The comment on a part of a relation, which the last of `names` is. */
function commentPart(
  catalog: Catalog,
  names: readonly string[],
  text: string | undefined,
  type: string,
): void {
  const [part, name = '', schema] = [...names].reverse();
  changeKnown(catalog, catalog.resolve({ schema, name }), (relation) => {
    switch (type) {
      case 'COLUMN':
        return { ...relation, columns: withComment(relation.columns, part, text) };
      case 'TABCONSTRAINT':
        return { ...relation, constraints: withComment(relation.constraints, part, text) };
      case 'TRIGGER':
        return { ...relation, triggers: withComment(relation.triggers, part, text) };
      case 'POLICY':
        return { ...relation, policies: withComment(relation.policies, part, text) };
      default:
        return { ...relation, rules: withComment(relation.rules ?? [], part, text) };
    }
  });
}

function withComment<Part extends { readonly name: string; readonly comment?: string | undefined }>(
  parts: readonly Part[],
  name: string | undefined,
  text: string | undefined,
): readonly Part[] {
  return parts.map((one) => (one.name === name ? { ...one, comment: text } : one));
}
