import { columnsOfExtension, columnsOfType, relationsTriggering } from '../../catalog/drop';
import type { Named, Relation } from '../../catalog/relation';
import type { Drop } from '../../sql/statement';
import type { EffectsBuilder } from '../builder';
import { dropRelationOf } from '../foreign-keys';
import { sequencesIn } from '../volatility';
import { lockNamedIndex } from './other-objects';
import { visitReached } from '../../catalog/reached';

type DropForm = (effects: EffectsBuilder, name: Named, statement: Drop) => void;

/** The object belongs to a relation, which nobody may use meanwhile. */
const onRelation: DropForm = (effects, name, statement) => {
  const { relation: owner, ifExists, objectType } = statement;
  if (owner === undefined) return;
  const known = effects.relation(owner);
  if (ifExists && known?.isComplete === true) {
    const names =
      objectType === 'TRIGGER'
        ? known.triggers
        : objectType === 'POLICY'
          ? known.policies
          : (known.rules ?? []);
    // When there is none, the table is only looked at.
    if (!names.some((one) => one.name === name.name)) return;
  }
  // The trigger is on the partitions as well.
  const isCopied = objectType === 'TRIGGER' && known?.kind === 'partitioned table';
  if (isCopied) effects.lockFamily(owner, 'ACCESS EXCLUSIVE', 'target');
  else effects.lock(owner, 'ACCESS EXCLUSIVE', 'target');
};

const relation: DropForm = (effects, name, statement) => {
  if (statement.ifExists && isCertainlyMissing(effects, name)) return;
  dropRelationOf(effects, name);
};

const type: DropForm = (effects, name, statement) => {
  const composite = effects.relation(name);
  if (composite?.kind === 'composite type') effects.lock(composite, 'ACCESS EXCLUSIVE', 'target');
  if (!statement.cascade) return;
  for (const typed of effects.catalog.typedTables(name)) dropRelationOf(effects, typed);
  for (const use of columnsOfType(effects.catalog, effects.catalog.type(name) ?? name)) {
    effects.lock(use.relation, 'ACCESS EXCLUSIVE', 'table that uses it');
  }
};

const routine: DropForm = (effects, name, statement) => {
  if (!statement.cascade) return;
  for (const owner of relationsTriggering(effects.catalog, name)) {
    effects.lockFamily(owner, 'ACCESS EXCLUSIVE', 'table that uses it');
  }
};

const nothing: DropForm = () => undefined;

/** DROP of each kind of object. */
const forms: Readonly<Record<string, DropForm | undefined>> = {
  TABLE: relation,
  VIEW: relation,
  'MATERIALIZED VIEW': relation,
  'FOREIGN TABLE': relation,
  SEQUENCE: (effects, name, statement) => {
    relation(effects, name, statement);
    if (!statement.cascade) return;
    for (const user of effects.catalog.allRelations()) {
      if (usesSequence(effects, user, name)) effects.lock(user, 'ACCESS EXCLUSIVE', 'table that uses it');
    }
  },
  INDEX: dropIndex,
  TRIGGER: onRelation,
  POLICY: onRelation,
  RULE: onRelation,
  TYPE: type,
  DOMAIN: type,
  FUNCTION: routine,
  PROCEDURE: routine,
  ROUTINE: routine,
  SCHEMA: (effects, name, statement) => {
    if (!statement.cascade) return;
    for (const member of effects.catalog.allRelations(name.name)) dropRelationOf(effects, member);
  },
  EXTENSION: (effects, name, statement) => {
    if (!statement.cascade) return;
    for (const use of columnsOfExtension(effects.catalog, name.name)) {
      effects.lock(use.relation, 'ACCESS EXCLUSIVE', 'table that uses it');
    }
  },
  STATISTICS: (effects, name) => {
    for (const owner of effects.catalog.statistics(name))
      effects.lock(owner, 'SHARE UPDATE EXCLUSIVE', 'target');
  },
  'ACCESS METHOD': nothing,
  AGGREGATE: nothing,
  CAST: nothing,
  COLLATION: nothing,
  CONVERSION: nothing,
  'EVENT TRIGGER': nothing,
  'FOREIGN DATA WRAPPER': nothing,
  LANGUAGE: nothing,
  OPERATOR: nothing,
  'OPERATOR CLASS': nothing,
  'OPERATOR FAMILY': nothing,
  PUBLICATION: nothing,
  SERVER: nothing,
  'TEXT SEARCH CONFIGURATION': nothing,
  'TEXT SEARCH DICTIONARY': nothing,
  'TEXT SEARCH PARSER': nothing,
  'TEXT SEARCH TEMPLATE': nothing,
  TRANSFORM: nothing,
};

export function drop(effects: EffectsBuilder, statement: Drop): void {
  const form = forms[statement.objectType];
  if (form === undefined) {
    effects.unknown();
    return;
  }
  for (const name of statement.names) form(effects, name, statement);
}

/** The whole schema was made by these migrations, so that what they do not have is not there. */
function isCertainlyMissing({ catalog }: EffectsBuilder, name: Named): boolean {
  if (catalog.relation(name) !== undefined) return false;
  return name.schema !== undefined && catalog.hasSchema(name.schema);
}

function dropIndex(effects: EffectsBuilder, name: Named, statement: Drop): void {
  const found = effects.catalog.index(name);
  if (found === undefined && statement.ifExists && isCertainlyMissing(effects, name)) return;
  if (statement.concurrently) effects.waitsForTransactions();
  const owner = found === undefined ? undefined : effects.relation(found.relation);
  if (owner?.kind === 'partitioned table') effects.lockFamily(owner, 'ACCESS EXCLUSIVE', 'target');
  if (found === undefined) {
    // The table is locked as well, but nobody knows which one it is.
    lockNamedIndex(effects, name, 'ACCESS EXCLUSIVE');
    return;
  }
  dropIndexOf(effects, found.relation, found.index.name, statement.concurrently);
}

function dropIndexOf(effects: EffectsBuilder, owner: Named, index: string, concurrently: boolean): void {
  const mode = concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  visitReached<{ owner: Named; index: string }>([{ owner, index }], (part) => {
    const relation = effects.relation(part.owner);
    effects.lock(part.owner, mode, relation?.parents.length === 0 ? 'target' : 'partition');
    if (relation === undefined) return [];
    effects.lockIndex(relation.schema, part.index, 'ACCESS EXCLUSIVE');
    return effects
      .partsOfIndex(relation, part.index)
      .map((below) => ({ owner: below.relation, index: below.index.name }));
  });
}

function usesSequence({ catalog }: EffectsBuilder, user: Relation, name: Named): boolean {
  const sequence = catalog.resolve(name);
  return user.columns.some((column) =>
    sequencesIn(column.default?.node).some((one) => {
      const used = catalog.resolve(one);
      return used.schema === sequence.schema && used.name === sequence.name;
    }),
  );
}
