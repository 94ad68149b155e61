import path from 'node:path';
import fc from 'fast-check';
import { changesOf, type Edit, edit } from './edits';
import { Editor } from './editor';
import { type Budget, type Fault, memoryInUse, type Outcome, type Watch } from './kind';
import { onDisk } from './replay';
import { partOf, realTexts, sources } from './sources';

/** Between two looks at the memory; the texts are then put back to what they were. */
const editsPerRound = 100;

/** What a server may have more in use after hours of typing than after some minutes, in megabytes. */
const mostGrowth = 24;

/**
 * One server, one project, and one person who types without an end: what is in use after a collection does not grow. It
 * is compared when the texts are as they were, so that nothing more has to be known than before.
 */
export async function memory(budget: Budget, watch: Watch): Promise<Outcome> {
  const all = sources();
  const source = all[Math.abs(budget.seed) % all.length];
  const figures = { edits: 0, rounds: 0, 'MB at first': 0, 'MB at last': 0, 'MB at most': 0 };
  if (source === undefined) return { figures, faults: [] };
  const files = partOf(source, budget.seed);
  const real = realTexts();
  watch({ project: source.name, seed: budget.seed });
  const measured: number[] = [];
  await onDisk(files, async (folder) => {
    const names = Object.keys(files).filter((name) => name.endsWith('.sql'));
    const places = [names[0], names[Math.floor(names.length / 2)], names.at(-1)].map((name = '') =>
      path.join(folder, name),
    );
    const editor = await Editor.start();
    const end = performance.now() + budget.milliseconds;
    for (const [index, file] of places.entries()) {
      await editor.open(file, files[path.relative(folder, file)] ?? `select ${index};`);
    }
    const first = new Map(places.map((file) => [file, editor.textOf(file)]));
    while (performance.now() < end && figures.edits < budget.count) {
      const edits = fc.sample(
        fc.array(edit, { minLength: editsPerRound, maxLength: editsPerRound, size: 'max' }),
        {
          seed: budget.seed + figures.rounds,
          numRuns: 1,
        },
      );
      for (const action of edits.flat()) {
        await perform(action, places[action.document % places.length] ?? '', first, real, editor);
        figures.edits++;
      }
      for (const [file, text] of first) await editor.change(file, [{ text }]);
      await editor.settle();
      figures.rounds++;
      measured.push(memoryInUse());
    }
    await editor.stop();
  });
  const settled = measured.slice(Math.floor(measured.length / 4));
  const [early = 0] = settled;
  // The least of the last ones: what one collection leaves behind the next one takes.
  const late = Math.min(...settled.slice(-3));
  figures['MB at first'] = Math.round(early);
  figures['MB at last'] = Math.round(late);
  figures['MB at most'] = Math.round(Math.max(...measured));
  return {
    figures,
    faults: late - early > mostGrowth ? [growth(early, late, source.name, budget.seed)] : [],
  };
}

async function perform(
  action: Edit,
  file: string,
  first: ReadonlyMap<string, string>,
  real: readonly string[],
  editor: Editor,
): Promise<void> {
  const document = editor.documents.get(file);
  if (document === undefined) return;
  const changes = changesOf(action, document, [first.get(file) ?? ''], real) ?? [];
  if (changes.length > 0) await editor.change(file, changes);
  await editor.analysed(file);
}

function growth(early: number, late: number, project: string, seed: number): Fault {
  return {
    message: `What is in use grows from ${Math.round(early)} MB to ${Math.round(late)} MB, by more than ${mostGrowth} MB`,
    reproduction: `typing in ${project}`,
    seed,
    path: '',
  };
}
