import { deepEqual, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Catalog } from '../../server/src/catalog/catalog';
import { defaultLockTimeout } from '../../server/src/features/analysis';
import { describeStatus } from '../../server/src/features/status';
import { recognise } from '../../server/src/runners';
import { type Files, memoryTree } from '../runners/tree';

describe('the status', () => {
  const stated = { postgresVersion: undefined, runnerVersion: undefined };

  const cases: readonly [what: string, Files, file: string, label: string, besides: readonly string[]][] = [
    [
      'names the version of the lock file',
      { '/p/go.mod': 'require github.com/golang-migrate/migrate/v4 v4.18.1\n', '/p/1_a.up.sql': '' },
      '/p/1_a.up.sql',
      'golang-migrate 4.18.1 · PostgreSQL 15',
      ['Version of the runner: 4.18.1.'],
    ],
    [
      'says what it is read as, when the version is not known',
      { '/p/supabase/config.toml': '' },
      '/p/supabase/migrations/1_a.sql',
      'Supabase CLI, version unknown, read as 2.109 · PostgreSQL 15',
      [
        'The version of the runner is not known; 2.109, the strictest, is assumed. Set "lockstep.runnerVersion" to change it.',
      ],
    ],
    [
      'says what the project tells its runner',
      { '/p/flyway.conf': 'flyway.mixed=true\nflyway.url=jdbc:postgresql:p\n', '/p/V1__a.sql': '' },
      '/p/V1__a.sql',
      'Flyway · PostgreSQL 15',
      ['The project says mixed=true.'],
    ],
    ['assumes nothing of psql', { '/p/a.sql': '' }, '/p/a.sql', 'psql · PostgreSQL 15', []],
  ];
  for (const [what, files, file, label, besides] of cases) {
    it(what, () => {
      const project = recognise(file, memoryTree(files));
      const settings = { postgresVersion: 15, lockTimeout: defaultLockTimeout, rules: {} } as const;
      const status = describeStatus({ path: file, project, history: new Catalog(), settings }, stated);
      deepEqual([status.label, ...status.details.slice(2, -1)], [label, ...besides]);
    });
  }

  it('says that a setting is not a version', () => {
    const file = '/p/supabase/migrations/1_a.sql';
    const project = recognise(file, memoryTree({ '/p/supabase/config.toml': '', [file]: '' }));
    const settings = { postgresVersion: 15, lockTimeout: defaultLockTimeout, rules: {} } as const;
    const surroundings = { path: file, project, history: new Catalog(), settings };
    const { details } = describeStatus(surroundings, { ...stated, runnerVersion: 'latest' });
    ok(details.includes('"latest" is not a version; the setting "lockstep.runnerVersion" is ignored.'));
  });
});
