import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root } from './shared';

/** A folder of server/src imports itself and those behind it in this list. */
const layers = [
  ['main.ts'],
  ['cli', 'lsp'],
  ['workspace'],
  ['features'],
  ['rules'],
  ['rewrites'],
  ['inverses'],
  ['effects'],
  ['catalog'],
  ['runners'],
  ['sql'],
  ['postgres'],
];

/** The layers that may read files, and know the time. */
const outside = new Set(['main.ts', 'cli', 'lsp', 'workspace']);

const server = path.join(root, 'server/src');
const client = path.join(root, 'client/src');

interface Import {
  /** From the root of its program, with `/`: `rules/index.ts`. */
  readonly file: string;
  /** A module of the same program, also from its root, or the name of a package. */
  readonly target: string;
  /** As the other module calls them; empty for all of it. */
  readonly names: readonly string[];
  readonly isTypeOnly: boolean;
}

test('a folder imports what stands below it, and nothing else', () => {
  const wrong = importsOf(server).filter(({ file, target }) => {
    if (!target.startsWith('/')) return false;
    const [from, to] = [layerOf(file), layerOf(target.slice(1))];
    assert.ok(from !== undefined && to !== undefined, `${file} or ${target} is in no folder of the list`);
    const [above, below] = [levelOf(from), levelOf(to)];
    // The two that stand beside each other know nothing of each other, but the command line may start the server.
    return below < above || (below === above && from !== to && from !== 'cli');
  });
  assert.deepEqual(wrong.map(describe), []);
});

test('a rule knows no other rule', () => {
  const wrong = importsOf(server).filter(({ file, target }) => {
    return /^rules\/(?!index\.ts)[^/]+\.ts$/.test(file) && /^\/rules\/(?!rule$)[^/]+$/.test(target);
  });
  assert.deepEqual(wrong.map(describe), []);
});

test('one file runs a migration: no other begins a file or ends a transaction in the catalog', () => {
  const running = sources(server).filter((file) =>
    /\b(?:startFile|endTransaction)\b/.test(code(path.join(server, file))),
  );
  assert.deepEqual(
    running.filter((file) => !file.startsWith('catalog/')),
    ['features/run.ts'],
  );
});

test('a statement is replayed by what runs files, and over a schema for what would be after it', () => {
  const replaying = importsOf(server).filter(({ target }) => target === '/catalog/replay');
  assert.deepEqual(replaying.map(({ file }) => file).sort(), [
    'catalog/after.ts',
    'effects/builder.ts',
    'features/run.ts',
  ]);
});

test('no two files need each other', () => {
  for (const folder of [server, client]) {
    const needed = new Map<string, string[]>();
    for (const { file, target, isTypeOnly } of importsOf(folder)) {
      const other = isTypeOnly ? undefined : fileOf(folder, target);
      if (other !== undefined) needed.set(file, [...(needed.get(file) ?? []), other]);
    }
    for (const file of needed.keys()) {
      assert.ok(!reachedFrom(file, needed).has(file), `${file} needs itself, by way of others`);
    }
  }
});

test('what a file exports, another one imports', () => {
  const folders = ['server/src', 'client/src', 'test', 'scripts'];
  const imported = new Set<string>();
  for (const { file, target, names } of importsOf(root, folders)) {
    const other = fileOf(root, target);
    if (other === undefined) continue;
    const all = names.length > 0 ? names : exportsOf(other);
    for (const name of all) if (file !== other) imported.add(`${other} ${name}`);
  }
  // What VS Code and mocha call.
  const called = [
    'client/src/extension.ts activate',
    'client/src/extension.ts deactivate',
    'test/editor/suite/index.ts run',
  ];
  const idle = sources(root, folders.slice(0, 3))
    .flatMap((file) => exportsOf(file).map((name) => `${file} ${name}`))
    .filter((one) => !imported.has(one) && !called.includes(one));
  assert.deepEqual(idle, []);
});

test('only the outermost folders know the language server protocol, and none a client or a database', () => {
  const wrong = importsOf(server).filter(({ file, target }) => {
    const from = layerOf(file) ?? '';
    if (target.startsWith('vscode-languageserver')) return from !== 'lsp' && from !== 'main.ts';
    if (target === 'vscode' || target.startsWith('vscode-languageclient')) return true;
    if (target === 'pg' || target.startsWith('@electric-sql/')) return true;
    return isNode(target) && !outside.has(from);
  });
  assert.deepEqual(wrong.map(describe), []);
});

