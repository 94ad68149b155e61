import { parse as parseJsonc } from 'jsonc-parser';
import semver from 'semver';
import { parse as parseYaml } from 'yaml';
import { shallow } from './nesting';
import { join, relative, upwards } from './paths';
import type { FileTree } from '../runner';

/** A lock file, and how the version of a package is read out of it. `folder` is the project's, seen from the lock file. */
type Reader = (text: string, name: string, folder: string) => string | undefined;

const lockFiles: Readonly<Record<string, Reader>> = {
  'npm-shrinkwrap.json': npmLock,
  'package-lock.json': npmLock,
  'pnpm-lock.yaml': pnpmLock,
  'yarn.lock': yarnLock,
  'bun.lock': bunLock,
};

/**
 * The version of the first of `names` that is installed for the project in `folder`: from the nearest lock file up to
 * the root of the repository, else from node_modules, else from an exact version in package.json. A range says nothing:
 * what a runner does changes between minor versions.
 */
export function installedVersion(
  names: readonly string[],
  folder: string,
  tree: FileTree,
): string | undefined {
  for (const current of repositoryFolders(folder, tree)) {
    for (const [file, read] of Object.entries(lockFiles)) {
      const text = tree.read(join(current, file));
      if (text === undefined) continue;
      for (const name of names) {
        const version = cleaned(quietly(() => read(text, name, relative(current, folder))));
        if (version !== undefined) return version;
      }
    }
  }
  for (const current of repositoryFolders(folder, tree)) {
    for (const name of names) {
      const installed = packageJson(join(current, `node_modules/${name}`), tree)?.['version'];
      const version = cleaned(typeof installed === 'string' ? installed : undefined);
      if (version !== undefined) return version;
    }
    for (const name of names) {
      const version = cleaned(dependencyRange(current, name, tree));
      if (version !== undefined) return version;
    }
  }
  return undefined;
}

/** The scripts of the nearest package.json that has some, joined; empty when there is none. */
export function packageScripts(folder: string, tree: FileTree): string {
  for (const current of repositoryFolders(folder, tree)) {
    const scripts = packageJson(current, tree)?.['scripts'];
    if (isObject(scripts)) return Object.values(scripts).join('\n');
  }
  return '';
}

/** Whether `version` is `major.minor` or newer; prereleases of it count as it. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const parsed = semver.parse(version);
  if (parsed === null) return false;
  return parsed.major > major || (parsed.major === major && parsed.minor >= minor);
}

/** A version as people write it, `2.109` or `v2.109.1`, with all three parts; undefined for what is none: `latest`. */
export function wholeVersion(written: string): string | undefined {
  const version = written.trim().replace(/^v/i, '');
  if (!/^\d+(?:\.\d+)*(?:[-+].*)?$/.test(version)) return undefined;
  return semver.valid(version) ?? semver.coerce(version)?.version;
}

/** `2.109.1` as people say it: `2.109`. */
export function shortVersion(version: string): string {
  const parsed = semver.parse(version);
  return parsed === null ? version : `${parsed.major}.${parsed.minor}`;
}

/** `folder` and the folders above it, up to the root of the repository. */
export function* repositoryFolders(folder: string, tree: FileTree): Generator<string> {
  for (const current of upwards(folder)) {
    yield current;
    if (tree.list(current).some(({ name }) => name === '.git')) return;
  }
}

/** package-lock.json of npm 5 to 11 (lockfileVersion 1 to 3). */
function npmLock(text: string, name: string, folder: string): string | undefined {
  const lock: unknown = JSON.parse(text);
  const packages = field(lock, 'packages');
  for (const current of upwards(`/${folder}`)) {
    const prefix = current === '/' ? '' : `${current.slice(1)}/`;
    const version = field(field(packages, `${prefix}node_modules/${name}`), 'version');
    if (version !== undefined) return asString(version);
  }
  return asString(field(field(field(lock, 'dependencies'), name), 'version'));
}

/** pnpm-lock.yaml: `importers` by folder; without workspaces (up to version 6) the same keys at the top. */
function pnpmLock(text: string, name: string, folder: string): string | undefined {
  // What follows is most of the file, and takes a second to read.
  const end = text.search(/^packages:/m);
  const lock: unknown = parseYaml(shallow(end < 0 ? text : text.slice(0, end)));
  const importers = field(lock, 'importers');
  for (const current of upwards(`/${folder}`)) {
    const importer = current === '/' ? (field(importers, '.') ?? lock) : field(importers, current.slice(1));
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      const entry = field(field(importer, kind), name);
      const version = asString(entry) ?? asString(field(entry, 'version'));
      if (version !== undefined) return version;
    }
  }
  return undefined;
}

/** yarn.lock of Yarn 1 and of Yarn 2 and newer: `"name@range, name@range":` and a `version` below it. */
function yarnLock(text: string, name: string): string | undefined {
  const escaped = name.replace(/[/.]/g, '\\$&');
  const versions: string[] = [];
  const entries = new RegExp(
    `^"?${escaped}@[^\\n]*:\\r?\\n(?:[ \\t][^\\n]*\\n)*?[ \\t]+version:? "?([^"\\s]+)"?`,
    'gm',
  );
  for (const [, version] of text.matchAll(entries)) if (version !== undefined) versions.push(version);
  // The file does not say which workspace has which: of several, the oldest is the strictest reading.
  return versions.sort(semver.compareLoose)[0];
}

/** bun.lock, the text form: `"packages": { "name": ["name@version", …] }`. */
function bunLock(text: string, name: string, folder: string): string | undefined {
  const lock: unknown = parseJsonc(shallow(text), [], { allowTrailingComma: true });
  const packages = field(lock, 'packages');
  const workspace = asString(field(field(field(lock, 'workspaces'), folder), 'name'));
  const keys = workspace === undefined ? [name] : [`${workspace}/${name}`, name];
  for (const key of keys) {
    const entry = field(packages, key);
    const id = Array.isArray(entry) ? asString(entry[0]) : undefined;
    if (id?.startsWith(`${name}@`) === true) return id.slice(name.length + 1);
  }
  return undefined;
}

function dependencyRange(folder: string, name: string, tree: FileTree): string | undefined {
  const manifest = packageJson(folder, tree);
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']) {
    const range = asString(field(manifest?.[kind], name));
    if (range !== undefined) return range;
  }
  return undefined;
}

function packageJson(folder: string, tree: FileTree): Readonly<Record<string, unknown>> | undefined {
  const text = tree.read(join(folder, 'package.json'));
  const manifest: unknown = text === undefined ? undefined : quietly((): unknown => JSON.parse(text));
  return isObject(manifest) ? manifest : undefined;
}

/** An exact version, without what pnpm appends for peers: `7.1.0(typescript@5.9.2)`, `7.1.0_typescript@5.9.2`. */
function cleaned(version: string | undefined): string | undefined {
  const withoutPeers = version?.replace(/[(_].*/, '');
  return semver.valid(withoutPeers?.replace(/^(?:npm:(?:.+@)?)?[v=]*/, '')) ?? undefined;
}

/** Lock files are written by machines, merged by people, and half saved by editors: a broken one says nothing. */
function quietly<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
