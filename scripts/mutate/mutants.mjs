// The deliberate faults of `npm run mutate`: where one can be made in a source, and the source with all of them in it.
import { createHash } from 'node:crypto';
import ts from 'typescript';

const Kind = ts.SyntaxKind;

/** Operators, and what they become. */
const operators = new Map([
  [Kind.EqualsEqualsEqualsToken, '!=='],
  [Kind.ExclamationEqualsEqualsToken, '==='],
  [Kind.LessThanToken, '<='],
  [Kind.LessThanEqualsToken, '<'],
  [Kind.GreaterThanToken, '>='],
  [Kind.GreaterThanEqualsToken, '>'],
  [Kind.AmpersandAmpersandToken, '||'],
  [Kind.BarBarToken, '&&'],
]);

/**
 * Methods, and those that are taken for them. Not `find` and `findLast`: in most lists a name stands once, and none of the
 * first ten that survived was a fault.
 */
const methods = new Map(
  [
    ['some', 'every'],
    ['startsWith', 'endsWith'],
    ['min', 'max'],
  ].flatMap(([one, other]) => [
    [one, other],
    [other, one],
  ]),
);

/** Methods that are left out: what they are called on is taken as it is. */
const leftOut = new Set(['filter', 'sort', 'reverse', 'trim', 'trimEnd', 'toLowerCase', 'slice']);

/**
 * @typedef {object} Mutant
 * @property {number} id  The number by which the program asks for it.
 * @property {string} key  The same as long as the file is the same.
 * @property {string} file  From the root.
 * @property {number} line
 * @property {string} before
 * @property {string} after
 */

/**
 * All faults of a source.
 * @param {string} file
 * @param {string} text
 * @param {number} firstId
 * @returns {{ mutants: Mutant[], text: string }} `text` asks `__mutant(id)` at each of them.
 */
export function mutate(file, text, firstId) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  /** @type {{ start: number, end: number, after: string }[]} */
  const faults = [];
  const fault = (/** @type {ts.Node} */ node, /** @type {string} */ after) => {
    faults.push({ start: node.getStart(source), end: node.end, after });
  };
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    faultsAt(node, source, fault);
    ts.forEachChild(node, visit);
  };
  visit(source);
  faults.sort((a, b) => a.start - b.start || b.end - a.end);
  const mutants = faults.map(({ start, end, after }, index) => {
    const before = text.slice(start, end);
    const key = createHash('sha1').update([file, text, start, end, after].join('\0')).digest('hex');
    const { line } = source.getLineAndCharacterOfPosition(start);
    return { id: firstId + index, key, file, line: line + 1, before, after };
  });
  return { mutants, text: withFaults(text, faults, firstId) };
}

/** @param {ts.Node} node @param {ts.SourceFile} source @param {(node: ts.Node, after: string) => void} fault */
function faultsAt(node, source, fault) {
  if (ts.isBinaryExpression(node)) {
    const { left, operatorToken, right } = node;
    const other = operators.get(operatorToken.kind);
    const [a, b] = [left.getText(source), right.getText(source)];
    if (other !== undefined) fault(node, `${a} ${other} ${b}`);
    else if (operatorToken.kind === Kind.QuestionQuestionToken) fault(node, a);
    else if (operatorToken.kind === Kind.MinusToken) fault(node, `${a} + ${b}`);
    else if (operatorToken.kind === Kind.PlusToken && [left, right].some(ts.isNumericLiteral)) {
      fault(node, `${a} - ${b}`);
    }
  } else if (ts.isPrefixUnaryExpression(node) && node.operator === Kind.ExclamationToken) {
    fault(node, node.operand.getText(source));
  } else if (node.kind === Kind.TrueKeyword) fault(node, 'false');
  else if (node.kind === Kind.FalseKeyword) fault(node, 'true');
  else if (ts.isIfStatement(node)) {
    fault(node.expression, 'true');
    fault(node.expression, 'false');
  } else if (ts.isConditionalExpression(node)) {
    fault(node.condition, 'true');
    fault(node.condition, 'false');
  } else if (ts.isWhileStatement(node)) fault(node.expression, 'false');
  else if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    !isInsideOfChain(node)
  ) {
    const { expression, name } = node.expression;
    const other = methods.get(name.text);
    const words = node.arguments.map((argument) => argument.getText(source)).join(', ');
    const dot = node.expression.questionDotToken === undefined ? '.' : '?.';
    if (other !== undefined) fault(node, `${expression.getText(source)}${dot}${other}(${words})`);
    else if (leftOut.has(name.text)) fault(node, expression.getText(source));
  }
  if (ts.isExpressionStatement(node) && isDoing(node.expression)) fault(node.expression, 'undefined');
}

/** Whether a chain with `?.` goes on behind a call: in brackets the call would end it. @param {ts.CallExpression} call */
function isInsideOfChain(call) {
  return ts.isOptionalChain(call) && ts.isOptionalChain(call.parent) && call.parent.expression === call;
}

/** Whether an expression stands there for what it does. @param {ts.Expression} expression */
function isDoing(expression) {
  if (ts.isCallExpression(expression)) return expression.expression.kind !== Kind.SuperKeyword;
  return ts.isYieldExpression(expression) || ts.isDeleteExpression(expression);
}

/** The faults are in the order of their starts, the outer ones first. */
function withFaults(text, faults, firstId) {
  let next = 0;
  /** Writes the text from `at` to `end`, with the faults in it. */
  const write = (at, end) => {
    let written = '';
    while (next < faults.length && faults[next].start < end) {
      const { start } = faults[next];
      const same = [];
      const last = faults[next].end;
      while (next < faults.length && faults[next].start === start && faults[next].end === last) {
        same.push(`__mutant(${firstId + next}) ? (${faults[next].after}) : `);
        next++;
      }
      written += `${text.slice(at, start)}(${same.join('')}(${write(start, last)}))`;
      at = last;
    }
    return written + text.slice(at, end);
  };
  return write(0, text.length);
}
