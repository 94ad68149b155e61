// Group: corpus
import { deepEqual } from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { recognise } from '../../server/src/runners';
import type { Project } from '../../server/src/runners/runner';
import { needsShared, shared, sqlFiles } from '../shared';
import { diskTree } from './tree';

/**
 * Every project of the corpus: each folder of migrations with its runner, how many files there are of it, how many of
 * them are migrations, and the first and the last of these. What undoes or checks a migration is of the runner, and no
 * migration. What no runner runs is left to psql, and is not in the table.
 */
const table: Readonly<Record<string, readonly string[]>> = {
  'atlas/openmeterio__openmeter': [
    'golang-migrate tools/migrate/migrations 538 269 20240826120919_init.up.sql 20260818090123_rate_card_feature_reference_constraints.up.sql',
  ],
  'dbmate/TBD54566975__ftl': [
    'dbmate backend/controller/sql/schema 45 45 20231103205514_init.sql 20241210030238_remove_module.sql',
  ],
  'diesel/graphprotocol__graph-node': [
    'diesel store/postgres/migrations 250 125 2018-07-10-061642_create_entities_table/up.sql 2026-05-27-171745_postponed_indexes_created/up.sql',
  ],
  'drizzle/wundergraph__cosmo': [
    'drizzle controlplane/migrations 151 148 0000_slimy_vargas.sql 0147_worried_cloak.sql',
  ],
  'flyway/OHDSI__WebAPI': [
    'flyway src/main/resources/db/migration 196 196 postgresql/V1.0.0.1__schema-create_spring_batch.sql postgresql/V2.15.0.20241203000001__webapi_cache_permission.sql',
  ],
  'golang-migrate/concourse__concourse': [
    'golang-migrate atc/db/migration/migrations 299 149 1510262030_initial_schema.up.sql 1783024587_workers_max_active_tasks.up.sql',
  ],
  'goose/e2b-dev__infra': [
    'goose packages/db/migrations 131 131 20000101000000_auth.sql 20260814120000_add_snapshot_template_list_index.sql',
  ],
  'goose/pressly__goose': [
    'goose examples/sql-migrations 3 3 00001_create_users_table.sql 00003_no_transaction.sql',
    'goose internal/sqlparser/testdata/valid-txn 3 3 00001_create_users_table.sql 00003_no_transaction.sql',
    'goose internal/sqlparser/testdata/valid-up/test01 1 0',
    'goose internal/sqlparser/testdata/valid-up/test02 1 0',
    'goose internal/sqlparser/testdata/valid-up/test03 1 0',
    'goose internal/sqlparser/testdata/valid-up/test04 1 0',
    'goose internal/sqlparser/testdata/valid-up/test05 1 0',
    'goose internal/sqlparser/testdata/valid-up/test06 1 0',
    'goose internal/sqlparser/testdata/valid-up/test07 1 0',
    'goose internal/sqlparser/testdata/valid-up/test09 1 0',
    'goose internal/testing/integration/testdata/migrations/postgres 6 6 00001_table.sql 00006_complex.sql',
  ],
  'graphile-migrate/villeheikkila__Tastybytes': [
    'graphile-migrate @api/db/migrations 318 318 committed/000001.sql current/1-current.sql',
  ],
  'liquibase/epam__edp-ddm-citus': [
    'liquibase platform-db/changesets/audit 5 5 00010_initial-db-setup.sql views/audit_event_user_action_v.sql',
    'liquibase platform-db/changesets/excerpt 3 3 00010_initial-db-setup.sql 00030_add-template-type-column.sql',
    'liquibase platform-db/changesets/notifications 3 3 00010_initial_db-setup.sql 00030_add-inbox-notification.sql',
    'liquibase platform-db/changesets/postgres 10 10 00010_create-audit.sql 00100_create-registry_template.sql',
    'liquibase platform-db/changesets/process_history 1 1 00010_initial-db-setup.sql 00010_initial-db-setup.sql',
    'liquibase platform-db/changesets/registry 43 43 00010_init-db.sql z-post-update/00010_grants-on-master.sql',
    'liquibase platform-db/changesets/settings 2 2 00010_initial-db-setup.sql 00020_notification-channels.sql',
  ],
  'node-pg-migrate/navikt__pensjon-deployment-audit': [
    'node-pg-migrate app/db/migrations 39 39 1738255000000_initial-schema.sql 1771800000000_backfill-deployment-titles.sql',
  ],
  'prisma/langfuse__langfuse': [
    'prisma packages/shared/prisma/migrations 434 434 20230518191501_init/migration.sql 20260821121500_backfill_evaluator_v2/migration.sql',
  ],
  'rambler/johnthethird__postgres-all-the-things': ['rambler migrationsOLD 9 9 000_init.sql 100________.sql'],
  'sqitch/bcgov__cas-cif': [
    'sqitch schema/deploy 1001 334 create_roles.sql functions/session_003_reorder_setting_selection.sql',
  ],
  'sql-migrate/brocaar__chirpstack-application-server': [
    'golang-migrate internal/storage/migrations 120 60 0001_initial.up.sql 0060_dev_addr_to_global_search.up.sql',
  ],
  'sqlx/lakekeeper__lakekeeper': [
    'sqlx crates/lakekeeper-storage-postgres/migrations 70 70 01_setup.sql 20260813000000_fix_list_tabulars_index.sql',
  ],
  'supabase/pgflow-dev__pgflow': [
    'supabase apps/demo/supabase/migrations 21 21 20251031133754_20250429164909_pgflow_initial.sql 20251230202447_20251225163110_pgflow_add_flow_input_column.sql',
    'supabase pkgs/core/supabase/migrations 20 20 20250429164909_pgflow_initial.sql 20260214181656_pgflow_step_conditions.sql',
  ],
  'supabase/villeheikkila__Tastybytes': [
    'supabase supabase/migrations 202 202 20221112141744_remote_commit.sql 20230525193024_fix_table_name.sql',
  ],
  'tern/gsmcwhirter__discord-signup-bot': ['tern migrations 7 7 001_initial_setup.sql 007_open_access.sql'],
  'tern/jackc__tern': [
    'tern migrate/testdata/noforward 1 1 001_create_no_forward.sql 001_create_no_forward.sql',
    'tern migrate/testdata/sample 6 6 001_create_t1.sql 006_sprig.sql',
    'tern sample 5 5 001_create_t1.sql 005_create_v1.sql',
    'tern testdata 2 2 001_create_t1.sql 002_create_t2.sql',
  ],
};

