/**
 * The provider's courier at our door: twice, late, in the wrong order, with the wrong amount, with a forged signature,
 * or with nonsense. What is signed is stored whatever it says; what is not leaves no trace.
 */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { machine } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { violations } from "../support/books.ts";
import { MEAL_MINOR, meal, readOrder, type Session, scan } from "../support/guests.ts";
import { openPayment, providerId, type Started } from "../support/payments.ts";
import { type Delivery, deliver, stripeEvent } from "../support/provider.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
afterAll(() => world.close());
const venue = await buildVenue(world);

async function waiting() {
  const session: Session = await scan(api, venue.counterQr);
  return { session, ...(await openPayment(api, session, meal(venue.menu, "pay_now", "counter"))) };
}

const intent = (payment: Started, more: object = {}) => ({
  id: providerId("pi"),
  object: "payment_intent",
  amount: payment.amount_minor,
  amount_received: payment.amount_minor,
  currency: "gbp",
  status: "succeeded",
  metadata: { payment_id: payment.payment_id },
  ...more,
});

async function send(body: object | string, options: Delivery = {}) {
  const { status, text, headers } = await deliver(stack, body, options);
  const read = JSON.parse(text || "null") as { code?: string; status?: string; duplicate?: boolean } | null;
  return { http: status, contentType: headers.get("content-type"), ...read };
}
const stored = async (eventId: string) => {
  const rows = await sql<{ status: string; outcome: string; type: string }[]>`
    select status, outcome, type from private.provider_events where event_id = ${eventId}`;
  return [...rows];
};

test("an event settles an order once, however often and however late it comes", async () => {
  const { session, order, payment } = await waiting();
  const event = stripeEvent("payment_intent.succeeded", intent(payment));
  expect(await send(event)).toMatchObject({ http: 200, duplicate: false, status: "applied" });
  expect(await send(event)).toMatchObject({ http: 200, duplicate: true });
  const dayOld = { ...event, id: providerId("evt"), created: event.created - 86_400 };
  expect(await send(dayOld), "another event about the same success").toMatchObject({ http: 200, status: "ignored" });
  expect(await readOrder(api, session, order.id)).toMatchObject({ status: "placed", paid_minor: MEAL_MINOR });
});

test("out of order: what came before the success changes nothing after it", async () => {
  const { session, order, payment } = await waiting();
  const object = intent(payment);
  expect(await send(stripeEvent("payment_intent.succeeded", object))).toMatchObject({ status: "applied" });
  const failed = { ...object, last_payment_error: { decline_code: "generic_decline" } };
  for (const type of ["payment_intent.created", "payment_intent.payment_failed", "payment_intent.canceled"]) {
    expect(await send(stripeEvent(type, failed)), type).toMatchObject({ http: 200, status: "ignored" });
  }
  expect(await readOrder(api, session, order.id)).toMatchObject({ status: "placed", payment_status: "paid" });
});

test("a success that arrives before its charge was attached settles; attaching afterwards agrees", async () => {
  const { session, order, payment } = await waiting();
  const object = intent(payment);
  expect(await send(stripeEvent("payment_intent.succeeded", object))).toMatchObject({ status: "applied" });
  const attach = (reference: string) =>
    api.rpc(machine, "attach_payment", { p_payment_id: payment.payment_id, p_provider_reference: reference });
  expect(must(await attach(object.id))).toMatchObject({ status: "succeeded" });
  expect(await attach(providerId("pi"))).toMatchObject({ status: 409 });
  expect((await readOrder(api, session, order.id)).paid_minor).toBe(MEAL_MINOR);
});

test.each([
  ["a penny less", { amount_received: MEAL_MINOR - 1 }, "amount_mismatch"],
  ["a penny more", { amount_received: MEAL_MINOR + 1 }, "amount_mismatch"],
  ["another currency", { currency: "usd" }, "amount_mismatch"],
  ["an unknown payment", { metadata: { payment_id: randomUUID() } }, "unknown_payment"],
])("%s is quarantined, not applied", async (_what, more, outcome) => {
  const { session, order, payment } = await waiting();
  const event = stripeEvent("payment_intent.succeeded", intent(payment, more));
  expect(await send(event)).toMatchObject({ http: 200, status: "quarantined" });
  expect(await stored(event.id)).toMatchObject([{ status: "quarantined", outcome }]);
  expect(await readOrder(api, session, order.id)).toMatchObject({ status: "pending_payment", paid_minor: 0 });
});

test("another intent for a payment that has one is quarantined", async () => {
  const { session, order, payment } = await waiting();
  const args = { p_payment_id: payment.payment_id, p_provider_reference: providerId("pi") };
  must(await api.rpc(machine, "attach_payment", args));
  const event = stripeEvent("payment_intent.succeeded", intent(payment));
  expect(await send(event)).toMatchObject({ http: 200, status: "quarantined" });
  expect((await readOrder(api, session, order.id)).paid_minor).toBe(0);
});

