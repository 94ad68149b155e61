import type {
  Connection,
  DocumentHighlight,
  DocumentLink,
  Location,
  LocationLink,
  ServerCapabilities,
  WorkspaceSymbol,
} from 'vscode-languageserver';
import { DocumentHighlightKind } from 'vscode-languageserver';
import type { Origin } from '../catalog/relation';
import { definition, type FileRange } from '../features/definition';
import { link } from '../features/markdown';
import { fileLabel } from '../features/relation-hover';
import type { DescriptionSite } from '../features/relation-hover';
import type { ProjectFiles } from '../features/names/trace';
import { objectLinks } from '../features/links';
import { highlights, references } from '../features/references';
import { projectSymbols } from '../features/project-symbols';
import { Lines } from '../sql/text';
import { toRange } from './convert';
import { guarded } from './guard';
import { symbolKinds } from './outline';
import type { Analysed, Session } from './session';
import { inSlices } from './slices';

/** How the server leads from a name to the other places of the project that have to do with it. */
export const navigationCapabilities = {
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  documentLinkProvider: { resolveProvider: false },
  workspaceSymbolProvider: true,
} as const satisfies ServerCapabilities;

/** Answers the requests of `navigationCapabilities`. */
export function serveNavigation(connection: Connection, session: () => Session | undefined): void {
  connection.onDefinition(
    guarded('Definition', connection.console, null, async ({ textDocument: { uri }, position }) => {
      const current = session();
      const known = await current?.analysisOf(uri);
      if (current === undefined || known === undefined) return null;
      const { document, analysis } = known;
      const project = await filesOf(current, known);
      if (project === undefined) return null;
      const work = definition(analysis, document.lines.offsetAt(position), project);
      const found = await inSlices(work, () => current.documents.has(uri));
      if (found === undefined) return null;
      const origin = toRange(found.range, document.lines);
      const target = new Places(current, project).locationOf(found.target);
      const canLink = current.capabilities.textDocument?.definition?.linkSupport === true;
      return canLink ? [toLink(target, origin)] : target;
    }),
  );

  connection.onReferences(
    guarded('References', connection.console, [], async ({ textDocument: { uri }, position, context }) => {
      const current = session();
      const known = await current?.analysisOf(uri);
      const project =
        current === undefined || known === undefined ? undefined : await filesOf(current, known);
      if (current === undefined || known === undefined || project === undefined) return [];
      const { document, analysis } = known;
      const work = references(analysis, document.lines.offsetAt(position), project);
      const found = (await inSlices(work, () => current.documents.has(uri))) ?? [];
      const places = new Places(current, project);
      return found
        .filter(({ isDeclaration }) => context.includeDeclaration || !isDeclaration)
        .map((reference) => places.locationOf(reference));
    }),
  );

  connection.onDocumentHighlight(
    guarded('Highlight', connection.console, [], async ({ textDocument: { uri }, position }) => {
      const known = await session()?.analysisOf(uri);
      if (known === undefined) return [];
      const { document, analysis } = known;
      return highlights(analysis, document.lines.offsetAt(position)).map(
        ({ range, isWrite }): DocumentHighlight => ({
          range: toRange(range, document.lines),
          kind: isWrite ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
        }),
      );
    }),
  );

  connection.onDocumentLinks(
    guarded('Links', connection.console, [], async ({ textDocument: { uri } }) => {
      const current = session();
      const known = await current?.analysisOf(uri);
      if (current === undefined || known === undefined) return [];
      const { document, analysis } = known;
      const links = (await inSlices(objectLinks(analysis), () => current.documents.has(uri))) ?? [];
      return links.flatMap(({ range, origin }): readonly DocumentLink[] => {
        const line = current.workspace.lineOf(origin, analysis.surroundings.project);
        if (line === undefined) return [];
        const target = `${current.uriOf(origin.file)}#L${line}`;
        return [
          { range: toRange(range, document.lines), target, tooltip: `Created in ${fileLabel(origin)}` },
        ];
      });
    }),
  );

  connection.onWorkspaceSymbol(
    guarded('Workspace symbols', connection.console, [], async ({ query }) => {
      const current = session();
      return current === undefined ? [] : symbols(current, query);
    }),
  );
}

function toLink({ uri, range }: Location, originSelectionRange: Location['range']): LocationLink {
  return { targetUri: uri, targetRange: range, targetSelectionRange: range, originSelectionRange };
}

/** All migrations of a document's project. */
async function filesOf(
  session: Session,
  { document: { uri, path } }: Analysed,
): Promise<ProjectFiles | undefined> {
  const work = session.workspace.projectFilesInSteps(path, session.settings.current(uri));
  return inSlices(work, () => session.documents.has(uri));
}

/** Turns offsets in the files of a project into lines; the lines of each file are counted once. */
class Places {
  private readonly lines = new Map<string, Lines>();

  constructor(
    private readonly session: Session,
    private readonly project: ProjectFiles,
  ) {}

  locationOf({ path, range }: FileRange): Location {
    return { uri: this.session.uriOf(path), range: toRange(range, this.linesOf(path)) };
  }

  private linesOf(path: string): Lines {
    let lines = this.lines.get(path);
    if (lines === undefined) {
      const text = this.project.files.find((past) => past.path === path)?.file.text ?? '';
      this.lines.set(path, (lines = new Lines(text)));
    }
    return lines;
  }
}

/** For hovers: links to the migrations that made a thing. */
export function linksTo(session: Session, { document, analysis }: Analysed): DescriptionSite {
  const { path, project } = analysis.surroundings;
  return {
    linkTo: (origin: Origin) => {
      const isHere = origin.file === path;
      const line = isHere
        ? document.lines.positionAt(analysis.file.statements[origin.statement]?.start ?? 0).line + 1
        : session.workspace.lineOf(origin, project);
      const label = isHere ? `line ${line ?? 1}` : fileLabel(origin);
      const anchor = line === undefined ? '' : `#L${line}`;
      return link(label, `${session.uriOf(origin.file)}${anchor}`);
    },
  };
}

/** More than this nobody looks through. */
const mostSymbols = 300;

/** What the migrations of all open projects make. */
async function symbols(session: Session, query: string): Promise<WorkspaceSymbol[]> {
  const seen = new Set<string>();
  const found: WorkspaceSymbol[] = [];
  for (const uri of session.documents.keys()) {
    const known = await session.analysisOf(uri);
    const folder = known?.analysis.surroundings.project.folder;
    if (known === undefined || folder === undefined || seen.has(folder)) continue;
    seen.add(folder);
    const project = await filesOf(session, known);
    if (project === undefined) continue;
    const places = new Places(session, project);
    for (const { name, kind, container, path, range } of projectSymbols(project, query, mostSymbols)) {
      const location = places.locationOf({ path, range });
      found.push({ name, kind: symbolKinds[kind], containerName: container, location });
    }
  }
  return found.slice(0, mostSymbols);
}
