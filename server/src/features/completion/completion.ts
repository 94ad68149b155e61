import type { Catalog } from '../../catalog/catalog';
import type { Range } from '../../sql/text';
import { quoteIdentifier, quoteLiteral } from '../../sql/print';
import { visible } from '../../sql/visible';
import { type Analysis, catalogBefore } from '../analysis';
import { columnProposals } from './columns';
import { markerProposals } from './markers';
import { objectProposals } from './objects';
import { type CompletionSite, completionSite } from './site';
import { inCase, keywordsBehind } from './words';
import { madeBy, type ObjectName } from '../names/names';
import type { Place } from '../names/walker';
import { hasLetters } from '../project-symbols';
import { Recency } from './recency';

/** What a proposal is; an editor draws an icon for it. */
export type ProposalKind =
  | 'table'
  | 'view'
  | 'sequence'
  | 'column'
  | 'index'
  | 'constraint'
  | 'type'
  | 'function'
  | 'schema'
  | 'trigger'
  | 'value'
  | 'alias'
  | 'keyword'
  | 'marker';

/** What may be written at the cursor. */
export interface Proposal {
  readonly label: string;
  readonly kind: ProposalKind;
  /** A name as in the catalog, before it is quoted; otherwise what is written. */
  readonly text: string;
  readonly isName: boolean;
  /** The schema that must be written before a name, since search_path does not find it. */
  readonly qualifier?: string;
  /** Behind the label: ` bigint NOT NULL`. */
  readonly detail?: string;
  /** At the end of the line: the relation of a column, the migration of a relation. */
  readonly description?: string;
  /** Low comes first. */
  readonly rank: number;
  /** What its documentation is about. */
  readonly object?: ObjectName;
}

/** A proposal as an editor takes it. */
export interface Completion extends Proposal {
  readonly replaced: Range;
  /** Where the replacement ends when the rest of the word goes too. */
  readonly wordEnd: number;
  readonly written: string;
  /** What the typed word is compared with. */
  readonly filter: string;
}

/** The answer to one request. */
interface Completions {
  readonly items: readonly Completion[];
  /** Whether more would be proposed if more were typed. */
  readonly isIncomplete: boolean;
  /** The statement whose catalog the documentation of an item is about. */
  readonly statement: number;
}

const none: Completions = { items: [], isIncomplete: false, statement: 0 };

/** More than this a client gets only when it has said what its name begins with. */
const mostItems = 400;

/** What groups of proposals come in which order. Within a group, less than this distinguishes. */
const keywordRank = 3_000_000;

/** What may be written at `offset`. `trigger` is the character whose typing asked. */
export function complete(analysis: Analysis, offset: number, trigger?: string): Completions {
  const site = completionSite(analysis.file, offset);
  if (site === undefined) return none;
  const { statement } = site;
  const { project } = analysis.surroundings;
  if (site.kind === 'comment') {
    if (trigger !== undefined && trigger !== '+' && trigger !== ':') return none;
    const [first] = analysis.file.statements;
    const isHeader = first === undefined || offset <= first.start;
    return finish(markerProposals(site.line, isHeader, project), site, statement);
  }
  if (!answers(trigger, site)) return none;
  const catalog = catalogBefore(analysis, Math.min(statement, analysis.statements.length));
  const names = namesFor(site, catalog, analysis, trigger);
  const hasDot = site.before.at(-1)?.text === '.';
  const keywords =
    site.quote === undefined && !hasDot && trigger === undefined ? keywordProposals(site, analysis) : [];
  return finish([...names, ...keywords], site, statement);
}

/** Whether a character that was typed begins something to be named here. */
function answers(trigger: string | undefined, { before, quote, place }: CompletionSite): boolean {
  switch (trigger) {
    case undefined:
      return true;
    case '.':
      return place !== undefined && before.at(-1)?.text === '.';
    case '"':
      return quote === '"';
    case "'":
      return quote === "'";
    case ':':
      return before.at(-1)?.text === '::';
    case '(':
      return (
        place?.kind === 'column' &&
        place.role === 'use' &&
        (place.owner !== undefined || place.scope !== undefined)
      );
    default:
      return false;
  }
}

