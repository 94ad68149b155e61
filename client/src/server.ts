import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import { serverCommands } from '../../server/src/lsp/protocol';
import { timelineFeature } from './timeline';

/** Why Lockstep does nothing: the server has ended too often, or it does not answer. */
export type Trouble = 'ended' | 'silent';

/** A server that ends so many times within `crashPeriod` is not started again. */
const mostCrashes = 5;
const crashPeriod = 3 * 60_000;

/** How long a server that has ended rests, and how often it is asked whether it is there; in milliseconds. */
const rest = 500;
const beat = 5000;

/** So many beats without an answer are too many. */
const mostMissed = 3;

/** How long a server may take to be gone: one that was asked to end, and one that was killed; in milliseconds. */
const politeness = 1000;
const patience = 5000;

/** Says what goes wrong in the output, and not in a message in front of the text. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  /** It stops itself also when its start has failed, and throws then. */
  override async stop(timeout?: number): Promise<void> {
    if (this.state === State.Running) await super.stop(timeout);
  }
}

/** The language server: starts it, starts it again when it has ended, and notices when it does not answer. */
export class Server implements vscode.Disposable {
  readonly client: LanguageClient;
  private readonly output = vscode.window.createOutputChannel('Lockstep', { log: true });
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTrouble = this.changed.event;
  private current: Trouble | undefined;
  /** When the server has ended by itself. */
  private crashes: readonly number[] = [];
  private restarting: Promise<void> | undefined;
  private isDisposed = false;
  private restTimer: NodeJS.Timeout | undefined;
  private readonly heart: NodeJS.Timeout;
  private isAsked = false;
  private missed = 0;

  /** `options` says what the server is asked for; how it is kept alive is said here. */
  constructor(context: vscode.ExtensionContext, options: LanguageClientOptions) {
    const module = context.asAbsolutePath('dist/server.js');
    const care: LanguageClientOptions = {
      outputChannel: this.output,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.closed(),
      },
    };
    this.client = new QuietClient(
      'lockstep',
      'Lockstep',
      {
        run: { module, transport: TransportKind.ipc },
        debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect'] } },
      },
      { ...options, ...care },
    );
    this.client.registerFeature(timelineFeature);
    this.heart = setInterval(() => {
      this.listen();
    }, beat);
  }

  /** What keeps the server from working, if anything does. */
  get trouble(): Trouble | undefined {
    return this.current;
  }

  /** Starts the server. What goes wrong is a trouble, not an exception. */
  async start(): Promise<void> {
    this.missed = 0;
    this.isAsked = false;
    try {
      await this.client.start();
    } catch {
      // It is in the output.
    }
    this.missed = 0;
    // Also the start of a server that ends at once may succeed.
    if (this.client.isRunning()) this.report(undefined);
    // One that could not even be started is not tried again.
    else if (this.restTimer === undefined && this.restarting === undefined) this.report('ended');
  }

  /** Ends the server, by force if it does not listen, and starts it. */
  async restart(): Promise<void> {
    this.restarting ??= this.startAnew().finally(() => {
      this.restarting = undefined;
    });
    await this.restarting;
  }

  showOutput(): void {
    this.output.show();
  }

  async stop(): Promise<void> {
    this.isDisposed = true;
    clearInterval(this.heart);
    clearTimeout(this.restTimer);
    await this.end();
  }

  dispose(): void {
    void this.stop();
    this.changed.dispose();
    this.output.dispose();
  }

  private async startAnew(): Promise<void> {
    clearTimeout(this.restTimer);
    this.restTimer = undefined;
    this.crashes = [];
    await this.end();
    await this.start();
    if (!this.client.isRunning()) this.report('ended');
  }

  private async end(): Promise<void> {
    const process = this.client.serverProcess;
    const gone = process === undefined ? Promise.resolve() : once(process, 'close');
    let isAsked = true;
    try {
      await this.client.stop();
    } catch {
      isAsked = false;
    }
    if (process === undefined) return;
    if (isAsked) await Promise.race([gone, sleep(politeness)]);
    if (process.exitCode === null && process.signalCode === null) process.kill('SIGKILL');
    await Promise.race([gone, sleep(patience)]);
    // The client is told of the end in the same turn, and must not take it for the end of the next server.
    await sleep(0);
  }

  /** The connection has ended, and nobody has asked for it. */
  private closed(): CloseHandlerResult {
    const message = 'The server stopped unexpectedly.';
    if (this.restarting === undefined && !this.isDisposed) {
      const now = Date.now();
      this.crashes = [...this.crashes.filter((crash) => now - crash < crashPeriod), now];
      if (this.crashes.length >= mostCrashes) this.report('ended');
      else {
        clearTimeout(this.restTimer);
        this.restTimer = setTimeout(() => {
          this.restTimer = undefined;
          void this.start();
        }, rest);
      }
    }
    return { action: CloseAction.DoNotRestart, message, handled: true };
  }

  /** One beat of the heart: asks the server whether it is there, or counts how long it has not answered. */
  private listen(): void {
    const isStarting = this.client.state === State.Starting;
    if (this.client.state !== State.Running && !isStarting) return;
    if (this.isAsked || isStarting) {
      this.missed++;
      if (this.missed >= mostMissed) this.report('silent');
      return;
    }
    this.isAsked = true;
    const answered = (): void => {
      this.isAsked = false;
      this.missed = 0;
      if (this.current === 'silent') this.report(undefined);
    };
    this.client
      .sendRequest('workspace/executeCommand', { command: serverCommands.ping })
      .then(answered, answered);
  }

  private report(trouble: Trouble | undefined): void {
    if (trouble === this.current) return;
    this.current = trouble;
    this.changed.fire();
  }
}
