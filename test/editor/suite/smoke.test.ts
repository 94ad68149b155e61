import assert from 'node:assert/strict';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { commands, extensions } from 'vscode';
import { filesOnDisk, openUntitled, order, until } from './editor';

const extension = () => extensions.getExtension<unknown>('lockstep.lockstep');

/** The parts of the manifest that name files or commands. */
interface Manifest {
  readonly icon: string;
  readonly main: string;
  readonly contributes?: {
    readonly commands?: readonly { readonly command: string }[];
    readonly grammars?: readonly { readonly path: string }[];
    readonly snippets?: readonly { readonly path: string }[];
    readonly walkthroughs?: readonly {
      readonly steps: readonly { readonly media: { readonly image: string } }[];
    }[];
  };
}

describe('the packed extension', () => {
  it('is installed from the .vsix, not loaded from the project', () => {
    const installed = extension();
    assert.ok(installed, 'lockstep.lockstep is not installed.');
    assert.equal(
      path.dirname(realpathSync(installed.extensionPath)),
      realpathSync(order.extensions),
      'Another copy of Lockstep is under test.',
    );
  });

  it('holds what its manifest names', () => {
    const installed = extension();
    assert.ok(installed);
    const manifest = installed.packageJSON as Manifest;
    const { grammars = [], snippets = [], walkthroughs = [] } = manifest.contributes ?? {};
    const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    for (const file of [
      manifest.main,
      manifest.icon,
      ...[...grammars, ...snippets].map((entry) => entry.path),
      ...steps.map(({ media }) => media.image),
    ]) {
      assert.ok(existsSync(path.join(installed.extensionPath, file)), `${file} is missing.`);
    }
  });

  it('holds nothing that only its developers need', () => {
    const installed = extension();
    assert.ok(installed);
    const allowed =
      /^(dist\/.*(?<!\.map)|syntaxes\/.*|docs\/(rules\/[\w-]+\.md|images\/[\w-]+\.png)|snippets\/.*|images\/(icon\.png|gutter\/[\w-]+\.svg)|package\.json|lockstep\.schema\.json|[^/]*\.(md|txt|vsixmanifest))$/i;
    assert.deepEqual(
      filesOnDisk(installed.extensionPath).filter((file) => !allowed.test(file)),
      [],
    );
  });

  it('is activated by an SQL document, and its language server answers', async () => {
    const installed = extension();
    assert.ok(installed);
    await openUntitled('SELECT 1;\n');
    // `activate` waits for the server's answer to the LSP request `initialize`.
    await until('the extension is active', () => installed.isActive);
  });

  it('registers every command that it contributes', async () => {
    const installed = extension();
    assert.ok(installed);
    await openUntitled('SELECT 1;\n');
    await until('the extension is active', () => installed.isActive);
    const contributed = ((installed.packageJSON as Manifest).contributes?.commands ?? []).map(
      ({ command }) => command,
    );
    const registered = new Set(await commands.getCommands(true));
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });
});