test('nothing below them reads a clock or the environment', () => {
  const forbidden = /\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bsetTimeout\b|\b__dirname\b/;
  const wrong = sources(server)
    .filter((file) => !outside.has(layerOf(file) ?? ''))
    .flatMap((file) =>
      code(path.join(server, file))
        .split('\n')
        .flatMap((line, index) => (forbidden.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
    );
  assert.deepEqual(wrong, []);
});

test('the client takes nothing from the server but its protocol, which stands alone', () => {
  const wrong = importsOf(client).filter(
    ({ target }) =>
      target.startsWith('/') &&
      !target.endsWith('/server/src/lsp/protocol') &&
      !sources(client).includes(`${target.slice(1)}.ts`),
  );
  assert.deepEqual(wrong.map(describe), []);
  const taken = importsOf(server).filter(({ file, isTypeOnly }) => file === 'lsp/protocol.ts' && !isTypeOnly);
  assert.deepEqual(taken.map(describe), []);
});

test('the command line prints through one file, which lets no name order a terminal about', () => {
  const printing = sources(server).filter((file) =>
    /\bprocess\.std(?:out|err)\.write\b|\bconsole\.(?:log|error|warn|info)\(/.test(
      code(path.join(server, file)).replace(/\bconnection\.console\b/g, ''),
    ),
  );
  assert.deepEqual(
    printing.filter((file) => file.startsWith('cli/')),
    ['cli/terminal.ts'],
  );
});

function sources(folder: string, parts: readonly string[] = ['']): readonly string[] {
  return parts.flatMap((part) =>
    readdirSync(path.join(folder, part), { recursive: true, encoding: 'utf8' })
      .map((file) => path.posix.join(part, file.split(path.sep).join('/')))
      .filter((file) => /(?<!\.d)\.(?:ts|mjs)$/.test(file)),
  );
}

function importsOf(folder: string, parts?: readonly string[]): readonly Import[] {
  return sources(folder, parts).flatMap((file) => {
    const text = code(path.join(folder, file));
    const found = text.matchAll(
      /\b(?:import|export)\b(\s+type\b)?([^;'"]*?)\bfrom\s+'([^']+)'|(?:\{([^{}]*)\} = (?:await )?)?\b(?:import|require)\(\s*'([^']+)'\s*\)(?:\.(\w+))?/g,
    );
    return [...found].map(([, type, clause, from, unpacked, dynamic, member]) => {
      const name = from ?? dynamic ?? '';
      const target = name.startsWith('.') ? `/${path.posix.join(path.posix.dirname(file), name)}` : name;
      const [, alone = '', listed] = /^\s*([\w$]*)\s*,?\s*(?:\{([^}]*)\})?/.exec(clause ?? '') ?? [];
      const words = (listed ?? unpacked ?? member ?? '').split(',').flatMap((word) => word.trim() || []);
      return {
        file,
        target,
        names: [
          ...(alone === '' ? [] : ['default']),
          ...words.map((word) => word.replace(/^type /, '').split(/ as |:/)[0] ?? ''),
        ],
        isTypeOnly:
          type !== undefined ||
          (alone === '' && words.length > 0 && words.every((word) => word.startsWith('type '))),
      };
    });
  });
}

/** The file of a program that is imported, from the program's root. */
function fileOf(folder: string, target: string): string | undefined {
  if (!target.startsWith('/')) return undefined;
  const file = target.slice(1);
  return [file, `${file}.ts`, `${file}/index.ts`].find(
    (one) => /\.(?:ts|mjs)$/.test(one) && existsSync(path.join(folder, one)),
  );
}

function exportsOf(file: string): readonly string[] {
  const found = code(path.join(root, file)).matchAll(
    /^export (?:async |abstract )?(?:function\*?|const|interface|type|class) ([\w$]+)/gm,
  );
  return [...found].map(([, name = '']) => name);
}

/** All files that one needs, and those that they need. */
function reachedFrom(start: string, needed: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...(needed.get(start) ?? [])];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    open.push(...(needed.get(file) ?? []));
  }
  return reached;
}

/** The text of a file without its comments. */
function code(file: string): string {
  return readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
}

function layerOf(file: string): string | undefined {
  const [first = ''] = file.split('/');
  const name = first === 'main' ? 'main.ts' : first;
  return layers.flat().includes(name) ? name : undefined;
}

function levelOf(layer: string): number {
  return layers.findIndex((names) => names.includes(layer));
}

function isNode(target: string): boolean {
  return target.startsWith('node:') || ['fs', 'os', 'path', 'child_process', 'http', 'net'].includes(target);
}

function describe({ file, target }: Import): string {
  return `${file} imports ${target}`;
}
