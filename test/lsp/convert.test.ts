// Group: fast
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OfferedFix } from '../../server/src/features/fix';
import { type EditTarget, toCodeAction, toWorkspaceEdit } from '../../server/src/lsp/convert';
import type { FileChange } from '../../server/src/runners/runner';
import { Lines } from '../../server/src/sql/text';

const text = 'drop table a;\n';
const [open, closed, made, moved] = ['/p/open.sql', '/p/closed.sql', '/p/made.sql', '/p/moved.sql'];
const target: EditTarget = {
  canCreateFiles: true,
  canRenameFiles: true,
  textOf: () => text,
  documentOf: (path) => (path === open ? { uri: 'file:///P/open.sql', version: 7 } : undefined),
};
const uriOf = (path: string): string => `file://${path}`;

const edit = (path: string): FileChange => ({
  ...{ kind: 'edit', path },
  edits: [{ range: { start: 5, end: 10 }, text: 'view' }],
});
const create: FileChange = { kind: 'create', path: made, text: 'select 1;\n' };
const rename = (path: string): FileChange => ({ kind: 'rename', path, to: moved });

function fixOf(fix: Partial<OfferedFix>): OfferedFix {
  return {
    ...{ rule: 'drop-table', severity: 'warning', range: { start: 0, end: 4 }, message: 'It goes.' },
    ...{ title: 'Keep it', safety: 'safe', policy: undefined, way: undefined, changes: [edit(open)] },
    ...{ notes: [], refusal: undefined, ...fix },
  };
}

describe('the editor is told to show', () => {
  const commandOf = (fix: Partial<OfferedFix>) => {
    const { command, arguments: words = [] } =
      toCodeAction(fixOf(fix), new Lines(text), true, target)?.command ?? {};
    return command === undefined ? undefined : [command, ...(words as unknown[])];
  };

  test('nothing, when all that is changed is in sight', () => {
    assert.equal(commandOf({}), undefined);
    assert.equal(commandOf({ changes: [rename(open)] }), undefined);
    assert.deepEqual(commandOf({ notes: ['Deploy first.'] }), ['lockstep.notes', ['Deploy first.']]);
  });

  test('a file that is not open, or new', () => {
    const files = (given: object) => ['lockstep.fixed', { created: [], changed: [], ...given }, []];
    const [there, here] = [uriOf(closed), 'file:///P/open.sql'];
    assert.deepEqual(commandOf({ changes: [edit(closed)] }), files({ changed: [there], front: there }));
    assert.deepEqual(commandOf({ changes: [create] }), files({ created: [uriOf(made)], front: uriOf(made) }));
    assert.deepEqual(
      commandOf({ changes: [edit(open), create] }),
      files({ created: [uriOf(made)], changed: [here], front: uriOf(made) }),
    );
    assert.deepEqual(
      commandOf({ changes: [edit(open), edit(open), rename(closed)] }),
      files({ changed: [here, uriOf(moved)], front: here }),
    );
    assert.deepEqual(
      commandOf({ changes: [edit(open), create], front: open }),
      files({ created: [uriOf(made)], changed: [here], front: here }),
    );
  });
});

test('what cannot be applied says why, and changes nothing', () => {
  const refusal = { reason: 'It is late.', instead: 'Go home.' };
  const action = toCodeAction(fixOf({ refusal, changes: [] }), new Lines(text), false, target);
  assert.deepEqual(action?.disabled, { reason: 'It is late. Go home.' });
  assert.deepEqual([action.edit, action.command, action.isPreferred], [undefined, undefined, undefined]);
});

describe('an edit', () => {
  test('is of the version that the client has shown, under its own name for the file', () => {
    const range = { start: { line: 0, character: 5 }, end: { line: 0, character: 10 } };
    assert.deepEqual(toWorkspaceEdit([edit(open), edit(closed)], target), {
      documentChanges: [
        {
          textDocument: { uri: 'file:///P/open.sql', version: 7 },
          edits: [{ range, newText: 'view' }],
        },
        { textDocument: { uri: uriOf(closed), version: null }, edits: [{ range, newText: 'view' }] },
      ],
    });
  });

  test('never replaces a file', () => {
    const changes = toWorkspaceEdit([create, rename(closed)], target)?.documentChanges ?? [];
    const options = changes.flatMap((change) => ('options' in change ? [change.options] : []));
    const never = { ignoreIfExists: false, overwrite: false };
    assert.deepEqual(options, [never, never]);
  });

  test('is none where the client cannot make it, or the document has no folder', () => {
    const offered = (changes: readonly FileChange[], can: Partial<EditTarget>): boolean =>
      toWorkspaceEdit(changes, { ...target, ...can }) !== undefined;
    assert.equal(offered([create], { canCreateFiles: false }), false);
    assert.equal(offered([create], { canRenameFiles: false }), true);
    assert.equal(offered([rename(open)], { canRenameFiles: false }), false);
    assert.equal(offered([rename(open)], { canCreateFiles: false }), true);
    assert.equal(offered([{ ...create, path: 'untitled:/x/1.sql' }], {}), false);
    assert.equal(offered([{ ...rename(open), path: 'git:/x/1.sql?main' }], {}), false);
    assert.equal(offered([edit('untitled:/1.sql')], {}), true);
  });
});
