import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FileChange } from '../runners/runner';
import { applyEdits } from '../sql/text';
import type { Files } from './files';

/** Writes the changes to disk; a new file never replaces one that is there. */
export function writeChanges(changes: readonly FileChange[], files: Files): void {
  for (const change of changes) {
    if (change.kind === 'create') {
      mkdirSync(path.dirname(change.path), { recursive: true });
      writeFileSync(change.path, change.text, { flag: 'wx' });
    } else {
      writeFileSync(change.path, after(change, files));
    }
    process.stdout.write(`${change.kind === 'create' ? 'created' : 'changed'} ${files.name(change.path)}\n`);
  }
}

/** Prints each file as it would be. */
export function printChanges(changes: readonly FileChange[], files: Files): void {
  for (const change of changes) {
    const text = change.kind === 'create' ? change.text : after(change, files);
    process.stdout.write(`-- ${files.name(change.path)}\n${text}${text.endsWith('\n') ? '' : '\n'}`);
  }
}

function after(change: Extract<FileChange, { kind: 'edit' }>, { workspace }: Files): string {
  return applyEdits(workspace.tree.read(change.path) ?? '', change.edits);
}
