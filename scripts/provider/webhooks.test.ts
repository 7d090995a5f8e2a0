// Webhooks: signed by Stripe's scheme, retried, and as unreliable as a test asks them to be.
import { describe, expect, it } from "vitest";
import { manualClock } from "./clock.ts";
import { cardOnly, eventually, paid, startBench } from "./testing.ts";
import { useBench } from "./use-bench.ts";

interface Delivery {
  id: number;
  event_id: string;
  type: string;
  status: string;
  attempts: { status: number | null; error: string | null; signature: string | null }[];
}

const bench = await useBench();
const { stripe } = bench;

const deliveries = async (query = "") =>
  (await bench.control<{ deliveries: Delivery[] }>("GET", `/deliveries${query}`)).deliveries;
const succeededEvent = async () => {
  const [event] = (await stripe.events.list({ type: "payment_intent.succeeded" })).data;
  if (!event) throw new Error("No payment_intent.succeeded event.");
  return event;
};
const PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"];

describe("delivery", () => {
  it("carries the same event that the API lists, under a signature that verifies", async () => {
    await stripe.paymentIntents.create(paid(), { idempotencyKey: "order-1" });
    await bench.drain();
    const event = await succeededEvent();
    const received = bench.receiver.events.find((other) => other.id === event.id);
    expect(received).toMatchObject({ data: event.data, request: { idempotency_key: "order-1" }, pending_webhooks: 1 });
    expect(event.pending_webhooks).toBe(0);
    expect(bench.receiver.refused).toEqual([]);
  });

  it("tries again after a 500 and stops at the first 2xx", async () => {
    bench.receiver.answers.push(500, 500);
    await stripe.paymentIntents.create({ amount: 1_000, currency: "eur" });
    await bench.drain();
    expect(bench.receiver.types()).toEqual(["payment_intent.created"]);
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({ status: "delivered" });
    expect(delivery?.attempts.map((attempt) => attempt.status)).toEqual([500, 500, 200]);
  });

  it("waits longer after each failure, goes on with other events meanwhile, and gives up in the end", async () => {
    const clock = manualClock(Date.UTC(2031, 0, 1));
    const slow = await startBench({ clock, retryDelaysMs: [1_000, 2_000] });
    const settled = (count: number) =>
      expect
        .poll(async () => {
          const { deliveries: all } = await slow.control<{ deliveries: Delivery[] }>("GET", "/deliveries");
          return all.reduce((sum, delivery) => sum + delivery.attempts.length, 0);
        }, eventually)
        .toBe(count);
    slow.receiver.answers.push(500, 200);
    await slow.stripe.paymentIntents.create({ amount: 1_000, currency: "eur", metadata: { n: "1" } });
    await settled(1);
    await slow.stripe.paymentIntents.create({ amount: 1_000, currency: "eur", metadata: { n: "2" } });
    await settled(2);
    clock.advance(999);
    await settled(2);
    slow.receiver.answers.push(500, 500);
    clock.advance(1);
    await settled(3);
    clock.advance(2_000);
    await settled(4);
    const { deliveries: all } = await slow.control<{ deliveries: Delivery[] }>("GET", "/deliveries");
    expect(all.map((delivery) => delivery.status)).toEqual(["failed", "delivered"]);
    await slow.close();
  });

  it("counts silence as a failure", async () => {
    const clock = manualClock(Date.UTC(2031, 0, 1));
    const waiting = await startBench({ clock, webhookTimeoutMs: 10_000 });
    waiting.receiver.answers.push("hang");
    await waiting.stripe.paymentIntents.create({ amount: 1_000, currency: "eur" });
    await waiting.receiver.hanging();
    clock.advance(10_000);
    await waiting.drain();
    const { deliveries: all } = await waiting.control<{ deliveries: Delivery[] }>("GET", "/deliveries");
    expect(all[0]?.attempts).toMatchObject([{ status: null, error: "timed out" }, { status: 200 }]);
    await waiting.close();
  });
});

