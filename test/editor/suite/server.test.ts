// Workspace: examples/sqlx
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { type Event, type TextDocument, window, workspace } from 'vscode';
import { hoverText, openFile, rangeOf, runCommand, until, waitForRule } from './editor';
import { click, look, runFromPalette, type Seen } from './window';

const naive = 'migrations/20260112141500_slug_unique.sql';

/** More than the client needs to notice that the server does not answer. */
const noticing = 60_000;

const item = '.statusbar-item[id*="lockstep.status"]';

/** The processes of the language server that this extension host has started and that run. */
function servers(): readonly number[] {
  const all = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=,args='], { encoding: 'utf8', maxBuffer: 2 ** 24 });
  return all.split('\n').flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    const isOurs = Number(parent) === process.pid && command?.includes('dist/server.js') === true;
    return isOurs && state?.startsWith('Z') === false ? [Number(pid)] : [];
  });
}

async function waitForServer(other?: number): Promise<number> {
  return until('a server runs', () => servers().find((pid) => pid !== other), { timeout: noticing });
}

async function waitForItem(what: string, condition: (seen: Seen) => boolean): Promise<void> {
  let last: readonly Seen[] = [];
  try {
    await until(
      what,
      async () => {
        last = await look(item);
        return last.some(condition);
      },
      { timeout: noticing },
    );
  } catch (error) {
    throw new Error(`The status bar says ${JSON.stringify(last)}.`, { cause: error });
  }
}

const isError = ({ className }: Seen): boolean => className.includes('error-kind');

async function waitUntilItWorks(document: TextDocument): Promise<void> {
  await waitForItem(
    'the status bar tells the runner',
    (seen) => !isError(seen) && seen.text.includes('sqlx'),
  );
  await waitForRule(document, 'create-index-not-concurrent');
  const statement = rangeOf(document, 'create unique index').start;
  assert.match(await hoverText(document, statement), /CREATE UNIQUE INDEX/);
}

/** Kills the server until it is not started again. */
async function crashAgainAndAgain(): Promise<void> {
  for (let crash = 0; crash < 10; crash++) {
    const pid = await until(
      'a server runs, or that is given up',
      async () => servers()[0] ?? ((await look(item)).some(isError) && 'given up'),
      { timeout: noticing },
    );
    if (pid === 'given up') return;
    process.kill(pid, 'SIGKILL');
    await until('it is gone', () => !servers().includes(pid));
  }
  throw new Error('The server was started ten times within three minutes.');
}

describe('the server', () => {
  it('is started again after it has ended, without a word', async function () {
    this.timeout(2 * noticing);
    const { document } = await openFile(naive);
    await waitUntilItWorks(document);
    const first = await waitForServer();
    process.kill(first, 'SIGKILL');
    await waitForServer(first);
    await waitUntilItWorks(document);
  });

  it('that ends again and again is told in the status bar, whence it can be started', async function () {
    this.timeout(4 * noticing);
    const { document } = await openFile(naive);
    await waitUntilItWorks(document);
    await crashAgainAndAgain();
    await waitForItem('it is told', (seen) => isError(seen) && seen.text.includes('server stopped'));
    assert.deepEqual(servers(), []);
    await runCommand('notifications.showList');
    const messages = (await look('.notification-list-item-message')).map(({ text }) => text);
    assert.deepEqual(
      messages.filter((text) => /lockstep|server|connection/i.test(text)),
      [],
      'no message stands in front of the text',
    );
    await runCommand('notifications.hideList');
    await click(item);
    await waitUntilItWorks(document);
    assert.equal(servers().length, 1);
  });

  it('is started anew by a command of the palette, also when all is well', async function () {
    this.timeout(2 * noticing);
    const { document } = await openFile(naive);
    await waitUntilItWorks(document);
    const first = await waitForServer();
    await runFromPalette('Lockstep: Restart Server');
    await waitForServer(first);
    await waitUntilItWorks(document);
    assert.equal(servers().length, 1);
  });

  it('that does not answer is told in the status bar, and is ended by a restart', async function () {
    this.timeout(4 * noticing);
    const { document } = await openFile(naive);
    await waitUntilItWorks(document);
    const hung = await waitForServer();
    process.kill(hung, 'SIGSTOP');
    await waitForItem('it is told', (seen) => isError(seen) && seen.text.includes('not responding'));
    await click(item);
    await waitForServer(hung);
    await waitUntilItWorks(document);
    assert.ok(!servers().includes(hung), 'the one that hung is gone');
    assert.equal(servers().length, 1);
  });

  it('that answers again needs no restart', async function () {
    this.timeout(4 * noticing);
    const { document } = await openFile(naive);
    await waitUntilItWorks(document);
    const paused = await waitForServer();
    process.kill(paused, 'SIGSTOP');
    await waitForItem('it is told', isError);
    process.kill(paused, 'SIGCONT');
    await waitUntilItWorks(document);
    assert.deepEqual(servers(), [paused]);
  });

  it('has an output that a command of the palette shows', async function () {
    this.timeout(2 * noticing);
    await openFile(naive);
    await runFromPalette('Lockstep: Show Output');
    const events: readonly Event<unknown>[] = [
      workspace.onDidOpenTextDocument,
      window.onDidChangeVisibleTextEditors,
    ];
    await until(
      'the output is shown',
      () =>
        window.visibleTextEditors.some(
          ({ document: { uri } }) => uri.scheme === 'output' && /lockstep/i.test(uri.path),
        ),
      { events },
    );
    await runCommand('workbench.action.closePanel');
  });
});
