import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareNames, compareNaturally, nextVersions, slug } from '../../server/src/runners/files/naming';

const now = new Date('2026-03-01T10:00:59.700Z');

describe('nextVersions', () => {
  const cases: readonly [string, readonly string[], readonly string[]][] = [
    ['nothing is there', [], ['20260301100059', '20260301100100']],
    ['all are older', ['20250101000000_a.sql'], ['20260301100059', '20260301100100']],
    ['one has this very second', ['20260301100059_a.sql'], ['20260301100100', '20260301100101']],
    [
      'one lies in the future',
      ['20991231235959_a.sql', '20250101000000_b.sql'],
      ['21000101000000', '21000101000001'],
    ],
    ['one is no time', ['20261399000000_a.sql'], ['20270409000001', '20270409000002']],
    ['files are counted', ['0003_b.sql', '0004_billing.sql', 'README.md'], ['0005', '0006']],
    // As text nothing sorts behind `9_a` that begins with a number.
    ['the count grows', ['9_a.sql'], ['10', '11']],
    ['counted ones and times', ['0004_a.sql', '20250101000000_b.sql'], ['20260301100059', '20260301100100']],
    ['dates of eight digits', ['20260301_a'], ['20260302000000', '20260302000001']],
    ['old dates of eight digits', ['20251110_add'], ['20260301100059', '20260301100100']],
  ];
  for (const [what, existing, expected] of cases) {
    it(what, () => {
      const versions = nextVersions(existing, 2, now);
      deepEqual(versions, expected);
      for (const name of existing.filter((other) => /^\d\d/.test(other))) {
        equal(compareNames(name, `${versions[0] ?? ''}_x.sql`), -1);
      }
    });
  }
});

describe('slug', () => {
  const cases: readonly [string, string][] = [
    ['Add orders user index', 'add_orders_user_index'],
    ['orders_user_idx_concurrently', 'orders_user_idx_concurrently'],
    ['"Bestellung".größe!', 'bestellung_gro_e'],
    ['../../etc/passwd', 'etc_passwd'],
    ['', 'migration'],
    ['x'.repeat(300), 'x'.repeat(60)],
  ];
  for (const [words, expected] of cases) {
    it(JSON.stringify(words.slice(0, 40)), () => {
      equal(slug(words), expected);
    });
  }
});

it('numbers in names sort by value', () => {
  const names = ['10_b', '2_a', '2_b', '1_a', 'a10', 'a9', 'a'];
  deepEqual([...names].sort(compareNaturally), ['1_a', '2_a', '2_b', '10_b', 'a', 'a9', 'a10']);
});
