import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { diagnose } from '../../server/src/features/diagnose';
import { allFixes } from '../../server/src/features/fix';
import { rules } from '../../server/src/rules';
import { loadGrammar } from '../../server/src/sql/parse';
import { applyChanges, movedTo } from '../runners/tree';
import { root } from '../shared';
import { allFixtures, fixtures, isAsked, ruleOf } from './asked';
import { assertRepairs } from './fix-checks';
import { markUp, withoutMarks } from './fixture';
import { analyse, siteOf, type World, worldFor, worldOf } from './world';

before(loadGrammar);

describe('the list of rules', () => {
  test('has every file of the folder, by its name, in order', () => {
    const folder = path.join(root, 'server/src/rules');
    const files = readdirSync(folder, { withFileTypes: true })
      .filter(
        (entry) =>
          entry.isFile() && entry.name.endsWith('.ts') && !['index.ts', 'rule.ts'].includes(entry.name),
      )
      .map(({ name }) => name.replace(/\.ts$/, ''));
    assert.deepEqual(
      rules.map(({ id }) => id),
      [...files].sort(),
    );
  });

  test('has a fixture for each, and no fixture is without its rule', () => {
    assert.deepEqual(
      [...new Set(allFixtures.map(ruleOf))].sort(),
      rules.map(({ id }) => id),
    );
  });

  test('says in which version each rule came', () => {
    const released = readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8');
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    for (const { id, meta } of rules) {
      const isKnown = meta.addedIn === version || released.includes(`## ${meta.addedIn}\n`);
      assert.ok(isKnown, `${id}: there is no version ${meta.addedIn}`);
    }
  });

  test('says everything in sentences', () => {
    for (const { id, meta, on } of rules) {
      const { summary, why, instead, references } = meta.docs;
      for (const text of [summary, why, instead, meta.remedy ?? instead]) {
        assert.match(text, /^[A-Z`].*[.]$/s, id);
        assert.doesNotMatch(text, / {2}|\n/, id);
      }
      // What is about files is the runners' business.
      const isOfServer = on.length > 0 || /postgresql\.org/.test(references.join(' '));
      const [first = ''] = references;
      assert.ok(
        !isOfServer || first.startsWith('https://www.postgresql.org/docs/'),
        `${id}: the manual first`,
      );
    }
  });
});

describe('the examples', () => {
  for (const rule of rules.filter(({ id }) => isAsked(id))) {
    rule.meta.examples.forEach((example, index) => {
      const { around, bad, good } = example;
      test(`${rule.id}, number ${index + 1}`, () => {
        const world = worldOf(example, bad);
        assert.equal(findingsOf(world, rule.id), 1, `Not one finding in\n${bad}`);
        const [reported] = analyse(world).statements.flatMap(({ findings }) =>
          findings.filter(({ rule: { id } }) => id === rule.id),
        );
        assert.match(
          reported?.finding.remedy ?? rule.meta.remedy ?? '',
          /^[A-Z].+[.]$/,
          'It says what to do.',
        );
        const fix = allFixes(analyse(world), siteOf(world)).find((offered) => offered.rule === rule.id);
        if (rule.fixes === undefined && around === undefined) {
          assert.equal(findingsOf(worldOf(example, good), rule.id), 0, `A finding in\n${good}`);
          return;
        }
        assert.ok(fix, 'No fix is offered.');
        const after = {
          ...world,
          files: applyChanges(world.files, fix.changes),
          path: movedTo(world.path, fix.changes),
        };
        assert.equal(after.files[after.path], good);
        assert.equal(findingsOf(after, rule.id), 0, `A finding in\n${good}`);
        if (around !== undefined) assert.equal(after.path, `/project/${around.goodPath ?? around.path}`);
      });
    });
  }
});

describe('the fixtures', () => {
  for (const fixture of fixtures) {
    const place = path.join(__dirname, fixture);
    test(fixture, async (t) => {
      const written = readFileSync(place, 'utf8');
      const { text, world, fixes } = markUp(withoutMarks(written));
      if (process.env['UPDATE'] === '1') writeFileSync(place, text);
      else assert.equal(written, text, 'UPDATE=1 writes the new marks; git diff shows them.');
      assert.ok(findingsOf(world, ruleOf(fixture)) > 0, 'It has no finding of its rule.');
      for (const fix of fixes.filter(({ refusal }) => refusal === undefined)) {
        await t.test(`${fix.rule}: ${fix.title}`, () => {
          assertRepairs(fix, world);
        });
      }
    });
  }
});

describe('a fix for a strong lock needs no second one for lock_timeout', () => {
  for (const runner of ['psql', 'supabase 2.109.1', 'supabase 2.116.0', 'prisma 6.1.0', 'prisma 7.8.0']) {
    for (const sql of [
      'ALTER TABLE orders ADD CHECK (total > 0)',
      'ALTER TABLE orders ADD COLUMN rating integer CHECK (rating > 0)',
      'ALTER TABLE orders ADD COLUMN slug text UNIQUE',
      'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users',
      'ALTER TABLE orders ALTER coupon SET NOT NULL',
      'BEGIN;\nALTER TABLE events ADD PRIMARY KEY (id);\nCOMMIT',
    ]) {
      test(`${runner}: ${sql}`, () => {
        const world = worldFor(`-- runner: ${runner}\n\n${sql};\n`);
        const [fix] = allFixes(analyse(world), siteOf(world)).filter(({ refusal }) => refusal === undefined);
        assert.ok(fix, 'No fix is offered.');
        const after = { ...world, files: applyChanges(world.files, fix.changes) };
        for (const { path: file } of fix.changes) {
          const found = diagnose(analyse(after, file)).filter(({ rule }) => rule === 'lock-timeout-missing');
          assert.deepEqual(found, [], after.files[file]);
        }
      });
    }
  }
});

function findingsOf(world: World, rule: string): number {
  return diagnose(analyse(world)).filter((diagnostic) => diagnostic.rule === rule).length;
}
