import type { Connection, InitializeParams } from 'vscode-languageserver';
import { Analyser } from '../features/analyser';
import type { Analysis } from '../features/analysis';
import { Workspace } from '../workspace/workspace';
import type { EditTarget } from './convert';
import { diagnosticsOf } from './diagnostics';
import { type Document, isOnDisk, uriOf } from './documents';
import { describe } from './guard';
import { SettingsCache } from './settings';

/** What the handlers share: the open documents, and one analysis of each. */
export class Session {
  readonly documents = new Map<string, Document>();
  readonly workspace: Workspace;
  readonly settings: SettingsCache;
  /** What is laid over the files on disk. */
  private readonly byPath = new Map<string, Document>();
  private readonly analyser = new Analyser();
  private readonly analyses = new Map<string, { readonly document: Document; readonly analysis: Analysis }>();
  private readonly pending = new Set<string>();
  /** What the client was told last. */
  private readonly published = new Map<string, Published>();
  /** Rises with every request to publish, so that whoever is about to do it sees that more has arrived. */
  private arrivals = 0;

  constructor(
    readonly connection: Connection,
    readonly capabilities: InitializeParams['capabilities'],
    initializationOptions: unknown,
  ) {
    this.workspace = new Workspace(this.byPath, (rule, error) => {
      connection.console.error(`The rule ${rule} failed: ${describe(error)}`);
    });
    this.settings = new SettingsCache(
      connection,
      capabilities.workspace?.configuration === true,
      initializationOptions,
    );
  }

  put(document: Document): void {
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

  /** The analysis of a document as it is now; undefined when it is not open or too large. */
  analysisOf(uri: string): { document: Document; analysis: Analysis } | undefined {
    const document = this.documents.get(uri);
    if (document === undefined || document.isTooLarge) return undefined;
    const surroundings = this.workspace.surroundingsOf(document.path, this.settings.current(uri));
    const known = this.analyses.get(uri);
    if (known?.document === document && known.analysis.surroundings === surroundings) return known;
    const result = { document, analysis: this.analyser.analyse(document.file, surroundings) };
    this.analyses.set(uri, result);
    return result;
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
        for (const uri of due) this.publish(uri);
      });
    });
  }

  /** Tells the client what is wrong with a document, unless that is what it was told last. */
  private publish(uri: string): void {
    const document = this.documents.get(uri);
    // Of an old version that is shown beside the file, every finding would be listed a second time.
    if (document === undefined || !(isOnDisk(document.path) || uri.startsWith('untitled:'))) return;
    try {
      const analysis = this.analysisOf(uri)?.analysis;
      const last = this.published.get(uri);
      if (last?.document === document && last.analysis === analysis) return;
      this.published.set(uri, { document, analysis });
      const diagnostics = diagnosticsOf(document, analysis);
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
    return {
      canCreateFiles:
        workspaceEdit?.documentChanges === true &&
        workspaceEdit.resourceOperations?.includes('create') === true,
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
