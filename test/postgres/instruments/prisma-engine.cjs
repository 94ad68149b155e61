// Prisma's own schema engine, as it is on npm, for the tests: `deploy` applies what is pending, `resolve` marks what has
// failed as rolled back. The engine leaves the connection to an adapter; this one sends a script as the engine with a
// connection of its own did before 7.4, as one simple query. The adapter's own way, to cut it at every semicolon, is not
// what `prisma migrate deploy` does.
// usage: node prisma-engine.cjs NODE_MODULES deploy|resolve URL MIGRATIONS
const { readdirSync, readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const [modules = '', command, connectionString, baseDir = ''] = process.argv.slice(2);
const requireThere = createRequire(path.join(modules, 'x.js'));

async function engineOf(adapter) {
  const folder = path.join(modules, '@prisma/schema-engine-wasm');
  const bindings = await import(pathToFileURL(path.join(folder, 'schema_engine_bg.js')).href);
  const code = readFileSync(path.join(folder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  /** @type {() => void} */ (instance.exports.__wbindgen_start)();
  const datamodels = [['schema.prisma', 'datasource db {\n  provider = "postgresql"\n}\n']];
  return bindings.SchemaEngine.new({ datamodels }, () => undefined, adapter);
}

function adapter() {
  const { PrismaPg } = requireThere('@prisma/adapter-pg');
  const { bindMigrationAwareSqlAdapterFactory } = requireThere('@prisma/driver-adapter-utils');
  const factory = new PrismaPg({ connectionString });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const connected = await connect();
    connected.executeScript = async (script) => {
      await connected
        .underlyingDriver()
        .query(script)
        .catch((error) => connected.onError(error));
    };
    return connected;
  };
  return bindMigrationAwareSqlAdapterFactory(factory);
}

function migrations() {
  const names = readdirSync(baseDir)
    .filter((name) => /^\d/.test(name))
    .sort();
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: names.map((name) => {
      const value = readFileSync(path.join(baseDir, name, 'migration.sql'), 'utf8');
      return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value } } };
    }),
  };
}

async function main() {
  const engine = await engineOf(adapter());
  const migrationsList = migrations();
  const filters = { externalTables: [], externalEnums: [] };
  if (command === 'deploy') await engine.applyMigrations({ migrationsList, filters });
  else {
    const { failedMigrationNames } = await engine.diagnoseMigrationHistory({
      migrationsList,
      filters,
      optInToShadowDatabase: false,
    });
    for (const migrationName of failedMigrationNames) await engine.markMigrationRolledBack({ migrationName });
  }
}

main().then(
  () => process.exit(0),
  (/** @type {unknown} */ error) => {
    console.error(error);
    process.exit(1);
  },
);
