import { visible, visibleLines } from '../sql/visible';

/**
 * Markdown from texts that the author has chosen: names, comments, expressions, paths. Nothing in them becomes an
 * image, a link, a tag or a column: an editor would load the one, and follow or draw the other.
 */

/** A name as code, whatever backticks are in it. */
export function code(text: string): string {
  const shown = visible(text);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  // The marks must not meet a backtick; and a space at both ends would be taken away.
  const isPadded = /^`|`$|^ .* $/.test(shown);
  if (shown.trim() === '') return shown === '' ? '``' : prose(shown);
  return isPadded ? `${mark} ${shown} ${mark}` : `${mark}${shown}${mark}`;
}

/** Where in a sentence code stands; everything else is as it is written. */
const span = /(?<!`)`(?!`)([^`]+)`(?!`)/g;

/** A sentence in which single backticks mark code, as those about statements have it. */
export function prose(sentence: string): string {
  const text = visible(sentence);
  let result = '';
  let end = 0;
  for (const { index, 0: whole } of text.matchAll(span)) {
    result += escaped(text.slice(end, index)) + whole;
    end = index + whole.length;
  }
  return result + escaped(text.slice(end));
}

/** A sentence that begins a line, where more means something. */
export function line(sentence: string): string {
  return atStart(prose(sentence.trimStart()));
}

/** A line of a text that is all the author's. */
export function quotation(text: string): string {
  return `> ${atStart(escaped(visible(text.trimStart())))}`;
}

function atStart(markdown: string): string {
  return markdown.replace(/^(?=[-+=#>~:])/, '\\').replace(/^(\d+)(?=[.)])/, '$1\\');
}

/** A sentence in a row of a table, where a pipe ends the cell, in code as well. */
export function cell(sentence: string): string {
  return sentence.includes('|') ? escaped(visible(sentence)).replaceAll('|', '&#124;') : prose(sentence);
}

/** A block of SQL that no line in it can end. */
export function sqlBlock(sql: string): string {
  const shown = visibleLines(sql);
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sql\n${shown}\n${fence}`;
}

export function link(label: string, uri: string): string {
  const target = visible(uri).replace(/[^\w\-.~:/?#@!$&'*+,;=%]/gu, (character) =>
    character === '(' || character === ')'
      ? `%${character.charCodeAt(0).toString(16)}`
      : encodeURIComponent(character),
  );
  return `[${prose(label)}](${target})`;
}

/** What means something to Markdown in the middle of a line. */
function escaped(text: string): string {
  return (
    text
      .replace(/[\\`*[\]~]/g, '\\$&')
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
      .replace(/&(?=#|\w)/g, '&amp;')
      .replaceAll('<', '&lt;')
      // Addresses are links without any mark.
      .replace(/:(?=\/\/)|@|(?<=www)\./gi, '\\$&')
  );
}
