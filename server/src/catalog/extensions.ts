import type { Node } from '@pgsql/types';
import type { Catalog } from './catalog';
import { doubtRelationsOf } from './certainty';
import type { ExtensionEntry } from './entries';
import type { Origin } from './relation';
import { extensions } from './store/tables';

/** An extension that the migrations have created. */
function extensionNamed(catalog: Catalog, name: string): ExtensionEntry | undefined {
  return catalog.get(extensions.at(name));
}

/** CREATE EXTENSION. */
export function createExtension(catalog: Catalog, node: Node, origin: Origin): void {
  if (!('CreateExtensionStmt' in node)) return;
  const { extname: name = '', options } = node.CreateExtensionStmt;
  const schemas = (options ?? []).flatMap((option) => {
    if (!('DefElem' in option) || option.DefElem.defname !== 'schema') return [];
    const { arg } = option.DefElem;
    return arg !== undefined && 'String' in arg ? [arg.String.sval ?? ''] : [];
  });
  const schema = schemas[0] ?? catalog.searchPath[0] ?? 'public';
  doubtRelationsOf(catalog, name, schema);
  // Without IF NOT EXISTS the server refuses one that is there.
  if (extensionNamed(catalog, name) !== undefined) return;
  catalog.set(extensions.at(name), { name, schema, origin });
}

/** Changes an extension; undefined takes it away. */
export function changeExtension(
  catalog: Catalog,
  name: string,
  edit: (extension: ExtensionEntry) => ExtensionEntry | undefined,
): void {
  const old = extensionNamed(catalog, name);
  if (old !== undefined) catalog.set(extensions.at(name), edit(old));
}
