// Group: corpus
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { Catalog } from '../../server/src/catalog/catalog';
import { endTransaction, replay, startFile } from '../../server/src/catalog/replay';
import { effectsOf } from '../../server/src/effects/effects-of';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import type { Statement } from '../../server/src/sql/statement';
import { needsShared, shared, sqlFiles } from '../shared';

before(loadGrammar);

/** Commands that act on relations which they do not name: all that a role owns, that lie somewhere, that there are. */
const notKnown = new Set([
  'AlterTableMoveAllStmt',
  'ClusterStmt',
  'DropOwnedStmt',
  'ReassignOwnedStmt',
  'VacuumStmt',
]);

/** What these do is told by code. */
function runsCode(statement: Statement): boolean {
  return (
    statement.kind === 'Select' ||
    statement.kind === 'DataChange' ||
    // A trigger may fire.
    statement.kind === 'Truncate' ||
    statement.kind === 'DoBlock' ||
    (statement.kind === 'Other' && statement.nodeType === 'CallStmt')
  );
}

/** Blocks and queries outside PostgreSQL's own tests whose code makes up what it does, or is not in the corpus. */
const codeNotKnown = 334;

test(
  'every statement of the corpus is replayed and has effects',
  { skip: needsShared('corpus') },
  (context) => {
    const corpus = path.join(shared, 'corpus');
    let catalog = new Catalog();
    let folder = '';
    let statements = 0;
    let microseconds = 0;
    const unknown = new Set<string>();
    let unknownCode = 0;
    for (const file of sqlFiles(corpus)) {
      const project = path.relative(corpus, file).split(path.sep).slice(0, 2).join('/');
      if (project !== folder) catalog = new Catalog();
      folder = project;
      const layer = new Catalog(catalog);
      startFile(layer, file);
      for (const [index, { parsed }] of parseFile(readFileSync(file, 'utf8')).statements.entries()) {
        const { statement } = parsed;
        if (statement === undefined) continue;
        const start = performance.now();
        try {
          const { isKnown } = effectsOf(statement, layer, 16);
          replay(statement, layer, { file, statement: index });
          if (!isKnown && !runsCode(statement))
            unknown.add(statement.kind === 'Other' ? statement.nodeType : statement.text);
          if (!isKnown && runsCode(statement) && !folder.startsWith('pgregress')) unknownCode++;
        } catch (error: unknown) {
          assert.fail(`${file}: ${statement.text.slice(0, 200)}\n${String(error)}`);
        }
        microseconds += (performance.now() - start) * 1000;
        statements++;
      }
      endTransaction(layer);
      catalog = layer.compact();
    }
    context.diagnostic(
      `${statements} statements, ${(microseconds / statements).toFixed(1)} µs each; ${unknownCode} run code that is not known`,
    );
    assert.ok(unknownCode <= codeNotKnown, `${unknownCode} statements run code that is not known`);
    assert.ok(statements > 10_000);
    assert.deepEqual(
      [...unknown].filter((nodeType) => !notKnown.has(nodeType)),
      [],
    );
  },
);
