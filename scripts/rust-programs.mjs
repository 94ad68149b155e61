// Builds the programs in test/postgres/instruments/rust, which call the migration libraries of sqlx and Diesel, from the
// crates of Debian 13, into the cache, and prints their directory as last line. Needs Debian, root, 3 GB of disk for as
// long as it builds, and some minutes.
// usage: node scripts/rust-programs.mjs
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, run, runMain } from './processes.mjs';
import { provision } from './provision/cache.mjs';
import { findOrInstall } from './provision/debian.mjs';

const packages = [
  'cargo',
  'rustc',
  'librust-sqlx-dev',
  'librust-diesel-dev',
  'librust-diesel-migrations-dev',
];

/** Debian's crates in place of those of the network. */
const cargoConfig = `[source.crates-io]
replace-with = "debian"
[source.debian]
directory = "/usr/share/cargo/registry"
`;

/** The programs run with the libraries that they were built with, beside those of an older system. */
const starter = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
program=$1
shift
exec "$here"/lib/ld-linux-*.so.* --library-path "$here/lib" "$here/$program" "$@"
`;

await runMain(async () => {
  const debootstrap = await findOrInstall({
    names: ['debootstrap'],
    packages: ['debootstrap'],
    hint: 'These programs are built on Debian, as root.',
  });
  console.log(
    await provision(
      'rust-programs-trixie',
      'the crates of sqlx and Diesel, 2 GB, to build them',
      (directory) => build(debootstrap, directory),
    ),
  );
  return 0;
});

async function build(debootstrap, directory) {
  const system = path.join(directory, 'system');
  await run(debootstrap, ['--variant=minbase', 'trixie', system]);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', CARGO_HOME: '/root/cargo' };
  const inside = (...words) => run('chroot', [system, ...words], { env });
  await inside('apt-get', 'install', '-y', '-q', '--no-install-recommends', ...packages);
  const project = path.join(system, 'root/migrate');
  cpSync(path.join(root, 'test/postgres/instruments/rust'), project, { recursive: true });
  mkdirSync(path.join(project, '.cargo'));
  writeFileSync(path.join(project, '.cargo/config.toml'), cargoConfig);
  await inside('sh', '-c', 'cd /root/migrate && cargo build --offline');
  const built = path.join(project, 'target/debug');
  mkdirSync(path.join(directory, 'lib'));
  for (const name of readdirSync(built).filter((file) => /-migrate$/.test(file))) {
    cpSync(path.join(built, name), path.join(directory, name));
    const libraries = await inside('ldd', `/root/migrate/target/debug/${name}`);
    for (const [library] of libraries.matchAll(/\/\S+\.so[.\d]*/g)) {
      cpSync(path.join(system, library), path.join(directory, 'lib', path.basename(library)), {
        dereference: true,
      });
    }
  }
  rmSync(system, { recursive: true });
  writeFileSync(path.join(directory, 'run'), starter);
  chmodSync(path.join(directory, 'run'), 0o755);
}
