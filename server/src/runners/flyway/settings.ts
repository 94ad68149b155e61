import { parse as parseToml } from 'smol-toml';
import { parseAllDocuments } from 'yaml';
import { shallow } from '../files/nesting';
import { filesIn, join, relative, upwards } from '../files/paths';
import type { FileTree } from '../runner';
import { repositoryFolders } from '../files/versions';
import { descendants, parseXml } from '../files/xml';

/** What a project says about Flyway, by the names of its documentation without `flyway.`: `locations`, `mixed`. */
interface FlywaySettings {
  /** The folder that relative locations start from. */
  readonly root: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Files with settings, seen from a folder; the first that says something about Flyway is taken. */
const readers: Readonly<Record<string, (text: string) => Readonly<Record<string, string>>>> = {
  'flyway.toml': fromToml,
  'flyway.user.toml': fromToml,
  'flyway.conf': fromProperties,
  'conf/flyway.toml': fromToml,
  'conf/flyway.conf': fromProperties,
  'src/main/resources/application.properties': fromProperties,
  'src/main/resources/application.yml': fromYaml,
  'src/main/resources/application.yaml': fromYaml,
  'build.gradle': fromGradle,
  'build.gradle.kts': fromGradle,
  'pom.xml': fromMaven,
};

/** The settings that are nearest to a folder; undefined when no file above it says anything about Flyway. */
export function readSettings(folder: string, tree: FileTree): FlywaySettings | undefined {
  for (const root of repositoryFolders(folder, tree)) {
    const present = new Set(filesIn(root, tree));
    for (const [file, read] of Object.entries(readers)) {
      if (!file.includes('/') && !present.has(file)) continue;
      const text = tree.read(join(root, file));
      if (text === undefined || !/flyway/i.test(text)) continue;
      return { root, values: quietly(() => read(text)) };
    }
  }
  return undefined;
}

/** The folder of `locations` that `path` lies in. */
export function locationOf(path: string, { root, values }: FlywaySettings): string | undefined {
  for (const location of (values['locations'] ?? '').split(',')) {
    const [, kind = '', written = ''] = /^(?:(filesystem|classpath):)?(.*)/.exec(location.trim()) ?? [];
    const name = join('', written).slice(1);
    if (name === '' || name.includes('*')) continue;
    // Spring puts the name of the database in place of this.
    const vendor = name.replaceAll('{vendor}', 'postgresql');
    if (kind === 'filesystem') {
      const folder = join(root, vendor);
      if (path === folder || relative(folder, path) !== path.slice(folder.length + 1)) continue;
      if (path.startsWith(`${folder}/`)) return folder;
    } else {
      const found = [...upwards(path)].find((above) => above.endsWith(`/${vendor}`));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function fromProperties(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [, key = '', value = ''] of text
    .replace(/\\\r?\n\s*/g, '')
    .matchAll(/^[ \t]*(?:spring\.)?flyway\.([\w.-]+)[ \t]*[=:](.*)/gm)) {
    values[camelCase(key)] = value.trim();
  }
  return values;
}

function fromToml(text: string): Readonly<Record<string, string>> {
  const { flyway } = parseToml(text);
  return flattened(flyway);
}

function fromYaml(text: string): Readonly<Record<string, string>> {
  // The first document is for all profiles.
  const [first] = parseAllDocuments(shallow(text));
  const configuration: unknown = first === undefined ? undefined : first.toJS();
  return flattened(field(field(configuration, 'spring'), 'flyway') ?? field(configuration, 'flyway'));
}

/** `key = value` in the block `flyway { … }` of either Gradle language. */
function fromGradle(text: string): Readonly<Record<string, string>> {
  const block = between(text, /\bflyway\s*\{/, '}');
  const values: Record<string, string> = {};
  for (const [, key = '', value = ''] of block.matchAll(/^[ \t]*(\w+)\s*=\s*(\S.*)/gm)) {
    const words = [...value.matchAll(/["']([^"']*)["']/g)].map(([, word = '']) => word);
    values[key] = words.length > 0 ? words.join(',') : value.trimEnd();
  }
  return values;
}

/** The `<configuration>` of the Maven plugin, and properties that begin with `flyway.`. */
function fromMaven(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  const elements = [...descendants(parseXml(text))];
  for (const { name, children } of elements) {
    if (name !== 'properties') continue;
    for (const property of children) {
      if (property.name.startsWith('flyway.')) values[property.name.slice('flyway.'.length)] = property.text;
    }
  }
  const plugin = elements.find(
    ({ name, children }) =>
      name === 'plugin' && children.some((child) => child.text === 'flyway-maven-plugin'),
  );
  const configuration = plugin?.children.find(({ name }) => name === 'configuration');
  for (const { name, children, text: value } of configuration?.children ?? []) {
    values[name] = children.length > 0 ? children.map((child) => child.text).join(',') : value;
  }
  return values;
}

/** What stands behind the first `start`, up to `end`. */
function between(text: string, start: RegExp, end: string): string {
  const found = start.exec(text);
  if (found === null) return '';
  const rest = text.slice(found.index + found[0].length);
  return rest.slice(0, Math.max(0, rest.indexOf(end)));
}

/** `{ postgresql: { transactional: { lock: false } } }` as `postgresql.transactional.lock`. */
function flattened(value: unknown, prefix = ''): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  const values: Record<string, string> = {};
  for (const [key, inner] of Object.entries(value as Readonly<Record<string, unknown>>)) {
    const name = prefix + camelCase(key);
    if (Array.isArray(inner)) values[name] = inner.map(String).join(',');
    else if (typeof inner === 'object' && inner !== null) Object.assign(values, flattened(inner, `${name}.`));
    else values[name] = String(inner);
  }
  return values;
}

/** Spring writes `sql-migration-prefix` for `sqlMigrationPrefix`. */
function camelCase(key: string): string {
  return key.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** Half-typed configuration says nothing. */
function quietly(read: () => Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  try {
    return read();
  } catch {
    return {};
  }
}
