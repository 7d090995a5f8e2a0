/** What has no outcome is asked about by one, however many clocks strike; and whoever reports it, it counts once. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { clock, guest, machine } from "../../../tests/support/actors.ts";
import { must, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { MEAL_MINOR, meal, readOrder, scan } from "../../../tests/support/guests.ts";
import { openPayment, refundEvent, succeeded } from "../../../tests/support/payments.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(20);
const { sql, api } = world;
const ROUNDS = [1, 2, 3];
let venue: Venue;
beforeAll(async () => {
  venue = await buildVenue(world);
});
afterAll(() => world.close());

const many = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => make(i)));
const open = async () => {
  const session = await scan(api, venue.counterQr);
  const { order, payment } = await openPayment(api, session, meal(venue.menu, "pay_now", "counter"));
  const reference = `pi_${payment.payment_id}`;
  const args = { p_payment_id: payment.payment_id, p_provider_reference: reference };
  must(await api.rpc(machine, "attach_payment", args));
  return { session, order, payment, reference };
};
const reporting = (payment: { payment_id: string; amount_minor: number }, reference: string) =>
  call(world, machine, "report_payment", {
    p_payment_id: payment.payment_id,
    p_state: "succeeded",
    p_provider_reference: reference,
    p_amount_minor: payment.amount_minor,
    p_currency: "gbp",
  });

test.each(ROUNDS)("ten clocks at once ask about each payment once (round %i)", async () => {
  const opened = await many(5, () => open());
  const ids = opened.map(({ payment }) => payment.payment_id);
  await sql`update public.payments set created_at = now() - interval '6 minutes' where id = any(${ids})`;
  const sweep = { actor: clock, statement: "select to_jsonb(private.sweep_payments()) as answer" };
  const answers = await race<number>(
    world,
    Array.from({ length: 10 }, () => sweep),
  );
  expect(answers.map(must).reduce((sum, count) => sum + count, 0)).toBe(5);
  const [asked] = await sql`
    select count(*)::int as jobs, count(distinct payload ->> 'payment_id')::int as payments from private.outbox
    where topic = 'payment.check_requested' and payload ->> 'payment_id' = any(${ids})`;
  expect(asked).toEqual({ jobs: 5, payments: 5 });
});

test.each(ROUNDS)(
  "workers, the event and the cancellation about one success: it is settled once (round %i)",
  async () => {
    const { session, order, payment, reference } = await open();
    const event = succeeded(payment, reference);
    await race(world, [
      ...(await many(6, () => reporting(payment, reference))),
      ...(await many(6, () => call(world, machine, "record_provider_event", event))),
      ...(await many(3, () => call(world, machine, "cancel_payment", { p_payment_id: payment.payment_id }))),
    ]);
    expect(await readOrder(api, session, order.id)).toMatchObject({ status: "placed", paid_minor: MEAL_MINOR });
    expect(await violations(sql)).toEqual([]);
  },
);

test.each(ROUNDS)(
  "a refund that comes together with its payment is booked, whichever is first (round %i)",
  async () => {
    const { session, order, payment, reference } = await open();
    const refund = refundEvent({
      id: `re_${payment.payment_id}`,
      payment_intent: reference,
      amount: 100,
      status: "succeeded",
    });
    const answers = await race<{ status: string }>(world, [
      await call(world, machine, "record_provider_event", succeeded(payment, reference)),
      await call(world, machine, "record_provider_event", refund),
    ]);
    expect(answers.map(must).map(({ status }) => status)).not.toContain("quarantined");
    // What has just missed its payment is found by the clock.
    await sql`update private.provider_events set received_at = now() - interval '2 minutes' where status = 'deferred'`;
    await sql`select private.sweep_events()`;
    expect(await readOrder(api, session, order.id)).toMatchObject({ paid_minor: MEAL_MINOR, refunded_minor: 100 });
    expect(await violations(sql)).toEqual([]);
  },
);

test("one key from ten devices of one guest: one claim, and nine are told to wait", async () => {
  const session = await scan(api, venue.counterQr);
  const { order } = await openPayment(api, session, meal(venue.menu, "pay_now", "counter"));
  const args = { p_session_token: session.session_token, p_order_id: order.id, p_idempotency_key: "one" };
  const answers = await race(world, await many(10, () => call(world, guest, "start_payment", args)));
  expect(tally(answers.map((answer) => (answer.ok ? "ok" : answer.problem.message)))).toEqual({
    ok: 1,
    idempotency_key_in_use: 9,
  });
});
