// Group: tables
// Whatever a table is called: what is shown keeps its lines and columns, and what is written keeps its statements.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { complete } from '../../server/src/features/completion/completion';
import { diagnose } from '../../server/src/features/diagnose';
import { explanationPage } from '../../server/src/features/explain-markdown';
import { explanationText } from '../../server/src/features/explain-text';
import { companionText } from '../../server/src/features/files';
import { allFixes } from '../../server/src/features/fix';
import { hover } from '../../server/src/features/hover';
import { ignoreActions } from '../../server/src/features/ignore';
import { lenses } from '../../server/src/features/lenses';
import { placesOf } from '../../server/src/features/names/places';
import { outline, type OutlineEntry } from '../../server/src/features/outline';
import { prechecks } from '../../server/src/features/precheck';
import { objectHover } from '../../server/src/features/relation-hover';
import { timelineView } from '../../server/src/features/timeline-view';
import { catalogBefore, type Analysis } from '../../server/src/features/analysis';
import { scheduleAt } from '../../server/src/features/run';
import { link } from '../../server/src/features/markdown';
import { inert } from '../../server/src/cli/terminal';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { applyEdits } from '../../server/src/sql/text';
import { hostileName, obeyed, quoted, structureOf } from '../hostile';
import { memoryTree } from '../runners/tree';
import { analysed } from './analysed';

/** One name for each thing that can have one. */
const things = [
  'schema',
  'table',
  'other',
  'column',
  'number',
  'gone',
  'index',
  'check',
  'key',
  'type',
] as const;
type Names = Readonly<Record<(typeof things)[number], string>>;

const plain = Object.fromEntries(things.map((thing) => [thing, `a ${thing}`])) as Names;

/** Hostile ones; what they are of comes last, so that no two are the same, and in the order of the plain ones. */
const names = fc
  .tuple(...things.map(() => hostileName))
  .map(
    (found) => Object.fromEntries(things.map((thing, at) => [thing, `${found[at] ?? ''}${thing}`])) as Names,
  );

function project(given: Names): { readonly past: string; readonly text: string } {
  const { schema, table, other, column, number, gone, index, check, key, type } = Object.fromEntries(
    things.map((thing) => [thing, quoted(given[thing])]),
  ) as Names;
  const remark = `'${given.other.replaceAll("'", "''")}'`;
  return {
    past: [
      `create schema ${schema};`,
      `create type ${type} as enum (${remark}, 'b');`,
      `create table ${table} (id bigint primary key, ${column} text not null, ${number} integer, ${gone} ${type} default ${remark});`,
      `comment on table ${table} is ${remark};`,
      `create table ${other} (id bigint primary key, ${number} bigint references ${table} on delete cascade);`,
      `create table ${schema}.${table} (id bigint primary key, ${column} text);`,
      `create index ${quoted(`${given.index}2`)} on ${schema}.${table} (${column});`,
    ].join('\n'),
    text: [
      `create unique index ${index} on ${table} (${column});`,
      `alter table ${table} add constraint ${check} check (${number} > 0);`,
      `alter table ${other} add constraint ${key} foreign key (${number}) references ${table} (id);`,
      `alter table ${table} alter column ${number} set not null;`,
      `alter table ${table} alter column ${number} type bigint;`,
      `alter table ${table} drop column ${gone};`,
      `alter table ${schema}.${table} add constraint ${quoted(`${given.key}2`)} unique (${column});`,
      `alter table ${schema}.${table} rename column ${column} to ${number};`,
      `drop table ${schema}.${table};`,
      `select ${column} from ${table};`,
      `drop table ${quoted(`${given.other}2`)};`,
    ].join('\n'),
  };
}

function analyse(given: Names, runner: string): Analysis {
  const { past, text } = project(given);
  const analysis = analysed(text, { past, runner });
  for (const { parsed } of analysis.file.statements) assert.equal(parsed.error?.message, undefined);
  return analysis;
}

function isShown(text: string): void {
  assert.doesNotMatch(text, obeyed);
}

/** The commands of a text, none of which may be refused. */
function commands(sql: string): readonly string[] {
  return parseFile(sql).statements.map(({ parsed, start, end }) => {
    assert.equal(parsed.error?.message, undefined, sql.slice(start, end));
    return parsed.statement?.command ?? '';
  });
}

/** Those that cut a file as the server would; goose ends a statement with the line, also in a name. */
const runners = ['psql', 'supabase'];

