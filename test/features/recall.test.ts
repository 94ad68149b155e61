// Group: corpus
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import type { Catalog } from '../../server/src/catalog/catalog';
import { type Analysis, catalogBefore } from '../../server/src/features/analysis';
import { complete } from '../../server/src/features/completion/completion';
import { type Mention, mentionsOf, type ObjectName } from '../../server/src/features/names/names';
import { loadGrammar } from '../../server/src/sql/parse';
import { needsShared, shared, sqlFiles } from '../shared';
import { projectWith } from './objects';

const projects = [
  ['prisma', 'prisma/langfuse__langfuse/packages/shared/prisma/migrations'],
  ['supabase', 'supabase/villeheikkila__Tastybytes/supabase/migrations'],
] as const;

/** One of so many names is looked at. */
const stride = 41;

/** How many of the names that authors have used completion must propose where they stand. */
const leastShare = 0.98;

function isKnown({ kind, schema, name, owner }: ObjectName, catalog: Catalog): boolean {
  const relation = catalog.relation({ schema, name: owner ?? name });
  const has = (items: readonly { readonly name: string }[] | undefined): boolean =>
    items?.some((item) => item.name === name) === true;
  switch (kind) {
    case 'relation':
      return relation !== undefined;
    case 'column':
      return has(relation?.columns);
    case 'constraint':
      return has(relation?.constraints);
    case 'trigger':
      return has(relation?.triggers);
    case 'policy':
      return has(relation?.policies);
    case 'index':
      return catalog.index({ schema, name }) !== undefined;
    case 'type':
      return catalog.type({ schema, name }) !== undefined;
    case 'function':
      return catalog.function({ schema, name }) !== undefined;
    case 'schema':
      return false;
  }
}

/** The uses in a migration of what earlier statements have made. */
function uses(analysis: Analysis): readonly { readonly mention: Mention; readonly offset: number }[] {
  return analysis.file.statements.flatMap(({ parsed: { statement }, start }, index) => {
    if (statement === undefined) return [];
    const catalog = catalogBefore(analysis, index);
    return mentionsOf(statement, catalog)
      .filter(
        ({ role, before: old, object }) => role !== 'new' && old === undefined && isKnown(object, catalog),
      )
      .map((mention) => ({ mention, offset: start + mention.range.start }));
  });
}

describe('completion', () => {
  before(loadGrammar);

  for (const [runner, folder] of projects) {
    it(
      `proposes what the authors of ${folder.split('/')[1] ?? ''} have written`,
      { skip: needsShared('corpus') },
      () => {
        const files = sqlFiles(path.join(shared, 'corpus', folder)).map((file) => ({
          path: file,
          text: readFileSync(file, 'utf8'),
        }));
        const { analyses } = projectWith(files, runner);
        const missing: string[] = [];
        let asked = 0;
        let at = 0;
        for (const analysis of analyses) {
          for (const { mention, offset } of uses(analysis)) {
            if (at++ % stride !== 0) continue;
            asked++;
            const { text } = analysis.file;
            // Behind the quote, as an editor that closes quotes by itself has it.
            const cursor = text.charAt(offset) === '"' ? offset + 1 : offset;
            const { name } = mention.object;
            if (complete(analysis, cursor).items.some((item) => item.text === name)) continue;
            missing.push(`${text.slice(Math.max(0, offset - 60), offset)}|${name}`);
          }
        }
        assert.ok(asked > 80, `only ${asked} names were looked at`);
        const share = 1 - missing.length / asked;
        assert.ok(share >= leastShare, `${(share * 100).toFixed(1)} % of ${asked}:\n${missing.join('\n')}`);
      },
    );
  }
});