test("what is not ours, and types nobody handles, are stored and acknowledged", async () => {
  const events = [
    stripeEvent("payment_intent.succeeded", {
      id: providerId("pi"),
      amount_received: 1,
      currency: "gbp",
      metadata: {},
    }),
    stripeEvent("payment_intent.succeeded", { id: providerId("pi"), metadata: { payment_id: "not a uuid" } }),
    stripeEvent("customer.created", { id: providerId("cus") }),
    stripeEvent("a.type.of.next.year", { id: "x" }),
  ];
  for (const event of events) {
    expect(await send(event), event.type).toMatchObject({ http: 200, status: "ignored" });
    expect(await stored(event.id)).toMatchObject([{ status: "ignored", type: event.type }]);
  }
});

test("a signature that is missing, wrong, old, of another secret or of another body: 400, and no trace", async () => {
  const { session, order, payment } = await waiting();
  const event = stripeEvent("payment_intent.succeeded", intent(payment));
  const now = Math.floor(Date.now() / 1000);
  const forgeries: [string, Delivery][] = [
    ["missing", { signature: "" }],
    ["nonsense", { signature: "t=1,v1=00" }],
    ["unsigned scheme", { signature: `t=${now},v0=${"0".repeat(64)}` }],
    ["another secret", { secret: "whsec_another" }],
    ["old", { timestamp: now - 3600 }],
  ];
  for (const [name, options] of forgeries) {
    expect(await send(event, options), name).toMatchObject({ http: 400, code: "signature_invalid" });
  }
  const other = JSON.stringify({ ...event, id: providerId("evt") });
  const signed = await deliver(stack, other);
  expect(signed.status).toBe(200);
  const headers = { "stripe-signature": "t=1,v1=00" };
  expect(await send(event, { headers })).toMatchObject({ http: 400, contentType: "application/problem+json" });
  expect(await stored(event.id)).toEqual([]);
  expect(await readOrder(api, session, order.id), "the other event was true").toMatchObject({ status: "placed" });
});

test.each([
  [
    "too large",
    () => send(JSON.stringify(stripeEvent("x", { text: "x".repeat(300_000) }, { id: "evt_large" }))),
    413,
    "body_too_large",
  ],
  ["broken JSON", () => send('{"id": "evt_1", '), 400, "json_invalid"],
  ["not an event", () => send({ hello: "world" }), 422, "invalid_input"],
  ["an array", () => send([]), 422, "invalid_input"],
  [
    "another content type",
    () => send("{}", { headers: { "content-type": "text/plain" } }),
    415,
    "unsupported_media_type",
  ],
  ["PUT", () => send("{}", { method: "PUT" }), 405, "method_not_allowed"],
  ["GET", () => send("", { method: "GET" }), 405, "method_not_allowed"],
  ["DELETE", () => send("{}", { method: "DELETE" }), 405, "method_not_allowed"],
])("%s is refused as a problem, and nothing is stored", async (_what, sending, http, code) => {
  const [before] =
    await sql`select count(*)::int as events from private.provider_events where event_id in ('evt_1', 'evt_large')`;
  expect(await sending()).toMatchObject({ http, code, contentType: "application/problem+json" });
  const [after] =
    await sql`select count(*)::int as events from private.provider_events where event_id in ('evt_1', 'evt_large')`;
  expect(after).toEqual(before);
});

test("signed events whose fields are of the wrong kind are kept for a person, and never a 500", async () => {
  const { payment } = await waiting();
  const broken = stripeEvent("payment_intent.succeeded", intent(payment, { amount_received: "much" }));
  expect(await send(broken)).toMatchObject({ http: 200, status: "quarantined" });
  expect(await stored(broken.id)).toMatchObject([{ status: "quarantined", outcome: "malformed" }]);
  const objects = [
    { id: 7, amount_received: "much", currency: null, metadata: { payment_id: randomUUID() } },
    { id: null, amount_received: 1e30, currency: "gbp", metadata: { payment_id: randomUUID() } },
    { metadata: "text" },
    { metadata: [] },
    { id: "re_1", payment_intent: {}, amount: "x", status: 5 },
    { id: "re_2", payment_intent: "pi_1", amount: -5, status: "succeeded" },
  ];
  for (const type of [
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "refund.updated",
    "refund.created",
  ]) {
    for (const object of objects) {
      const { http } = await send(stripeEvent(type, object));
      expect(http, `${type} ${JSON.stringify(object)}`).toBe(200);
    }
  }
});

test("the books of all this are in order", async () => {
  expect(await violations(sql, venue.organisationId)).toEqual([]);
});
