import { Catalog } from '../../server/src/catalog/catalog';
import { replay } from '../../server/src/catalog/replay';
import { Analyser } from '../../server/src/features/analyser';
import type { Analysis } from '../../server/src/features/analysis';
import type { Major } from '../../server/src/postgres/versions';
import { recognise } from '../../server/src/runners';
import { parseFile } from '../../server/src/sql/parse';

const nothing = { read: () => undefined, list: () => [] };

/** The analysis of a migration that runs after `past`. The grammar must be loaded. */
export function analysed(
  text: string,
  {
    past = '',
    runner = 'psql',
    postgresVersion = 15,
  }: { readonly past?: string; readonly runner?: string; readonly postgresVersion?: Major } = {},
): Analysis {
  const history = new Catalog();
  const project = recognise('/project/2.sql', nothing, runner);
  parseFile(past, project.runner).statements.forEach(({ parsed: { statement } }, index) => {
    if (statement !== undefined) replay(statement, history, { file: '/project/1.sql', statement: index });
  });
  return new Analyser().analyse(parseFile(text, project.runner), {
    path: '/project/2.sql',
    project,
    history,
    settings: { postgresVersion, lockTimeout: '5s', rules: {} },
  });
}
