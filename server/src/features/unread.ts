import type { ReportedFinding } from './analysis';
import { filesIn, nameOf } from '../runners/files/paths';
import type { FileTree, Project, Schedule } from '../runners/runner';
import { tokenize } from '../sql/scanner';
import type { SourceFile, SourceStatement } from '../sql/source';

/** Whether a statement may make or drop what nobody can tell: it cannot be read, or has placeholders for names. */
export function isUnread({ parsed, start, end }: SourceStatement, text: string): boolean {
  harmless.lastIndex = start;
  if (harmless.test(text)) return false;
  if (parsed.statement === undefined) return true;
  const sql = parsed.statement.text.length === end - start ? parsed.statement.text : text.slice(start, end);
  return mayHavePlaceholder.test(sql) && tokenize(sql).some(({ kind }) => kind === 'placeholder');
}

/** Commands that make nothing and drop nothing. */
const harmless =
  /(?:insert|update|delete|copy|select|values|grant|revoke|comment|analyze|vacuum|set|reset|begin|commit)\b/iy;

/** A cast has two colons, an assignment an equals sign. */
const mayHavePlaceholder = /[$#@%<{]\{|\{\{|<%|(?<!:):["'a-z_]|%[({]/i;

/** Whether psql reads another file into this one, or goes on in another database, from some place in it. */
export function runsOtherFiles({ text, others }: SourceFile, until = Infinity): boolean {
  return others.some(
    ({ kind, start, end }) =>
      kind === 'psql command' && start < until && readsOther.test(text.slice(start, end)),
  );
}

const readsOther = /^\\(?:i|ir|include|include_relative|gexec|c|connect)\b/;

/** Whether nobody says in which order the files of a project run, so that those before one may come behind it. */
export function isWithoutOrder({ runner }: Project, path: string): boolean {
  return runner.id === 'code' || (runner.id === 'psql' && !/^[^\d]?\d/.test(nameOf(path)));
}

/** Whether some migrations of a project are code, which nobody replays. */
export function hasMigrationsInCode({ runner, folder }: Project, tree: FileTree): boolean {
  return runner.id === 'code' || filesIn(folder, tree).some((name) => code.test(name));
}

const code = /^[vV]?\d.*\.(?:go|[cm]?js|(?<!\.d\.)[cm]?ts|py|rb|java|kts?|rs|cs|php|exs|scala|groovy)$/;

/**
 * What the statements of a file before one may have done to what it names, although the catalog does not know it: they
 * are not read.
 */
export class WhatStandsBefore {
  /** The texts of the statements before `next` that are not read. */
  private readonly unread: string[] = [];
  private next = 0;

  constructor(
    private readonly file: SourceFile,
    private readonly schedule: Schedule,
  ) {}

  /** Whether it may be the reason why something is not there, or there already. To be asked in the order of the file. */
  explains({ rule, finding }: ReportedFinding, index: number): boolean {
    if (rule.meta.category !== 'existence') return false;
    const { statements, text } = this.file;
    const source = statements[index];
    if (source === undefined) return false;
    for (; this.next < index; this.next++) {
      const before = statements[this.next];
      if (before === undefined || this.schedule.statements[this.next]?.isSkipped === true) continue;
      if (isUnread(before, text)) this.unread.push(text.slice(before.start, before.end).toLowerCase());
    }
    if (runsOtherFiles(this.file, source.start)) return true;
    // What has a placeholder for a name may have any.
    if (this.unread.some((sql) => mayHavePlaceholder.test(sql))) return true;
    const name = text
      .slice(source.start + finding.range.start, source.start + finding.range.end)
      .replace(/^.*\./s, '')
      .replaceAll('"', '')
      .toLowerCase();
    return isUnread(source, text) || this.unread.some((sql) => sql.includes(name));
  }
}
