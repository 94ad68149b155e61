// Group: fast
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { root } from './shared';

// Lockstep speaks as PostgreSQL's manual does. This keeps the words that it does not use out of what a person can read.

/** What is not written, and what is written instead. `…` stands for a value. */
const words: readonly (readonly [RegExp, string])[] = [
  [/\bbehind\b/gi, 'after, later than, following'],
  [/\bin front of\b/gi, 'before, earlier'],
  [
    /\b(?:exists?|there) already\b|\b(?:has|have|had) already\b(?! \w+(?:ed|en)\b)/gi,
    'already exists, already has',
  ],
  [/\b(?:is|are) not there\b/gi, 'does not exist'],
  [/\b(?:is|are) no more\b/gi, 'does not exist, was deleted'],
  [/(?<!\bthere )\b(?:is|are) no (?!longer\b|more\b)[a-z]+\b/gi, 'is not a'],
  [/\bknows? no\b/gi, 'does not know'],
  [/\bhas no [^.]* any more\b/gi, 'does not exist'],
  [/\bnobody\b/gi, 'which query, session or migration does not'],
  [/\bsomebody\b/gi, 'who or what: a query, another session'],
  [/\bmade again\b|\bmakes? again\b/gi, 'recreate, created again'],
  [/\b(?:is|are|been|was|were|be) made\b(?! (?:again|of|to|up)\b)/gi, 'created'],
  [/\b(?:migrations?|has|have) made\b/gi, 'created'],
  [/\b(?:migrations make|no migration makes)\b/gi, 'create, creates'],
  [/\bstands? (?:on|before|beside|behind)\b/gi, 'is used by, waits for, is next to'],
  [/\b(?:brings?|brought|bringing) back\b/gi, 'undo, revert; of rows: restore'],
  [/\b(?:does|do) not come back\b/gi, 'is not restored'],
  [/\bgravest\b/gi, 'most severe'],
  [/\b(?:cannot be|nobody) knows?n?\b/gi, 'cannot be determined'],
  [/\bwhere it runs so\b/gi, 'if the runner uses a transaction'],
  [/\bno rule is heard\b/gi, 'ignored, not checked'],
  [/\b(?:is|are) (?:told|said)\b/gi, 'reported, shown'],
  [/\bno light ?bulb\b/gi, 'without quick fixes'],
  [/\brest of (?:a|the) failed build\b/gi, 'leftover index of a failed build'],
  [/\bhangs? on\b/gi, 'depends on, is used by'],
  [/\bfor a moment\b/gi, 'until when: until the transaction ends'],
  [/\boutside of\b/gi, 'outside'],
  [/\b(?:is|are) still there\b/gi, 'still exists'],
  [/\b(?:was|were) there before\b/gi, 'existing'],
  [/\bfor long\b/gi, 'until when: until the transaction ends'],
];

/** Where people read what is written: in messages, in titles, in hovers, in their own files. */
const code = [
  'server/src/rules',
  'server/src/rewrites',
  'server/src/inverses',
  'server/src/effects',
  'server/src/features',
  'server/src/workspace',
  'server/src/cli',
  'server/src/lsp',
  'client/src',
  'server/src/runners',
  'server/src/sql',
];

/** Written by `npm run generate` from texts that are read anyway. */
const generated = ['docs/rules'];

/** A text, in pieces that each begin on a line of the file, from 1. */
interface Prose {
  readonly file: string;
  readonly pieces: readonly Piece[];
}

interface Piece {
  readonly line: number;
  readonly text: string;
}

for (const folder of code) {
  test(`the words of ${folder}`, () => {
    assert.deepEqual(
      filesBelow(folder, ['.ts']).flatMap((file) => findings(literals(file))),
      [],
    );
  });
}

test('the words of the docs', () => {
  const files = [
    'README.md',
    'CHANGELOG.md',
    ...filesBelow('docs', ['.md']).filter((file) => !generated.some((folder) => file.startsWith(folder))),
    ...filesBelow('examples', ['.md']),
  ];
  assert.deepEqual(
    files.flatMap((file) => findings(paragraphs(file))),
    [],
  );
});

test('the words of the settings, commands and snippets', () => {
  const files = ['package.json', 'lockstep.schema.json', ...filesBelow('snippets', ['.json'])];
  assert.deepEqual(
    files.flatMap((file) => findings(descriptions(file))),
    [],
  );
});

test('what is code is not read, and a sentence over two lines is', () => {
  const source = `
    import a from 'is there already/nobody knows';
    const id = 'behind';
    const pattern = /it is behind that/;
    if (word === 'stands behind that') stop();
    const message = \`The \${kind} exists \` +
      'already: see \`a behind b\`.';`;
  assert.deepEqual(findings(literalsOf('a.ts', source)), [
    'a.ts:6: "exists already": write already exists, already has',
  ]);
});

