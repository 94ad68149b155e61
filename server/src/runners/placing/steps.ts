import { withLineBreaks } from '../../sql/layout';
import { parseFile } from '../../sql/parse';
import type { SourceFile } from '../../sql/source';
import { lineBreakOf } from '../../sql/text';
import { comment, endWithComment, startWithComment } from './comments';
import { parserFor } from './layout';
import type { Project, Site, Step } from '../runner';

/** What stands between two statements, where the runner wants nothing else there. */
export const betweenStatements = '\n\n';

/** A step, with the author's comments of the statement that it is made of. */
export interface CommentedStep extends Step {
  /** Whole lines. */
  readonly above?: string;
  /** On the same line. */
  readonly behind?: string;
  /** The lines that the runner needs around it, to find its end. */
  readonly enclosure?: readonly [opening: string, closing: string] | undefined;
}

/** The steps as text, each below its reason. */
export function write(steps: readonly CommentedStep[], separator = betweenStatements): string {
  const texts = steps.map(({ above = '', why, sql, behind = '', enclosure }) => {
    const [opening, closing] = enclosure ?? ['', ''];
    const [before, after] = enclosure === undefined ? ['', ''] : [`${opening}\n`, `\n${closing}`];
    return `${above}${comment(why)}${before}${sql}${behind}${after}`;
  });
  const parts = texts.flatMap((text, index) => {
    if (index === 0) return [text];
    // A comment at the end of the line would swallow a separator that is one.
    const isComment = (steps[index - 1]?.behind ?? '') !== '' && !separator.startsWith('\n');
    return [isComment ? `\n${separator}` : separator, text];
  });
  return `${parts.join('')}\n`;
}

/**
 * Steps as they can be placed one by one, with the file's line breaks. Of a step outside of transactions each statement
 * is one; a transaction of several statements gets its block where the runner opens none, or one that does not do.
 */
export function prepare(
  steps: readonly Step[],
  { project, file, target }: Site,
  enclose: (sql: string) => CommentedStep['enclosure'] = () => undefined,
): readonly CommentedStep[] {
  const lineBreak = lineBreakOf(file.text);
  const divided = steps
    .flatMap((step) => divide(step, project))
    .map((step) => ({ ...step, sql: withLineBreaks(step.sql, lineBreak), enclosure: enclose(step.sql) }));
  const kind = file.statements[target]?.parsed.statement?.kind;
  const main = divided.findIndex(({ sql }) =>
    parseFile(sql, { parser: parserFor(file) }).statements.some(
      ({ parsed }) => parsed.statement?.kind === kind,
    ),
  );
  return divided.map((step, index) =>
    index === Math.max(main, 0) ? { ...step, ...commentsOf(file, target) } : step,
  );
}

/** The step where lines enclose it already. */
export function withoutEnclosure(step: CommentedStep): CommentedStep {
  return { ...step, enclosure: undefined };
}

function commentsOf(file: SourceFile, index: number): Pick<CommentedStep, 'above' | 'behind'> {
  const statement = file.statements[index];
  return {
    above: file.text.slice(startWithComment(file, index), statement?.start),
    behind: file.text.slice(statement?.terminatedEnd, endWithComment(file, index)),
  };
}

function divide(step: Step, project: Project): readonly Step[] {
  const file = parseFile(step.sql);
  if (file.statements.length < 2 || step.transaction === 'inherits') return [step];
  if (step.transaction === 'none') {
    return file.statements.map((_, index) => {
      const start = index === 0 ? 0 : endWithComment(file, index - 1);
      const sql = file.text.slice(start, endWithComment(file, index)).trim();
      return { ...step, sql, why: index === 0 ? step.why : '' };
    });
  }
  const schedule = project.runner.schedule(file, project);
  const isTransaction = schedule.statements.every(({ transaction }) => transaction !== null);
  // A pipeline is a transaction, but not the block that LOCK TABLE needs.
  const isRefused = file.statements.some(
    ({ parsed: { statement } }, index) =>
      statement !== undefined && project.runner.refuses(statement, index, schedule, project) !== undefined,
  );
  if (isTransaction && !isRefused) return [step];
  return [{ ...step, sql: `BEGIN;\n${step.sql}\nCOMMIT;` }];
}