/** Asks the same of hostile names as of plain ones: the answers must not differ. */
function compare(ask: (analysis: Analysis) => unknown, numRuns = 25): void {
  for (const runner of runners) {
    const expected = ask(analyse(plain, runner));
    fc.assert(
      fc.property(names, (given) => {
        assert.deepEqual(ask(analyse(given, runner)), expected);
      }),
      { numRuns, includeErrorInReport: true },
    );
  }
}

const site = { lineOf: (offset: number) => offset, documentationOf: () => 'file:///rules/x.md' };

describe('hostile names', () => {
  before(loadGrammar);

  it('stay on one line in findings and light bulbs', () => {
    compare((analysis) => {
      const found = diagnose(analysis).filter(({ rule }) => rule !== 'name-too-long');
      assert.ok(found.length > 8);
      for (const { message, remedy = '' } of found) [message, remedy].forEach(isShown);
      const fixes = allFixes(analysis, { tree: memoryTree({}), now: new Date(0) });
      const all = { start: 0, end: analysis.file.text.length };
      for (const { title, notes } of [...fixes, ...ignoreActions(analysis, all)])
        [title, ...notes].forEach(isShown);
      return found.map(({ rule, severity }) => [rule, severity]);
    });
  });

  it('do not order a terminal or a log about', () => {
    compare((analysis) => {
      const lines = inert(explanationText(analysis, `${analysis.file.text.slice(0, 60)}.sql`)).split('\n');
      for (const line of lines) {
        isShown(line);
        assert.doesNotMatch(line, /^\s*::|##[a-z]*\[/i);
      }
      // Only our own lines begin in the first column: the title, and one for each transaction.
      return lines.slice(1).flatMap((line) => /^(?:\s*\d+  ([A-Z]+)|Transaction)/.exec(line)?.slice(1) ?? []);
    });
  });

  it('are text on a page: no image, link, tag, or row of their own', () => {
    compare(
      (analysis) => structureOf(explanationPage(analysis, analysis.file.text.slice(0, 60), () => undefined)),
      40,
    );
  });

  it('are text in hovers', () => {
    const linkTo = (): string => link('](https://e.test) ![', 'file:///a b)(c.sql#L1');
    compare((analysis) =>
      analysis.statements.flatMap(({ source, statement }) => {
        const places = statement === undefined ? [] : placesOf(statement).flatMap(({ parts }) => parts);
        const named = places.map(({ start }) => objectHover(analysis, source.start + start, { linkTo }));
        const found = [hover(analysis, source.start, site), ...named];
        return found.map((one) => (one === undefined ? [] : structureOf(one.markdown)));
      }),
    );
  });

  it('stay on one line in outlines, lenses, the timeline and completion', () => {
    const all = (entries: readonly OutlineEntry[]): readonly string[] =>
      entries.flatMap(({ name, children }) => [name, ...all(children)]);
    compare((analysis) => {
      const view = timelineView(analysis);
      const completions = complete(analysis, analysis.file.text.lastIndexOf('select') + 7, undefined).items;
      const texts = [
        ...all(outline(analysis.file)),
        ...lenses(analysis).map(({ title }) => title),
        ...view.relations,
        ...view.transactions.flatMap(({ title, statements, bars, warnings }) => [
          title,
          ...statements.flatMap((statement) => [statement.title, ...statement.notes]),
          ...bars.map(({ description }) => description),
          ...warnings,
        ]),
        ...completions.flatMap(({ label, detail = '', description = '' }) => [label, detail, description]),
      ];
      texts.forEach(isShown);
      return texts.length;
    });
  });

  it('add no statement to a rollback, a validation or a check', () => {
    compare((analysis) => {
      const context = { postgresVersion: 15, lockTimeout: '5s' } as const;
      const checks = analysis.statements.flatMap(({ statement }, index) =>
        statement === undefined
          ? []
          : prechecks(statement, {
              ...context,
              catalog: catalogBefore(analysis, index),
              schedule: scheduleAt(analysis.schedule, index),
            }).flatMap(({ text, query }) => [commands(text), commands(query)]),
      );
      const written = (['rollback', 'validation'] as const).map((kind) =>
        commands(companionText(kind, analysis).text),
      );
      return [checks, written];
    });
  });

  it('add no statement to what a fix writes', () => {
    compare((analysis) => {
      const fixes = allFixes(analysis, { tree: memoryTree({}), now: new Date(0) });
      return fixes
        .filter(({ rule }) => rule !== 'name-too-long')
        .map(({ rule, changes }) => [
          rule,
          ...changes.map((change) => {
            if (change.kind === 'rename') return 'rename';
            if (change.kind === 'create')
              return change.path.endsWith('.sql') ? commands(change.text) : 'file';
            return commands(applyEdits(analysis.file.text, change.edits));
          }),
        ]);
    }, 15);
  });
});
