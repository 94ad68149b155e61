// Group: corpus
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { majors } from '../../server/src/postgres/versions';
import { loadGrammar } from '../../server/src/sql/parse';
import { needsShared, shared } from '../shared';
import { assertKnown, type FoundDifferences } from './known';
import knownDifferences from './known-differences.json';
import { measured, measuredForms, predicted, type Verdict } from './measured';

const skip = needsShared('facts');
const folder = path.join(shared, 'facts');

before(loadGrammar);

test('what is predicted of each statement form is what servers 14 to 18 did', { skip }, (context) => {
  const base = readFileSync(path.join(folder, 'base.sql'), 'utf8');
  const agreeing = new Map<string, boolean>();
  const found: FoundDifferences[] = [];
  let pairs = 0;
  let agreements = 0;
  for (const form of measuredForms(folder)) {
    for (const major of majors) {
      const expected = measured(form, major);
      if (expected === undefined) continue;
      const differences = differencesOf(expected, predicted(form, major, base, expected));
      pairs++;
      if (differences.length === 0) agreements++;
      agreeing.set(form.id, (agreeing.get(form.id) ?? true) && differences.length === 0);
      found.push({ form: form.id, major, differences });
    }
  }
  const agreed = [...agreeing.values()].filter(Boolean).length;
  context.diagnostic(`${agreed} of ${agreeing.size} forms agree; ${agreements} of ${pairs} forms × majors`);
  assert.ok(pairs > 1700, `${pairs} measurements`);
  assertKnown(found, knownDifferences, 'known-differences.json');
});

function differencesOf(expected: Verdict, actual: Verdict): readonly string[] {
  return (Object.keys(expected) as (keyof Verdict)[]).flatMap((key) => {
    const [wanted, got] = [String(expected[key]), String(actual[key])];
    return wanted === got ? [] : [`${key}: servers [${wanted}], Lockstep [${got}]`];
  });
}
