import { hasSqlDetails, loadModule, parsePlPgSQLSync, parseSync } from 'libpg-query';
import type { Node } from '@pgsql/types';
import { flattenChains } from './chains';
import { withoutCommentsInStrings } from './continued-strings';
import { deepestTree, depthOf, isTooDeep } from './depth';

/** Loads PostgreSQL's grammar. Everything else in this file needs it to be there. */
export async function loadGrammar(): Promise<void> {
  await loadModule();
}

/** Says that a text may be right, but is nested too deeply to be analysed. */
export class TooDeep extends Error {
  constructor() {
    super('This statement is nested too deeply to be analysed.');
  }
}

/** What the grammar refuses, in its own words. */
interface GrammarError {
  readonly message: string;
  /** In UTF-8 bytes. */
  readonly position: number;
}

/** The tree of one statement; undefined when the text has none. Throws what `grammarError` understands, or `TooDeep`. */
export function treeOf(text: string): Node | undefined {
  const [raw] = read(text, parseSync).stmts ?? [];
  const tree = raw?.stmt;
  if (tree === undefined || depthOf(tree) <= deepestTree) return tree;
  flattenChains(tree);
  if (depthOf(tree) > deepestTree) throw new TooDeep();
  return tree;
}

/** The tree of a plpgsql body, from the text of the statement around it. Throws as `treeOf` does. */
export function plpgsqlTreeOf(text: string, body: string): unknown {
  if (isTooDeep(body)) throw new TooDeep();
  const tree = read(text, parsePlPgSQLSync) as unknown;
  if (depthOf(tree) > deepestTree) throw new TooDeep();
  return tree;
}

/** Whether the grammar has nothing against a text but that it may end too soon. */
export function isBeginning(text: string): boolean {
  const said = complaint(text);
  return said === undefined || said === 'syntax error at end of input';
}

/** Whether the grammar can read a text whole. */
export function isStatement(text: string): boolean {
  return complaint(text) === undefined;
}

function complaint(text: string): string | undefined {
  try {
    read(text, parseSync);
    return undefined;
  } catch (error: unknown) {
    return grammarError(error)?.message ?? String(error);
  }
}

/** What the grammar says; undefined for any other error. */
export function grammarError(error: unknown): GrammarError | undefined {
  if (!hasSqlDetails(error)) return undefined;
  return { message: error.message, position: Math.max(error.sqlDetails?.cursorPosition ?? 0, 0) };
}

function read<Tree>(text: string, parse: (text: string) => Tree): Tree {
  if (isTooDeep(text)) throw new TooDeep();
  try {
    return parse(text);
  } catch (error: unknown) {
    // Nothing that passes is known to need so much stack; whoever called may have used it up.
    if (error instanceof RangeError) throw new TooDeep();
    const same = withoutCommentsInStrings(text);
    if (same === undefined) throw error;
    return parse(same);
  }
}
