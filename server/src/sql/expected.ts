import { isReserved } from './continuations';
import { isBeginning, isStatement } from './grammar';
import { type Token, tokenize } from './scanner';
import { someName, withoutFinishedElements, writtenAnew } from './written-anew';

/** More than this and a list of expectations is no help any more. */
const mostExpectations = 4;

/** Of a longer statement nothing is said. */
const longestText = 20_000;

/** For how many units of text the grammar is asked at most, with what one question costs in any case. */
const mostWork = 60_000;
const costOfQuestion = 300;

/** What could stand at a place: how a message calls it, and how it is written. */
interface Candidate {
  readonly name: string;
  readonly text: string;
}

const words: readonly Candidate[] = (
  'TABLE|INDEX|FUNCTION|TRIGGER|POLICY|VIEW|TYPE|SCHEMA|EXTENSION|SEQUENCE|PROCEDURE|MATERIALIZED|UNIQUE|COLUMN|' +
  'CONSTRAINT|ADD|ALTER|DROP|RENAME|SET|VALIDATE|ENABLE|DISABLE|ON|TO|FROM|INTO|AS|BY|OF|IS|IN|USING|WITH|WHERE|VALUES|' +
  'SELECT|INSERT|UPDATE|DELETE|TRUNCATE|NOT|NULL|DEFAULT|PRIMARY|KEY|FOREIGN|REFERENCES|CHECK|EXCLUDE|VALID|CASCADE|' +
  'EXISTS|IF|AND|OR|REPLACE|RETURNS|LANGUAGE|EXECUTE|FOR|EACH|ROW|STATEMENT|BEFORE|AFTER|ALL|PRIVILEGES|OWNER|OWNED|' +
  'SECURITY|LEVEL|DEFINER|GENERATED|ALWAYS|IDENTITY|PARTITION|RANGE|INHERITS|INCLUDE|COLLATE|DEFERRABLE|CONFLICT|DO|' +
  'NOTHING|RETURNING|GROUP|ORDER|HAVING|LIMIT|OFFSET|UNION|EXCEPT|JOIN|LEFT|RIGHT|FULL|INNER|CROSS|DISTINCT|LIKE|BETWEEN|' +
  'CASE|WHEN|THEN|ELSE|END|NULLS|FIRST|DATA|ENUM|ROLE|VARYING|ZONE|MODE'
)
  .split('|')
  .map((word) => ({ name: word, text: word }));

const anyName: Candidate = { name: 'a name', text: someName };

/** Where each of these may stand, any expression may. */
const values: readonly Candidate[] = [
  anyName,
  { name: 'a string', text: "''" },
  { name: 'a number', text: '1' },
];

const signs: readonly Candidate[] = [
  ...['(', ')', ',', '=', ';', '.'].map((sign) => ({ name: `"${sign}"`, text: sign })),
  ...values.slice(1),
];

/**
 * What should stand at `offset`, where PostgreSQL's grammar gave up, for instance `["ON"]`: what, put there or in place
 * of the word that is there, would mend the statement; failing that, all that could follow. Empty when that is too much
 * to be a help. The grammar is asked about text written anew, of which it sees no more than `mostWork` in all.
 */
export function expectedAt(text: string, offset: number): readonly string[] {
  if (text.length > longestText) return [];
  const tokens = tokenize(text);
  const at = indexAt(tokens, offset);
  if (at === 0) return [];
  const before = writtenAnew(withoutFinishedElements(tokens.slice(0, at)));
  const behind = writtenAnew(tokens.slice(at));
  const following = candidatesBehind(before);
  const mending = repairs(before, behind, tokens[at], following);
  return namesOf(mending.length > 0 ? mending : following.filter(({ text }) => text !== ';'));
}

/** The token at `offset`, or the end of the text. */
function indexAt(tokens: readonly Token[], offset: number): number {
  const index = tokens.findIndex(({ end }) => end > offset);
  return index < 0 ? tokens.length : index;
}

function namesOf(candidates: readonly Candidate[]): readonly string[] {
  if (values.every((value) => candidates.includes(value))) return ['an expression'];
  // A dot may stand after nearly every name, so it is said only where nothing else may.
  const telling = candidates.filter(({ text }) => text !== '.');
  const said = telling.length > 0 ? telling : candidates;
  return said.length > mostExpectations ? [] : said.map(({ name }) => name);
}

/** What may follow `before`. Of keywords that are names as well only the name is listed. */
function candidatesBehind(before: string): readonly Candidate[] {
  const most = Math.floor(mostWork / (before.length + costOfQuestion));
  if (signs.length > most) return [];
  const takes = ({ text }: Candidate): boolean => isBeginning(`${before}\n${text}`);
  const takesName = takes(anyName);
  const asked = takesName ? words.filter(({ text }) => isReserved(text)) : words;
  if (asked.length + signs.length > most) return [];
  return [...(takesName ? [anyName] : []), ...asked.filter(takes), ...signs.filter(takes)];
}

/** Which of `following` make a statement of `before` and `behind`, where one token is missing or is another word. */
function repairs(
  before: string,
  behind: string,
  wrong: Token | undefined,
  following: readonly Candidate[],
): readonly Candidate[] {
  const length = before.length + behind.length + costOfQuestion;
  if (length * following.length > mostWork) return [];
  const rest = behind.includes('\n') ? behind.slice(behind.indexOf('\n')) : '';
  const replacing = ({ text }: Candidate): boolean => isStatement(`${before}\n${text}${rest}`);
  const meant = following.filter(({ name }) => wrong?.kind === 'word' && isMisspelt(wrong.text, name));
  const corrected = meant.filter(replacing);
  if (corrected.length > 0) return corrected;
  const inserted = following.filter(({ text }) => isStatement(`${before}\n${text}\n${behind}`));
  if (inserted.length > 0 || wrong?.kind !== 'word') return inserted;
  return following.filter((candidate) => /^[a-z_]/i.test(candidate.text) && replacing(candidate));
}

/** Whether one letter of a keyword is missing, is another or is too many, or two have changed places. */
function isMisspelt(word: string, keyword: string): boolean {
  const right = keyword.toLowerCase();
  const shorter = Math.min(word.length, right.length);
  let start = 0;
  while (start < shorter && word[start] === right[start]) start++;
  let end = 0;
  while (end < shorter - start && word.at(-1 - end) === right.at(-1 - end)) end++;
  const [written, meant] = [word.slice(start, word.length - end), right.slice(start, right.length - end)];
  if (written.length <= 1 && meant.length <= 1) return true;
  return written.length === 2 && meant === `${written.charAt(1)}${written.charAt(0)}`;
}
