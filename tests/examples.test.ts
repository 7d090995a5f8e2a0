/** What the documentation shows runs as it stands, on the seeded stack, with nothing but the URL and the public key. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Stack } from "../scripts/stack/start-stack.ts";
import { acquireStack } from "../scripts/stack/test-stack.ts";

const EXAMPLES = join(import.meta.dirname, "..", "examples");

/** The last line that each example prints. */
const SAYS: Record<string, RegExp> = {
  "first-order.mjs": /^Example Café, order #\d+: 580 pence, placed$/,
  "patient-order.mjs": /^order #\d+$/,
};

let stack: Stack;
beforeAll(async () => {
  stack = await acquireStack();
});
afterAll(() => stack.stop());

function run(name: string, key: string): Promise<{ failed: boolean; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH, SUPABASE_URL: stack.url, SUPABASE_PUBLISHABLE_KEY: key };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(EXAMPLES, name)], { env }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, stdout, stderr });
    });
  });
}

test("every example is run here", () => {
  expect(readdirSync(EXAMPLES)).toEqual(Object.keys(SAYS));
});

describe.each(Object.keys(SAYS))("%s", (name) => {
  test("does what it says, and fails without a valid key", async () => {
    const { failed, stdout, stderr } = await run(name, stack.publishableKey);
    expect({ failed, stderr }).toEqual({ failed: false, stderr: "" });
    expect(stdout.trimEnd()).toMatch(SAYS[name] ?? /never/);
    expect((await run(name, "sb_publishable_wrong")).failed).toBe(true);
  });

  test("is short enough to be shown whole", () => {
    expect(readFileSync(join(EXAMPLES, name), "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(15);
  });
});
