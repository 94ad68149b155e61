import {
  type Connection,
  type InitializeParams,
  MessageType,
  ShowMessageNotification,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver';
import { Analyser } from '../features/analyser';
import type { Analysis, Surroundings } from '../features/analysis';
import { describeUnreadable } from '../features/doubts';
import { configurationName } from '../workspace/configuration';
import { missing } from '../workspace/disk';
import { withBoundary } from '../sql/parse';
import type { Boundary } from '../sql/source';
import { parseInSteps } from '../workspace/reading';
import { Workspace } from '../workspace/workspace';
import { type EditTarget, toMessage } from './convert';
import { diagnosticsOf } from './diagnostics';
import {
  changeDocument,
  type Document,
  isOnDisk,
  isRead,
  isTooLarge,
  openDocument,
  pathOf,
  type ReadDocument,
  uriOf,
  withStatements,
} from './documents';
import { describe } from './guard';
import { refreshLenses } from './lenses';
import { SettingsCache } from './settings';
import { inSlices, turn } from './slices';

/** A document, and what was found out about it. */
export interface Analysed {
  readonly document: ReadDocument;
  readonly analysis: Analysis;
}

/**
 * What the handlers share: the open documents, and one analysis of each. Documents are read and analysed in slices, so
 * that nobody who works on one of them waits for another, which may be a dump.
 */
export class Session {
  readonly documents = new Map<string, Document>();
  readonly workspace: Workspace;
  readonly settings: SettingsCache;
  /** What is laid over the files on disk. */
  private readonly byPath = new Map<string, Document>();
  private readonly analyser = new Analyser();
  private readonly analyses = new Map<string, Analysed>();
  /** What is being read and analysed, by URI. */
  private readonly reading = new Map<string, Promise<void>>();
  private readonly analysing = new Map<string, Promise<Analysed | undefined>>();
  private readonly pending = new Set<string>();
  /** What the client was told last. */
  private readonly published = new Map<string, Published>();
  private readonly told = new Set<string>();
  hasEnded = false;
  /** Rises with every request to publish, so that whoever is about to do it sees that more has arrived. */
  private arrivals = 0;

  constructor(
    readonly connection: Connection,
    readonly capabilities: InitializeParams['capabilities'],
    initializationOptions: unknown,
    /** The paths of the folders that are open in the editor. */
    folders: readonly string[] = [],
  ) {
    this.workspace = new Workspace(this.byPath, {
      folders,
      onProblem: (message) => {
        this.tellOnce(message);
      },
      onRuleError: (rule, error) => {
        connection.console.error(`The rule ${rule} failed: ${describe(error)}`);
      },
    });
    this.settings = new SettingsCache(
      connection,
      capabilities.workspace?.configuration === true,
      initializationOptions,
    );
  }

  open(uri: string, version: number, text: string): void {
    this.put(openDocument(uri, version, text));
    void this.documentOf(uri);
  }

  change(document: Document, version: number, changes: readonly TextDocumentContentChangeEvent[]): void {
    this.put(changeDocument(document, version, changes, this.workspace.parser));
    this.workspace.changed(document.path);
  }

  private put(document: Document): void {
    this.documents.set(document.uri, document);
    this.byPath.set(document.path, document);
  }

  remove(uri: string): void {
    const document = this.documents.get(uri);
    if (document === undefined) return;
    this.documents.delete(uri);
    this.analyses.delete(uri);
    this.published.delete(uri);
    this.settings.forget(uri);
    this.analyser.forget(document.path);
    this.byPath.delete(document.path);
    // The same file may be open a second time, under a URI that is spelled in another way.
    for (const other of this.documents.values()) {
      if (other.path === document.path) this.byPath.set(other.path, other);
    }
  }

  /** Nobody waits for an answer any more: what is under way stops at its next slice, and nothing is kept. */
  end(): void {
    this.hasEnded = true;
    for (const uri of [...this.documents.keys()]) this.remove(uri);
    this.pending.clear();
  }

  /** A document with its statements; undefined when it is not open or too large. */
  async documentOf(uri: string): Promise<ReadDocument | undefined> {
    for (;;) {
      const document = this.documents.get(uri);
      if (document === undefined || isTooLarge(document)) return undefined;
      if (isRead(document)) return this.asSent(document);
      await shared(this.reading, uri, () => this.read(document));
    }
  }

  /** The document as its runner divides it; the last letter of any file may have made that another one. */
  private asSent(document: ReadDocument): ReadDocument {
    const file = withBoundary(document.file, this.boundaryOf(document), this.workspace.parser);
    if (file === document.file) return document;
    const divided = { ...document, file };
    this.documents.set(document.uri, divided);
    if (this.byPath.get(document.path) === document) this.byPath.set(document.path, divided);
    return divided;
  }

  private boundaryOf({ uri, path }: Document): Boundary {
    return this.workspace.projectOf(path, this.settings.current(uri)).runner.boundary;
  }

  private async read(document: Document): Promise<void> {
    const { uri, text } = document;
    const { parser } = this.workspace;
    const reading = parseInSteps(text, this.boundaryOf(document), parser);
    const file = await inSlices(reading, () => this.documents.has(uri));
    // It may have been changed meanwhile, or closed.
    const current = this.documents.get(uri);
    if (file === undefined || current === undefined || isRead(current) || isTooLarge(current)) return;
    this.put(withStatements(current, file, parser));
    this.workspace.changed(current.path);
  }

  /** The analysis of a document as it is now; undefined when it is not open or too large. */
  async analysisOf(uri: string): Promise<Analysed | undefined> {
    return shared(this.analysing, uri, async () => {
      for (;;) {
        const document = await this.documentOf(uri);
        if (document === undefined) return undefined;
        const isWanted = (): boolean => this.documents.get(uri) === document;
        const analysed = await inSlices(this.analyse(document), isWanted);
        if (analysed !== undefined && isWanted() && this.isCurrent(analysed)) return analysed;
      }
    });
  }

  private *analyse(document: ReadDocument): Generator<undefined, Analysed> {
    const { uri, path, file } = document;
    const surroundings = yield* this.workspace.surroundingsInSteps(path, this.settings.current(uri));
    for (const problem of this.workspace.configurationFileOf(path)?.problems ?? []) {
      this.tellOnce(`${configurationName}: ${problem}`);
    }
    // What is gone may be back with the next event, in a checkout.
    const there = surroundings.unreadable?.filter(({ problem }) => problem !== missing) ?? [];
    this.tellOnce(describeUnreadable({ ...surroundings, unreadable: there }));
    const known = this.analyses.get(uri);
    if (known?.document === document && known.analysis.surroundings === surroundings) return known;
    const analysed = { document, analysis: yield* this.analyser.steps(file, surroundings) };
    this.analyses.set(uri, analysed);
    return analysed;
  }

  /** Says what a person can do something about, and does not say it again. */
  private tellOnce(message: string | undefined): void {
    if (message === undefined || this.told.has(message)) return;
    this.told.add(message);
    void this.connection.sendNotification(ShowMessageNotification.type, {
      type: MessageType.Warning,
      message: toMessage(message),
    });
  }

  private isCurrent({ document: { uri, file }, analysis: { surroundings } }: Analysed): boolean {
    return (
      file.boundary === surroundings.project.runner.boundary &&
      this.workspace.isCurrent(surroundings, this.settings.current(uri))
    );
  }

  /** What a file is judged in, however large it is, and also before the client has told of it. */
  async surroundingsOf(uri: string): Promise<Surroundings | undefined> {
    const configuration = await this.settings.load(uri);
    return inSlices(this.workspace.surroundingsInSteps(pathOf(uri), configuration), () => true);
  }

  /**
   * Sends the diagnostics of documents as soon as what has arrived is read: several keystrokes in one go are analysed
   * once, and nobody waits for a fixed time.
   */
  schedule(uris: Iterable<string>): void {
    const wasIdle = this.pending.size === 0;
    for (const uri of uris) this.pending.add(uri);
    this.arrivals++;
    if (wasIdle) this.publishWhenQuiet(this.arrivals, performance.now() + longestQuietWait);
  }

  /**
   * The connection hands out one message per turn of the event loop. When a turn brings nothing new, or when they keep
   * coming for long, it is time to publish.
   */
  private publishWhenQuiet(arrivals: number, deadline: number): void {
    setImmediate(() => {
      setImmediate(() => {
        if (this.arrivals !== arrivals && performance.now() < deadline) {
          this.publishWhenQuiet(this.arrivals, deadline);
          return;
        }
        const due = [...this.pending];
        this.pending.clear();
        void this.publishAll(due);
      });
    });
  }

  /** The first of them at once; the others each in a turn of its own, so that typing does not wait for all of them. */
  private async publishAll(uris: readonly string[]): Promise<void> {
    for (const uri of uris) {
      void this.publish(uri);
      await turn();
    }
  }

  /** Tells the client what is wrong with a document, unless that is what it was told last. */
  private async publish(uri: string): Promise<void> {
    const isShown = (document: Document): boolean =>
      // Of an old version that is shown beside the file, every finding would be listed a second time.
      isOnDisk(document.path) || uri.startsWith('untitled:');
    try {
      const analysed = await this.analysisOf(uri);
      const document = analysed?.document ?? this.documents.get(uri);
      if (document === undefined || !isShown(document)) return;
      const last = this.published.get(uri);
      if (last?.document === document && last.analysis === analysed?.analysis) return;
      this.published.set(uri, { document, analysis: analysed?.analysis });
      // The client asks for the lenses of a document that is typed in by itself, and not for those of the others.
      if (last?.document === document) refreshLenses(this);
      const diagnostics = diagnosticsOf(document, analysed?.analysis);
      void this.connection.sendDiagnostics({ uri, version: document.version, diagnostics });
    } catch (error: unknown) {
      this.connection.console.error(`The analysis of ${uri} failed: ${describe(error)}`);
    }
  }

  /** Looks again at everything that lies outside of the open documents. */
  refresh(): void {
    this.workspace.refresh();
    this.schedule(this.documents.keys());
  }

  /** How edits of files are to be written for this client. */
  get editTarget(): EditTarget {
    const { workspaceEdit } = this.capabilities.workspace ?? {};
    const operations = workspaceEdit?.documentChanges === true ? workspaceEdit.resourceOperations : undefined;
    return {
      canCreateFiles: operations?.includes('create') === true,
      canRenameFiles: operations?.includes('rename') === true,
      textOf: (path) => this.workspace.tree.read(path),
      documentOf: (path) => this.byPath.get(path),
    };
  }

  /** The URI of a file, as the client spells it when the file is open. */
  uriOf(path: string): string {
    return this.byPath.get(path)?.uri ?? uriOf(path);
  }
}

interface Published {
  readonly document: Document;
  readonly analysis: Analysis | undefined;
}

/** While messages come without a pause, diagnostics are sent this often. In milliseconds. */
const longestQuietWait = 50;

/** Begins some work unless it is under way already. */
function shared<Result>(
  running: Map<string, Promise<Result>>,
  key: string,
  begin: () => Promise<Result>,
): Promise<Result> {
  const known = running.get(key);
  if (known !== undefined) return known;
  const work = begin().finally(() => running.delete(key));
  running.set(key, work);
  return work;
}
