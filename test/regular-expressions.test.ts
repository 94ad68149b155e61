// Group: tables
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createContext, Script } from 'node:vm';
import { type AST, RegExpParser } from '@eslint-community/regexpp';
import ts from 'typescript';
import { root } from './shared';

// The lint rules of eslint.config.mjs see what an expression may do; this sees what it does, also where a part in the
// middle is looked for again and again (`/x[^)]*y/` in a text of many `x`).

interface Found {
  readonly place: string;
  readonly pattern: RegExp;
}

/** What may be around and between the parts of an expression. */
const units = Array.from('a0_ \n\t-()"\'<>/,.:;=é\ue000');

/** What a text may be full of, whatever the expression. */
const common = [
  'a',
  ' ',
  '\n',
  '\t',
  '0',
  '(',
  '"',
  "'",
  '<',
  ',',
  '-- ',
  '\n--',
  '/*',
  '$$',
  '$a$',
  'a.',
  'a, ',
  "'\\",
  ' \n',
];

/** The longest text, in characters, times the root of the length of what it repeats. */
const longest = 10_000;

/** In milliseconds of the processor. What takes less than this for the longest text is not looked at. */
const unsuspected = 10;

/** So often what takes longer is measured; the least counts. */
const attempts = 5;

/** In milliseconds. An expression that takes longer for one kind of text is exponential. */
const hopeless = 10_000;

test('no regular expression takes more than linear time', () => {
  const found = literals();
  assert.ok(found.length > 100);
  assert.deepEqual(
    found.flatMap((one) => slow(one)),
    [],
  );
});

test('an expression that takes quadratic or exponential time is noticed', () => {
  const bad = [
    /\s+$/,
    /^\s*;/m,
    /\s*,\s*/,
    /^CREATE\b.*\bTABLE\b.*\bSTORED\b/,
    /<include\b[^>]*?\bfile=/,
    /^(\w+\s?)*;/,
    /^\s*(.*?)\s*;$/,
    /(?<=^x.*)y/,
  ];
  for (const pattern of bad) assert.notDeepEqual(slow({ place: '', pattern }, 1000), [], String(pattern));
  for (const pattern of [/\S+\s/y, /^\s*;/, /a{0,9};/]) assert.deepEqual(slow({ place: '', pattern }), []);
});

