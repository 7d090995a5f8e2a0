/** Money goes back once: refunds that together exceed what was paid, asked for by staff, by the provider, or by both. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { machine } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { collect, MEAL_MINOR, meal, place, type Session, scan } from "../../../tests/support/guests.ts";
import { paidOnline, providerId, type Recorded, refundEvent } from "../../../tests/support/payments.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(10);
let venue: Venue;
let session: Session;
beforeAll(async () => {
  venue = await buildVenue(world);
  session = await scan(world.api, venue.tables[0].qr);
});
afterAll(() => world.close());

const refunding = (paymentId: string, amount: number, key: string = randomUUID(), by = venue.members.cashier) =>
  call(world, by, "refund_payment", {
    p_payment_id: paymentId,
    p_amount_minor: amount,
    p_reason: "cold",
    p_idempotency_key: key,
  });

const many = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make));

async function paidAtTill(): Promise<string> {
  const order = must(await place(world.api, session, meal(venue.menu, "pay_later")));
  return must(await collect(world.api, venue.members.cashier, order.id, MEAL_MINOR)).payment_id;
}

const claimed = async (paymentId: string): Promise<number> => {
  const [found] = await world.sql<{ claim: string }[]>`
    select refund_claimed_minor as claim from public.payments where id = ${paymentId}`;
  return Number(found?.claim);
};

test.each([1, 2, 3])("two refunds of three fifths each: one (round %i)", async () => {
  const { payment } = await paidOnline(world.api, session, meal(venue.menu, "pay_now"));
  const part = Math.round(MEAL_MINOR * 0.6);
  const answers = await race(world, await many(2, () => refunding(payment.payment_id, part)));
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, refund_exceeds_payment: 1 });
  expect(await claimed(payment.payment_id)).toBe(part);
  expect(await violations(world.sql)).toEqual([]);
});

test.each([1, 2, 3])("ten refunds of a third each: three, at the till at once (round %i)", async () => {
  const paymentId = await paidAtTill();
  const answers = await race(world, await many(10, () => refunding(paymentId, Math.floor(MEAL_MINOR / 3))));
  expect(tally(answers.map(outcome))).toEqual({ ok: 3, refund_exceeds_payment: 7 });
  expect(await violations(world.sql)).toEqual([]);
});

test("one refund repeated ten times under one key: one", async () => {
  const paymentId = await paidAtTill();
  const key = randomUUID();
  const answers = await race<{ refund_id: string }>(world, await many(10, () => refunding(paymentId, 100, key)));
  const refunds = new Set(answers.flatMap((answer) => (answer.ok ? [answer.value.refund_id] : [])));
  expect(refunds.size).toBe(1);
  expect(await claimed(paymentId)).toBe(100);
  expect(await violations(world.sql)).toEqual([]);
});

test("a refund in the provider's dashboard and one by staff, each of everything: one", async () => {
  for (const _round of [1, 2, 3]) {
    const { payment, reference } = await paidOnline(world.api, session, meal(venue.menu, "pay_now"));
    const outside = refundEvent({
      id: providerId("re"),
      payment_intent: reference,
      amount: MEAL_MINOR,
      status: "succeeded",
    });
    const [byStaff, byProvider] = await race<Recorded>(world, [
      await refunding(payment.payment_id, MEAL_MINOR),
      await call(world, machine, "record_provider_event", outside),
    ]);
    if (!byStaff || !byProvider) throw new Error("a racer is missing");
    const outcomes = [outcome(byStaff), must(byProvider).outcome];
    expect([
      ["ok", "refund_exceeds_payment"],
      ["refund_exceeds_payment", "refund_succeeded"],
    ]).toContainEqual(outcomes);
    expect(await claimed(payment.payment_id)).toBe(MEAL_MINOR);
  }
  expect(await violations(world.sql)).toEqual([]);
});

test("the answer of the call and ten deliveries of the event confirm one refund once", async () => {
  const { payment, reference } = await paidOnline(world.api, session, meal(venue.menu, "pay_now"));
  const asked = { p_payment_id: payment.payment_id, p_amount_minor: 500, p_reason: "cold" };
  const { refund_id } = must(
    await world.api.rpc<{ refund_id: string }>(venue.owner, "refund_payment", {
      ...asked,
      p_idempotency_key: randomUUID(),
    }),
  );
  const id = providerId("re");
  const event = () =>
    call(
      world,
      machine,
      "record_provider_event",
      refundEvent({ id, payment_intent: reference, amount: 500, status: "succeeded", metadata: { refund_id } }),
    );
  const confirm = { p_refund_id: refund_id, p_status: "succeeded", p_provider_reference: id };
  const answers = await race<{ outcome: string }>(world, [
    await call(world, machine, "confirm_refund", confirm),
    ...(await many(9, event)),
  ]);
  const applied = answers.map((answer) => must(answer).outcome).filter((one) => !one.endsWith("already_settled"));
  expect(applied).toHaveLength(1);
  expect(await violations(world.sql)).toEqual([]);
});

test.each([1, 2, 3])(
  "pending and succeeded events of one dashboard refund at once: one refund, booked (round %i)",
  async () => {
    const { reference } = await paidOnline(world.api, session, meal(venue.menu, "pay_now"));
    const id = providerId("re");
    const event = (status: string) =>
      call(
        world,
        machine,
        "record_provider_event",
        refundEvent({ id, payment_intent: reference, amount: 300, status }),
      );
    const racers = [...(await many(4, () => event("pending"))), ...(await many(6, () => event("succeeded")))];
    const answers = await race<Recorded>(world, racers);
    expect(answers.map((answer) => must(answer).status)).not.toContain("quarantined");
    const refunds = await world.sql`select status from public.refunds where provider_reference = ${id}`;
    expect(refunds.map(({ status }) => status)).toEqual(["succeeded"]);
    expect(await violations(world.sql)).toEqual([]);
  },
);
