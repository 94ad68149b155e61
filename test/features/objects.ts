import type { Catalog } from '../../server/src/catalog/catalog';
import { Analyser } from '../../server/src/features/analyser';
import type { Analysis } from '../../server/src/features/analysis';
import { History, type PastFile } from '../../server/src/features/history';
import type { ProjectFiles } from '../../server/src/features/names/trace';
import { recognise } from '../../server/src/runners';
import { parseFile } from '../../server/src/sql/parse';

const nothing = { read: () => undefined, list: () => [] };

/** A project of plain migrations, and the analysis of each. The grammar must be loaded. */
interface TestProject {
  readonly project: ProjectFiles;
  readonly analyses: readonly Analysis[];
}

/** The mark of the cursor in the text of a test. */
const cursor = '$0';

/** A text without its cursor, and where that was. */
export function withCursor(text: string): { readonly text: string; readonly offset: number } {
  const offset = text.indexOf(cursor);
  return { text: text.replace(cursor, ''), offset };
}

/** A project whose files are `1.sql`, `2.sql`, … with these texts. */
export function projectOf(...texts: readonly string[]): TestProject {
  return projectWith(texts.map((text, index) => ({ path: `/project/${index + 1}.sql`, text })));
}

/** A project with these files, in this order. */
export function projectWith(
  files: readonly { readonly path: string; readonly text: string }[],
  runner = 'psql',
): TestProject {
  const project = recognise(files[0]?.path ?? '/project/1.sql', nothing, runner);
  const history = new History(project);
  const past: readonly PastFile[] = files.map(({ path, text }) => ({
    path,
    file: parseFile(text, project.runner),
  }));
  const analyser = new Analyser();
  const before = (index: number): Catalog => history.after(past.slice(0, index));
  return {
    project: {
      files: past,
      before,
      scheduleOf: ({ file, path }) => project.runner.schedule(file, project, path),
    },
    analyses: past.map(({ path, file }, index) =>
      analyser.analyse(file, {
        path,
        project,
        history: before(index),
        pastStatement: (origin) => history.statementAt(origin),
        settings: { postgresVersion: 15, lockTimeout: '5s', rules: {} },
      }),
    ),
  };
}
