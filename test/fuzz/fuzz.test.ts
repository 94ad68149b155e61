import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { loadGrammar } from '../../server/src/sql/parse';
import { root } from '../shared';
import { findFaults } from './check';
import { changesOf, edit } from './edits';
import { Editor } from './editor';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { differenceAfter, differenceFromFresh, onDisk, smallestChange } from './replay';

before(loadGrammar);

const files = {
  '001_a.sql': 'create table users (id int);\n',
  '002_b.sql': 'alter table users add column name text;\n',
};

describe('the fuzzer', () => {
  it('sees no difference where there is none', async () => {
    const typing = [
      ['001_a.sql', files['001_a.sql']],
      ['002_b.sql', files['002_b.sql']],
      ['001_a.sql', 'create table people (id int);\n'],
      ['002_b.sql', "alter table users add column name text default '';\n"],
    ] as const;
    assert.equal(await differenceAfter(files, typing), undefined);
  });

  it('sees what a server does not know that a new one knows', async () => {
    const difference = await onDisk(files, async (folder) => {
      const editor = await Editor.start();
      try {
        await editor.open(path.join(folder, '002_b.sql'), files['002_b.sql']);
        await editor.settle();
        // Nobody tells of it.
        writeFileSync(path.join(folder, '001_a.sql'), 'create table people (id int);\n');
        return await differenceFromFresh(editor);
      } finally {
        await editor.stop();
      }
    });
    assert.match(difference ?? '', /^\w+ of 002_b\.sql:.*should be/s);
  });

  it('goes on after a fault, tells each once, with what is needed to see it again', async () => {
    const budget = { seed: 1, milliseconds: 60_000, count: 1_000_000 };
    let tried = 0;
    const attempt = (number: number): void => {
      tried++;
      if (number > 900) throw new Error('more than 900');
      if (number >= 300 && number < 310) throw new Error('300 to 310');
    };
    const search = { isDone: () => tried > 3000 };
    const found = await findFaults(fc.nat({ max: 1000 }), attempt, budget, () => undefined, search);
    assert.deepEqual(found.map(({ reproduction }) => reproduction).sort(), ['300', '901']);
    for (const { seed, path: place, reproduction } of found) {
      tried = 0;
      const again = { ...budget, seed, path: place };
      const [same] = await findFaults(fc.nat({ max: 1000 }), attempt, again, () => undefined, search);
      assert.equal(same?.reproduction, reproduction);
    }
  });

  it('makes changes that an editor would make, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(edit), (text, edits) => {
        const document = TextDocument.create('file:///a.sql', 'sql', 1, text);
        for (const action of edits) {
          const changes = changesOf(action, document, [text], ['select 1;']);
          TextDocument.update(document, changes ?? [], document.version + 1);
        }
        TextDocument.update(document, [smallestChange(document, text)], document.version + 1);
        assert.equal(document.getText(), text);
      }),
    );
  });

  it('is run from the command line, by kinds, and says what it did', async () => {
    const script = path.join(root, 'scripts/fuzz.mjs');
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [script, '120', 'texts', '--seed', '5', '--count', '60']);
    assert.match(stdout, /^seed 5, 120 s: texts$/m);
    assert.match(stdout, /^texts +\d+ texts, \d+ characters/m);
    assert.match(stdout, /^No fault was found\.$/m);
    await assert.rejects(run(process.execPath, [script, 'pictures']), /"pictures" is no kind/);
  });

  it('says in which case a process has ended that never came back', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-case-'));
    try {
      // A document that no Typist can have: the process ends with an error.
      const file = path.join(folder, 'case.json');
      writeFileSync(file, JSON.stringify({ project: 0, from: 0, open: null, edits: [], every: 1 }));
      const script = path.join(root, 'scripts/fuzz.mjs');
      const failure: unknown = await promisify(execFile)(process.execPath, [
        script,
        'typing',
        '--case',
        file,
      ]).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.match(
        (failure as { stdout: string } | undefined)?.stdout ?? '',
        /✖ typing: [^]*again: [^]*"every":1/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
