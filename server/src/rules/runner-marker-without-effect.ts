import { runners, shortLabelOf } from '../runners';
import { nearest, removal, withoutIndent } from '../runners/sending/marker-words';
import type { MarkerProblem, Project, Runner } from '../runners/runner';
import { type MarkerLine, markerLines } from '../runners/sending/sections';
import type { SourceFile } from '../sql/source';
import { defineRule, type FilePlace, type Finding } from './rule';

/** Words that no runner reads, although chat assistants and old answers say so. */
const invented =
  /^[ \t]*--[ \t]*(?:(supabase|prisma|drizzle(?:-kit)?|pgmigrate|node-pg-migrate|psql|sqitch|rambler)[ \t]*[:@][ \t]*[\w-]+(?:[ \t]*[:=][ \t]*[\w-]+|[ \t]+[\w-]+)?|(?:disable|no)[-_ ]?(?:ddl[-_ ]?)?transactions?|transaction[ \t]*[:=][ \t]*(?:false|off|none))[ \t]*(?:;[ \t]*)?$/gim;

export default defineRule({
  id: 'runner-marker-without-effect',
  meta: {
    category: 'transaction',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Write what this runner reads, or remove it.',
    docs: {
      summary: 'A comment is meant for a migration runner that does not see it or cannot read it.',
      why:
        'Runners read some comments as instructions: where the SQL that undoes a migration begins, or that the file ' +
        'runs outside a transaction. Each runner has its own words, in its own place and spelling. A marker that is ' +
        'misspelt, misplaced or meant for another runner is an ordinary comment: the file runs in a transaction after ' +
        'all, or the SQL that undoes the migration runs right after it. Some runners stop with an error instead.',
      instead: "Write the marker as the project's runner reads it, or remove it.",
      references: [
        'https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-COMMENTS',
        'https://pressly.github.io/goose/documentation/annotations/',
        'https://github.com/amacneil/dbmate#migration-options',
      ],
    },
    examples: [
      {
        bad: '-- supabase:disable-transaction\nCREATE TABLE invoices (id bigint PRIMARY KEY);',
        good: 'CREATE TABLE invoices (id bigint PRIMARY KEY);',
      },
    ],
  },

  // What it reports stands between the statements.
  on: [],
  check: () => [],

  *checkFile(file: SourceFile, { project }: FilePlace): Iterable<Finding<MarkerProblem>> {
    for (const problem of problemsOf(file, project)) {
      const { range, message, isFatal } = problem;
      yield { range, message, severity: isFatal ? 'error' : 'warning', subject: problem };
    }
  },

  fixesInFile({ subject: { repair } }) {
    if (repair === undefined) return [];
    return [{ title: repair.title, safety: 'review', change: { kind: 'edits', edits: repair.edits } }];
  },
});

function problemsOf(file: SourceFile, project: Project): readonly MarkerProblem[] {
  const own = project.runner.markers;
  const found = [...(own?.problems(file, project) ?? [])];
  if (!file.text.includes('--')) return found;
  const known = new Set(
    own === undefined ? [] : markerLines(file.text, own.pattern).map(({ start }) => start),
  );
  for (const runner of runners) {
    if (runner === project.runner || runner.markers === undefined || runner.markers.isProse === true)
      continue;
    // Runners that people write for themselves know this word, too.
    if (runner.id === 'sqlx' && project.runner.id === 'psql') continue;
    for (const line of markerLines(file.text, runner.markers.pattern)) {
      if (known.has(line.start) || !isComment(line, file)) continue;
      known.add(line.start);
      found.push(foreign(line, runner, file, project));
    }
  }
  for (const line of markerLines(file.text, invented)) {
    if (known.has(line.start) || !isComment(line, file)) continue;
    const problem = ofNobody(line, file, project);
    if (problem !== undefined) found.push(problem);
  }
  return found;
}

/** Whether the line stands between the statements, and in no string or body. */
function isComment({ start }: MarkerLine, { statements }: SourceFile): boolean {
  let [low, high] = [0, statements.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((statements[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  return (statements[low]?.start ?? Infinity) > start;
}

function foreign(line: MarkerLine, runner: Runner, { text }: SourceFile, project: Project): MarkerProblem {
  const written = line.text.trim();
  const isDown = /\bdown\b/i.test(written);
  const label = shortLabelOf(project);
  return {
    range: withoutIndent(line),
    message: isDown
      ? `"${written}" is a marker of ${runner.label}; ${label} takes it for a comment, and runs what follows it.`
      : `"${written}" is a marker of ${runner.label}; ${label} takes it for a comment.`,
    isFatal: isDown,
    repair: { title: `Remove "${written}"`, edits: [removal(line, text)] },
  };
}

function ofNobody(line: MarkerLine, { text }: SourceFile, project: Project): MarkerProblem | undefined {
  const written = line.text.trim();
  // Not exec, which would begin behind this one in the next file.
  const [found] = line.text.matchAll(invented);
  const named = found?.[1]?.toLowerCase();
  // Without a name it may be what a person says to another, where nothing opens a transaction.
  if (named === undefined && project.runner.id === 'psql') return undefined;
  const whose =
    named === undefined
      ? project.runner.id
      : nearest(
          named.replace('-kit', ''),
          runners.map(({ id }) => id),
        );
  const label = runners.find(({ id }) => id === whose)?.label ?? shortLabelOf(project);
  return {
    range: withoutIndent(line),
    message: `${label} does not know "${written}"; the comment has no effect.`,
    isFatal: false,
    repair: { title: `Remove "${written}"`, edits: [removal(line, text)] },
  };
}
