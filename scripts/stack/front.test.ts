// The stack's front door, end to end: supabase-js and bare HTTP through the gateway to Auth, PostgREST, functions and
// realtime, on a stack of its own with the fixture project.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { adminSuite } from "./front-admin.suite.ts";
import { authSuite } from "./front-auth.suite.ts";
import { type Front, frontOf } from "./front-context.ts";
import { type FrontProject, writeFrontProject } from "./front-fixture.ts";
import { gatewaySuite } from "./front-gateway.suite.ts";
import { realtimeSuite } from "./front-realtime.suite.ts";
import { storageSuite } from "./front-storage.suite.ts";
import { startStack } from "./start-stack.ts";

let front: Front | undefined;
let project: FrontProject | undefined;
let dir = "";

beforeAll(async () => {
  project = writeFrontProject();
  dir = mkdtempSync(path.join(tmpdir(), "servio-front-stack-"));
  chmodSync(dir, 0o755); // the account that runs Postgres has to walk through it
  const log = (line: string) => console.error(`[stack] ${line}`);
  const where = { dir, port: "auto", dbPort: "auto", projectDir: project.dir } as const;
  front = frontOf(await startStack({ ...where, durable: false, provider: false, env: {}, log }));
});

afterAll(async () => {
  await front?.stack.stop();
  project?.remove();
  rmSync(dir, { recursive: true, force: true });
});

const ready = () => {
  if (!front) throw new Error("the stack has not started");
  return front;
};

authSuite(ready);
adminSuite(ready);
gatewaySuite(ready);
realtimeSuite(ready);
storageSuite(ready);
