import fs from 'node:fs/promises';
import path from 'node:path';

/** The operating system account that a server runs as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. For root this is the account to use instead, for anybody else undefined.
 * It has to be one of /etc/passwd: initdb fails under a number without a name.
 */
export async function unprivilegedAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = (await fs.readFile('/etc/passwd', 'utf8')).split('\n').map(parseAccount);
  for (const name of ['nobody', 'postgres', 'daemon']) {
    const account = accounts.find((candidate) => candidate?.name === name);
    // On macOS nobody is -2, which no process can be given.
    if (account && account.uid > 0 && account.gid > 0) return account;
  }
  throw new Error('PostgreSQL does not run as root, and /etc/passwd has no nobody, postgres or daemon.');
}

/** Whether the account can pass every directory on the way to `file`, and read it. /root, for one, is often closed. */
export async function canReach(account: Account, file: string): Promise<boolean> {
  const real = await fs.realpath(file);
  for (let place = real; ; place = path.dirname(place)) {
    const { mode, uid, gid } = await fs.stat(place);
    const bits = uid === account.uid ? mode >> 6 : gid === account.gid ? mode >> 3 : mode;
    const needed = place === real ? 0o5 : 0o1;
    if ((bits & needed) !== needed) return false;
    if (place === path.dirname(place)) return true;
  }
}

/** Makes the same tree at another place, with hard links where the file system allows it: no copy, no space. */
export async function linkTree(from: string, to: string): Promise<void> {
  await fs.mkdir(to, { mode: 0o755 });
  for (const entry of await fs.readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) await fs.symlink(await fs.readlink(source), target);
    else await fs.link(source, target).catch(() => fs.copyFile(source, target));
  }
}

function parseAccount(line: string): Account | undefined {
  const [name, , uid, gid] = line.split(':');
  return name && uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : undefined;
}
