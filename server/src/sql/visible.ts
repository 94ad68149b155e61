/**
 * What moves the cursor, ends a line, reorders the text or cannot be seen: controls, separators of lines, marks of
 * direction, characters without width (those that join letters excepted) and halves of characters.
 */
const hidden =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e007f}]/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A name or another text of the author's as it is shown to people: on one line, and each character in it seen. A table
 * may be called whatever fits between two quotes, and no terminal, log or editor is to take that for its own.
 */
export function visible(text: string): string {
  return text.replace(hidden, (character) => short[character] ?? escapeOf(character));
}

/** The same for a text of several lines, such as a statement. */
export function visibleLines(text: string): string {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => line.split('\t').map(visible).join('\t'))
    .join('\n');
}

/** `\u001b`, as JSON and most languages write it. */
export function escapeOf(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
}

/** A text as a comment: nothing in it ends the line, and with it the comment. */
export function comment(text: string): string {
  return `-- ${visible(text)}`;
}