describe("trouble on demand", () => {
  it("duplicates", async () => {
    await bench.fault({ target: "webhook", event: "payment_intent.succeeded", action: "duplicate", copies: 2 });
    await stripe.paymentIntents.create(paid());
    await bench.drain();
    expect(bench.receiver.types()).toEqual([...PAID, "payment_intent.succeeded", "payment_intent.succeeded"]);
    expect(new Set(bench.receiver.events.slice(2).map((event) => event.id)).size).toBe(1);
  });

  it("delays, so that later events arrive first", async () => {
    await bench.fault({ target: "webhook", event: "payment_intent.created", action: "delay", ms: 60_000 });
    await stripe.paymentIntents.create(paid());
    await bench.drain();
    expect(bench.receiver.types()).toEqual([...PAID.slice(1), "payment_intent.created"]);
  });

  it("drops, and the event can still be found through the API", async () => {
    await bench.fault({ target: "webhook", event: "payment_intent.*", action: "drop", times: 2 });
    await stripe.paymentIntents.create(paid());
    await bench.drain();
    expect(bench.receiver.types()).toEqual(["charge.succeeded"]);
    expect((await succeededEvent()).data.object).toMatchObject({ status: "succeeded" });
    expect((await deliveries("?status=dropped")).map((delivery) => delivery.type)).toEqual([PAID[0], PAID[2]]);
  });

  it.each([
    ["created", PAID],
    ["reversed", PAID.toReversed()],
  ])("holds until released in %s order", async (order, expected) => {
    await bench.fault({ target: "webhook", action: "hold", times: 3 });
    await stripe.paymentIntents.create(paid());
    await bench.drain();
    expect(bench.receiver.types()).toEqual([]);
    expect((await succeededEvent()).pending_webhooks).toBe(1);
    await bench.control("POST", "/release", { order });
    await bench.drain();
    expect(bench.receiver.types()).toEqual(expected);
  });

  it("delivers an event once more when asked", async () => {
    await stripe.paymentIntents.create(paid());
    await bench.drain();
    const { id } = await succeededEvent();
    await bench.control("POST", `/events/${id}/deliver`, { times: 2 });
    await bench.drain();
    expect(bench.receiver.events.filter((event) => event.id === id)).toHaveLength(3);
  });

  it.each([
    ["late", "Timestamp outside the tolerance zone"],
    ["forged_timestamp", "No signatures found matching"],
    ["wrong_secret", "No signatures found matching"],
    ["tampered_body", "No signatures found matching"],
    ["unsigned", "No stripe-signature header value"],
  ])("signs %s deliveries that the library refuses", async (signature, reason) => {
    await stripe.paymentIntents.create(paid());
    await bench.drain();
    const { id } = await succeededEvent();
    await bench.control("POST", `/events/${id}/deliver`, { signature });
    await bench.drain();
    expect(bench.receiver.events).toHaveLength(3);
    expect(bench.receiver.refused.length).toBeGreaterThan(0);
    for (const refused of bench.receiver.refused) expect(refused).toContain(reason);
  });

  it("signs truly an event that says something else", async () => {
    await stripe.paymentIntents.create(paid(1_000));
    await bench.drain();
    const { id } = await succeededEvent();
    const patch = { id: "evt_other", data: { object: { amount: 1, amount_received: 1 } } };
    await bench.control("POST", `/events/${id}/deliver`, { patch });
    await bench.drain();
    expect(bench.receiver.events.at(-1)).toMatchObject({
      id: "evt_other",
      data: { object: { amount: 1, currency: "eur" } },
    });
  });

  it("refuses a rule it does not know, and the control API needs the key", async () => {
    await expect(bench.fault({ target: "webhook", action: "explode" })).rejects.toThrow("400");
    expect((await fetch(`${bench.url}/_control/reset`, { method: "POST" })).status).toBe(401);
    await stripe.paymentIntents.create({ amount: 1_000, currency: "eur", ...cardOnly });
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
  });
});