function summary(folder: string): readonly string[] {
  const root = path.join(shared, 'corpus', folder);
  const found = new Map<string, { readonly project: Project; files: number }>();
  for (const file of sqlFiles(root)) {
    const project = recognise(file, diskTree);
    if (project.runner.id === 'psql') continue;
    const key = `${project.runner.id} ${project.folder}`;
    const known = found.get(key) ?? { project, files: 0 };
    known.files++;
    found.set(key, known);
  }
  return [...found.values()].map(({ project, files }) => {
    const migrations = project.runner.migrations(project, diskTree);
    const ends = [migrations[0], migrations.at(-1)].flatMap((migration) => migration ?? []);
    return [
      project.runner.id,
      path.relative(root, project.folder),
      files,
      migrations.length,
      ...ends.map((migration) => path.relative(project.folder, migration)),
    ].join(' ');
  });
}

describe('every project of the corpus', { skip: needsShared('corpus') }, () => {
  it('is in the table', () => {
    const corpus = path.join(shared, 'corpus');
    const projects = readdirSync(corpus, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'pgregress')
      .flatMap(({ name }) => readdirSync(path.join(corpus, name)).map((project) => `${name}/${project}`));
    deepEqual(Object.keys(table).sort(), projects.sort());
  });

  for (const [folder, rows] of Object.entries(table)) {
    it(folder, () => {
      deepEqual(summary(folder), rows);
    });
  }
});
