import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { majors } from '../../server/src/postgres/versions';
import { loadGrammar } from '../../server/src/sql/parse';
import { needsShared, shared } from '../shared';
import { measured, measuredForms, predicted, type Verdict } from './measured';

const skip = needsShared('facts');
const folder = path.join(shared, 'facts');

/** Forms on which Lockstep and the servers do not agree, each with the reason. */
const knownDifferences = JSON.parse(
  readFileSync(path.join(__dirname, 'known-differences.json'), 'utf8'),
) as Readonly<Record<string, string>>;

before(loadGrammar);

test('what is predicted of each statement form is what servers 14 to 18 did', { skip }, (context) => {
  const base = readFileSync(path.join(folder, 'base.sql'), 'utf8');
  const agreeing = new Map<string, boolean>();
  const problems: string[] = [];
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
      if (differences.length > 0 && knownDifferences[form.id] === undefined) {
        problems.push(`${form.id} on ${major}: ${form.statement}\n  ${differences.join('\n  ')}`);
      }
    }
  }
  const agreed = [...agreeing.values()].filter(Boolean).length;
  context.diagnostic(`${agreed} of ${agreeing.size} forms agree; ${agreements} of ${pairs} forms × majors`);
  assert.deepEqual(problems, [], 'Not listed in known-differences.json');
  const settled = Object.keys(knownDifferences).filter((id) => agreeing.get(id) !== false);
  assert.deepEqual(settled, [], 'Listed in known-differences.json, and no difference any more');
});

function differencesOf(expected: Verdict, actual: Verdict): readonly string[] {
  return (Object.keys(expected) as (keyof Verdict)[]).flatMap((key) => {
    const [wanted, got] = [String(expected[key]), String(actual[key])];
    return wanted === got ? [] : [`${key}: servers [${wanted}], Lockstep [${got}]`];
  });
}
