import { afterAll, expect, test } from "vitest";
import { violations } from "../../../tests/support/books.ts";
import { MEAL_MINOR, readOrder } from "../../../tests/support/guests.ts";
import { type Charged, DAY_MS, reconciler } from "../../../tests/support/reconciler.ts";
import { cloneWorld } from "../../../tests/support/world.ts";
import type { ProviderRecords } from "../../functions/_shared/provider-records.ts";

const world = await cloneWorld(8);
const { api, sql } = world;
const here = await reconciler(world);
const { bench, clock } = here;
afterAll(async () => {
  await here.close();
  await world.close();
});

const books = async () => {
  const [counts] = await sql<{ transactions: number; payments: number; refunds: number; movements: number }[]>`
    select (select count(*)::int from private.ledger_transactions) as transactions,
      (select count(*)::int from public.payments where status = 'succeeded') as payments,
      (select count(*)::int from public.refunds where status = 'succeeded') as refunds,
      (select count(*)::int from private.balance_transactions) as movements`;
  return counts;
};
/** Nobody waits for a lease or a backoff. */
const later = async () => {
  await sql`update private.reconciliation_runs set lease_until = now() - interval '1 second' where lease_until is not null`;
  await sql`update pgmq.q_reconciliation set vt = now()`;
};

test("a week offline: from the last good run on, in order, over many pages, a few seconds at a time", async () => {
  const [before] = await here.paid();
  await sql`insert into private.reconciliation_runs (requested_by, window_from, window_to, finished_at, outcome)
    values ('clock', now() - interval '8 days', now() - interval '7 days', now() - interval '7 days', 'clean')`;
  clock.advance(4 * DAY_MS);
  const charges = await here.paid(30);
  for (const { intentId } of charges.slice(0, 5)) {
    await bench.stripe.refunds.create({ payment_intent: intentId, amount: 100 });
  }
  clock.advance(5 * DAY_MS);
  charges.push(...(await here.paid(30)));
  clock.advance(DAY_MS);
  let asked = 0;
  const slow = {
    now: () => {
      asked += 1;
      return Date.now() + asked * 1_500;
    },
  };
  const { run_id, window_from } = await here.request();
  expect(Date.parse(window_from)).toBeLessThan(Date.now() - 7 * DAY_MS);
  await here.finish(run_id, slow);
  const { run, days } = await here.status(run_id);
  expect(run).toMatchObject({
    outcome: "clean",
    counts: { events_quarantined: 0, events_recovered: 190, repaired: 0 },
  });
  const ids = charges.map(({ paymentId }) => paymentId);
  const settled = await sql`select id from public.payments where status = 'succeeded' and id = any (${ids})`;
  expect(settled.length).toBe(60);
  const jobs = await sql`select id from private.outbox where payload ->> 'run_id' = ${run_id}`;
  expect(jobs.length, "one job for each slice of time").toBeGreaterThan(5);
  expect(await violations(sql)).toEqual([]);
  const moved = 60 * MEAL_MINOR - 500;
  expect(
    days.map((day) => [day.provider_minor, day.books_minor, day.in_transit_minor, day.unknown_here_minor]),
  ).toEqual([
    [30 * MEAL_MINOR - 500, 0, 30 * MEAL_MINOR - 500, 0],
    [30 * MEAL_MINOR, 0, 30 * MEAL_MINOR, 0],
    [0, moved, -moved, 0],
  ]);
  const fees = [30 * 54, 30 * 54, 0];
  expect(days.map((day) => day.provider_fees_minor)).toEqual(fees);
  expect(
    days.map((day) => day.booked_fees_minor),
    "each on the day on which it was kept",
  ).toEqual(fees);

  const [waiting] = await sql`select status from public.payments where id = ${before?.paymentId ?? ""}`;
  expect(waiting, "paid before the last good run, which knew").toMatchObject({ status: "pending" });
  const longer = await here.request(new Date(Date.now() - 12 * DAY_MS));
  await here.work();
  const counts = { events_seen: 193, events_recovered: 3 };
  expect((await here.status(longer.run_id)).run, "asked to look further back").toMatchObject({
    outcome: "clean",
    counts,
  });
});