/** The text that takes an expression more than linear time; none when none of ours does. */
function slow({ place, pattern }: Found, limit = hopeless): readonly string[] {
  // What splits, replaces or is looked for more than once goes through the whole text.
  const whole = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`);
  const texts = new Map(attacks(whole).map((attack) => [attack.join('\0'), attack])).values();
  for (const [start, repeated, end] of texts) {
    const where = `${place} ${String(pattern)}: ${JSON.stringify(start)}, many ${JSON.stringify(repeated)}, ${JSON.stringify(end)}`;
    const timeFor = (size: number): number =>
      time(whole, start + repeated.repeat(Math.ceil(size / repeated.length)) + end);
    try {
      const growth = within(limit, () => measure(timeFor, repeated.length)) as string | undefined;
      if (growth !== undefined) return [`${where}: ${growth}`];
    } catch (error: unknown) {
      return [`${where}: ${String(error)}`];
    }
  }
  return [];
}

const context = createContext({ work: undefined as unknown });
const script = new Script('work()');

/** Does work that can be interrupted even inside of one call of a regular expression. */
function within(timeout: number, work: () => unknown): unknown {
  context['work'] = work;
  return script.runInContext(context, { timeout });
}

/** How the time grows; nothing when it is in proportion to the size. */
function measure(timeFor: (size: number) => number, repeated: number): string | undefined {
  // The longer the part that is repeated, the longer the text in which it comes often enough.
  const enough = longest * Math.ceil(Math.sqrt(repeated));
  // First a short one: what takes cubic time would take minutes for the whole.
  for (const size of [enough / 10, enough]) {
    if (timeFor(size) <= unsuspected) continue;
    // Again and again, for a machine that was busy with its own memory or with compiling the expression.
    let [once, twice] = [Infinity, Infinity];
    for (let attempt = 0; attempt < attempts && twice > unsuspected; attempt++) {
      once = Math.min(once, timeFor(size / 2));
      twice = Math.min(twice, timeFor(size));
    }
    if (twice > unsuspected && twice > 3 * once) {
      return `${once.toFixed()} ms for ${size / 2} characters, ${twice.toFixed()} ms for ${size}`;
    }
  }
  return undefined;
}

function time(pattern: RegExp, text: string): number {
  const start = process.cpuUsage();
  text.replace(pattern, '');
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

type Attack = readonly [start: string, repeated: string, end: string];

/** The end makes the expression fail where it can. */
const rejected = '\u0001';

/**
 * Beside the common texts, for each part of the expression that may repeat without bound: what leads to it, again and
 * again; and after what leads to it, what it repeats.
 */
function attacks(pattern: RegExp): readonly Attack[] {
  const result: Attack[] = common.map((unit) => ['', unit, rejected]);
  /** Visits a node with what leads to it, and what does since the last part that repeats; returns the two behind it. */
  const visit = (
    node: AST.Element | AST.Alternative,
    before: string,
    last: string,
  ): readonly [string, string] => {
    const sample = node.type === 'Alternative' ? joined(node, pattern.flags) : sampleOf(node, pattern.flags);
    const behind = [before + sample, last + sample] as const;
    switch (node.type) {
      case 'Alternative': {
        let read: readonly [string, string] = [before, last];
        for (const element of node.elements) read = visit(element, ...read);
        return read;
      }
      case 'Quantifier':
        visit(node.element, before, last);
        if (node.max <= 100) return behind;
        for (const leading of new Set([before, last])) {
          const start = before.slice(0, before.length - leading.length);
          if (leading !== '')
            result.push(
              [start, leading, rejected],
              [start === '' ? '' : `${start} `, `${leading} `, rejected],
            );
          if (leading === before)
            for (const unit of repeatedBy(node.element, pattern.flags)) {
              result.push([before, unit, rejected]);
              if (leading !== '') result.push([start, leading + unit, rejected]);
            }
        }
        return [before + sample, ''];
      case 'Group':
      case 'CapturingGroup':
        // Only one of them need lead on.
        return node.alternatives.map((alternative) => visit(alternative, before, last))[0] ?? behind;
      case 'Assertion':
        if ('alternatives' in node)
          for (const alternative of node.alternatives) visit(alternative, before, last);
        return [before, last];
      default:
        return behind;
    }
  };
  for (const alternative of new RegExpParser().parseLiteral(String(pattern)).pattern.alternatives) {
    const first = pattern.multiline ? '\n' : '';
    visit(alternative, first, first);
  }
  return result;
}

/** Texts that an element may repeat. */
function repeatedBy(element: AST.QuantifiableElement, flags: string): readonly string[] {
  if (element.type === 'CharacterClass' || element.type === 'CharacterSet')
    return unitsOf(element.raw, flags);
  if (element.type === 'Group' || element.type === 'CapturingGroup') {
    return element.alternatives
      .map((alternative) => joined(alternative, flags))
      .filter((text) => text !== '');
  }
  return [sampleOf(element, flags)].filter((text) => text !== '');
}

/** A short text that an element matches, where what it asserts is not asked. */
function sampleOf(element: AST.Element, flags: string): string {
  switch (element.type) {
    case 'Character':
      return String.fromCodePoint(element.value);
    case 'CharacterClass':
    case 'CharacterSet':
      return unitsOf(element.raw, flags)[0] ?? '';
    case 'Quantifier':
      return sampleOf(element.element, flags).repeat(element.min);
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives[0] === undefined ? '' : joined(element.alternatives[0], flags);
    default:
      return '';
  }
}

function joined(alternative: AST.Alternative, flags: string): string {
  return alternative.elements.map((element) => sampleOf(element, flags)).join('');
}

function unitsOf(raw: string, flags: string): readonly string[] {
  const one = new RegExp(raw, flags.replace(/[gy]/g, ''));
  return units.filter((unit) => one.test(unit));
}

/** The regular expressions that stand in the source of the server as such and repeat something, each once. */
function literals(): readonly Found[] {
  const folder = path.join(root, 'server/src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const found = new Map<string, Found>();
  for (const file of files.filter((name) => name.endsWith('.ts') && !name.endsWith('.generated.ts'))) {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node) && /[*+]|,\}/.test(node.text)) {
        const end = node.text.lastIndexOf('/');
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        const pattern = new RegExp(node.text.slice(1, end), node.text.slice(end + 1));
        found.set(node.text, { place: `${file}:${line + 1}`, pattern });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return [...found.values()];
}
