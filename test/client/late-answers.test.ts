// What the editor shows when answers of the server come late, or in another order than they were asked for.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import {
  commands,
  events,
  findings,
  type FakeEditor,
  openEditor,
  panel,
  person,
  SlowServer,
  statusItem,
  window,
  workspace,
} from './editor';
import type { Uri } from 'vscode';
import { URI } from 'vscode-uri';
import { GutterMarks } from '../../client/src/gutter';
import { StatusItem } from '../../client/src/status';
import { TimelinePanel } from '../../client/src/timeline';
import type { TimelineView } from '../../server/src/lsp/protocol';

/** Lets what waits for an answer go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

let one: FakeEditor;
let other: FakeEditor;
let server: SlowServer;
let shown: { dispose(): void };
beforeEach(() => {
  one = openEditor('/project/1.sql');
  other = openEditor('/project/2.sql');
  window.visibleTextEditors = [one, other];
  window.activeTextEditor = one;
  server = new SlowServer();
});
afterEach(() => {
  shown.dispose();
});

async function answer(index: number, result: unknown): Promise<void> {
  const asked = server.asked[index];
  assert.ok(asked, `The server was asked ${server.asked.length} times.`);
  asked.answer(result);
  await settle();
}

describe('the status bar', () => {
  const status = (label: string): unknown => ({ label, details: [] });
  beforeEach(() => {
    shown = new StatusItem(server as never);
  });

  it('shows the last answer that was asked for, whichever comes last', async () => {
    events.diagnostics.fire({ uris: [one.document.uri] });
    await answer(1, status('new'));
    await answer(0, status('old'));
    assert.match(statusItem.text, /new/);
  });

  it('is about the document in front', async () => {
    window.activeTextEditor = other;
    events.activeEditor.fire(other);
    await answer(0, status('of one'));
    assert.doesNotMatch(statusItem.text, /of one/);
    await answer(1, status('of the other'));
    assert.match(statusItem.text, /of the other/);
  });

  it('is not about a document that is no longer in front, also when nothing is known of the next', async () => {
    await answer(0, status('of one'));
    window.activeTextEditor = other;
    events.activeEditor.fire(other);
    await answer(1, null);
    assert.ok(!statusItem.isShown || !statusItem.text.includes('of one'), statusItem.text);
  });

  it('keeps a trouble that has come meanwhile', async () => {
    server.trouble = 'silent';
    events.trouble.fire();
    await answer(0, status('late'));
    assert.match(statusItem.text, /not responding/);
  });

  it('stays hidden when no migration is in front any more', async () => {
    window.activeTextEditor = undefined;
    events.activeEditor.fire();
    await answer(0, status('late'));
    assert.equal(statusItem.isShown, false);
  });
});

describe('the panel of the timeline', () => {
  const view = (title: string): TimelineView => ({
    title,
    context: '',
    relations: [],
    transactions: [],
    markdown: '',
  });
  beforeEach(async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const context = {
      extensionUri: URI.file('/extension'),
      workspaceState: { update: () => Promise.resolve(), get: () => undefined },
    };
    shown = new TimelinePanel(server.client as never, context as never);
    void commands.get('lockstep.showTimeline')?.();
    await answer(0, view('first'));
    assert.equal(panel.title, 'Locks: first');
  });
  afterEach(() => {
    mock.timers.reset();
  });

  async function typed(): Promise<void> {
    events.changed.fire({ document: one.document });
    mock.timers.tick(1000);
    await settle();
  }

  it('shows what was typed last, whichever answer comes last', async () => {
    await typed();
    await typed();
    await answer(2, view('new'));
    await answer(1, view('old'));
    assert.equal(panel.title, 'Locks: new');
  });

  it('is drawn once for what is typed without a pause', async () => {
    for (let letter = 0; letter < 20; letter++) {
      events.changed.fire({ document: one.document });
      mock.timers.tick(50);
    }
    mock.timers.tick(1000);
    await settle();
    assert.equal(server.asked.length, 2);
  });

  it('follows the document in front, and forgets answers for the one before', async () => {
    await typed();
    window.activeTextEditor = other;
    events.activeEditor.fire(other);
    await answer(1, view('of one'));
    assert.equal(panel.title, 'Locks: first');
    mock.timers.tick(1000);
    await settle();
    await answer(2, view('of the other'));
    assert.equal(panel.title, 'Locks: of the other');
  });

  it('is opened for what was asked for last', async () => {
    void commands.get('lockstep.showTimeline')?.(one.document.uri.toString());
    void commands.get('lockstep.showTimeline')?.(other.document.uri.toString());
    await answer(2, view('of the other'));
    await answer(1, view('of one'));
    assert.equal(panel.title, 'Locks: of the other');
  });
});

describe('the timeline beside the text', () => {
  const view = (title: string): TimelineView => ({
    ...{ title, context: '', relations: [], transactions: [], markdown: '' },
  });
  const context = {
    extensionUri: URI.file('/extension'),
    workspaceState: { update: () => Promise.resolve(), get: () => undefined },
  };
  const pass = async (): Promise<void> => {
    mock.timers.tick(1000);
    await settle();
  };
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    shown = new TimelinePanel(server.client as never, context as never);
  });
  afterEach(() => {
    mock.timers.reset();
  });

  it('is drawn anew for what is saved, for settings, and not for other documents', async () => {
    void commands.get('lockstep.showTimeline')?.();
    await answer(0, view('first'));
    events.changed.fire({ document: other.document });
    events.configuration.fire({ affectsConfiguration: () => false });
    await pass();
    assert.equal(server.asked.length, 1);
    events.saved.fire(one.document);
    await pass();
    assert.equal(server.asked.length, 2);
    events.configuration.fire({ affectsConfiguration: (name: string) => name === 'lockstep' });
    await pass();
    assert.equal(server.asked.length, 3);
  });

  it('asks nothing when it is not open, and nothing any more when it was closed', async () => {
    events.saved.fire(one.document);
    events.activeEditor.fire(other);
    await pass();
    assert.equal(server.asked.length, 0);
    void commands.get('lockstep.showTimeline')?.();
    await answer(0, view('first'));
    events.panelClosed.fire();
    events.saved.fire(one.document);
    await pass();
    assert.equal(server.asked.length, 1);
  });

  it('stays away where there is no migration', async () => {
    panel.isShown = false;
    void commands.get('lockstep.showTimeline')?.();
    await answer(0, null);
    assert.equal(panel.isShown, false);
    window.activeTextEditor = undefined;
    person.told.length = 0;
    await commands.get('lockstep.showTimeline')?.();
    assert.deepEqual([person.told, server.asked.length], [['Open a migration (.sql) first.'], 1]);
  });
});

describe('the gutter', () => {
  const finding = (line: number, severity: number, source = 'lockstep'): unknown => ({
    source,
    severity,
    range: { start: { line } },
  });
  const linesOf = (editor: FakeEditor): readonly (readonly number[])[] =>
    [...editor.drawn.values()].map((ranges) => ranges.map(({ line }) => line));

  function publish(editor: FakeEditor, list: readonly unknown[]): void {
    findings.set(editor.document.uri.toString(), list);
    events.diagnostics.fire({ uris: [editor.document.uri] });
  }

  it('has a mark at each line for the most severe finding of Lockstep, as they are now', () => {
    findings.clear();
    const extension: unknown = URI.file('/extension');
    shown = new GutterMarks(extension as Uri);
    publish(one, [finding(1, 1), finding(1, 0), finding(2, 1), finding(3, 2), finding(4, 0, 'other')]);
    assert.deepEqual(linesOf(one), [[1], [2]]);
    assert.deepEqual(linesOf(other), [[], []]);
    publish(one, [finding(5, 1)]);
    assert.deepEqual(linesOf(one), [[], [5]]);
    publish(other, [finding(7, 0)]);
    assert.deepEqual(
      [linesOf(one), linesOf(other)],
      [
        [[], [5]],
        [[7], []],
      ],
    );
    workspace.isGutterOn = false;
    events.configuration.fire({ affectsConfiguration: () => false });
    assert.deepEqual(linesOf(one), [[], [5]]);
    events.configuration.fire({ affectsConfiguration: (name: string) => name === 'lockstep.gutter' });
    assert.deepEqual(linesOf(one), [[], []]);
    workspace.isGutterOn = true;
    events.visibleEditors.fire([one]);
    assert.deepEqual(linesOf(one), [[], [5]]);
    publish(one, []);
    assert.deepEqual(linesOf(one), [[], []]);
  });
});
