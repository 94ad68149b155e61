import type { TimelineView } from '../../server/src/lsp/protocol';

/** What a page is made for. */
interface PageSite {
  /** Allows the one style sheet of the page, and nothing else. */
  readonly nonce: string;
  /** Where the editor serves files from, and the font of its icons there. */
  readonly source: string;
  readonly font: string;
  /** The command URI that shows a statement in the editor. */
  readonly linkTo: (position: { readonly line: number; readonly character: number }) => string;
}

type Transaction = TimelineView['transactions'][number];
type Bar = Transaction['bars'][number];

const kinds: Readonly<Record<Bar['blocks'], string>> = {
  'reads and writes': 'all',
  writes: 'writes',
  neither: 'none',
};

/** More cells than this take the editor too long to draw; nobody would look through them either. */
const mostCells = 20_000;

/**
 * The timeline as a page without scripts: a row for each statement, a column for each relation, and in it a bar for as
 * long as the relation is held.
 */
export function timelinePage(view: TimelineView, site: PageSite): string {
  const held = view.transactions.some(({ bars }) => bars.length > 0);
  const legend = (['reads and writes', 'writes', 'neither'] as const)
    .map(
      (blocks) =>
        `<li class="${kinds[blocks]}">${blocks === 'neither' ? 'blocks neither' : `blocks ${blocks}`}</li>`,
    )
    .join('');
  const body = held
    ? `<ul class="legend" aria-label="Colours">${legend}</ul>${warnings(view)}${table(view, site)}`
    : '<p>No existing relation is locked.</p>';
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${site.nonce}'; font-src ${escaped(site.source)}">
<title>Lock Timeline</title>
<style nonce="${site.nonce}">${style(site.font)}</style>
</head>
<body>
<h1>${escaped(view.title)}</h1>
<p class="context">${escaped(view.context)}</p>
${body}
</body>
</html>`;
}

/** More warnings than this would push the picture out of sight; they are a click away then. */
const mostWarnings = 3;

function warnings({ transactions }: TimelineView): string {
  const items = transactions.flatMap((transaction) => transaction.warnings);
  if (items.length === 0) return '';
  const title = `${count(items.length)} ${items.length === 1 ? 'is' : 'are'} slow while others wait`;
  const rows = items.map((item) => `<li>${icon('warning')} ${escaped(item)}</li>`).join('');
  const list = `<ul aria-label="${title}">${rows}</ul>`;
  return items.length <= mostWarnings
    ? `<div class="warnings">${list}</div>`
    : `<details class="warnings"><summary>${icon('warning')} ${title}</summary>${list}</details>`;
}

function table(view: TimelineView, { linkTo }: PageSite): string {
  const { relations } = view;
  const names = relations
    .map((name) => `<th scope="col" title="${escaped(name)}"><span>${escaped(name)}</span></th>`)
    .join('');
  const width = relations.length + 2;
  let cells = 0;
  let [quiet, left] = [0, 0];
  const bodies: string[] = [];
  const note = (text: string): string =>
    `<tbody><tr class="rest"><td></td><th scope="row" colspan="${width - 1}">${text}</th></tr></tbody>`;
  const tellQuiet = (): void => {
    if (quiet > 0)
      bodies.push(note(`${count(quiet)} ${quiet === 1 ? 'locks' : 'lock'} no existing relation.`));
    quiet = 0;
  };
  for (const transaction of view.transactions) {
    const { bars } = transaction;
    const room = Math.max(0, Math.floor((mostCells - cells) / width));
    const statements = transaction.statements.slice(0, room);
    left += transaction.statements.length - statements.length;
    if (room === 0) continue;
    if (bars.length === 0) quiet += statements.length;
    else {
      tellQuiet();
      cells += statements.length * width;
      const title = `<tr class="transaction"><th scope="rowgroup" colspan="${width}"><span>${escaped(transaction.title)}</span></th></tr>`;
      const rows = rowsOf({ ...transaction, statements }, relations.length, linkTo);
      bodies.push(`<tbody>${statements.length > 1 ? title : ''}${rows}</tbody>`);
    }
  }
  tellQuiet();
  if (left > 0) bodies.push(note(`${count(left)} more ${left === 1 ? 'is' : 'are'} not drawn.`));
  return `<div class="scroll" tabindex="0" role="region" aria-label="Statements and the relations that are held meanwhile"><table>
<thead><tr><th scope="col" class="line">Line</th><th scope="col" class="statement">Statement</th>${names}</tr></thead>
${bodies.join('\n')}
</table></div>`;
}

function count(statements: number): string {
  return `${statements} ${statements === 1 ? 'statement' : 'statements'}`;
}

function rowsOf({ statements, bars }: Transaction, columns: number, linkTo: PageSite['linkTo']): string {
  const links = statements.map(({ position }) => escaped(linkTo(position)));
  return statements
    .map(({ position, title, notes, isSlow }, row) => {
      const link = `<a href="${links[row] ?? ''}" title="Go to line ${position.line + 1}">${escaped(title)}</a>`;
      const words = `${isSlow ? `${icon('watch')} ` : ''}${escaped(notes.join(' · '))}`;
      const note = notes.length === 0 ? '' : ` <span class="notes">${words}</span>`;
      const head = `<td class="line">${position.line + 1}</td><th scope="row" class="statement">${link}${note}</th>`;
      const cells = Array.from({ length: columns }, (_, column) => cell(bars, row, column, links)).join('');
      return `<tr${isSlow ? ' class="slow"' : ''}>${head}${cells}</tr>`;
    })
    .join('\n');
}

/** A bar where it begins, nothing below its beginning, an empty cell elsewhere. */
function cell(bars: readonly Bar[], row: number, column: number, links: readonly string[]): string {
  const bar = bars.find(({ relation, from, until }) => relation === column && from <= row && row <= until);
  if (bar === undefined) return '<td></td>';
  if (bar.from < row) return '';
  const { from, until, mode, blocks } = bar;
  const description = escaped(bar.description);
  const label = `<a href="${links[from] ?? ''}" title="${description}" aria-label="${description}">${icon('lock')} ${escaped(mode)}</a>`;
  return `<td class="bar ${kinds[blocks]}" rowspan="${until - from + 1}">${label}</td>`;
}

/** An icon of the editor; the words beside it say the same. */
function icon(name: 'lock' | 'warning' | 'watch'): string {
  return `<span class="icon ${name}" aria-hidden="true"></span>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Names are the author's, and may hold anything. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** The editor's own colours; the strength of a lock is also in its words, never in a colour alone. */
function style(font: string): string {
  return `
@font-face { font-family: codicon; src: url("${font}") format("truetype"); }
.icon { font: 16px/1 codicon; vertical-align: text-bottom; }
.lock::before { content: "\\ea75"; }
.warning::before { content: "\\ea6c"; }
.watch::before { content: "\\eb7c"; }
body { padding: 0 1em 1em; color: var(--vscode-foreground); background: var(--vscode-editor-background); }
h1 { font-size: 1.2em; font-weight: 600; margin: 1em 0 0; overflow-wrap: anywhere; }
.context { margin: 0.2em 0 1em; color: var(--vscode-descriptionForeground); }
ul { padding: 0; list-style: none; }
.legend { display: flex; flex-wrap: wrap; gap: 0.5em; margin: 0; }
.legend li { padding: 0.1em 0.6em; }
.warnings { margin: 1em 0 0; padding: 0.4em 0.8em; border: 1px solid var(--vscode-inputValidation-warningBorder); background: var(--vscode-inputValidation-warningBackground); color: var(--vscode-inputValidation-warningForeground, inherit); }
.warnings ul { margin: 0; }
.warnings summary { cursor: pointer; }
.warnings li { margin: 0.3em 0; padding-left: 1.6em; text-indent: -1.6em; overflow-wrap: anywhere; }
.warnings .icon { text-indent: 0; color: var(--vscode-editorWarning-foreground); }
.scroll { margin-top: 1em; overflow-x: auto; }
table { border-collapse: separate; border-spacing: 3px 1px; }
th, td { padding: 0.3em 0.6em; text-align: left; vertical-align: top; font-weight: normal; }
thead th { font-weight: 600; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder)); white-space: nowrap; }
thead th span { display: block; max-width: 16em; overflow: hidden; text-overflow: ellipsis; }
.transaction th { padding-top: 1em; color: var(--vscode-descriptionForeground); border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder)); }
.rest th { color: var(--vscode-descriptionForeground); font-style: italic; }
.line { text-align: right; color: var(--vscode-editorLineNumber-foreground); font-variant-numeric: tabular-nums; }
.statement { position: sticky; left: 0; z-index: 1; min-width: 14em; max-width: 26em; overflow-wrap: anywhere; background: var(--vscode-editor-background); }
a { text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
.statement a { font-family: var(--vscode-editor-font-family); color: var(--vscode-textLink-foreground); }
.notes { color: var(--vscode-descriptionForeground); }
.slow .notes { color: var(--vscode-editorWarning-foreground); }
.bar { min-width: 9em; padding: 0; white-space: nowrap; }
.bar a { display: block; position: sticky; top: 0; padding: 0.3em 0.6em; color: inherit; }
.all, .writes, .none { border: 1px solid var(--vscode-contrastBorder, transparent); border-left: 4px solid; }
.all { border-left-color: var(--vscode-editorError-foreground); background: color-mix(in srgb, var(--vscode-editorError-foreground) 22%, transparent); }
.writes { border-left-color: var(--vscode-editorWarning-foreground); background: color-mix(in srgb, var(--vscode-editorWarning-foreground) 22%, transparent); }
.none { border-left-color: var(--vscode-editorInfo-foreground); background: color-mix(in srgb, var(--vscode-editorInfo-foreground) 12%, transparent); }
`;
}
