// Workspace: examples/supabase
import assert from 'node:assert/strict';
import {
  type CodeLens,
  commands,
  type DocumentSymbol,
  type FoldingRange,
  TabInputWebview,
  window,
  workspace,
} from 'vscode';
import { openFile, rangeOf, replaceText, runCommand, until, waitForRule } from './editor';

const naive = 'supabase/migrations/20260211083000_billing_analytics.sql';
const statement = 'create unique index';

/** The tab of the panel. */
function panel() {
  return window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .find(({ input }) => input instanceof TabInputWebview && input.viewType.endsWith('lockstep.timeline'));
}

describe('the lock timeline', () => {
  it('opens beside the migration, and names relation and mode', async () => {
    const { document } = await openFile(naive);
    await waitForRule(document, 'create-index-not-concurrent');
    const page = await runCommand<string>('lockstep.showTimeline');
    const tab = await until('the panel is open', panel, { events: [window.tabGroups.onDidChangeTabs] });
    assert.equal(tab.label, 'Locks: 20260211083000_billing_analytics.sql');
    assert.match(page, /<th scope="col" title="credit_operations">/);
    assert.match(page, /title="SHARE on credit_operations, line 3[^"]*, blocks writes"/);
    assert.match(
      page,
      /<a href="command:lockstep\.revealStatement\?[^"]+" title="Go to line 3">CREATE UNIQUE INDEX on credit_operations</,
    );
  });

  it('leads back to the statement', async () => {
    const { document } = await openFile(naive);
    await waitForRule(document, 'create-index-not-concurrent');
    const page = await runCommand<string>('lockstep.showTimeline');
    await until('the panel is in front', () => panel()?.isActive, {
      events: [window.tabGroups.onDidChangeTabs],
    });
    const link = /command:lockstep\.revealStatement\?([^"]+)/.exec(page)?.[1] ?? '';
    await runCommand('lockstep.revealStatement', ...(JSON.parse(decodeURIComponent(link)) as unknown[]));
    const editor = await until(
      'the migration is in front',
      () => window.activeTextEditor?.document === document && window.activeTextEditor,
      { events: [window.onDidChangeActiveTextEditor] },
    );
    assert.deepEqual(editor.selection.active, rangeOf(document, statement).start);
    assert.ok(panel(), 'the panel stays');
  });

  it('is one click away from a lens, when lenses are on', async () => {
    const editor = await openFile(naive);
    const { document } = editor;
    await waitForRule(document, 'create-index-not-concurrent');
    const lenses = async (): Promise<CodeLens[]> => {
      const all = await commands.executeCommand<CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        100,
      );
      return all.filter(({ command }) => command?.command.startsWith('lockstep.') === true);
    };
    assert.deepEqual(await lenses(), []);
    const settings = workspace.getConfiguration('lockstep', document);
    await settings.update('lenses', true);
    try {
      const [lens] = await until('a lens is shown', async () => {
        const found = await lenses();
        return found.length > 0 && found;
      });
      assert.equal(lens?.command?.title, 'SHARE on credit_operations · blocks writes · scans');
      assert.equal(lens.command.command, 'lockstep.showTimeline');
      await runCommand(lens.command.command, ...(lens.command.arguments as unknown[]));
      await until('the panel is open', panel, { events: [window.tabGroups.onDidChangeTabs] });
      await replaceText(editor, 'create unique index', 'create unique index concurrently');
      await until('the lens follows', async () => {
        const [first] = await lenses();
        return first?.command?.title.startsWith('SHARE UPDATE EXCLUSIVE');
      });
    } finally {
      await settings.update('lenses', undefined);
    }
  });

  it('follows what is typed', async () => {
    const editor = await openFile(naive);
    const { document } = editor;
    await waitForRule(document, 'create-index-not-concurrent');
    await runCommand('lockstep.showTimeline');
    assert.equal(window.activeTextEditor?.document, document, 'who types goes on typing');
    await replaceText(editor, statement, 'drop table credit_operations; create unique index');
    await until('the page is drawn again', async () => {
      const page = await runCommand<string>('lockstep.showTimeline');
      return page.includes('ACCESS EXCLUSIVE on credit_operations');
    });
  });

  it('follows the migration in front', async () => {
    const label = (name: string) =>
      until(`the panel shows ${name}`, () => panel()?.label === `Locks: ${name}`, {
        events: [window.tabGroups.onDidChangeTabs],
      });
    const { document } = await openFile(naive);
    await waitForRule(document, 'create-index-not-concurrent');
    await runCommand('lockstep.showTimeline');
    await label('20260211083000_billing_analytics.sql');
    await openFile('supabase/migrations/20260105093000_profiles.sql');
    await label('20260105093000_profiles.sql');
  });

  it('has an outline beside it', async () => {
    const { document } = await openFile(naive);
    const names = await until('the outline is there', async () => {
      const symbols = await commands.executeCommand<DocumentSymbol[] | undefined>(
        'vscode.executeDocumentSymbolProvider',
        document.uri,
      );
      return symbols !== undefined && symbols.length > 0 && symbols.map(({ name }) => name);
    });
    assert.ok(names.includes('CREATE VIEW billing_by_day'));
  });

  it('stands beside text that can be folded by statement', async () => {
    const { document } = await openFile(naive);
    const view = rangeOf(document, 'create view').start.line;
    await until('the view can be folded', async () => {
      const ranges = await commands.executeCommand<FoldingRange[] | undefined>(
        'vscode.executeFoldingRangeProvider',
        document.uri,
      );
      return ranges?.some(({ start, end }) => start === view && end > start);
    });
  });
});
