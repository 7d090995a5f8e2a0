/**
 * Postgres refuses to run as root, for good reason. When the stack is root it gives Postgres to an account without
 * privileges: the owner of existing data, else the owner of the checkout, else postgres, else nobody.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chownSync, lstatSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { StackError } from "./stack-error.ts";

export interface Account {
  uid: number;
  gid: number;
}

export interface Accounts {
  ownUid: number;
  ownerOf(path: string): Account | null;
  byName(name: string): Account | null;
}

export const systemAccounts: Accounts = {
  ownUid: process.getuid?.() ?? -1,
  ownerOf(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat ? { uid: stat.uid, gid: stat.gid } : null;
  },
  byName(name) {
    const id = (flag: string) => spawnSync("id", [flag, name], { encoding: "utf8" });
    const [uid, gid] = [id("-u"), id("-g")];
    return uid.status === 0 && gid.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : null;
  },
};

/** The account that Postgres runs under; null when that is simply our own. */
export function postgresAccount(dir: string, projectDir: string, accounts: Accounts = systemAccounts): Account | null {
  if (accounts.ownUid !== 0) return null;
  const candidates = [
    () => accounts.ownerOf(join(dir, "data")),
    () => accounts.ownerOf(projectDir),
    () => accounts.byName("postgres"),
    () => accounts.byName("nobody"),
  ];
  for (const candidate of candidates) {
    const account = candidate();
    if (account && account.uid !== 0) return account;
  }
  throw new StackError("running as root, and there is no unprivileged account for Postgres: create a user postgres");
}

/**
 * Where Postgres keeps its binaries and data: the stack's folder, or a folder of ours under /var/tmp when the account
 * cannot walk to it (a checkout in root's closed home).
 */
export function postgresHome(dir: string, account: Account | null): string {
  if (!account || canEnter(dir, account)) return dir;
  const home = join("/var/tmp", `servio-${createHash("sha256").update(dir).digest("hex").slice(0, 16)}`);
  mkdirSync(home, { recursive: true, mode: 0o711 });
  const stat = lstatSync(home);
  // A name under /var/tmp can be guessed: a folder or link that another user has put there is not ours to trust.
  if (!stat.isDirectory() || stat.uid !== 0) throw new StackError(`${home} belongs to somebody else; set STACK_DIR`);
  if (!canEnter(home, account)) throw new StackError(`uid ${account.uid} can enter neither ${dir} nor ${home}`);
  return home;
}

/** Asked of the kernel rather than of mode bits: ACLs, mounts and namespaces have their say too. */
function canEnter(dir: string, { uid, gid }: Account): boolean {
  return spawnSync("/bin/sh", ["-c", 'cd -- "$0"', dir], { uid, gid, cwd: "/", stdio: "ignore" }).status === 0;
}

export function giveTo(path: string, account: Account | null): void {
  if (account) chownSync(path, account.uid, account.gid);
}
