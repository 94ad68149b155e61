import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Major } from '../../server/src/postgres/versions';

/** What a statement does, in words that can be read: `app.orders SHARE`. Each list is sorted. */
export interface Words {
  readonly locks: readonly string[];
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
}

/** What some majors do alike. */
interface Measured extends Words {
  readonly majors: readonly Major[];
}

const file = path.join(__dirname, 'server-forms.json');

/** What real servers did with the forms of `forms.ts`; `test/postgres/effects.test.ts` measures it. */
function recorded(): Readonly<Record<string, readonly Measured[] | undefined>> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, readonly Measured[]>;
}

/** The majors on which the forms were measured. */
export function measuredMajors(): readonly Major[] {
  const all = Object.values(recorded()).flatMap((list) => (list ?? []).flatMap(({ majors }) => majors));
  return [...new Set(all)].sort((a, b) => a - b);
}

/** What servers of a major did, by form. */
export function measuredOn(major: Major): ReadonlyMap<string, Words> {
  return new Map(
    Object.entries(recorded()).flatMap(([form, list]) => {
      const found = list?.find(({ majors }) => majors.includes(major));
      return found === undefined
        ? []
        : [[form, { locks: found.locks, rewrites: found.rewrites, scans: found.scans }] as const];
    }),
  );
}

/** Writes what servers of a major have done. */
export function record(major: Major, measured: ReadonlyMap<string, Words>): void {
  const before = recorded();
  const after: Record<string, readonly Measured[]> = {};
  for (const [form, words] of measured) {
    const others = (before[form] ?? []).flatMap((one) => {
      const majors = one.majors.filter((other) => other !== major);
      return majors.length === 0 ? [] : [{ ...one, majors }];
    });
    const twin = others.findIndex((one) => textOf(one) === textOf(words));
    const own = { majors: [...(others[twin]?.majors ?? []), major].sort((a, b) => a - b), ...words };
    after[form] = [...others.filter((_, index) => index !== twin), own];
  }
  // A line for what servers did alike, so that a difference can be read.
  const entries = Object.entries(after).map(
    ([form, list]) =>
      `${JSON.stringify(form)}: [\n  ${list.map((one) => JSON.stringify(one)).join(',\n  ')}\n]`,
  );
  writeFileSync(file, `{\n${entries.join(',\n')}\n}\n`);
}

function textOf({ locks, rewrites, scans }: Words): string {
  return JSON.stringify([locks, rewrites, scans]);
}
