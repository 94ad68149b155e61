import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { nameOfNewIndex, objectName } from '../../server/src/catalog/names';
import { loadGrammar } from '../../server/src/sql/parse';
import { catalogAfter, statementsOf } from './bench';

before(loadGrammar);

test('of a name that is too long the longer part is cut, byte by byte, at a whole character', () => {
  assert.equal(objectName('orders', 'user_id', 'fkey'), 'orders_user_id_fkey');
  assert.equal(objectName('orders', undefined, 'pkey'), 'orders_pkey');
  const long = objectName('a'.repeat(50), 'b'.repeat(40), 'idx');
  assert.equal(long, `${'a'.repeat(29)}_${'b'.repeat(29)}_idx`);
  assert.equal(Buffer.byteLength(long), 63);
  assert.equal(objectName('a'.repeat(70), undefined, 'pkey'), `${'a'.repeat(58)}_pkey`);
  // 29 bytes are fourteen of these and a half.
  assert.equal(objectName('ä'.repeat(30), 'b'.repeat(40), 'idx'), `${'ä'.repeat(14)}_${'b'.repeat(29)}_idx`);
});

test('the name of an index that the author left unnamed', () => {
  const catalog = catalogAfter('CREATE TABLE t (a int UNIQUE, b text); CREATE TABLE t_b_idx (x int)');
  const nameOf = (sql: string) => {
    const [statement] = statementsOf(sql);
    assert.ok(statement?.kind === 'CreateIndex');
    return nameOfNewIndex(statement, catalog);
  };
  assert.equal(nameOf('CREATE INDEX ON t (a)'), 't_a_idx');
  assert.equal(nameOf('CREATE UNIQUE INDEX ON t (a, b) INCLUDE (c)'), 't_a_b_c_idx');
  assert.equal(nameOf('CREATE INDEX ON t (b)'), 't_b_idx1');
  assert.equal(nameOf('CREATE INDEX ON t (lower(b), lower(b), (a + 1))'), 't_lower_lower1_expr_idx');
  assert.equal(nameOf('CREATE INDEX named ON t (b)'), 'named');
});
