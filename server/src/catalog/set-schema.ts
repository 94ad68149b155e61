import { objectTypeName } from '../sql/build/base';
import type { Other } from '../sql/statement';
import { changeFunction } from './alter-function';
import type { Catalog } from './catalog';
import { changeExtension } from './extensions';
import { changeCollation, nameIn } from './objects';
import { named } from './relation';
import { moveRelation, moveType } from './rename';
import { changeStatistics } from './statistics';

/** ALTER … SET SCHEMA. */
export function setSchema(catalog: Catalog, { node }: Other): void {
  if (!('AlterObjectSchemaStmt' in node)) return;
  const { objectType, relation, object, newschema: schema = 'public' } = node.AlterObjectSchemaStmt;
  if (relation !== undefined) {
    const found = catalog.relation(named(relation));
    if (found !== undefined) moveRelation(catalog, found, { schema, name: found.name });
    return;
  }
  const type = objectTypeName(objectType);
  const name = nameIn(object);
  if (object !== undefined && 'ObjectWithArgs' in object) {
    changeFunction(catalog, object, type, (entry) => ({ ...entry, schema }));
  } else if (type === 'TYPE' || type === 'DOMAIN') {
    const found = catalog.type(name);
    if (found !== undefined) moveType(catalog, found, { schema, name: found.name });
  } else if (type === 'EXTENSION') {
    changeExtension(catalog, name.name, (extension) => ({ ...extension, schema }));
  } else if (type === 'STATISTICS' && object !== undefined && 'List' in object) {
    changeStatistics(catalog, object.List.items, (statistics) => ({ ...statistics, schema }));
  } else if (type === 'COLLATION') {
    changeCollation(catalog, name, (collation) => ({ ...collation, schema }));
  }
}
