import type { Node } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import { namedBy, type Named } from './relation';

/** What CREATE SEQUENCE says, and what the server assumes of what it leaves out. Numbers of 64 bits, as text. */
export interface SequenceOptions {
  readonly type: 'int2' | 'int4' | 'int8';
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cache: string;
  readonly cycle: boolean;
}

const greatest = { int2: '32767', int4: '2147483647', int8: '9223372036854775807' } as const;

function leastOf(type: SequenceOptions['type']): string {
  return String(-BigInt(greatest[type]) - 1n);
}

/** The type of a sequence for a column of a type. */
export function sequenceType(name: string | undefined): SequenceOptions['type'] {
  return name === 'int2' || name === 'int4' ? name : 'int8';
}

function option(nodes: readonly Node[] | undefined, name: string): { readonly arg?: Node } | undefined {
  for (const node of nodes ?? []) {
    if ('DefElem' in node && node.DefElem.defname === name) return node.DefElem;
  }
  return undefined;
}

function numberIn(nodes: readonly Node[] | undefined, name: string): string | undefined {
  const arg = option(nodes, name)?.arg;
  if (arg === undefined) return undefined;
  if ('Integer' in arg) return String(arg.Integer.ival ?? 0);
  return 'Float' in arg && /^-?\d+$/.test(arg.Float.fval ?? '') ? arg.Float.fval : undefined;
}

/** A new sequence, or with `before` one that ALTER SEQUENCE changes; as the server's init_params() does it. */
export function sequenceOptions(
  nodes: readonly Node[] | undefined,
  usual: SequenceOptions['type'],
  before?: SequenceOptions,
): SequenceOptions {
  const as = option(nodes, 'as')?.arg;
  const written = as !== undefined && 'TypeName' in as ? strings(as.TypeName.names).at(-1) : undefined;
  const type = written === undefined ? (before?.type ?? usual) : sequenceType(written);
  const increment = numberIn(nodes, 'increment') ?? before?.increment ?? '1';
  const isUp = !increment.startsWith('-');
  // A limit that was that of the old type becomes that of the new one, whichever way the sequence goes.
  const isRetyped = before !== undefined && before.type !== type;
  const resetsMaximum = isRetyped && before.maximum === greatest[before.type];
  const resetsMinimum = isRetyped && before.minimum === leastOf(before.type);
  const keeps = (name: string, resets: boolean): boolean => !resets && option(nodes, name) === undefined;
  const maximum =
    numberIn(nodes, 'maxvalue') ??
    (keeps('maxvalue', resetsMaximum) ? before?.maximum : undefined) ??
    (isUp || resetsMaximum ? greatest[type] : '-1');
  const minimum =
    numberIn(nodes, 'minvalue') ??
    (keeps('minvalue', resetsMinimum) ? before?.minimum : undefined) ??
    (isUp && !resetsMinimum ? '1' : leastOf(type));
  const cycle = option(nodes, 'cycle')?.arg;
  return {
    type,
    increment,
    minimum,
    maximum,
    start: numberIn(nodes, 'start') ?? before?.start ?? (isUp ? minimum : maximum),
    cache: numberIn(nodes, 'cache') ?? before?.cache ?? '1',
    cycle:
      cycle === undefined ? (before?.cycle ?? false) : 'Boolean' in cycle && cycle.Boolean.boolval === true,
  };
}

/** SEQUENCE NAME, among the options of an identity column. */
export function sequenceNameIn(nodes: readonly Node[] | undefined): Named | undefined {
  const arg = option(nodes, 'sequence_name')?.arg;
  return arg !== undefined && 'List' in arg ? namedBy(arg.List.items) : undefined;
}
