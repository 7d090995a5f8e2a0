/** One bill, many who settle it: the provider's event to ten workers, two tills, till and provider, payment and clock. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clock, guest, machine } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import {
  type Collected,
  MEAL_MINOR,
  meal,
  type Order,
  place,
  readOrder,
  type Session,
  scan,
} from "../../../tests/support/guests.ts";
import { openPayment, type Recorded, type Started, succeeded } from "../../../tests/support/payments.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(20);
const ROUNDS = [1, 2, 3];
let venue: Venue;
beforeAll(async () => {
  venue = await buildVenue(world);
});
afterAll(() => world.close());

const many = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => make(i)));
const open = async (): Promise<{ session: Session; order: Order; payment: Started }> => {
  // A guest at the counter has a session to himself, and so all of its 20 payments a minute.
  const session = await scan(world.api, venue.counterQr);
  return { session, ...(await openPayment(world.api, session, meal(venue.menu, "pay_now", "counter"))) };
};
const recording = (event: ReturnType<typeof succeeded>) => call(world, machine, "record_provider_event", event);
const collecting = (orderId: string, amount: number, key: string = randomUUID()) =>
  call(world, venue.members.cashier, "collect_payment", {
    p_order_id: orderId,
    p_method: "cash",
    p_amount_minor: amount,
    p_idempotency_key: key,
  });

test.each(ROUNDS)("the same provider event to ten workers settles once (round %i)", async () => {
  const { session, order, payment } = await open();
  const event = succeeded(payment);
  const answers = await race<Recorded>(world, await many(10, () => recording(event)));
  const first = answers.map(must).filter((answer) => !answer.duplicate);
  expect(first.map((answer) => answer.outcome)).toEqual(["settled"]);
  expect(new Set(answers.map((answer) => must(answer).status))).toEqual(new Set(["applied"]));
  expect(await readOrder(world.api, session, order.id)).toMatchObject({ status: "placed", paid_minor: MEAL_MINOR });
  expect(await violations(world.sql)).toEqual([]);
});

test("ten different events about one success settle once", async () => {
  const { session, order, payment } = await open();
  const reference = "pi_one";
  const answers = await race<Recorded>(world, await many(10, () => recording(succeeded(payment, reference))));
  expect(tally(answers.map((answer) => must(answer).outcome))).toEqual({ settled: 1, already_settled: 9 });
  expect(await readOrder(world.api, session, order.id)).toMatchObject({ status: "placed", paid_minor: MEAL_MINOR });
  expect(await violations(world.sql)).toEqual([]);
});

test.each(ROUNDS)("two tills take the whole bill: one does (round %i)", async () => {
  const session = await scan(world.api, venue.tables[1].qr);
  const order = must(await place(world.api, session, meal(venue.menu, "pay_later")));
  const answers = await race(world, await many(2, () => collecting(order.id, MEAL_MINOR)));
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, order_already_paid: 1 });
  expect(await violations(world.sql)).toEqual([]);
});

test("one collection repeated ten times under one key is one payment", async () => {
  const session = await scan(world.api, venue.tables[1].qr);
  const order = must(await place(world.api, session, meal(venue.menu, "pay_later")));
  const key = randomUUID();
  const answers = await race<Collected>(world, await many(10, () => collecting(order.id, 1000, key)));
  expect(new Set(answers.flatMap((answer) => (answer.ok ? [answer.value.payment_id] : []))).size).toBe(1);
  expect((await readOrder(world.api, session, order.id)).paid_minor).toBe(1000);
  expect(await violations(world.sql)).toEqual([]);
});

test.each(ROUNDS)("till and provider at once: cooked once, what is too much goes back (round %i)", async () => {
  const { session, order, payment } = await open();
  const [till, event] = await race(world, [
    await collecting(order.id, MEAL_MINOR),
    await recording(succeeded(payment)),
  ]);
  if (!till || !event) throw new Error("a racer is missing");
  expect(["ok", "order_already_paid"]).toContain(outcome(till));
  expect(must(event)).toMatchObject({ status: "applied", outcome: "settled" });
  const after = await readOrder(world.api, session, order.id);
  expect(after).toMatchObject({ status: "placed", paid_minor: till.ok ? 2 * MEAL_MINOR : MEAL_MINOR });
  expect(await violations(world.sql)).toEqual([]);
});

test.each(ROUNDS)("paying and cancelling at once: either cooked, or cancelled and refunded (round %i)", async () => {
  const { session, order, payment } = await open();
  const args = { p_order_id: order.id, p_reason: "gone" };
  const [paid, cancelled] = await race<Recorded>(world, [
    await recording(succeeded(payment)),
    await call(world, venue.owner, "cancel_order", args),
  ]);
  if (!paid || !cancelled) throw new Error("a racer is missing");
  expect([
    ["settled", "order_paid"],
    ["refunded_closed_order", "ok"],
  ]).toContainEqual([must(paid).outcome, outcome(cancelled)]);
  const { status } = await readOrder(world.api, session, order.id);
  expect(status).toBe(cancelled.ok ? "cancelled" : "placed");
  expect(await violations(world.sql)).toEqual([]);
});

test.each(ROUNDS)("paying while three clocks expire it: either cooked, or refunded (round %i)", async () => {
  const { session, order, payment } = await open();
  await world.sql`update public.orders set created_at = now() - interval '31 minutes' where id = ${order.id}`;
  const expiring = { actor: clock, statement: "select to_jsonb(private.expire_orders()) as answer" };
  const [paid, ...expired] = await race<Recorded | number>(world, [
    await recording(succeeded(payment)),
    expiring,
    expiring,
    expiring,
  ]);
  if (!paid) throw new Error("a racer is missing");
  const expirations = expired.reduce((sum, answer) => sum + Number(must(answer)), 0);
  const { outcome: how } = must(paid) as Recorded;
  expect([
    ["settled", 0],
    ["refunded_closed_order", 1],
  ]).toContainEqual([how, expirations]);
  const { status } = await readOrder(world.api, session, order.id);
  expect(status).toBe(expirations ? "expired" : "placed");
  expect(await violations(world.sql)).toEqual([]);
});

test("twenty taps on Pay reserve one payment", async () => {
  const session = await scan(world.api, venue.counterQr);
  const order = must(await place(world.api, session, meal(venue.menu, "pay_now", "counter")));
  const args = { p_session_token: session.session_token, p_order_id: order.id };
  const answers = await race<Started>(world, await many(20, () => call(world, guest, "start_payment", args)));
  expect(tally(answers.map(outcome))).toEqual({ ok: 20 });
  expect(new Set(answers.map((answer) => must(answer).payment_id)).size).toBe(1);
  expect(await violations(world.sql)).toEqual([]);
});

test("giving up a payment while it succeeds: the success counts, once", async () => {
  const { session, order, payment } = await open();
  const [paid] = await race<Recorded>(world, [
    await recording(succeeded(payment)),
    await call(world, machine, "cancel_payment", { p_payment_id: payment.payment_id }),
  ]);
  expect(paid && must(paid).outcome).toBe("settled");
  expect((await readOrder(world.api, session, order.id)).paid_minor).toBe(MEAL_MINOR);
  expect(await violations(world.sql)).toEqual([]);
});
