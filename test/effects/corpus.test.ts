import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { Catalog } from '../../server/src/catalog/catalog';
import { endTransaction, replay, startFile } from '../../server/src/catalog/replay';
import { effectsOf } from '../../server/src/effects/effects-of';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { needsShared, shared, sqlFiles } from '../shared';

before(loadGrammar);

/** Commands of which Lockstep has no word, on purpose. */
const notKnown = new Set([
  'AlterTableMoveAllStmt',
  'CallStmt',
  'ClusterStmt',
  'DropOwnedStmt',
  'ExecuteStmt',
  'ReassignOwnedStmt',
  'VacuumStmt',
]);

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
          if (!isKnown && statement.kind === 'Other') unknown.add(statement.nodeType);
        } catch (error: unknown) {
          assert.fail(`${file}: ${statement.text.slice(0, 200)}\n${String(error)}`);
        }
        microseconds += (performance.now() - start) * 1000;
        statements++;
      }
      endTransaction(layer);
      catalog = layer.compact();
    }
    context.diagnostic(`${statements} statements, ${(microseconds / statements).toFixed(1)} µs each`);
    assert.ok(statements > 10_000);
    assert.deepEqual(
      [...unknown].filter((nodeType) => !notKnown.has(nodeType)),
      [],
    );
  },
);
