import type { Absence } from '../catalog/existence';
import { absenceOf, schemasOf } from '../catalog/existence';
import type { Catalog } from '../catalog/catalog';
import type { Named } from '../catalog/relation';
import { fixName, type MissingName, nearName, whatBecame } from './questions/missing-names';
import { isAlias, relationsUsed } from './questions/relations-used';
import { quoted } from './questions/what-waits';
import { defineRule, type Finding } from './rule';

/** So many relations say that the migrations make all of a schema, and that what is missing is missing. */
const manyRelations = 10;

export default defineRule({
  id: 'relation-does-not-exist',
  meta: {
    category: 'existence',
    severity: 'error',
    addedIn: '0.1.0',
    docs: {
      summary:
        'A statement names a table, view or sequence that no migration creates, or that one has dropped or renamed.',
      why:
        'PostgreSQL fails with `relation "…" does not exist`, and the migration with it. If the migrations of the ' +
        'project do not run in one transaction, the earlier statements have already been applied by then. This is an ' +
        'error if an earlier migration has dropped or renamed the relation, or if the migrations create its schema. A ' +
        'relation that no migration creates may be older than the first one: that is a warning, and only if the ' +
        'migrations create everything else that they name. What extensions, the platform, or code that builds its SQL ' +
        'at run time may have created is not reported.',
      instead: 'Correct the name, or create the relation first.',
      references: [
        'https://www.postgresql.org/docs/current/errcodes-appendix.html',
        'https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH',
      ],
    },
    examples: [
      {
        setup: 'ALTER TABLE events RENAME TO actions;',
        bad: 'INSERT INTO events (id) VALUES (1);',
        good: 'INSERT INTO actions (id) VALUES (1);',
      },
      {
        bad: 'UPDATE ordres SET coupon = NULL WHERE id = 1;',
        good: 'UPDATE orders SET coupon = NULL WHERE id = 1;',
      },
    ],
  },

  on: [
    'CreateIndex',
    'AlterTable',
    'Drop',
    'Rename',
    'Truncate',
    'LockTable',
    'CreateTable',
    'DataChange',
    'Select',
    'Other',
  ],

  *check(statement, { catalog, inBody }): Iterable<Finding<MissingName>> {
    if (inBody === 'conditional') return;
    const told = new Set<string>();
    for (const used of relationsUsed(statement)) {
      const key = `${used.schema ?? ''}.${used.name}`;
      if (told.has(key) || isOfServer(used)) continue;
      const absence = absenceOf(catalog, used, 'relation');
      if (absence === undefined || isAlias(statement, used)) continue;
      const found = findingOf(used, absence, catalog);
      if (found === undefined) continue;
      told.add(key);
      const range = used.range();
      yield { ...found, range, subject: { ...found.subject, range } };
    }
  },

  fixes: ({ subject }, { statement }) => fixName(subject, statement.text),
});

function isOfServer({ schema, name }: Named): boolean {
  return schema === undefined
    ? name.startsWith('pg_')
    : schema === 'information_schema' || schema.startsWith('pg_');
}

function findingOf(
  used: Named,
  { former, others }: Absence,
  catalog: Catalog,
): Omit<Finding<Omit<MissingName, 'range'>>, 'range'> | undefined {
  const name = quoted(used.schema === undefined ? used.name : `${used.schema}.${used.name}`);
  if (former !== undefined) {
    const { to } = former;
    // It may have moved on, or to another schema, which has to be written then.
    const meant =
      to !== undefined && catalog.relation({ schema: used.schema, name: to.name }) !== undefined
        ? to
        : undefined;
    return {
      message: `relation ${name} does not exist: ${whatBecame(former, catalog)}.`,
      remedy:
        meant === undefined
          ? 'Leave this out, or move it before that statement.'
          : `Write ${quoted(meant.name)}.`,
      subject: { meant: meant?.name, isSure: true },
    };
  }
  const meant = nearName(
    used.name,
    others.map((relation) => relation.name),
  );
  const isMadeHere = schemasOf(catalog, used).every((schema) => catalog.hasSchema(schema));
  const earlier = others.filter(({ origin }) => origin.file !== catalog.file);
  if (!isMadeHere && meant === undefined && earlier.length < manyRelations) return undefined;
  return {
    message: `No migration creates ${name}.`,
    remedy:
      meant === undefined
        ? 'Create it first, or correct the name.'
        : `Write ${quoted(meant)}, if you mean that.`,
    severity: isMadeHere ? 'error' : 'warning',
    subject: { meant, isSure: false },
  };
}
