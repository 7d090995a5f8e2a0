/** What the functions get to see. */

import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makePlan } from "./plan.ts";
import { functionEnvironment } from "./services.ts";
import { makeProject, plainOptions, temporaryFolder } from "./stack-fixture.ts";

async function environmentFor(env: Record<string, string>, provider: boolean) {
  const { dir, remove } = temporaryFolder();
  onTestFinished(remove);
  makeProject(join(dir, "project"));
  return functionEnvironment(await makePlan({ ...plainOptions(dir), provider, env }));
}

test("the user's variables arrive, but names of the platform are the platform's", async () => {
  const env = await environmentFor(
    { SENTRY_DSN: "https://sentry.example", SUPABASE_URL: "http://elsewhere", STACK_DIR: "x" },
    false,
  );
  expect(env).toMatchObject({
    SENTRY_DSN: "https://sentry.example",
    SUPABASE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  });
  expect(env).not.toHaveProperty("STACK_DIR");
  expect(JSON.parse(env.SUPABASE_JWKS ?? "").keys[0]).not.toHaveProperty("d");
});

test("events of a model are taken in with a secret of one's own, and without one from nobody", async () => {
  const first = (await environmentFor({}, true)).OPENAI_WEBHOOK_SECRET;
  expect(first).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect((await environmentFor({}, true)).OPENAI_WEBHOOK_SECRET).not.toBe(first);
  const own = { OPENAI_WEBHOOK_SECRET: "whsec_b25lJ3Mgb3du" };
  expect(await environmentFor(own, true)).toMatchObject(own);
});

test("Stripe's own keys come without another host; the local provider comes with keys and host of its own", async () => {
  const stripe = { STRIPE_SECRET_KEY: "sk_test_1", STRIPE_WEBHOOK_SECRET: "whsec_1" };
  const withStripe = await environmentFor(stripe, false);
  expect(withStripe).toMatchObject(stripe);
  expect(withStripe).not.toHaveProperty("STRIPE_API_URL");
  expect(await environmentFor({}, true)).toMatchObject({
    STRIPE_SECRET_KEY: expect.stringMatching(/^sk_test_[0-9a-f]{48}$/),
    STRIPE_WEBHOOK_SECRET: expect.stringMatching(/^whsec_[0-9a-f]{48}$/),
    STRIPE_API_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  });
});
