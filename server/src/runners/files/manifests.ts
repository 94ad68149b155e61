import semver from 'semver';
import { filesIn, join } from './paths';
import type { FileTree } from '../runner';
import { repositoryFolders } from './versions';
import { descendants, parseXml } from './xml';

/** The version of the first of these crates that the nearest Cargo.lock has. */
export function crateVersion(names: readonly string[], folder: string, tree: FileTree): string | undefined {
  const patterns = names.map(
    (name) => new RegExp(`^name = "${escaped(name)}"\\r?\\nversion = "([^"]+)"`, 'm'),
  );
  return whole(nearest(['Cargo.lock'], folder, tree, (text) => firstOf(patterns, text)));
}

/** Whether a Cargo.toml or Cargo.lock above this folder names one of these crates. */
export function usesCrate(names: readonly string[], folder: string, tree: FileTree): boolean {
  const words = names.map(escaped).join('|');
  const pattern = new RegExp(
    `^[ \\t]*"?(?:${words})"?(?:\\.[\\w-]+)?\\s*=|^[ \\t]*\\[.*dependencies\\.(?:${words})\\]|^name = "(?:${words})"`,
    'm',
  );
  return (
    nearest(['Cargo.toml', 'Cargo.lock'], folder, tree, (text) => pattern.test(text) || undefined) ?? false
  );
}

/** The folder above with a Cargo.toml. */
export function crateFolder(folder: string, tree: FileTree): string | undefined {
  return [...repositoryFolders(folder, tree)].find((above) => filesIn(above, tree).includes('Cargo.toml'));
}

/** The version of Flyway in the build files of Maven or Gradle, or of its image in a compose file. */
export function flywayVersion(folder: string, tree: FileTree): string | undefined {
  const files = [
    'gradle.lockfile',
    'pom.xml',
    'build.gradle',
    'build.gradle.kts',
    'gradle/libs.versions.toml',
    'gradle.properties',
    'compose.yaml',
    'compose.yml',
    'docker-compose.yaml',
    'docker-compose.yml',
  ];
  const patterns = [
    /org\.flywaydb:flyway-core:(\d[^\s"'=]*)/,
    /org\.flywaydb\.flyway["']?\)?\s*version\s*(?:[(=]\s*)?["'](\d[^"']*)/,
    /^[ \t]*flyway\w*\s*=\s*["']?(\d[^"'\s]*)/im,
    /flyway\/flyway:(\d[\w.]*)/,
  ];
  const find = (text: string, file: string): string | undefined =>
    file === 'pom.xml' ? flywayInMaven(text) : firstOf(patterns, text);
  return whole(nearest(files, folder, tree, find));
}

/** The version in a property, or of a part of Flyway. */
function flywayInMaven(text: string): string | undefined {
  const elements = [...descendants(parseXml(text))];
  const properties = elements.filter(({ name }) => /^flyway(?:-core)?\.version$/.test(name));
  const parts = elements.filter(({ children }) =>
    children.some(
      ({ name, text: id }) =>
        name === 'artifactId' && /^flyway-(?:core|maven-plugin|database-postgresql)$/.test(id),
    ),
  );
  const versions = parts.flatMap(({ children }) => children.filter(({ name }) => name === 'version'));
  return [...properties, ...versions].find((element) => /^\d/.test(element.text))?.text;
}

function firstOf(patterns: readonly RegExp[], text: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What `read` finds in the first of these files, from `folder` up to the root of the repository. */
function nearest<Found>(
  files: readonly string[],
  folder: string,
  tree: FileTree,
  read: (text: string, file: string) => Found | undefined,
): Found | undefined {
  for (const above of repositoryFolders(folder, tree)) {
    for (const file of files) {
      const text = tree.read(join(above, file));
      const found = text === undefined ? undefined : read(text, file);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** `10`, as of an image, is a version as well, of which the rest is not known. */
function whole(version: string | undefined): string | undefined {
  return version === undefined ? undefined : (semver.valid(version) ?? semver.coerce(version)?.version);
}

function escaped(words: string): string {
  return words.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
