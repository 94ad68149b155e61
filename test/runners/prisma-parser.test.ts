// Which statements Prisma's parser can read, compared with that parser, on real migrations and on every form that was
// measured.
import { deepEqual, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { init, parse } from '@guanmingchiu/sqlparser-ts';
import { isReadable } from '../../server/src/runners/prisma/parser';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { needsShared, shared, sqlFiles } from '../shared';

before(async () => {
  await loadGrammar();
  await init();
});

describe('the parser of Prisma 7.4', () => {
  it('is answered for as it reads real migrations', { skip: needsShared('corpus') }, () => {
    const folders = ['prisma', 'drizzle', 'supabase', 'sqlx', 'node-pg-migrate'];
    const files = folders.flatMap((folder) => sqlFiles(path.join(shared, 'corpus', folder)));
    check(files.map((file) => readFileSync(file, 'utf8')));
  });

  it('is answered for as it reads every form that was measured', { skip: needsShared('facts') }, () => {
    const text = readFileSync(path.join(shared, 'facts/locks.json'), 'utf8');
    const forms = JSON.parse(text) as readonly { readonly statement: string }[];
    check(forms.map(({ statement }) => statement));
  });
});

function check(texts: readonly string[]): void {
  const differing: string[] = [];
  let count = 0;
  for (const text of texts) {
    const file = parseFile(text);
    for (const statement of file.statements) {
      if (statement.parsed.statement === undefined) continue;
      const sql = text.slice(statement.start, statement.end);
      count += 1;
      if (isReadable(statement, file) !== isRead(sql)) differing.push(sql);
    }
  }
  ok(count > 300, `${count} statements`);
  deepEqual(differing, []);
}

function isRead(sql: string): boolean {
  try {
    parse(sql, 'postgresql');
    return true;
  } catch {
    return false;
  }
}
