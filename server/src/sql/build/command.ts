import type { Node } from '@pgsql/types';
import type { Range } from '../text';
import type { Reader } from './reader';

/** Words that may stand inside a command's name and are no part of its tag. */
const modifiers = new Set([
  'or',
  'replace',
  'temp',
  'temporary',
  'global',
  'local',
  'unlogged',
  'unique',
  'recursive',
  'trusted',
  'procedural',
  'constraint',
]);

/** What CREATE, ALTER, DROP and COMMENT may be about, when it takes more than one word. */
const longObjectTypes = [
  'access method',
  'default privileges',
  'event trigger',
  'foreign data wrapper',
  'foreign table',
  'large object',
  'materialized view',
  'operator class',
  'operator family',
  'text search configuration',
  'text search dictionary',
  'text search parser',
  'text search template',
  'user mapping',
];

/** Commands of one word before which nothing stands, and whose second word belongs to the tag. */
const twoWordCommands = new Set([
  'lock table',
  'refresh materialized',
  'reassign owned',
  'security label',
  'import foreign',
  'start transaction',
  'truncate table',
  'set constraints',
]);

const tagsByNode: Readonly<Record<string, string>> = {
  SelectStmt: 'SELECT',
  InsertStmt: 'INSERT',
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE',
  MergeStmt: 'MERGE',
  TruncateStmt: 'TRUNCATE TABLE',
  LockStmt: 'LOCK TABLE',
  RefreshMatViewStmt: 'REFRESH MATERIALIZED VIEW',
  ReindexStmt: 'REINDEX',
};

/** The command's tag as psql prints it, and the words that say it. */
export function commandTag(reader: Reader, node: Node): { command: string; commandRange: Range } {
  const { tokens } = reader;
  const words = tokens.slice(0, 8).map(({ text }) => text);
  const verb = words[0] ?? '';
  const known = tagsByNode[Object.keys(node)[0] ?? ''];
  if (verb === 'create' || verb === 'alter' || verb === 'drop') {
    let index = 1;
    while (modifiers.has(words[index] ?? '')) index++;
    const rest = words.slice(index, index + 3).join(' ');
    const type =
      longObjectTypes.find((name) => rest === name || rest.startsWith(`${name} `)) ?? words[index] ?? '';
    const last = index + type.split(' ').length - 1;
    return { command: `${verb} ${type}`.toUpperCase(), commandRange: reader.range(0, last) };
  }
  const pair = `${verb} ${words[1] ?? ''}`;
  const last = twoWordCommands.has(pair) ? (verb === 'refresh' ? 2 : 1) : 0;
  const written = words.slice(0, last + 1).join(' ');
  return { command: known ?? written.toUpperCase(), commandRange: reader.range(0, last) };
}
