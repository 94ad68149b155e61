// What depends on what, beside pg_depend of the oldest and the newest server.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Major } from '../../server/src/postgres/versions';
import { loadGrammar } from '../../server/src/sql/parse';
import { compareDependencies, dependenciesOn } from '../catalog/truth';
import { dependenciesUnknown } from '../catalog/truth-dependencies';
import { realProjects, scripts } from '../catalog/truths';
import { assertSaid, drops, refusalOf, setup } from '../rules/dependents';
import { needsShared } from '../shared';
import { type LocalServer, testedMajors, useServer, withDatabase } from './servers';

before(loadGrammar);

for (const major of testedMajors) {
  describe(`dependencies, on PostgreSQL ${major}`, () => {
    const server = useServer(major);
    for (const { name, migrations } of scripts) {
      test(name, async (context) => {
        context.diagnostic(await check(server(), major, name, migrations()));
      });
    }

    describe('a DROP that others forbid', () => {
      for (const sql of drops) {
        test(sql, async () => {
          await withDatabase(server(), setup, async (name) => {
            const client = await server().connect(name, 'drops');
            try {
              await client.query('SET search_path = dep');
              assertSaid(sql, major, await refusalOf((text) => client.query(text), sql));
            } finally {
              await client.end();
            }
          });
        });
      }
    });

    describe('of real projects', { skip: needsShared('corpus') }, () => {
      for (const { name, migrations } of realProjects) {
        test(name, async (context) => {
          context.diagnostic(await check(server(), major, name, migrations()));
        });
      }
    });
  });
}

/** The lines about a trigger of the partitions of public.parts. */
function ofPartitions(trigger: string): readonly string[] {
  return ['part1', 'part2'].flatMap((partition) =>
    [
      'function shop.touch() [n]',
      `table public.${partition} [S]`,
      `table public.${partition} [a]`,
      'trigger for_rows on table public.parts [P]',
    ].map((on) => `trigger ${trigger} on table public.${partition} -> ${on}`),
  );
}

/**
 * Until 15 the partitions did not follow when a trigger was renamed, which the replay, that knows no version, does not do;
 * and nothing depended on the columns of rows that a function or a composite value gives.
 */
const differentBefore15: Readonly<
  Record<string, { readonly server?: readonly string[]; readonly own?: readonly string[] } | undefined>
> = {
  objects: { server: ofPartitions('on_rows'), own: ofPartitions('for_rows') },
  queries: {
    own: [
      'rule _RETURN on view public.from_own_rows -> column d of table public.uu [n]',
      'rule _RETURN on view public.from_own_rows -> column id of table public.uu [n]',
      'rule _RETURN on view public.of_comp -> column xx of composite type public.comp [n]',
      'rule _RETURN on view public.of_comp -> column y of composite type public.comp [n]',
    ],
  },
};

async function check(
  server: LocalServer,
  major: Major,
  project: string,
  migrations: Parameters<typeof dependenciesOn>[1],
): Promise<string> {
  return withDatabase(server, 'SELECT', async (name) => {
    const client = await server.connect(name, 'dependencies');
    try {
      const found = await dependenciesOn(
        {
          exec: (sql) => client.query(sql),
          query: async (sql) => (await client.query<{ line: string }>(sql)).rows,
        },
        migrations,
        major,
      );
      const { agreeing, onlyServer, onlyLockstep } = compareDependencies(found);
      const { server: expected = [], own = [] } = major < 15 ? (differentBefore15[project] ?? {}) : {};
      assert.deepEqual(onlyServer, [...expected, ...(dependenciesUnknown[project] ?? [])]);
      assert.deepEqual(onlyLockstep, own);
      return `${agreeing} dependencies agree`;
    } finally {
      await client.end();
    }
  });
}
