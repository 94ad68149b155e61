import { escapeOf, visible, visibleLines } from '../sql/visible';

/**
 * What the command line prints. The SQL that is judged may hold anything in its names, and so may the names of files:
 * nothing of it may reach a terminal as an order (colours, titles, the clipboard), a log of continuous integration as
 * a command (`::error`, `##vso[…]`), or either as a line that Lockstep has not written.
 */

/** Findings, explanations, what was done: lines of text for people. */
export function print(text: string): void {
  process.stdout.write(inert(text));
}

/** The same beside what is piped elsewhere: notes and errors. */
export function printError(text: string): void {
  process.stderr.write(inert(text));
}

/** What programs read. Escapes of JSON stand for the same characters. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(value, null, 2);
  process.stdout.write(`${text.split('\n').map(visible).map(withoutMarks).join('\n')}\n`);
}

/**
 * SQL and patches, which are files: to the letter where they are piped or redirected, or they would not be what was
 * shown. A terminal that a person sits at gets the characters that it would obey as escapes, as `git diff` gives them
 * to its pager.
 */
export function printFile(text: string): void {
  process.stdout.write(process.stdout.isTTY ? visibleLines(text) : text);
}

/** The name of a file in a line; what looks like a line and column behind it would end it. */
export function printableName(name: string): string {
  return visible(name).replace(/:(?=\d+(?::|$))/g, escapeOf);
}

/** The text with its own lines, and nothing in them that a reader of lines takes for a command. */
export function inert(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      withoutMarks(visible(line)).replace(/^(\s*):(?=:)/, (_, space: string) => `${space}\\u003a`),
    )
    .join('\n');
}

/** GitHub and Azure Pipelines look for `##[` and `##vso[` anywhere in a line, TeamCity for `##teamcity[`. */
function withoutMarks(line: string): string {
  return line.replace(/#(?=#[a-z]*\[)/gi, '\\u0023');
}
