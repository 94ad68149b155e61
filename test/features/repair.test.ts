import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { OfferedFix } from '../../server/src/features/fix';
import { type Repairs, repair } from '../../server/src/features/repair';
import { loadGrammar } from '../../server/src/sql/parse';
import { analysed } from './analysed';

/** A rule that replaces the first text that it does not like. */
interface Replacement {
  readonly rule: string;
  readonly from: RegExp;
  readonly to: string | ((found: string) => string);
}

/** Repairs a text by made-up rules. */
function run(
  text: string,
  rules: readonly Replacement[],
): Repairs & { readonly text: string; readonly rounds: number } {
  let current = text;
  let rounds = 0;
  const repairs = repair({
    analyse: () => analysed(current),
    next: (analysis, leftOut) =>
      rules
        .filter(({ rule }) => !leftOut.has(rule))
        .flatMap((candidate): OfferedFix[] => {
          const found = candidate.from.exec(analysis.file.text);
          return found === null ? [] : [offer(candidate, found)];
        })[0],
    apply: ({ rule }) => {
      rounds++;
      const { from = / /, to = '' } = rules.find((candidate) => candidate.rule === rule) ?? {};
      current = typeof to === 'string' ? current.replace(from, to) : current.replace(from, to);
    },
    keep: () => {
      const kept = current;
      return () => {
        current = kept;
      };
    },
  });
  return { ...repairs, text: current, rounds };
}

function offer({ rule }: Replacement, { index, 0: found }: RegExpExecArray): OfferedFix {
  return {
    rule,
    severity: 'warning',
    range: { start: index, end: index + found.length },
    message: `${rule} does not like this.`,
    title: rule,
    safety: 'review',
    policy: undefined,
    way: undefined,
    changes: [],
    notes: [],
    refusal: undefined,
  };
}

describe('repairing a file', () => {
  before(loadGrammar);

  const drop: Replacement = { rule: 'drop', from: /drop table a;/, to: 'drop table if exists a;' };

  it('goes on until nothing is left, also where statements read alike', () => {
    const text = 'drop table a;\n'.repeat(20);
    const { done, quarrels, text: after } = run(text, [drop]);
    assert.equal(after, 'drop table if exists a;\n'.repeat(20));
    assert.deepEqual([done.length, quarrels], [20, []]);
  });

  it('names two fixes that undo each other, and leaves what they did undone', () => {
    const undrop: Replacement = { rule: 'undrop', from: /drop table if exists a;/, to: 'drop table a;' };
    const other: Replacement = { rule: 'other', from: /select 1;/, to: 'select 2;' };
    const text = 'select 1;\ndrop table a;\n';
    const { done, quarrels, text: after, rounds } = run(text, [drop, undrop, other]);
    assert.deepEqual(quarrels, [['drop', 'undrop']]);
    assert.equal(after, 'select 2;\ndrop table a;\n', 'the others are still repaired');
    assert.deepEqual(
      done.map(({ rule }) => rule),
      ['other'],
    );
    assert.ok(rounds <= 4, `${rounds} rounds`);
  });

  it('takes back a fix that does not remove its finding', () => {
    const comment: Replacement = { rule: 'comment', from: /drop table a;/, to: '-- Dropped.\ndrop table a;' };
    const { done, quarrels, text, rounds } = run('drop table a;\n', [comment]);
    assert.deepEqual([done, quarrels, text], [[], [['comment']], 'drop table a;\n']);
    assert.ok(rounds <= 2, `${rounds} rounds`);
  });

  it('ends when each fix brings a finding of its own', () => {
    const grow: Replacement = {
      rule: 'grow',
      from: /drop table a+;/,
      to: (found) => found.replace('a;', 'aa;'),
    };
    const { done, quarrels, text } = run('drop table a;\n', [grow]);
    assert.deepEqual([done, quarrels, text], [[], [['grow']], 'drop table a;\n']);
  });
});
