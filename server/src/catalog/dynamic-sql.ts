import type { Node } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import { deepestBody, parseFile, Parser } from '../sql/parse';
import type { Assignment, Statement } from '../sql/statement';

/**
 * What stands in a text for a name or a constant that only the server knows. The grammar takes it for a letter, and
 * nobody writes it.
 */
const unknownWord = '\uE000';

/** What stands for text that may be more than one word. */
const unknownText = '\uE001';

const unknownParts = /[\uE000\uE001]/;

/** Parts of expressions, and of those of variables in them, that may stand in each other. */
const deepestExpression = 200;

/** More texts than these are not told apart. */
const mostTexts = 50;

/** What EXECUTE runs. */
interface Executed {
  readonly statements: readonly Statement[];
  /** False when there is more that cannot even be parsed. */
  readonly isReadable: boolean;
}

/** Whether a name, or the text of a statement, has a part that only the server knows. */
export function hasUnknownPart(text: string): boolean {
  return unknownParts.test(text);
}

/** A pattern for the names that `name` may stand for. */
export function patternOf(name: string): RegExp {
  const parts = name.split(unknownParts).map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
  const [first = '', last] = [parts[0], parts.slice(1).at(-1)];
  // What stands between them is taken where it comes first, and not looked for again when the rest fails.
  const between = parts.slice(1, -1).filter((part) => part !== '');
  const found = between.map((part, index) => `(?=(.*?${part}))\\${index + 1}`).join('');
  return new RegExp(`^${first}${found}${last === undefined ? '' : `.*${last}`}$`, 'su');
}

/**
 * Whether a statement with unknown parts does nothing else than what it shows: they are names or constants, not pieces
 * of SQL, and not what an action of ALTER TABLE is about.
 */
export function showsItsRelations(statement: Statement): boolean {
  return statement.kind !== 'AlterTable' && !statement.text.includes(unknownText);
}

/** The values that variables and parameters may have, as text with unknown parts. */
export class Variables {
  private readonly values = new Map<string, readonly string[]>();
  private depth = 0;

  constructor(
    private readonly assignments: readonly Assignment[],
    parameters: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>(),
  ) {
    for (const [name, values] of parameters) this.values.set(name, values);
  }

  of(name: string): readonly string[] {
    const known = this.values.get(name);
    if (known !== undefined) return known;
    // A variable that is made from itself.
    this.values.set(name, [unknownText]);
    const assignments = this.assignmentsOf(name);
    const values = assignments.flatMap(({ expression, isElement }) => {
      if (expression === undefined) return [unknownText];
      const node = expressionNode(expression);
      return isElement ? this.elementsOf(node) : textsOf(node, this);
    });
    const distinct = assignments.length === 0 ? [unknownText] : [...new Set(values)];
    this.values.set(name, distinct);
    return distinct;
  }

  /** The texts that `read` finds for a part of an expression; none are known once too many parts stand in each other. */
  nested(read: () => readonly string[]): readonly string[] {
    if (this.depth >= deepestExpression) return [unknownText];
    this.depth++;
    try {
      return read();
    } finally {
      this.depth--;
    }
  }

  private assignmentsOf(name: string): readonly Assignment[] {
    return this.assignments.filter(({ variable }) => variable === name);
  }

  /** The elements of an array that is written down, or that a variable holds. */
  private elementsOf(node: Node | undefined): readonly string[] {
    if (node === undefined) return [unknownText];
    if ('TypeCast' in node) return this.elementsOf(node.TypeCast.arg);
    if ('A_ArrayExpr' in node) {
      return (node.A_ArrayExpr.elements ?? []).flatMap((element) => textsOf(element, this));
    }
    if ('ColumnRef' in node) {
      const arrays = this.assignmentsOf(nameOfColumn(node.ColumnRef.fields) ?? '');
      const isWritten = arrays.length > 0 && arrays.every(({ expression }) => expression !== undefined);
      if (!isWritten || arrays.some(({ isElement }) => isElement)) return [unknownText];
      return arrays.flatMap(({ expression = '' }) => {
        const array = expressionNode(expression);
        return array !== undefined && 'ColumnRef' in array ? [unknownText] : this.elementsOf(array);
      });
    }
    const text = 'A_Const' in node ? node.A_Const.sval?.sval : undefined;
    const list = text === undefined ? null : /^\{([\w\s,]*)\}$/.exec(text);
    return list?.[1]?.split(',').map((element) => element.trim()) ?? [unknownText];
  }
}

/** What is executed may hold a block that executes another, and so on: the bodies of such blocks are not read. */
const executedParser = new Parser(deepestBody);

/** The statements of EXECUTE with this expression; what its text does not say stands in them as unknown parts. */
export function executedStatements(expression: string, variables: Variables): Executed {
  const statements: Statement[] = [];
  let isReadable = true;
  for (const text of textsOf(expressionNode(expression), variables)) {
    for (const { parsed } of parseFile(text, { parser: executedParser }).statements) {
      if (parsed.statement === undefined) isReadable = false;
      else statements.push(parsed.statement);
    }
  }
  return { statements, isReadable };
}

