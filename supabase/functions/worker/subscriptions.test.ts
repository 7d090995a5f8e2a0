import assert from "node:assert/strict";
import type { BillingProvider } from "../_shared/billing-provider.ts";
import { unavailable } from "../_shared/problem.ts";
import { fakeRpc } from "../_shared/testing.ts";
import { runJob } from "./job.ts";
import { lookAtSubscription } from "./subscriptions.ts";

const SEEN_AT = "2026-06-01T12:00:00.123456+00:00";
const payload = { subscription_reference: "sub_1", seen_at: SEEN_AT };
const object = { id: "sub_1", object: "subscription", status: "active" };

async function look(
  outcome: string,
  retrieve: () => Promise<unknown> = () => Promise.resolve(object),
  what: unknown = payload,
) {
  const { rpc, calls } = fakeRpc({ apply_subscription: () => ({ outcome }) });
  const billing = { retrieve } as unknown as Pick<BillingProvider, "retrieve">;
  const queue = {
    name: "provider_calls",
    batch: 1,
    topics: { "subscription.changed": lookAtSubscription({ rpc, billing }) },
  };
  return { result: await runJob({ topic: "subscription.changed", payload: what }, queue), calls };
}

for (const outcome of ["changed", "unchanged", "stale", "not_ours"]) {
  Deno.test(`a look that the database finds ${outcome} is done`, async () => {
    const { result, calls } = await look(outcome);
    assert.deepEqual(result, { done: true });
    assert.deepEqual(calls, [{ name: "apply_subscription", args: { p_object: object, p_seen_at: SEEN_AT } }]);
  });
}

for (const outcome of ["unknown_price", "second_subscription"]) {
  Deno.test(`${outcome} is for a person: a dead letter, not another try`, async () => {
    const { result } = await look(outcome);
    assert.ok(!result.done && result.final && result.error.startsWith("sub_1: "));
  });
}

Deno.test("an outage of the provider changes nothing and is tried again", async () => {
  const { result, calls } = await look("changed", () => Promise.reject(unavailable("provider_unavailable", 1)));
  assert.ok(!result.done && !result.final);
  assert.deepEqual(calls, []);
});

Deno.test("what names no subscription is no job", async () => {
  const { result } = await look("changed", undefined, { subscription_reference: "cus_1", seen_at: SEEN_AT });
  assert.ok(!result.done && result.final);
});
