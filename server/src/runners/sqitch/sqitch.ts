import { insert, lineBreakOf } from '../../sql/text';
import { comment } from '../../sql/visible';
import { asQueries, schedule } from '../sending/delivery';
import { needsNoTransaction } from '../placing/down-section';
import type { FileDraft } from '../placing/layout';
import { asDown } from '../sending/managed';
import { slug } from '../files/naming';
import { isFile, join, nameOf, parentOf, relative, upwards } from '../files/paths';
import { placesOf } from '../placing/places';
import { refusalOf } from '../sending/refusal';
import type { FileChange, FileTree, NewFileSite, Project, Runner, Site } from '../runner';
import { type Change, planLine, readPlan } from './plan';
import type { ChangedClash, StandingProblem } from '../standing/bookkeeping';

/** Sqitch: `sqitch deploy`. */
export const sqitch: Runner = {
  id: 'sqitch',
  label: 'Sqitch',
  assumedVersion: undefined,
  docs: {
    summary:
      'Runs the deploy scripts in the order of sqitch.plan with psql: each statement on its own, in a transaction only where the script opens one.',
    references: ['https://sqitch.org/docs/manual/sqitchtutorial/'],
  },

  watches: ['sqitch.plan', 'sqitch.conf'],

  recognise(path, tree) {
    const root = [...upwards(path)].find(
      (folder) => isFile(join(folder, 'sqitch.plan'), tree) || isFile(join(folder, 'sqitch.conf'), tree),
    );
    if (root === undefined) return undefined;
    const configuration = tree.read(join(root, 'sqitch.conf')) ?? '';
    const engine = /^[ \t]*engine[ \t]*=[ \t]*(\S+)/m.exec(configuration)?.[1];
    if (engine !== undefined && engine !== 'pg') return undefined;
    const top = join(root, setting('top_dir', configuration) ?? '.');
    const [kind = ''] = relative(top, path).split('/');
    const isScript = /\.sql$/i.test(path) && !['deploy', 'revert', 'verify'].includes(kind);
    if (isScript || (path !== root && !path.startsWith(`${top}/`) && path !== top)) return undefined;
    return {
      runner: sqitch,
      root,
      folder: join(top, 'deploy'),
      version: undefined,
      postgresVersion: undefined,
      configuration: { plan: setting('plan_file', configuration) ?? 'sqitch.plan' },
    };
  },

  migrations(project, tree) {
    const changes = changesOf(project, tree);
    const latest = new Map(changes.map((change) => [change.name, change]));
    return changes.map((change) => scriptOf(change, latest.get(change.name) !== change, project, tree));
  },

  before(path, project, tree) {
    const inside = relative(parentOf(project.folder), path);
    if (!/^(?:revert|verify)\//.test(inside)) return undefined;
    const all = sqitch.migrations(project, tree);
    const index = all.indexOf(join(project.folder, inside.replace(/^\w+\//, '')));
    return index < 0 ? undefined : all.slice(0, index + 1);
  },

  schedule(file, { folder }, path) {
    const scheduled = schedule(file, asQueries(file));
    const isDeployed = path === undefined || path === '' || path.startsWith(`${folder}/`);
    if (isDeployed) return scheduled;
    // Of what verifies a change nothing is to stay.
    const isVerified = path.startsWith(`${parentOf(folder)}/verify/`);
    return asDown(isVerified ? { ...scheduled, leftOpen: [] } : scheduled);
  },

  refuses: (statement, index, scheduled, project) =>
    refusalOf(statement, index, scheduled, () => ({
      because: 'The script opens a transaction block with BEGIN',
      instead: 'Put it after the COMMIT, or into a change of its own without BEGIN and COMMIT.',
      postgresVersion: project.postgresVersion,
    })),

  places: (steps, site) =>
    placesOf(steps, site, {
      addFiles,
      records: true,
      checksum: 'Sqitch does not deploy it again; "sqitch rework" makes a new version of it.',
    }),

  newMigration: (name, site) =>
    addFiles([{ name, text: 'BEGIN;\n\n\n\nCOMMIT;\n', steps: [] }], site).changes,

  companion(kind, path, { folder }) {
    const change = relative(folder, path).replace(/\.sql$/, '');
    const isRollback = kind === 'rollback';
    return {
      path: join(parentOf(folder), `${isRollback ? 'revert' : 'verify'}/${change}.sql`),
      header: [isRollback ? `Revert ${change} from pg` : `Verify ${change} on pg`],
      at: 'file',
      frame: (sql) => inBlock(sql, isRollback ? 'COMMIT' : 'ROLLBACK'),
    };
  },

  // Measured with 1.3: psql ends without an error.
  leavesOpen: () => 'Sqitch says "ok" and records the change, and the server rolls it back',

  bookkeeping: { changed: changedScript, entry: planProblem },
};

/** The script in a transaction, behind the comments that it begins with. */
function inBlock(sql: string, end: 'COMMIT' | 'ROLLBACK'): string {
  if (needsNoTransaction(sql)) return sql;
  const header = /^(?:--[^\n]*\n)*/.exec(sql)?.[0] ?? '';
  return `${header}\nBEGIN;\n\n${sql.slice(header.length).trim()}\n\n${end};\n`;
}

function setting(name: string, configuration: string): string | undefined {
  return new RegExp(`^[ \\t]*${name}[ \\t]*=[ \\t]*(\\S+)`, 'm').exec(configuration)?.[1];
}

function planPath({ root, configuration }: Project): string {
  return join(root, configuration?.['plan'] ?? 'sqitch.plan');
}

function changesOf(project: Project, tree: FileTree): readonly Change[] {
  return readPlan(tree.read(planPath(project)) ?? '').changes;
}

/** The script of a change; one that was reworked later is kept under the last tag before that. */
function scriptOf(
  { name, tagsBehind }: Change,
  isReworked: boolean,
  { folder }: Project,
  tree: FileTree,
): string {
  const names = isReworked ? [...tagsBehind].reverse().map((tag) => `${name}@${tag}`) : [name];
  const paths = names.map((file) => join(folder, `${file}.sql`));
  // Also a script that is not there: without it, nobody knows the schema.
  return paths.find((path) => isFile(path, tree)) ?? join(folder, `${names[0] ?? name}.sql`);
}

/** What has no line in the plan is never deployed. */
function planProblem(path: string, project: Project, tree: FileTree): StandingProblem | undefined {
  const { folder } = project;
  // `change@tag.sql` is what a reworked change was before.
  if (!path.startsWith(`${folder}/`) || path.includes('@')) return undefined;
  const change = relative(folder, path).replace(/\.sql$/, '');
  const plan = planPath(project);
  const { changes } = readPlan(tree.read(plan) ?? '');
  if (changes.some(({ name }) => name === change)) return undefined;
  return {
    kind: 'entry',
    message: `${nameOf(plan)} has no change "${change}". Sqitch never deploys it.`,
    remedy: `Add it: sqitch add ${change}.`,
    isFatal: false,
    repair: {
      title: `Add it to ${nameOf(plan)}`,
      changes: (site) => [planned([{ change, note: change, required: undefined }], site)],
      notes: [],
    },
  };
}

/** A reworked change has a new script at the place of the old one. */
function changedScript(path: string, project: Project, tree: FileTree): ChangedClash | undefined {
  const change = relative(project.folder, path).replace(/\.sql$/, '');
  if (changesOf(project, tree).filter(({ name }) => name === change).length !== 1) return undefined;
  return {
    consequence: 'Sqitch does not deploy it again; "sqitch rework" makes a new version of it.',
    isFatal: false,
    compares: 'statements',
  };
}

/** The plan with these changes behind all others. */
function planned(
  added: readonly { readonly change: string; readonly note: string; readonly required: string | undefined }[],
  { project, tree, now }: NewFileSite,
): FileChange {
  const path = planPath(project);
  const text = tree.read(path) ?? '';
  const { planner } = readPlan(text);
  const configuration = tree.read(join(project.root, 'sqitch.conf')) ?? '';
  const user = `${setting('name', configuration) ?? 'unknown'} <${setting('email', configuration) ?? 'unknown@localhost'}>`;
  const lineBreak = lineBreakOf(text);
  const lines = added.map(({ change, note, required }) =>
    planLine(change, required, now, planner ?? user, note),
  );
  const gap = text === '' || text.endsWith('\n') ? '' : lineBreak;
  return { kind: 'edit', path, edits: [insert(text.length, `${gap}${lines.join(lineBreak)}${lineBreak}`)] };
}

/** A change is three scripts and a line of the plan. */
function addFiles(
  files: readonly FileDraft[],
  site: NewFileSite & Partial<Site>,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  const { project, tree, path, file } = site;
  const text = tree.read(planPath(project)) ?? '';
  const { changes, project: name = nameOf(project.root) } = readPlan(text);
  const target = path === undefined ? undefined : relative(project.folder, path).replace(/\.sql$/, '');
  const prefix = target?.includes('/') === true ? `${parentOf(`/${target}`).slice(1)}/` : '';
  const taken = new Set(changes.map((change) => change.name));
  const lineBreak = lineBreakOf(file?.text ?? text);
  let required = target;
  const added: { change: string; note: string; required: string | undefined }[] = [];
  const created = files.flatMap((draft): readonly FileChange[] => {
    const change = unique(`${prefix}${slug(draft.name)}`, taken);
    const note = draft.steps[0]?.why ?? draft.name;
    added.push({ change, note, required });
    required = change;
    const top = parentOf(project.folder);
    const script = (kind: string, header: string, sql: string): FileChange => ({
      kind: 'create',
      path: join(top, `${kind}/${change}.sql`),
      text: `${comment(header)}${lineBreak}${lineBreak}${sql}`,
    });
    return [
      script('deploy', `Deploy ${name}:${change} to pg`, draft.text),
      script('revert', `Revert ${name}:${change} from pg`, `-- What undoes it.${lineBreak}`),
      script('verify', `Verify ${name}:${change} on pg`, `-- What checks it.${lineBreak}`),
    ];
  });
  return { changes: [...created, planned(added, site)], notes: [] };
}

function unique(name: string, taken: Set<string>): string {
  let result = name;
  for (let count = 2; taken.has(result); count++) result = `${name}_${count}`;
  taken.add(result);
  return result;
}
