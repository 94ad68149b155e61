// Builds the bundles of dist/: the extension (client.js), the language server (server.js) with the thread that sees the
// client's end (client-watch.js), and the command line (cli.js). `--watch` rebuilds on change, `--production` minifies
// for the .vsix.
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import esbuild from 'esbuild';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const require = createRequire(import.meta.url);

/** Copies a file of a package beside the bundles. */
const copy = (name, file) => ({
  name: `copy-${name}`,
  setup(build) {
    build.onEnd(() => {
      mkdirSync('dist', { recursive: true });
      copyFileSync(file, path.join('dist', name));
    });
  },
});

/** libpg-query looks for its WebAssembly file beside the script that loads it. */
const grammar = copy(
  'libpg-query.wasm',
  path.join(path.dirname(require.resolve('libpg-query')), 'libpg-query.wasm'),
);

/** The editor's icons; its webviews do not have them by themselves. */
const icons = copy('codicon.ttf', require.resolve('@vscode/codicons/dist/codicon.ttf'));

/**
 * The watch task of .vscode/tasks.json waits for these two lines: one when the first of the bundles begins, one when
 * all are done.
 */
let running = 0;
const report = {
  name: 'report',
  setup(build) {
    build.onStart(() => {
      if (running++ === 0) console.log('[watch] build started');
    });
    build.onEnd((result) => {
      for (const { text, location } of result.errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      if (--running === 0) console.log('[watch] build finished');
    });
  },
};

/** @type {esbuild.BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: production,
  sourcemap: production ? false : 'linked',
  logLevel: watch ? 'silent' : 'info',
  // Their ESM builds need import.meta.url, which a CJS bundle does not have.
  alias: { 'libpg-query': require.resolve('libpg-query'), tinyglobby: require.resolve('tinyglobby') },
};

const reports = watch ? [report] : [];

const builds = [
  {
    ...common,
    entryPoints: { client: 'client/src/extension.ts' },
    outdir: 'dist',
    external: ['vscode'],
    plugins: [icons, ...reports],
  },
  {
    ...common,
    entryPoints: {
      server: 'server/src/main.ts',
      cli: 'server/src/cli/main.ts',
      'client-watch': 'server/src/lsp/client-watch-worker.ts',
    },
    outdir: 'dist',
    plugins: [grammar, ...reports],
    banner: { js: '#!/usr/bin/env node' },
  },
];

if (watch) {
  const contexts = await Promise.all(builds.map((options) => esbuild.context(options)));
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  await Promise.all(builds.map((options) => esbuild.build(options)));
}
