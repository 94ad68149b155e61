import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Choice, type Marker, Placeholder, SnippetParser, Text } from 'vscode-snippet-parser';

/** One entry of the snippet file, with its name. */
export interface Snippet {
  readonly name: string;
  readonly prefix: readonly string[];
  readonly description: string;
  readonly body: readonly string[];
}

/** The snippets that the manifest contributes, in the order of the file. */
export function readSnippets(): readonly Snippet[] {
  const file = path.resolve(import.meta.dirname, '../../snippets/lockstep.json');
  const entries = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Omit<Snippet, 'name'>>;
  return Object.entries(entries).map(([name, entry]) => ({ name, ...entry }));
}

/** The index of a tab stop, and the alternative to take there instead of the first. */
interface Choose {
  readonly tabStop: number;
  readonly option: number;
}

/** The text that VS Code inserts when each tab stop is left as it is, or with one choice made differently. */
export function expand(snippet: Snippet, choose?: Choose): string {
  const parsed = new SnippetParser().parse(snippet.body.join('\n'), true, true);

  // As in VS Code: the first tab stop of a number that has a content defines it for all of that number.
  const contents = new Map<number, readonly Marker[]>();
  parsed.walk((marker) => {
    if (marker instanceof Placeholder && !contents.has(marker.index) && marker.children.length > 0) {
      contents.set(marker.index, marker.children);
    }
    return true;
  });

  function render(marker: Marker, tabStop?: number): string {
    if (marker instanceof Text) {
      return marker.value;
    }
    if (marker instanceof Choice) {
      const option = choose !== undefined && choose.tabStop === tabStop ? choose.option : 0;
      return marker.options[option]?.value ?? '';
    }
    if (marker instanceof Placeholder) {
      const children = contents.get(marker.index) ?? [];
      return children.map((child) => render(child, marker.index)).join('');
    }
    return marker.children.map((child) => render(child)).join('');
  }
  return render(parsed);
}

/** Every alternative of every choice of a snippet, but for those that `expand` takes anyway. */
export function alternatives(snippet: Snippet): readonly Choose[] {
  const found = new Map<number, number>();
  new SnippetParser().parse(snippet.body.join('\n'), true, true).walk((marker) => {
    if (marker instanceof Placeholder && marker.children[0] instanceof Choice) {
      found.set(marker.index, marker.children[0].options.length);
    }
    return true;
  });
  return [...found].flatMap(([tabStop, count]) =>
    Array.from({ length: count - 1 }, (_, index) => ({ tabStop, option: index + 1 })),
  );
}

/** The tab stops of a snippet, without the last one. */
export function tabStops(snippet: Snippet): ReadonlySet<number> {
  const parsed = new SnippetParser().parse(snippet.body.join('\n'), false, false);
  return new Set(parsed.placeholders.map((placeholder) => placeholder.index));
}