function namesFor(
  site: CompletionSite,
  catalog: Catalog,
  analysis: Analysis,
  trigger: string | undefined,
): readonly Proposal[] {
  const { place, places } = site;
  if (place === undefined || beginsStatement(site) || (place.role !== 'use' && place.role !== 'drop'))
    return [];
  const made = madeBy(places, catalog);
  const recency = new Recency(analysis);
  if (place.kind === 'column') {
    const columns = columnProposals(place, places, catalog, made);
    // A function, also one with its schema in front of it.
    const isExpression = place.owner === undefined && place.parts.length < 3 && trigger !== '(';
    const isColumn = place.parts.length === 2 && columns.length > 0;
    if (isExpression && !isColumn) {
      const functions = objectProposals({ ...place, kind: 'function' }, site, catalog, recency, made);
      return [...columns, ...functions.filter(({ isName }) => isName || site.quote === undefined)];
    }
    // `schema.` may stand where `table.` does, as in COMMENT ON COLUMN.
    const [schema] = place.owner ?? [];
    const isSchema = columns.length === 0 && schema !== undefined && schema === site.before.at(-2);
    if (!isSchema) return columns;
    const relation: Place = { kind: 'relation', role: 'use', parts: [schema, ...place.parts] };
    return objectProposals(relation, site, catalog, recency, made);
  }
  return objectProposals(place, site, catalog, recency, made);
}

/** Whether a statement begins at the cursor: then a name is no use. */
function beginsStatement({ before, isInBody }: CompletionSite): boolean {
  const last = before.at(-1);
  return last === undefined || (isInBody && /^(?:begin|then|else|loop|declare|exception)$/.test(last.text));
}

function keywordProposals(site: CompletionSite, { file }: Analysis): readonly Proposal[] {
  const { before, typed, isInBody, statement } = site;
  const previous = file.statements[statement - 1] ?? file.statements[statement];
  const first = before[0] ?? previous;
  const word =
    first === undefined ? '' : (/^\p{L}+/u.exec(file.text.slice(first.start, first.start + 20))?.[0] ?? '');
  return keywordsBehind(before, typed, isInBody).map((keyword, index) => {
    const text = inCase(keyword, file.text.slice(site.replaced.start, site.replaced.end), word);
    return { label: text, kind: 'keyword', text, isName: false, rank: keywordRank + index };
  });
}

function finish(proposals: readonly Proposal[], site: CompletionSite, statement: number): Completions {
  const sorted = [...proposals].sort((a, b) => a.rank - b.rank);
  const isMany = sorted.length > mostItems;
  const typed = site.typed.toLowerCase();
  const fitting = isMany ? sorted.filter(({ label }) => hasLetters(label.toLowerCase(), typed)) : sorted;
  const items = fitting.slice(0, mostItems).map((proposal): Completion => {
    const written = writtenForm(proposal, site);
    const isQuoted = site.quote !== undefined;
    const { label, detail = '', description = '', ...rest } = proposal;
    return {
      ...rest,
      label: visible(label),
      ...(detail === '' ? {} : { detail: visible(detail) }),
      ...(description === '' ? {} : { description: visible(description) }),
      replaced: site.replaced,
      wordEnd: site.wordEnd,
      written,
      filter: isQuoted ? written : label,
    };
  });
  return { items, isIncomplete: isMany, statement };
}

function writtenForm({ text, isName, kind, qualifier }: Proposal, { quote }: CompletionSite): string {
  if (kind === 'value') return quoteLiteral(text);
  if (!isName) return text;
  const name = quote === '"' ? `"${text.replaceAll('"', '""')}"` : quoteIdentifier(text);
  return qualifier === undefined ? name : `${quoteIdentifier(qualifier)}.${name}`;
}
