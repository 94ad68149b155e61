import type { TimelineView } from '../../server/src/lsp/protocol';

/** What a page is made for. */
export interface PageSite {
  /** Allows the one style sheet of the page, and nothing else. */
  readonly nonce: string;
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

/**
 * The timeline as a page without scripts: a row for each statement, a column for each relation, and in it a bar for as
 * long as the relation is held.
 */
export function timelinePage(view: TimelineView, { nonce, linkTo }: PageSite): string {
  const held = view.transactions.some(({ bars }) => bars.length > 0);
  const legend = (['reads and writes', 'writes', 'neither'] as const)
    .map(
      (blocks) =>
        `<li class="${kinds[blocks]}">${blocks === 'neither' ? 'blocks neither' : `blocks ${blocks}`}</li>`,
    )
    .join('');
  const body = held
    ? `<ul class="legend" aria-label="Colours">${legend}</ul>${warnings(view)}${table(view, linkTo)}`
    : '<p>No relation that was there before is locked.</p>';
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<title>Lock Timeline</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<h1>${escaped(view.title)}</h1>
<p class="context">${escaped(view.context)}</p>
${body}
</body>
</html>`;
}

function warnings({ transactions }: TimelineView): string {
  const items = transactions.flatMap((transaction) => transaction.warnings);
  if (items.length === 0) return '';
  return `<ul class="warnings">${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
}

function table({ relations, transactions }: TimelineView, linkTo: PageSite['linkTo']): string {
  const names = relations.map((name) => `<th scope="col">${escaped(name)}</th>`).join('');
  const bodies = transactions
    .map((transaction) => {
      const title = `<tr class="transaction"><th scope="rowgroup" colspan="${relations.length + 2}"><span>${escaped(transaction.title)}</span></th></tr>`;
      return `<tbody>${title}${rows(transaction, relations.length, linkTo)}</tbody>`;
    })
    .join('\n');
  return `<div class="scroll"><table>
<thead><tr><th scope="col">Line</th><th scope="col" class="statement">Statement</th>${names}</tr></thead>
${bodies}
</table></div>`;
}

function rows({ statements, bars }: Transaction, columns: number, linkTo: PageSite['linkTo']): string {
  return statements
    .map(({ position, title, notes, isSlow }, row) => {
      const link = `<a href="${escaped(linkTo(position))}">${escaped(title)}</a>`;
      const note = notes.length === 0 ? '' : ` <span class="notes">${escaped(notes.join(' · '))}</span>`;
      const head = `<td class="line">${position.line + 1}</td><th scope="row" class="statement">${link}${note}</th>`;
      const cells = Array.from({ length: columns }, (_, column) => cell(bars, row, column)).join('');
      return `<tr${isSlow ? ' class="slow"' : ''}>${head}${cells}</tr>`;
    })
    .join('\n');
}

/** A bar where it begins, nothing below its beginning, an empty cell elsewhere. */
function cell(bars: readonly Bar[], row: number, column: number): string {
  const bar = bars.find(({ relation, from, until }) => relation === column && from <= row && row <= until);
  if (bar === undefined) return '<td></td>';
  if (bar.from < row) return '';
  const { from, until, mode, blocks, description } = bar;
  const label = `<span>${escaped(mode)}</span>`;
  return `<td class="bar ${kinds[blocks]}" rowspan="${until - from + 1}" title="${escaped(description)}">${label}</td>`;
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
const style = `
body { padding: 0 1em 1em; color: var(--vscode-foreground); background: var(--vscode-editor-background); }
h1 { font-size: 1.2em; font-weight: 600; margin: 1em 0 0; }
.context { margin: 0.2em 0 1em; color: var(--vscode-descriptionForeground); }
.legend { display: flex; flex-wrap: wrap; gap: 0.5em; padding: 0; list-style: none; }
.legend li { padding: 0.1em 0.6em; }
.warnings { margin: 1em 0; padding: 0.6em 0.6em 0.6em 1.8em; border: 1px solid var(--vscode-inputValidation-warningBorder); background: var(--vscode-inputValidation-warningBackground); color: var(--vscode-inputValidation-warningForeground, inherit); }
.scroll { overflow-x: auto; }
table { border-collapse: separate; border-spacing: 3px 1px; }
th, td { padding: 0.3em 0.6em; text-align: left; vertical-align: top; font-weight: normal; }
thead th { font-weight: 600; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder)); white-space: nowrap; }
.transaction th { padding-top: 1em; color: var(--vscode-descriptionForeground); border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder)); }
.line { text-align: right; color: var(--vscode-editorLineNumber-foreground); font-variant-numeric: tabular-nums; }
.statement { min-width: 18em; }
.statement a { font-family: var(--vscode-editor-font-family); color: var(--vscode-textLink-foreground); text-decoration: none; }
.statement a:hover { text-decoration: underline; }
a:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
.notes { color: var(--vscode-descriptionForeground); }
.slow .notes { color: var(--vscode-editorWarning-foreground); }
.bar { min-width: 9em; white-space: nowrap; }
.bar span { position: sticky; top: 0.3em; }
.all, .writes, .none { border: 1px solid var(--vscode-contrastBorder, transparent); border-left: 4px solid; }
.all { border-left-color: var(--vscode-editorError-foreground); background: color-mix(in srgb, var(--vscode-editorError-foreground) 22%, transparent); }
.writes { border-left-color: var(--vscode-editorWarning-foreground); background: color-mix(in srgb, var(--vscode-editorWarning-foreground) 22%, transparent); }
.none { border-left-color: var(--vscode-editorInfo-foreground); background: color-mix(in srgb, var(--vscode-editorInfo-foreground) 12%, transparent); }
`;
