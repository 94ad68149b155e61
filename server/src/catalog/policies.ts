import type { CreatePolicyStmt, Node } from '@pgsql/types';
import { Reader } from '../sql/build/reader';
import type { Expression, Other } from '../sql/statement';
import type { Catalog } from './catalog';
import { changeKnown } from './edit';
import { named, type Origin, type Policy } from './relation';
import { everyone, rolesNamed } from './roles';

/** CREATE POLICY. */
export function createPolicy(catalog: Catalog, { node, text }: Other, origin: Origin): void {
  if (!('CreatePolicyStmt' in node)) return;
  const { policy_name: name = '', table, cmd_name: command, permissive } = node.CreatePolicyStmt;
  const policy: Policy = {
    name,
    command: commandOf(command),
    permissive: permissive === true,
    roles: [everyone],
    using: undefined,
    check: undefined,
    ...partsOf(catalog, node.CreatePolicyStmt, text),
    origin,
  };
  changeKnown(catalog, catalog.resolve(named(table)), (relation) => ({
    ...relation,
    policies: [...relation.policies.filter((other) => other.name !== name), policy],
  }));
}

/** ALTER POLICY … TO, USING, WITH CHECK. */
export function alterPolicy(catalog: Catalog, { node, text }: Other): void {
  if (!('AlterPolicyStmt' in node)) return;
  const { policy_name: name, table } = node.AlterPolicyStmt;
  const parts = partsOf(catalog, node.AlterPolicyStmt, text);
  changeKnown(catalog, catalog.resolve(named(table)), (relation) => ({
    ...relation,
    policies: relation.policies.map((one) => (one.name === name ? { ...one, ...parts } : one)),
  }));
}

const commands: readonly Policy['command'][] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

function commandOf(written: string | undefined): Policy['command'] {
  return commands.find((command) => command.toLowerCase() === written) ?? 'ALL';
}

type Parts = Pick<CreatePolicyStmt, 'roles' | 'qual' | 'with_check'>;

/** What both commands can say, as far as they do. */
function partsOf(catalog: Catalog, { roles, qual, with_check: check }: Parts, text: string): Partial<Policy> {
  const reader = new Reader(text);
  const using = behind(reader, qual, 'using');
  const checked = behind(reader, check, 'check');
  return {
    ...(roles === undefined ? {} : { roles: rolesNamed(catalog, roles) }),
    ...(using === undefined ? {} : { using }),
    ...(checked === undefined ? {} : { check: checked }),
  };
}

/** The expression in the parentheses behind a word. */
function behind(reader: Reader, node: Node | undefined, word: string): Expression | undefined {
  if (node === undefined) return undefined;
  const open = (reader.find([word]) ?? 0) + 1;
  return reader.expression(node, open + 1, reader.closing(open) - 1);
}