test("no webhook arrives: a reconciliation settles, declines and refunds all the same, and a second one changes nothing", async () => {
  const [first, second] = (await here.paid(2)) as [Charged, Charged];
  const declined = await here.charge();
  expect(await here.confirm(declined.intentId, "pm_card_chargeDeclined")).toBe(false);
  await bench.stripe.refunds.create({ payment_intent: second.intentId, amount: 500 });
  expect((await readOrder(api, first.session, first.order.id)).status).toBe("pending_payment");

  const run = await here.reconcile();
  expect(run).toMatchObject({
    outcome: "clean",
    counts: { events_quarantined: 0, repaired: 0, balance_transactions: 3 },
  });
  expect(run.counts.events_recovered, "the declined, the paid and the refunded").toBeGreaterThanOrEqual(8);
  const paidOrder = { status: "placed", payment_status: "paid", paid_minor: MEAL_MINOR };
  expect(await readOrder(api, first.session, first.order.id)).toMatchObject(paidOrder);
  expect((await readOrder(api, second.session, second.order.id)).refunded_minor, "made in the dashboard").toBe(500);
  const [payment] = await sql`select status, failure_code from public.payments where id = ${declined.paymentId}`;
  expect(payment).toMatchObject({ status: "pending", failure_code: "generic_decline" });
  expect(await violations(sql)).toEqual([]);

  const before = await books();
  expect((await here.reconcile()).counts).toMatchObject({ events_recovered: 0, repaired: 0, payments: 3, refunds: 1 });
  expect(await books()).toEqual(before);
});

test("events that the provider keeps no longer: the objects themselves say it, through the same inbox", async () => {
  const forgetful = {
    remembering: (records: ProviderRecords) => ({
      ...records,
      eventBefore: async () => null,
      eventsBack: async () => ({ data: [], next: null }),
    }),
  };
  const [charge] = await here.paid(1);
  if (!charge) throw new Error("nothing was paid");
  expect((await here.reconcile(forgetful)).counts).toMatchObject({ repaired: 1 });
  expect((await readOrder(api, charge.session, charge.order.id)).status).toBe("placed");
  const asked = await here.refund(charge.paymentId, 300);
  const made = await bench.stripe.refunds.create({ payment_intent: charge.intentId, amount: 200 });
  const given = await here.charge();
  await bench.stripe.paymentIntents.cancel(given.intentId);
  expect(await here.reconcile(forgetful)).toMatchObject({ outcome: "clean", counts: { repaired: 2 } });
  const refunds = await sql`select id, amount_minor::int, status, provider_reference from public.refunds
    where payment_id = ${charge.paymentId} order by amount_minor desc`;
  expect(refunds).toMatchObject([
    { id: asked, amount_minor: 300, status: "succeeded" },
    { amount_minor: 200, status: "succeeded", provider_reference: made.id },
  ]);
  const [canceled] = await sql`select status from public.payments where id = ${given.paymentId}`;
  expect(canceled).toMatchObject({ status: "canceled" });
  const inbox =
    await sql`select outcome from private.provider_events where event_id like 'reconciled:%' order by outcome`;
  expect(inbox.map(({ outcome }) => outcome)).toEqual(["payment_canceled", "refund_succeeded", "settled"]);
  expect(await violations(sql)).toEqual([]);
});

test("two workers have one run between them, whoever asks for it how often", async () => {
  const charges = await here.paid(3);
  const asked = await Promise.all(Array.from({ length: 4 }, () => here.request()));
  expect(new Set(asked.map(({ run_id }) => run_id)).size).toBe(1);
  const claims: string[] = [];
  const counting = { beforeCall: (name: string) => void (name === "record_provider_event" && claims.push(name)) };
  await Promise.all([here.work(counting), here.work(counting), here.work(counting)]);
  const { run } = await here.status(asked[0]?.run_id);
  expect(run).toMatchObject({ outcome: "clean" });
  expect(claims.length, "each event once").toBe(run.counts.events_recovered);
  for (const { session, order } of charges) expect((await readOrder(api, session, order.id)).status).toBe("placed");
  expect(await violations(sql)).toEqual([]);
});

test.each([3, 6, 9, 12, 15, 18])(
  "a worker that dies at its call %i is taken over, and nothing is lost or doubled",
  async (fatal) => {
    const [charge] = await here.paid(1);
    if (!charge) throw new Error("nothing was paid");
    const { run_id } = await here.request();
    let dead = false;
    await here
      .work({
        beforeCall: (_name, calls) => {
          dead ||= calls >= fatal;
          if (dead) throw new Error("killed");
        },
      })
      .catch(() => undefined);
    await here.work();
    if ((await here.status(run_id)).run.outcome === null) {
      await later();
      await here.work();
    }
    expect((await here.status(run_id)).run).toMatchObject({ outcome: "clean" });
    expect(await readOrder(api, charge.session, charge.order.id)).toMatchObject({
      status: "placed",
      paid_minor: MEAL_MINOR,
    });
    expect(await violations(sql)).toEqual([]);
  },
);

test("a provider in trouble puts the run off, says why, and the next job goes on", async () => {
  const { run_id } = await here.request();
  await bench.fault({ target: "request", method: "GET", path: "/v1/refunds", action: "status", status: 500, times: 3 });
  await here.work();
  const stopped = (await here.status(run_id)).run as unknown as { outcome: null; step: string; last_error: string };
  expect(stopped).toMatchObject({ outcome: null, step: "refunds" });
  expect(stopped.last_error).toMatch(/./);
  await later();
  await here.work();
  expect((await here.status(run_id)).run).toMatchObject({ outcome: "clean" });
});
