// A copy of the project in which all faults are, each asleep, and which starts quickly: it is compiled beforehand.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { root } from '../processes.mjs';
import { mutate } from './mutants.mjs';

export const place = path.join(root, '.cache', 'mutate');
export const house = path.join(place, 'house');

/**
 * Builds the copy. @param {string[]} folders those with faults, from the root
 * @returns {Promise<import('./mutants.mjs').Mutant[]>}
 */
export async function build(folders) {
  rmSync(house, { recursive: true, force: true });
  mkdirSync(house, { recursive: true });
  const left = new Set(['.git', '.cache', 'node_modules', 'dist', 'out']);
  for (const name of readdirSync(root)) {
    if (!left.has(name)) cpSync(path.join(root, name), path.join(house, name), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(house, 'node_modules'));
  const shared = path.join(root, '../shared');
  // No link, and with a mark that ends the search for the project around it: else it would be this one's.
  const copy = path.join(place, 'shared');
  if (existsSync(shared) && !existsSync(copy)) {
    cpSync(shared, copy, { recursive: true });
    chmodSync(copy, 0o755);
    mkdirSync(path.join(copy, '.git'));
  }
  const mutants = [];
  for (const file of sources()) {
    let text = readFileSync(path.join(house, file), 'utf8');
    if (folders.some((folder) => file.startsWith(`${folder}/`)) && !file.endsWith('.generated.ts')) {
      const found = mutate(file, text, mutants.length);
      for (const mutant of found.mutants) mutants.push(mutant);
      ({ text } = found);
    }
    const { code } = await esbuild.transform(text, {
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
      sourcefile: file,
      define: { 'import.meta.dirname': '__dirname' },
    });
    writeFileSync(path.join(house, file.replace(/ts$/, 'js')), code);
  }
  await bundle();
  return mutants;
}

function sources() {
  return ['server/src', 'client/src', 'test'].flatMap((folder) =>
    readdirSync(path.join(house, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
      .map((file) => path.posix.join(folder, file.split(path.sep).join('/')))
      .sort(),
  );
}

/** The bundles of dist/, of what was compiled. */
async function bundle() {
  const script = readFileSync(path.join(house, 'esbuild.mjs'), 'utf8');
  const changed = script
    .replace('const common = {', "const common = {\n  resolveExtensions: ['.js', '.cjs', '.mjs', '.json'],")
    .replace(/(entryPoints|src\/[\w/-]+)\.ts/g, '$1.js');
  writeFileSync(path.join(house, 'esbuild.mjs'), changed);
  const { run } = await import('../processes.mjs');
  await run(process.execPath, ['esbuild.mjs'], { cwd: house });
}
