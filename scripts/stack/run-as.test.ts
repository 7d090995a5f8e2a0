/** The stack runs as root and as nobody in particular, also from a folder that Postgres' account cannot walk to. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { postgresAccount, postgresHome, systemAccounts } from "./run-as.ts";
import { makeProject, plainOptions, query, startForTest, temporaryFolder } from "./stack-fixture.ts";

const isRoot = process.getuid?.() === 0;
const asRoot = test.skipIf(!isRoot);

asRoot("as root, Postgres has an account without privileges; a folder closed to that one is no obstacle", async () => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  makeProject(join(folder.dir, "project"));
  const options = plainOptions(folder.dir);
  const { dir } = options;
  chmodSync(folder.dir, 0o700);
  rmSync(join(dir, "pg")); // a link to binaries that would be shared
  const home = postgresHome(dir, postgresAccount(dir, join(folder.dir, "project")));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  expect(home).toMatch(/^\/var\/tmp\/servio-/);

  const stack = await startForTest(options);
  expect(await query(stack.dbUrl, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
  const postgres = stack.children.find((child) => child.name === "postgres");
  expect(statSync(`/proc/${postgres?.pid}`).uid).not.toBe(0);
  expect(existsSync(join(home, "data", "PG_VERSION"))).toBe(true);
  expect(existsSync(join(dir, "data"))).toBe(false);
});

/** Another account can run this checkout only if every folder on the way to it lets strangers through. */
function openToOthers(path: string): boolean {
  const open = (statSync(path).mode & 0o001) !== 0;
  return open && (path === dirname(path) || openToOthers(dirname(path)));
}

// Skipped in a checkout that is closed to others, such as one below a 0700 folder: nobody could not even read it.
test.skipIf(!isRoot || !openToOthers(import.meta.dirname))(
  "without privileges: everything runs under our own account",
  async () => {
    const nobody = systemAccounts.byName("nobody");
    if (!nobody) throw new Error("this system has no account nobody");
    const folder = temporaryFolder();
    onTestFinished(folder.remove);
    makeProject(join(folder.dir, "project"));
    const { log: _, ...options } = plainOptions(folder.dir);
    chownSync(options.dir, nobody.uid, nobody.gid);
    const script = join(folder.dir, "start.ts");
    writeFileSync(
      script,
      `import { startStack } from ${JSON.stringify(join(import.meta.dirname, "start-stack.ts"))};
     const stack = await startStack({ ...${JSON.stringify(options)}, log: console.error });
     process.on("SIGTERM", () => stack.stop().then(() => process.exit()));
     console.log(JSON.stringify(stack.children.map(({ name, pid }) => ({ name, pid }))));`,
    );
    const child = spawn(process.execPath, [script], { ...nobody, cwd: "/", env: { PATH: process.env.PATH ?? "" } });
    onTestFinished(() => void child.kill("SIGKILL"));
    const [output] = (await Promise.race([once(child.stdout, "data"), once(child.stderr, "data")])) as [Buffer];
    const children = JSON.parse(output.toString()) as { name: string; pid: number }[];
    expect(children.map(({ name }) => name).sort()).toEqual(["auth", "postgres", "rest", "storage"]);
    for (const { pid } of children) expect(statSync(`/proc/${pid}`).uid).toBe(nobody.uid);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  },
);
