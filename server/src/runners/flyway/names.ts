import { compareNames, compareNaturally } from '../files/naming';
import { nextNumbers } from '../files/numbered';

/** How a project names its migrations: flyway.sqlMigrationPrefix and so on. */
export interface FlywayNaming {
  readonly versioned: string;
  readonly undo: string;
  readonly repeatable: string;
  readonly baseline: string;
  readonly separator: string;
  readonly suffixes: readonly string[];
}

export const defaultNaming: FlywayNaming = {
  versioned: 'V',
  undo: 'U',
  repeatable: 'R',
  baseline: 'B',
  separator: '__',
  suffixes: ['.sql'],
};

/** What the name of a migration says. */
export interface FlywayName {
  readonly kind: 'versioned' | 'undo' | 'repeatable' | 'baseline';
  /** As it is written: `1.2`, `1_2`; empty for a repeatable migration. */
  readonly version: string;
  readonly description: string;
}

/** undefined for a name that Flyway skips. */
export function parseName(name: string, naming: FlywayNaming): FlywayName | undefined {
  const suffix = naming.suffixes.find((candidate) => name.endsWith(candidate));
  if (suffix === undefined) return undefined;
  const base = name.slice(0, name.length - suffix.length);
  for (const kind of ['versioned', 'undo', 'baseline', 'repeatable'] as const) {
    const prefix = naming[kind];
    if (!base.startsWith(prefix)) continue;
    const rest = base.slice(prefix.length);
    const at = rest.indexOf(naming.separator);
    const version = at < 0 ? rest : rest.slice(0, at);
    const description = at < 0 ? '' : rest.slice(at + naming.separator.length);
    if (kind === 'repeatable' ? at === 0 : /^\d+(?:[._]\d+)*$/.test(version)) {
      return { kind, version, description };
    }
  }
  return undefined;
}

/** By number, part for part; `1.2` and `1_2.0` are the same version. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(/[._]/), b.split(/[._]/)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [x, y] = [BigInt(left[index] ?? 0), BigInt(right[index] ?? 0)];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/** The same for versions that are the same: `1_2.0` is `1.2`. */
export function canonicalVersion(version: string): string {
  const parts = version.split(/[._]/).map((part) => BigInt(part).toString());
  while (parts.length > 1 && parts.at(-1) === '0') parts.pop();
  return parts.join('.');
}

/** The order in which Flyway runs migrations: by version, then the repeatable ones by their description. */
export function compareMigrations(a: FlywayName, b: FlywayName): number {
  if (a.kind === 'repeatable' || b.kind === 'repeatable') {
    if (a.kind !== b.kind) return a.kind === 'repeatable' ? 1 : -1;
    return compareNames(a.description, b.description);
  }
  return compareVersions(a.version, b.version) || compareNaturally(a.description, b.description);
}

/** The next `count` versions, written as the highest is: its last part goes on. */
export function nextFlywayVersions(existing: readonly string[], count: number, now: Date): readonly string[] {
  const highest = [...existing].sort(compareVersions).at(-1);
  if (highest === undefined) return Array.from({ length: count }, (_, index) => String(index + 1));
  const last = highest.split(/[._]/).at(-1) ?? '';
  const before = highest.slice(0, highest.length - last.length);
  return nextNumbers([last], count, now).map((number) => before + number);
}
