import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { createRegistry, loadConfiguration } from 'vscode-tmgrammar-test/dist/common/index.js';
import {
  parseGrammarTestCase,
  runGrammarTestCase,
  type TestFailure,
} from 'vscode-tmgrammar-test/dist/unit/index.js';

const root = path.resolve(import.meta.dirname, '../..');
/** The grammar that VS Code itself has for `sql`; ours are injected into it. */
const sqlGrammar = path.join(root, 'node_modules/tm-grammars/grammars/sql.json');
const corpus = path.resolve(root, '../shared/corpus/supabase/pgflow-dev__pgflow');

// The injections are read from the manifest, so that a grammar it forgets to name fails here.
const { grammars } = loadConfiguration(path.join(root, 'package.json'), undefined, [sqlGrammar]);
const registry = createRegistry(grammars);

function describeFailure(file: string, source: readonly string[], failure: TestFailure): string {
  const line = source[failure.srcLine] ?? '';
  return [
    `${file}:${failure.line + 1}: in ${JSON.stringify(line.slice(failure.start, failure.end))}`,
    `  missing:    ${failure.missing.join(' ')}`,
    `  unexpected: ${failure.unexpected.join(' ')}`,
    `  actual:     ${failure.actual.join(' ')}`,
  ].join('\n');
}

describe('grammar', () => {
  const fixtures = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.sql'));

  for (const file of fixtures) {
    test(file, async () => {
      const fixture = parseGrammarTestCase(readFileSync(path.join(import.meta.dirname, file), 'utf8'));
      assert.ok(fixture.assertions.length > 0, 'The fixture asserts nothing.');
      const failures = await runGrammarTestCase(registry, fixture);
      assert.equal(failures.map((failure) => describeFailure(file, fixture.source, failure)).join('\n'), '');
    });
  }

  test(
    'no real migration leaves a dollar quote or a string open',
    { skip: existsSync(corpus) ? false : 'The shared corpus is not beside the project.' },
    async () => {
      const grammar = await registry.loadGrammar('source.sql');
      assert.ok(grammar);
      const migrations = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.sql'),
      );
      assert.ok(migrations.length > 20);
      for (const migration of migrations) {
        let state: ReturnType<typeof grammar.tokenizeLine>['ruleStack'] = grammar.tokenizeLine(
          '',
          null,
        ).ruleStack;
        for (const line of readFileSync(path.join(corpus, migration), 'utf8').split(/\r?\n/)) {
          state = grammar.tokenizeLine(line, state).ruleStack;
        }
        assert.equal(state.depth, 1, migration);
      }
    },
  );
});
