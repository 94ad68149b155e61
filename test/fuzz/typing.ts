import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { findFaults } from './check';
import { type Edit, changesOf, edit } from './edits';
import { Editor } from './editor';
import { type Budget, FaultError, type Outcome, processorTime, slowest, type Watch } from './kind';
import { isKnown } from './known';
import { reduced } from './reduce';
import { differenceFromFresh, onDisk, type ProjectFiles } from './replay';
import { partOf, realTexts, type Source, sources } from './sources';

/** A person at work: which project, which of its files are open, and what is done. */
interface Work {
  readonly project: number;
  readonly from: number;
  readonly open: readonly number[];
  readonly edits: readonly Edit[];
  /** After so many edits the server is compared with a new one. */
  readonly every: number;
}

const work: fc.Arbitrary<Work> = fc.record({
  project: fc.nat(),
  from: fc.nat(),
  open: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
  edits: fc.array(edit, { minLength: 40, maxLength: 600, size: 'max' }),
  every: fc.integer({ min: 20, max: 200 }),
});

/** Types into several documents of real projects, and compares the server's answers with those of a new one. */
export async function typing(budget: Budget, watch: Watch): Promise<Outcome> {
  const figures = { edits: 0, comparisons: 0, differences: 0, 'slowest edit in ms': 0 };
  const projects = sources();
  const real = realTexts();
  const attempt = async (one: Work): Promise<void> => {
    const files = filesOf(one, projects);
    const typist = new Typist(files, real, figures);
    await onDisk(files, (folder) => typist.run(folder, one));
  };
  const isDone = (): boolean => figures.edits >= budget.count;
  const faults = await findFaults(work, attempt, budget, watch, { isDone, shrinks: false });
  return { figures, faults };
}

/** Every third project has plain files in one folder, which any marker can make those of its runner. */
function filesOf({ project, from }: Work, projects: readonly Source[]): ProjectFiles {
  const source = projects[project % projects.length];
  const files = source === undefined ? {} : partOf(source, from);
  if (project % 3 !== 0) return files;
  const texts = Object.entries(files).filter(([name]) => name.endsWith('.sql'));
  return Object.fromEntries(texts.map(([, text], index) => [`00${index + 1}_a.sql`, text]));
}

class Typist {
  /** The texts of each file that is open, the oldest first. */
  private readonly past = new Map<string, string[]>();
  /** What was typed, for a reproduction. */
  private readonly typed: [file: string, text: string][] = [];
  private folder = '';

  constructor(
    private readonly files: ProjectFiles,
    private readonly real: readonly string[],
    private readonly figures: Record<'edits' | 'comparisons' | 'differences' | 'slowest edit in ms', number>,
  ) {}

  async run(folder: string, { open, edits, every }: Work): Promise<void> {
    this.folder = folder;
    const names = Object.keys(this.files).filter((name) => name.endsWith('.sql'));
    const chosen = [...new Set(open.map((index) => names[index % names.length] ?? ''))];
    const editor = await Editor.start();
    try {
      for (const name of chosen) {
        await editor.open(path.join(folder, name), this.files[name] ?? '');
        this.note(name, this.files[name] ?? '');
      }
      for (const [index, action] of edits.entries()) {
        await this.perform(action, chosen[action.document % chosen.length] ?? '', editor);
        if ((index + 1) % every === 0 || index === edits.length - 1) await this.compare(editor);
      }
    } finally {
      await editor.stop();
    }
  }

  private note(name: string, text: string): void {
    const past = this.past.get(name) ?? [];
    this.past.set(name, past);
    past.push(text);
    this.typed.push([name, text]);
  }

  private async perform(action: Edit, name: string, editor: Editor): Promise<void> {
    const file = path.join(this.folder, name);
    const document = editor.documents.get(file);
    if (document === undefined) return;
    const start = processorTime();
    const changes = changesOf(action, document, this.past.get(name) ?? [], this.real);
    if (changes === undefined) {
      if (action.kind === 'save') {
        writeFileSync(file, document.getText());
        await editor.save(file);
      } else {
        await editor.close(file);
        await editor.open(file, document.getText());
      }
    } else if (changes.length > 0) {
      await editor.change(file, changes);
      this.note(name, document.getText());
    }
    await editor.analysed(file);
    this.figures.edits++;
    const time = processorTime() - start;
    this.figures['slowest edit in ms'] = Math.max(this.figures['slowest edit in ms'], Math.round(time));
    if (time > slowest)
      this.fail(`An edit took ${Math.round(time)} ms of processor time: ${action.kind} in ${name}`);
    const [error] = editor.errors;
    if (error !== undefined) this.fail(`The server caught an error: ${error}`);
  }

  private async compare(editor: Editor): Promise<void> {
    const difference = await differenceFromFresh(editor);
    this.figures.comparisons++;
    const [error] = editor.errors;
    if (error !== undefined) this.fail(`The server caught an error: ${error}`);
    if (difference === undefined) return;
    this.figures.differences++;
    const smaller = await reduced(this.files, this.typed);
    if (smaller === undefined) {
      this.fail(`The server differs from one that opened the files just now: ${difference}`);
      return;
    }
    const message = `The server differs from one that opened the files just now: ${smaller.difference}`;
    if (isKnown(message)) return;
    throw new FaultError(
      message,
      `differenceAfter(${JSON.stringify(smaller.files, null, 2)},\n${JSON.stringify(smaller.typing, null, 2)})`,
    );
  }

  private fail(message: string): void {
    if (isKnown(message)) return;
    throw new FaultError(
      message,
      `differenceAfter(${JSON.stringify(this.files)},\n${JSON.stringify(this.typed)})`,
    );
  }
}