function expressionNode(expression: string): Node | undefined {
  const select = parseFile(`SELECT ${expression}`).statements[0]?.parsed.statement?.node;
  const [target] = select !== undefined && 'SelectStmt' in select ? (select.SelectStmt.targetList ?? []) : [];
  return target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined;
}

/** The value of an argument when it is one constant; undefined when it is not. */
export function constantText(node: Node): string | undefined {
  const [text, ...others] = textsOf(node, new Variables([]));
  return text === undefined || others.length > 0 || hasUnknownPart(text) ? undefined : text;
}

/** Types whose values are one word, or a name. */
const wordTypes = new Set(['int2', 'int4', 'int8', 'numeric', 'bool', 'uuid', 'regclass', 'name', 'oid']);

/** The texts that an expression may give. */
function textsOf(node: Node | undefined, variables: Variables): readonly string[] {
  return variables.nested(() => textsWithin(node, variables));
}

function textsWithin(node: Node | undefined, variables: Variables): readonly string[] {
  if (node === undefined) return [unknownText];
  if ('TypeCast' in node) {
    const texts = textsOf(node.TypeCast.arg, variables);
    const isWord = wordTypes.has(strings(node.TypeCast.typeName?.names).at(-1) ?? '');
    return isWord ? texts.map((text) => text.replaceAll(unknownText, unknownWord)) : texts;
  }
  if ('ColumnRef' in node) {
    const name = nameOfColumn(node.ColumnRef.fields);
    return name === undefined ? [unknownText] : variables.of(name);
  }
  if ('ParamRef' in node) return variables.of(`$${node.ParamRef.number ?? 0}`);
  if ('A_Const' in node) {
    const { sval, ival, fval, isnull } = node.A_Const;
    if (isnull === true) return [];
    if (ival !== undefined) return [String(ival.ival ?? 0)];
    return [sval?.sval ?? fval?.fval ?? unknownWord];
  }
  if ('A_Expr' in node) {
    if (strings(node.A_Expr.name).join() !== '||') return [unknownText];
    return combined(operandsOf(node).map((operand) => textsOf(operand, variables))).map((parts) =>
      parts.join(''),
    );
  }
  // CURRENT_USER, CURRENT_SCHEMA and the like.
  if ('SQLValueFunction' in node) return [unknownWord];
  if ('FuncCall' in node) {
    const args = (node.FuncCall.args ?? []).map((arg) => textsOf(arg, variables));
    return textsOfCall(strings(node.FuncCall.funcname).at(-1) ?? '', args);
  }
  return [unknownText];
}

/** Of `a || b || c`, each `||` but the first has the one before it as its left operand. */
function operandsOf(node: Node): readonly (Node | undefined)[] {
  const operands: (Node | undefined)[] = [];
  let left: Node | undefined = node;
  while (left !== undefined && 'A_Expr' in left && strings(left.A_Expr.name).join() === '||') {
    operands.push(left.A_Expr.rexpr);
    left = left.A_Expr.lexpr;
  }
  return [left, ...operands.reverse()];
}

function textsOfCall(name: string, args: readonly (readonly string[])[]): readonly string[] {
  switch (name) {
    case 'quote_ident':
      return (args[0] ?? []).map(quotedIdentifier);
    case 'quote_literal':
    case 'quote_nullable':
      return (args[0] ?? []).map(quotedLiteral);
    case 'concat':
      return combined(args).map((parts) => parts.join(''));
    case 'current_database':
    case 'current_schema':
      return [unknownWord];
    case 'format':
      return combined(args).map(([pattern = '', ...values]) => formatted(pattern, values));
    default:
      return [unknownText];
  }
}

/** One text of each list, in all ways. */
function combined(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  let combinations: readonly (readonly string[])[] = [[]];
  for (const list of lists) {
    const isTooMuch = list.length * combinations.length > mostTexts;
    const choices = isTooMuch ? [unknownText] : list;
    combinations = combinations.flatMap((parts) => choices.map((choice) => [...parts, choice]));
  }
  return combinations;
}

/** A field of a record is no variable. */
function nameOfColumn(fields: readonly Node[] | undefined): string | undefined {
  const [name, ...others] = strings(fields);
  return others.length > 0 ? undefined : name;
}

/** format(): `%s`, `%I`, `%L`, with a position `%1$I`, with a width `%-10s`. */
function formatted(pattern: string, values: readonly string[]): string {
  let next = 0;
  return pattern.replace(
    /%(?:(\d+)\$)?-?\d*([sIL%])/g,
    (_whole, position: string | undefined, kind: string) => {
      if (kind === '%') return '%';
      const index = position === undefined ? next : Number(position) - 1;
      next = index + 1;
      const value = values[index] ?? unknownText;
      if (kind === 'I') return quotedIdentifier(value);
      return kind === 'L' ? quotedLiteral(value) : value;
    },
  );
}

/** Quotes that are not needed do no harm, except around an unknown name that more is put to. */
function quotedIdentifier(name: string): string {
  const word = name.replaceAll(unknownText, unknownWord);
  return word === unknownWord ? word : `"${word.replaceAll('"', '""')}"`;
}

function quotedLiteral(value: string): string {
  return `'${value.replaceAll("'", "''").replaceAll(unknownText, unknownWord)}'`;
}
