import { keywordKindOf } from '@pgsql/quotes';
import { isBeginning } from './grammar';
import { someName } from './written-anew';

/** What could follow a keyword, and not a name in its place, or the other way round. */
const probes = [
  ` ${someName}`,
  ` ${someName} ${someName}`,
  ' (',
  " 's'",
  ' IF',
  ' BY',
  ' TO',
  ' NULL',
  ' VALUES',
];

/** For how many units of text the grammar is asked at most, with what one question costs in any case. */
const mostWork = 200_000;
const costOfQuestion = 300;

/**
 * Which of `candidates`, keywords or several of them, PostgreSQL's grammar takes behind `text`: the beginning of one
 * statement, written anew. Where a name may stand as well, only those that mean something else than that name. The first candidates
 * are asked first; of a long text not all may be. A candidate whose last word is in lower case ends with a name.
 */
export function continuations(text: string, candidates: readonly string[]): readonly string[] {
  let work = mostWork;
  const known = new Map<string, boolean>();
  const takes = (more: string): boolean => {
    let answer = known.get(more);
    if (answer !== undefined) return answer;
    work -= text.length + costOfQuestion;
    answer = isBeginning(`${text} ${more}`);
    known.set(more, answer);
    return answer;
  };
  const takesName = takes(someName);
  const taken = candidates.filter((candidate) => {
    const words = candidate.split(' ');
    if (work <= 0 || !takes(words[0] ?? '') || !takes(candidate)) return false;
    const [first = '', ...rest] = words;
    if (takesName && !isReserved(first) && rest.length > 0 && takes([someName, ...rest].join(' ')))
      return false;
    const last = words.at(-1) ?? '';
    if (last !== last.toUpperCase()) return true;
    const name = [...words.slice(0, -1), someName].join(' ');
    // In a SELECT list even a reserved word may be the name of a column of the answer.
    if (
      keywordKindOf(last.toLowerCase()) === 'RESERVED_KEYWORD' &&
      !(takes(`${candidate} ,`) && takes(`${name} ,`))
    )
      return true;
    if (keywordKindOf(last.toLowerCase()) === 'TYPE_FUNC_NAME_KEYWORD')
      return takes(`${candidate} ${someName}`);
    if (!takes(name)) return true;
    return probes.some((probe) => takes(candidate + probe) && !takes(name + probe));
  });
  return taken;
}

/** Whether a word can be no name of a relation or a column. */
export function isReserved(word: string): boolean {
  const kind = keywordKindOf(word.toLowerCase());
  return kind === 'RESERVED_KEYWORD' || kind === 'TYPE_FUNC_NAME_KEYWORD';
}
