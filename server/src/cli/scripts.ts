import { companionText, writeCompanion } from '../features/files';
import type { Files } from './files';
import { type Options, UsageError } from './options';
import { printError, printFile } from './terminal';
import { printWritten, writeDrafts } from './write';

/** `lockstep rollback` and `lockstep validate`: prints the script of each migration, or writes it where it belongs. */
export function writeCompanions(command: 'rollback' | 'validate', files: Files, { write }: Options): void {
  const kind = command === 'rollback' ? 'rollback' : 'validation';
  for (const file of files.paths) {
    const analysis = files.analyse(file);
    if (analysis === undefined) continue;
    const say = (notes: readonly string[] = []): void => {
      for (const note of notes) printError(`lockstep: ${files.name(file)}: ${note}\n`);
    };
    if (!write) {
      const { text, notes } = companionText(kind, analysis);
      printFile(text);
      say(notes);
      continue;
    }
    const result = writeCompanion(kind, analysis, files.workspace);
    if ('problem' in result) throw new UsageError(`${files.name(file)}: ${result.problem}`);
    files.apply(result.changes);
    say(result.notes);
  }
  if (!write) return;
  writeDrafts(files.drafts, files.workspace.boundary);
  printWritten(files.drafts);
}
