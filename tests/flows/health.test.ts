/** Probes: alive without a credential, ready with reasons, details for the project's own machinery alone. */
import { afterAll, expect, test } from "vitest";
import { guest, machine } from "../support/actors.ts";
import { callFunction } from "../support/functions.ts";
import { providerId } from "../support/payments.ts";
import { deliver, stripeEvent } from "../support/provider.ts";
import { until } from "../support/until.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { stack } = world;
afterAll(() => world.close());

interface Ready {
  readonly status: "ok" | "degraded" | "down";
  readonly reasons: readonly string[];
  readonly checks?: readonly { readonly name: string; readonly status: string; readonly reason?: string }[];
}
async function ready(actor = guest): Promise<Ready> {
  const { status, text } = await callFunction(stack, "health/ready", { actor, method: "GET" });
  expect(status).toBe(200);
  return JSON.parse(text) as Ready;
}

test("alive is one word, for anybody", async () => {
  const response = await fetch(`${stack.url}/functions/v1/health/live`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: "ok" });
});

test("ready names its reasons to anybody, and its checks to the machinery", async () => {
  const seen = await ready();
  expect(seen.checks).toBeUndefined();
  const { status, reasons, checks = [] } = await ready(machine);
  expect(status).toBe(reasons.length === 0 ? "ok" : "degraded");
  const names = checks.map(({ name }) => name);
  for (const name of [
    "database",
    "outbox",
    "queue provider_calls",
    "clock expire-orders",
    "payment provider",
    "worker",
  ]) {
    expect(names).toContain(name);
  }
  expect(checks.flatMap(({ reason }) => reason ?? []).sort()).toEqual(expect.arrayContaining([...reasons].sort()));
});

test("an event that contradicts the books makes it degraded, and says so", async () => {
  const metadata = { payment_id: crypto.randomUUID() };
  const object = { id: providerId("pi"), amount_received: 1, currency: "gbp", metadata };
  expect((await deliver(stack, stripeEvent("payment_intent.succeeded", object))).status).toBe(200);
  const seen = await until("the quarantine is noticed", async () => {
    const now = await ready();
    return now.reasons.includes("events_quarantined") && now;
  });
  expect(seen.status).toBe("degraded");
});

test("what is not a probe is refused as a problem", async () => {
  const cases = [
    [await callFunction(stack, "health/ready", { body: {} }), 405, "method_not_allowed"],
    [await callFunction(stack, "health/nowhere", { method: "GET" }), 404, "route_not_found"],
    [await callFunction(stack, "health/ready", { method: "GET", headers: { apikey: "forged" } }), 401, "token_invalid"],
  ] as const;
  for (const [reply, status, code] of cases) {
    expect({ status: reply.status, ...JSON.parse(reply.text) }).toMatchObject({ status, code });
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
  }
});
