/**
 * Whoever carries a payment to the provider may die anywhere on the way: the clock asks, the worker ends or confirms what was
 * left, and the guest can pay. And what the provider moves later: its fees, and disputes.
 */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { must } from "../support/api.ts";
import { violations } from "../support/books.ts";
import { answerFrom, type Charge, callFunction, payments } from "../support/functions.ts";
import { MEAL_MINOR, meal, type Order, place, readOrder, type Session, scan } from "../support/guests.ts";
import { type Started, startPayment } from "../support/payments.ts";
import { provider } from "../support/provider.ts";
import { until } from "../support/until.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
afterAll(() => world.close());
const venue = await buildVenue(world);
const stripe = provider(stack);

async function ordered(): Promise<{ session: Session; order: Order }> {
  const session = await scan(api, venue.counterQr);
  return { session, order: must(await place(api, session, meal(venue.menu, "pay_at_till", "counter"))) };
}
/** As if it had been made that long ago; the clock itself comes by every minute, or is asked here. */
async function aged(paymentId: string, age: string): Promise<void> {
  await sql`update public.payments set created_at = now() - ${age}::interval where id = ${paymentId}`;
  await sql`select private.sweep_payments()`;
}
const statusOf = async (id: string) =>
  (await sql<{ status: string }[]>`select status from public.payments where id = ${id}`)[0]?.status;
const becomes = (id: string, status: string) =>
  until(`the payment is ${status}`, async () => (await statusOf(id)) === status);
const intentOf = (charge: Charge) => (charge.client_secret ?? "").split("_secret_")[0] ?? "";

async function paid(): Promise<{ session: Session; order: Order; charge: Charge }> {
  const { session, order } = await ordered();
  const charge = must(await payments(stack, session, order.id));
  await stripe.confirm(charge.client_secret ?? "");
  await becomes(charge.payment_id, "succeeded");
  return { session, order, charge };
}

/** What the function asks of the provider, word for word, before it dies. */
const asked = (payment: Started, order: Order) =>
  stripe.stripe.paymentIntents.create(
    {
      amount: payment.amount_minor,
      currency: "gbp",
      description: `Order #${String(order.number).padStart(3, "0")}`,
      automatic_payment_methods: { enabled: true },
      metadata: { payment_id: payment.payment_id, order_id: order.id, venue_id: venue.venueId },
    },
    { idempotencyKey: `payment:${payment.payment_id}:${payment.amount_minor}` },
  );

test("killed after reserving, before the provider was asked: given up, and the guest pays by another attempt", async () => {
  const { session, order } = await ordered();
  const { payment_id } = must(await startPayment(api, session, order.id));
  await aged(payment_id, "3 minutes");
  await becomes(payment_id, "canceled");
  expect(must(await payments(stack, session, order.id)).payment_id).not.toBe(payment_id);
});

test("killed after the provider was asked: its intent is ended by the same key, and nobody can pay it", async () => {
  const { session, order } = await ordered();
  const payment = must(await startPayment(api, session, order.id));
  const { id } = await asked(payment, order);
  await aged(payment.payment_id, "3 minutes");
  await becomes(payment.payment_id, "canceled");
  await until(
    "the intent is ended",
    async () => (await stripe.stripe.paymentIntents.retrieve(id)).status === "canceled",
  );
  const { data } = await stripe.stripe.paymentIntents.list({ limit: 100 });
  expect(data.filter(({ metadata }) => metadata.payment_id === payment.payment_id)).toHaveLength(1);
  expect(must(await payments(stack, session, order.id)).status).toBe("pending");
});

test("a guest who left: after half an hour the attempt is ended and the bill is open", async () => {
  const { session, order } = await ordered();
  const charge = must(await payments(stack, session, order.id));
  await aged(charge.payment_id, "31 minutes");
  await becomes(charge.payment_id, "canceled");
  expect((await stripe.stripe.paymentIntents.retrieve(intentOf(charge))).status).toBe("canceled");
  expect(await readOrder(api, session, order.id)).toMatchObject({ due_minor: MEAL_MINOR, payment_status: "unpaid" });
});

test("one key, ten calls at once: one payment; the key is answered with it for good, and refuses another request", async () => {
  const { session, order } = await ordered();
  const body = { session_token: session.session_token, order_id: order.id, method: "payment_intent" };
  const idempotency_key = randomUUID();
  const call = async (more: object = {}) =>
    answerFrom<Charge>(await callFunction(stack, "payments", { body: { ...body, idempotency_key, ...more } }));
  const answers = await Promise.all(Array.from({ length: 10 }, () => call()));
  for (const answer of answers) {
    if (!answer.ok) expect(answer.problem.message).toMatch(/^(idempotency_key_in_use|rate_limited)$/);
  }
  const charge = must(await call());
  expect(must(await call())).toEqual(charge);
  const checkout = { method: "checkout", return_url: "https://guests.example/" };
  expect(await call(checkout)).toMatchObject({ status: 422, problem: { message: "idempotency_key_reused" } });
  const { data } = await stripe.stripe.paymentIntents.list({ limit: 100 });
  expect(data.filter(({ metadata }) => metadata.order_id === order.id)).toHaveLength(1);
});

test("what the provider keeps of a payment comes into the books", async () => {
  const { charge } = await paid();
  const fee = await until(
    "the fee is booked",
    async () => {
      await sql`select private.reconcile_by_clock()`; // one that was under way may have looked too early
      const [row] = await sql<{ amount: number }[]>`
      select e.amount_minor::int as amount from private.ledger_transactions t
      join private.ledger_entries e on e.transaction_id = t.id
      where t.payment_id = ${charge.payment_id} and e.account = 'provider_fees'`;
      return row?.amount;
    },
    { everyMs: 500, withinMs: 60_000 },
  );
  const expand = ["latest_charge.balance_transaction"];
  const { latest_charge } = await stripe.stripe.paymentIntents.retrieve(intentOf(charge), { expand });
  expect(latest_charge).toMatchObject({ balance_transaction: { fee } });
});

test.each(["won", "lost"] as const)("a dispute is opened and %s: the owner's report follows", async (outcome) => {
  const { order, charge } = await paid();
  const id = await stripe.dispute(intentOf(charge));
  const report = async () => {
    const args = { p_organisation_id: venue.organisationId };
    const rows = must(await api.rpc<Record<string, unknown>[]>(venue.owner, "get_disputes", args));
    return rows.find(({ payment_id }) => payment_id === charge.payment_id);
  };
  await until("the money is held", async () => (await report())?.held_minor === MEAL_MINOR);
  expect(await report()).toMatchObject({
    order_id: order.id,
    status: "needs_response",
    lost_minor: 0,
    fees_minor: 2_000,
  });
  await stripe.settle(id, outcome);
  await until("it is decided", async () => (await report())?.held_minor === 0);
  expect(await report()).toMatchObject({ status: outcome, lost_minor: outcome === "lost" ? MEAL_MINOR : 0 });
});

test("the books of all this are in order", async () => {
  await stripe.drain();
  expect(await violations(sql, venue.organisationId)).toEqual([]);
});
