import { mayHaveDuplicates } from './questions/duplicates';
import { effectsOfAction } from './questions/effects-of-action';
import { isRefusedKey } from './questions/refused-keys';
import { columnListOf } from './questions/words';
import { schemaAfter } from '../catalog/after';
import type { Catalog } from '../catalog/catalog';
import type { Effects } from '../effects/effects';
import { addPrimaryKeyUsingIndex } from '../rewrites/add-primary-key-using-index';
import { addUniqueUsingIndex } from '../rewrites/add-unique-using-index';
import type { AddedConstraint } from '../rewrites/add-constraint-not-valid';
import { buildIndexConcurrently } from '../rewrites/build-index-concurrently';
import { checkDuplicates } from '../rewrites/check-duplicates';
import { dedupePolicies, removeDuplicates, titleOf } from '../rewrites/remove-duplicates';
import { fileWords } from '../rewrites/rewrite';
import { keyOfConstraint, keyOfIndex, type UniqueKey } from '../rewrites/unique-key';
import { withShortLocks } from '../rewrites/short-locks';
import type { Step } from '../runners/runner';
import type { AlterTable, CreateIndex } from '../sql/statement';
import type { Range } from '../sql/text';
import { defineRule, type Finding, fixBySteps, type RuleContext } from './rule';

/** A unique index, or one ADD CONSTRAINT of a statement. */
type Subject =
  | { readonly key: UniqueKey; readonly index: CreateIndex }
  | { readonly key: UniqueKey; readonly constraint: AddedConstraint };

/** Rows of one transaction, for tables whose duplicates are too many for one. */
const batchSize = 10_000;

export default defineRule({
  id: 'unique-index-without-precheck',
  meta: {
    category: 'data-loss',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Remove them first.',
    aliases: ['atlas:MF101'],
    docs: {
      summary: 'A unique index or constraint is added to a table that nothing has checked for duplicates.',
      why:
        'One duplicate makes the build fail with `23505`, at the end of the scan: after writes have waited for it, ' +
        'or, with `CONCURRENTLY`, leaving an invalid index that slows down every write. The development database has ' +
        'no duplicates; the one in production may have some from before the code prevented them.',
      instead:
        'Look for duplicates first and stop when there are some, or decide which row of each key stays and remove the ' +
        'others in the same migration. Rows that other tables refer to must be pointed at the row that stays.',
      references: ['https://www.postgresql.org/docs/current/indexes-unique.html'],
    },
    examples: [
      {
        bad: 'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);',
        good:
          '-- Of the rows that share email, keeps the newest by "created_at" and deletes the others.\n' +
          'WITH ranked AS (\n' +
          '  SELECT ctid, row_number() OVER (PARTITION BY email ORDER BY created_at DESC, id DESC) AS place\n' +
          '  FROM users\n' +
          '  WHERE email IS NOT NULL\n' +
          ')\n' +
          'DELETE FROM users AS duplicate\n' +
          'USING ranked\n' +
          'WHERE duplicate.ctid = ranked.ctid\n' +
          '  AND ranked.place > 1;\n' +
          '\n' +
          'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);',
      },
    ],
  },

  on: ['CreateIndex', 'AlterTable'],

  *check(statement, context): Iterable<Finding<Subject>> {
    const { catalog } = context;
    if (catalog.isNew(statement.relation)) return;
    if (statement.kind === 'CreateIndex') {
      const key = keyOfIndex(statement, catalog);
      if (key === undefined || isRefusedKey(statement, key, context)) return;
      if (!mayHaveDuplicates(key, catalog)) return;
      yield* finding(context.effects, statement.columnList, { key, index: statement });
      return;
    }
    for (const action of statement.actions) {
      if (action.type !== 'AddConstraint') continue;
      const key = keyOfConstraint(statement, action.constraint, catalog);
      if (key === undefined || isRefusedKey(statement, key, context)) continue;
      if (!mayHaveDuplicates(key, withAddedColumns(statement, catalog))) continue;
      yield* finding(
        effectsOfAction(statement, action, context),
        columnListOf(statement.text, action.constraint),
        { key, constraint: { statement, action } },
      );
    }
  },

  fixes({ subject }, context) {
    const { key } = subject;
    const policies = dedupePolicies(key, context);
    const [preferred] = policies;
    const itself = unchanged(subject);
    const check = checkDuplicates.steps(key, context);
    const build = concurrently(subject, context);
    return [
      ...policies.flatMap((policy) =>
        fixBySteps(titleOf(policy), [...removeDuplicates.steps({ key, policy }, context), itself], policy.id),
      ),
      ...(preferred === undefined
        ? []
        : fixBySteps(titleOf(preferred, { batchSize }), [
            ...removeDuplicates.steps({ key, policy: preferred, batchSize }, context),
            itself,
          ])),
      ...fixBySteps('Insert a duplicate check that stops the migration', [...check, itself]),
      ...(preferred === undefined || build.length === 0
        ? []
        : fixBySteps(
            'Remove duplicates, check, build concurrently',
            [...removeDuplicates.steps({ key, policy: preferred }, context), ...check, ...build],
            'do-all',
          )),
    ];
  },
});

/** The schema with the columns that the statement itself adds, which come first whatever the order of its actions. */
function withAddedColumns(statement: AlterTable, before: Catalog): Catalog {
  const actions = statement.actions.filter(({ type }) => type === 'AddColumn');
  if (actions.length === 0) return before;
  return schemaAfter({ ...statement, actions }, before);
}

function* finding(effects: Effects, range: Range, subject: Subject): Iterable<Finding<Subject>> {
  const failure = effects.failsOnRows.find(({ sqlstate }) => sqlstate === '23505');
  if (failure === undefined) return;
  const message = `Fails if ${failure.condition}. Nothing before it looks for duplicates.`;
  yield { range, message, subject };
}

/** The author's statement, as the last of the steps that come before it. */
function unchanged(subject: Subject): Step {
  const statement: CreateIndex | AlterTable =
    'index' in subject ? subject.index : subject.constraint.statement;
  const isConcurrent = 'index' in subject && subject.index.concurrently;
  return {
    sql: `${statement.text};`,
    transaction: isConcurrent ? 'none' : 'inherits',
    why: '',
    name: fileWords(subject.key.name),
  };
}

function concurrently(subject: Subject, context: RuleContext): readonly Step[] {
  if ('index' in subject) return buildIndexConcurrently.steps({ statement: subject.index }, context);
  const rewrite =
    subject.constraint.action.constraint.type === 'UNIQUE' ? addUniqueUsingIndex : addPrimaryKeyUsingIndex;
  return withShortLocks(rewrite.steps(subject.constraint, context), context);
}
