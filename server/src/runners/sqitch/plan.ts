/** One change of a plan. A name comes twice when the change was reworked. */
export interface Change {
  readonly name: string;
  /** The tags between it and the next change of its name, or the end. */
  readonly tagsBehind: readonly string[];
}

/** What sqitch.plan says. */
interface Plan {
  /** `%project`. */
  readonly project: string | undefined;
  /** Who planned the last change: `Ann <ann@example.com>`. */
  readonly planner: string | undefined;
  readonly changes: readonly Change[];
}

/** A line of a change: an optional sign, the name, what it needs, the time, the planner, the note. */
const changeLine = /^\s*(?:\+\s*)?([^\s@%#[\]:+-][^\s[\]#:]*)/;

/** Reads a plan. A line that cannot be read is passed over. */
export function readPlan(text: string): Plan {
  const changes: { name: string; tagsBehind: string[] }[] = [];
  /** The changes that nothing has reworked so far, by name. */
  const latest = new Map<string, { name: string; tagsBehind: string[] }>();
  let planner: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const tag = /^\s*@(\S+)/.exec(line)?.[1];
    if (tag !== undefined) {
      for (const change of latest.values()) change.tagsBehind.push(tag);
      continue;
    }
    const name = changeLine.exec(line)?.[1];
    if (name === undefined) continue;
    const change = { name, tagsBehind: [] };
    changes.push(change);
    latest.set(name, change);
    const [, behindTime = ''] = /\d{4}-\d\d-\d\dT[\d:]+Z\s(.*)/.exec(line) ?? [];
    planner = /^[^<]*<[^<>]*>/.exec(behindTime.trim())?.[0] ?? planner;
  }
  return { project: /^%project=(\S+)/m.exec(text)?.[1], planner, changes };
}

/** The line for a new change. */
export function planLine(
  name: string,
  required: string | undefined,
  now: Date,
  planner: string,
  note: string,
): string {
  const needs = required === undefined ? '' : ` [${required}]`;
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z');
  return `${name}${needs} ${time} ${planner} # ${note.replace(/\s+/g, ' ').trim()}`;
}