/** `rules/a.ts:12: "behind": write after`. */
function findings(prose: readonly Prose[]): readonly string[] {
  return prose.flatMap(({ file, pieces }) => {
    // What stands in backquotes is SQL, a path or a name.
    const text = pieces
      .map((piece) => piece.text)
      .join('')
      .replace(/`[^`\n]*`/g, (quote) => ' '.repeat(quote.length));
    return words.flatMap(([pattern, better]) =>
      Array.from(text.matchAll(pattern), ({ 0: found, index }) => {
        return `${file}:${lineAt(index, pieces)}: "${found}": write ${better}`;
      }),
    );
  });
}

function lineAt(offset: number, pieces: readonly Piece[]): number {
  let start = 0;
  for (const { text, line } of pieces) {
    if (offset < start + text.length) return line;
    start += text.length;
  }
  return 0;
}

/** The texts of a program that are sentences, or parts of one. */
function literals(file: string): readonly Prose[] {
  return literalsOf(file, readFileSync(path.join(root, file), 'utf8'));
}

function literalsOf(file: string, source: string): readonly Prose[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found: Prose[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isLiteralTypeNode(node)) return;
    if (!isText(node) || isCompared(node)) {
      ts.forEachChild(node, visit);
      return;
    }
    const pieces = piecesOf(node, tree);
    if (pieces.some(({ text }) => text.trim().includes(' '))) found.push({ file, pieces });
    visitValues(node, visit);
  };
  visit(tree);
  return found;
}

/** Goes on to what is no literal of a sum: the values in its templates, its calls. */
function visitValues(node: ts.Node, visit: (node: ts.Node) => void): void {
  if (ts.isBinaryExpression(node)) {
    visitValues(node.left, visit);
    visitValues(node.right, visit);
  } else if (ts.isTemplateExpression(node)) {
    for (const span of node.templateSpans) visit(span.expression);
  } else if (!ts.isStringLiteralLike(node)) {
    visit(node);
  }
}

function isText(node: ts.Node): node is ts.Expression {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || isSum(node);
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
    (isText(node.left) || isText(node.right))
  );
}

/** Whether a text is a word of the program: what another is compared with. */
function isCompared({ parent }: ts.Node): boolean {
  return (
    ts.isCaseClause(parent) ||
    (ts.isBinaryExpression(parent) && parent.operatorToken.kind !== ts.SyntaxKind.PlusToken)
  );
}

/** The lines of a text with `…` for its values. */
function piecesOf(node: ts.Expression, tree: ts.SourceFile): readonly Piece[] {
  if (isSum(node)) return [...piecesOf(node.left, tree), ...piecesOf(node.right, tree)];
  const parts = ts.isTemplateExpression(node)
    ? [node.head, ...node.templateSpans.map(({ literal }) => literal)]
    : ts.isStringLiteralLike(node)
      ? [node]
      : [];
  if (parts.length === 0) return [{ line: 0, text: '…' }];
  return parts.flatMap((part, index) => {
    const first = tree.getLineAndCharacterOfPosition(part.getStart(tree)).line + 1;
    const isLong = tree.getLineAndCharacterOfPosition(part.end).line + 1 > first;
    const text = index === 0 ? part.text : `…${part.text}`;
    return text.split(/(?<=\n)/).map((line, below) => ({ line: isLong ? first + below : first, text: line }));
  });
}

/** A page without what stands in code and in addresses; lines keep their numbers. */
function paragraphs(file: string): readonly Prose[] {
  const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
  const text = readFileSync(path.join(root, file), 'utf8')
    .replace(/^```[\s\S]*?^```$/gm, blank)
    .replace(/\]\([^)\n]*\)/g, blank);
  return [{ file, pieces: text.split(/(?<=\n)/).map((line, index) => ({ line: index + 1, text: line })) }];
}

/** What the editor shows of a file of JSON: descriptions, titles, and the comments in snippets. */
function descriptions(file: string): readonly Prose[] {
  const source = readFileSync(path.join(root, file), 'utf8');
  return source.split('\n').flatMap((line, index) => {
    const [, text] =
      /"(?:description|markdownDescription|title|detail)": "(.*)"/.exec(line) ??
      /^\s*"((?:--|[A-Z]).*)"/.exec(line) ??
      [];
    return text === undefined ? [] : [{ file, pieces: [{ line: index + 1, text }] }];
  });
}

/** The files of a folder of the project, with `/`, whose names end so. */
function filesBelow(folder: string, ends: readonly string[]): readonly string[] {
  const start = path.join(root, folder);
  if (!existsSync(start) || !statSync(start).isDirectory()) return [];
  return readdirSync(start, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ends.some((end) => entry.name.endsWith(end)))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((file) => !file.includes('/node_modules/'))
    .sort();
}
