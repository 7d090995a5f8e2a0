import assert from "node:assert/strict";
import type Stripe from "stripe";
import { Problem } from "../../_shared/problem.ts";
import { DONE } from "../job.ts";
import { RUN, setting } from "./testing.ts";

const subscription = (more: object = {}) =>
  ({
    ...{ id: "sub_1", object: "subscription", status: "active", currency: "gbp", created: 1, trial_end: null },
    ...{
      cancel_at_period_end: false,
      customer: { id: "cus_1", email: "owner@example.test" },
      latest_invoice: { created: 2 },
    },
    metadata: { organisation_id: RUN },
    items: {
      data: [
        {
          ...{ id: "si_1", current_period_start: 3, current_period_end: 4 },
          price: {
            id: "price_1",
            metadata: { servio_tier: "pro" },
            recurring: { interval: "month", interval_count: 1 },
          },
        },
      ],
    },
    ...more,
  }) as unknown as Stripe.Subscription;

Deno.test("a subscription that differs is asked for once more and applied as of then; who pays is nobody's business", async () => {
  const differs = {
    object_id: "sub_1",
    event_id: null,
    type: "subscription.changed",
    seen_at: "2026-06-01T10:00:00+00:00",
  };
  const records = {
    subscriptions: () => Promise.resolve({ data: [subscription()], next: null }),
    subscription: () => Promise.resolve(subscription({ status: "past_due" })),
  };
  const compared = { compare_with_provider: () => [differs] };
  const { run, database } = setting(records, { ...compared, apply_subscription: () => ({ outcome: "changed" }) });
  assert.deepEqual(await run(), DONE);
  const [applied] = database.named("apply_subscription");
  assert.match(JSON.stringify(applied?.args.p_object), /"past_due"/);
  assert.equal(applied?.args.p_seen_at, differs.seen_at);
  const saved = database.named("save_reconciliation_page").find(({ args }) => args.p_step === "unconfirmed");
  assert.deepEqual(saved?.args.p_counts, { subscriptions: 1, repaired: 1 });
  const [said] = (saved?.args.p_objects ?? []) as Record<string, unknown>[];
  assert.deepEqual([said?.status, said?.customer, said?.latest_invoice], ["past_due", "cus_1", { created: 2 }]);
  assert.doesNotMatch(JSON.stringify(database.named("compare_with_provider")), /example\.test/);

  const refused = setting(records, {
    ...compared,
    apply_subscription: () => {
      throw new Problem({ code: "invalid_input", status: 400, detail: "its customer is another organisation's" });
    },
  });
  assert.deepEqual(await refused.run(), DONE, "what is refused stops nothing: it gets its name");
});

Deno.test("what no look would settle is not applied; what the list did not show is asked for by its id", async () => {
  const asked: string[] = [];
  const records = {
    subscriptions: () => Promise.resolve({ data: [subscription()], next: null }),
    subscription: (id: string) => {
      asked.push(id);
      return Promise.resolve(id === "sub_gone" ? null : subscription());
    },
  };
  const differs = { object_id: "sub_1", event_id: null, type: null, seen_at: null };
  const { run, database } = setting(records, {
    compare_with_provider: ({ p_objects }) => ((p_objects as { id: string }[])[0]?.id === "sub_1" ? [differs] : []),
    get_unconfirmed_objects: () => [{ object_id: "sub_gone", object: "subscription" }],
  });
  assert.deepEqual(await run(), DONE);
  assert.deepEqual(asked, ["sub_1", "sub_gone"]);
  assert.equal(database.named("apply_subscription").length, 0);
  const missing = database.named("compare_with_provider").at(-1)?.args.p_objects;
  assert.deepEqual(missing, [{ id: "sub_gone", object: "subscription", status: "missing" }]);
});
