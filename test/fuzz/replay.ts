import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { Editor } from './editor';

/** A project on disk: relative paths, and their texts. */
export type ProjectFiles = Readonly<Record<string, string>>;

/** What a file becomes in the editor, by its path; a file that is named for the first time is opened so. */
export type Typing = readonly (readonly [file: string, text: string])[];

/** Where documents are asked for hovers and the like, as fractions of their lengths. */
const places = [0, 0.21, 0.5, 0.77, 1];

/** Puts a project into a folder of its own for as long as `work` runs. */
export async function onDisk<Result>(
  files: ProjectFiles,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-fuzz-'));
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Types into the files of a project, one change for each text, and returns where the server then says something else than
 * one that has opened the same texts just now; undefined when it says the same.
 */
export async function differenceAfter(files: ProjectFiles, typing: Typing): Promise<string | undefined> {
  return onDisk(files, async (folder) => {
    const editor = await Editor.start();
    try {
      for (const [file, text] of typing) {
        const place = path.join(folder, file);
        const document = editor.documents.get(place);
        if (document === undefined) await editor.open(place, text);
        else await editor.change(place, [smallestChange(document, text)]);
        await editor.analysed(place);
      }
      return await differenceFromFresh(editor);
    } finally {
      await editor.stop();
    }
  });
}

/** The one change that makes `text` of a document. */
export function smallestChange(document: TextDocument, text: string): TextDocumentContentChangeEvent {
  const before = document.getText();
  const shortest = Math.min(before.length, text.length);
  let start = 0;
  while (start < shortest && before[start] === text[start]) start++;
  let same = 0;
  while (same < shortest - start && before[before.length - 1 - same] === text[text.length - 1 - same]) same++;
  return {
    range: { start: document.positionAt(start), end: document.positionAt(before.length - same) },
    text: text.slice(start, text.length - same),
  };
}

/** Where an editor's server answers differently than one that has opened the same documents just now. */
export async function differenceFromFresh(editor: Editor): Promise<string | undefined> {
  await editor.settle();
  const fresh = await Editor.start();
  try {
    for (const [file, document] of editor.documents) {
      await fresh.open(file, document.getText(), document.version);
    }
    await fresh.settle();
    for (const file of editor.documents.keys()) {
      const [known, expected] = [await editor.answersOf(file, places), await fresh.answersOf(file, places)];
      for (const [question, answer] of Object.entries(expected)) {
        const [is, should] = [JSON.stringify(known[question]), JSON.stringify(answer)];
        if (is !== should) return `${question} of ${path.basename(file)}: ${around(is, should)}`;
      }
    }
    return undefined;
  } finally {
    await fresh.stop();
  }
}

/** The part in which two answers differ. */
function around(is = 'nothing', should = 'nothing'): string {
  let at = 0;
  while (at < is.length && is[at] === should[at]) at++;
  const excerpt = (text: string): string => text.slice(Math.max(0, at - 120), at + 160);
  return `\n  is        …${excerpt(is)}\n  should be …${excerpt(should)}`;
}
