/**
 * Rollups equal a recount, whatever happened: a seeded history of orders, payments, refunds, cancellations and closed
 * tables on random days, each in a transaction of its own, with the clock running at random moments in between. The
 * recount is made here, order by order and in another way: money from the ledger, percentiles by sorting.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { must } from "../../../tests/support/api.ts";
import { dice } from "../../../tests/support/dice.ts";
import { collect, meal, place, type Session, scan, snack } from "../../../tests/support/guests.ts";
import { recount, recountGuests } from "../../../tests/support/kpi-recount.ts";
import { reported, reportedGuests } from "../../../tests/support/kpi-reports.ts";
import { record, startPayment, succeeded } from "../../../tests/support/payments.ts";
import { buildVenue, stock, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const STEPS = 300;
const DAYS = 6;
const world = await cloneWorld(2);
const { api, sql } = world;
const die = dice("rollups");
let venue: Venue;
let session: Session;
const orders: string[] = [];
const payments: string[] = [];
/** What each line cost in ingredients when its stock was taken, written down here at that moment. */
const costs = new Map<string, number | null>();
let ingredients: string[] = [];
const CUSTOMERS = [
  ...[{ phone: "07700 900001" }, { phone: "(07700) 900-001" }, { phone: "07700 900002", email: "Two@guests.example" }],
  ...[{ email: "two@guests.example" }, { email: "three@guests.example" }, { name: "Nobody" }],
];

beforeAll(async () => {
  venue = await buildVenue(world);
  session = await scan(api, venue.tables[0].qr);
  const dishes = [venue.menu.pizza, venue.menu.coffee];
  ingredients = await Promise.all(dishes.map((dish) => stock(api, venue.owner, venue.venueId, dish, 100_000)));
  for (let n = 0; n < 5; n += 1) await order();
  await writeDownCosts(); // the first action may be a delivery
});
afterAll(() => world.close());

/** Places an order and puts it on one of the past business days, or on today. */
async function order(): Promise<void> {
  const { menu } = venue;
  const mode = die.pick(["pay_later", "pay_later", "pay_now"]);
  const cart = die.roll(2) === 0 ? meal(menu, mode) : snack(die.pick([menu.coffee, menu.cake]), mode, 1 + die.roll(4));
  const { id } = must(
    await place(api, session, {
      ...cart,
      ...die.pick([{}, { customer: die.pick(CUSTOMERS) }]),
      tip_minor: die.pick([0, 0, 150]),
    }),
  );
  const ago = `${die.roll(DAYS * 24 * 60)} minutes`;
  await sql`
    update public.orders o set created_at = o.created_at - ${ago}::interval, number = ${1000 + orders.length},
      business_date = private.business_date('Europe/London', '04:00', o.created_at - ${ago}::interval)
    where o.id = ${id}`;
  await sql`delete from private.rate_limits`;
  orders.push(id);
}

/** A run of the clock that leaves nothing for the next one to look at again: only what changes from now on is noticed. */
const tick = (days: number) =>
  sql.begin(async (run) => {
    await run`select private.roll_up(${days})`;
    await run`update private.rollup_watermark set seen_until = now() + interval '30 minutes'`;
  });

// Refusals are part of any history: a second cancellation, a refund of nothing, a ticket that cannot go there.
const ACTIONS: Readonly<Record<string, () => Promise<unknown>>> = {
  order,
  async pay() {
    const more = { p_method: die.pick(["cash", "card_terminal"]), p_tip_minor: die.pick([0, 0, 75]) };
    const paid = await collect(api, venue.owner, die.pick(orders), die.pick([1500, 640, 450, 100, 33]), more);
    if (paid.ok) payments.push(paid.value.payment_id);
  },
  async payOnline() {
    const id = die.pick(orders);
    const started = await startPayment(api, session, id);
    if (!started.ok) return;
    if (die.roll(2) === 0) await collect(api, venue.owner, id, 100); // then too much is paid
    await record(api, succeeded(started.value));
    payments.push(started.value.payment_id);
  },
  async refund() {
    if (payments.length === 0) return;
    const part = { p_payment_id: die.pick(payments), p_amount_minor: die.pick([1, 55, 100, 320, 450]) };
    await api.rpc(venue.owner, "refund_payment", { ...part, p_reason: "late", p_idempotency_key: randomUUID() });
    await sql`select public.confirm_refund(r.id, ${die.pick(["succeeded", "failed"])}) from public.refunds r where r.status = 'pending'`;
  },
  cancel: () => api.rpc(venue.owner, "cancel_order", { p_order_id: die.pick(orders), p_reason: "left" }),
  async cook() {
    const [ticket] = await sql<{ id: string }[]>`
      select id from public.kitchen_tickets where order_id = ${die.pick(orders)} order by id limit 1`;
    if (!ticket) return;
    const cooked = `${die.roll(900)} seconds`;
    await sql`update public.kitchen_tickets set fired_at = fired_at - ${cooked}::interval, updated_at = now() where id = ${ticket.id}`;
    for (const to of ["in_progress", "ready", "in_progress"].slice(0, 1 + die.roll(3)))
      await api.rpc(venue.owner, "advance_ticket", { p_ticket_id: ticket.id, p_to: to });
  },
  async leave() {
    const owing = await sql<{ id: string; due: string }[]>`
      select id, total_minor - paid_minor as due from public.orders
      where session_id = ${session.session_id} and total_minor > paid_minor and status not in ('cancelled', 'expired')`;
    for (const { id, due } of owing) await collect(api, venue.owner, id, Number(due));
    const left = await api.rpc(venue.owner, "close_table_session", { p_session_id: session.session_id });
    if (left.ok) session = await scan(api, venue.tables[0].qr);
  },
  deliver: () =>
    api.rpc(venue.owner, "adjust_stock", {
      p_ingredient_id: die.pick(ingredients),
      p_kind: "receive",
      p_quantity: 40_000,
      p_cost_minor: 1_000_000 + die.roll(9_000_000),
      p_reason: "delivery",
      p_idempotency_key: randomUUID(),
    }),
  forget: () => api.rpc(venue.owner, "erase_guest_data", { p_venue_id: venue.venueId, p_phone: "07700900002" }),
  rollUp: () => tick(die.pick([1, 2, 5000])),
};
const OFTEN = "order order order pay pay pay payOnline refund refund cancel cook cook deliver rollUp".split(" ");

/** Costs are known at the moment of the sale; between two actions none changes. */
async function writeDownCosts(): Promise<void> {
  const sales = await sql<{ line: string; cost: string | null }[]>`
    select m.order_line_id as line, round(-sum(m.quantity * i.cost_per_1000_minor) / 1000) as cost
    from public.stock_movements m join public.ingredients i on i.id = m.ingredient_id
    where m.kind = 'sale' and m.order_line_id <> all (${[...costs.keys()]}::uuid[]) group by m.order_line_id`;
  for (const { line, cost } of sales) costs.set(line, cost === null ? null : Number(cost));
}

/** How many rows differ between the rollups of the days that are over and a count from rows. */
async function differing(table: "quarters" | "items" | "payments"): Promise<number> {
  const [found] = await sql.unsafe(`
    with days as (
      select distinct o.venue_id, o.business_date from public.orders o
      where o.business_date < private.business_date('Europe/London', '04:00')),
    counted as (select c.* from private.count_${table}((select array_agg(venue_id order by business_date) from days), (select array_agg(business_date order by business_date) from days)) c)
    select (select count(*) from (select * from counted except select * from private.kpi_${table}) a)::int
      + (select count(*) from (select * from private.kpi_${table} except select * from counted) b)::int as n, (select count(*) from counted)::int as counted`);
  expect(found?.counted).toBeGreaterThan(0);
  return found?.n as number;
}

test("a random history, looked at again and again", async () => {
  for (let step = 1; step <= STEPS; step += 1) {
    await ACTIONS[die.roll(40) === 0 ? die.pick(["leave", "leave", "forget"]) : die.pick(OFTEN)]?.();
    await writeDownCosts();
    if (step % 50 !== 0) continue;
    await tick(die.pick([0, 1, 5000]));
    expect(await reported(world, venue), `after ${step} steps`).toEqual(await recount(sql, costs));
    expect(await reportedGuests(world, venue), `after ${step} steps`).toEqual(await recountGuests(sql));
  }
  await ACTIONS.leave?.();
  await writeDownCosts();
  await tick(5000);
  expect(await reported(world, venue)).toEqual(await recount(sql, costs));
  for (const table of ["quarters", "items", "payments"] as const) expect(await differing(table), table).toBe(0);
  const [found] =
    await sql`select sum(turns)::int as turns, sum(refunds_minor)::int as back, sum(cost_minor)::int as cost from private.kpi_quarters`;
  const back = (await recountGuests(sql)).get("total")?.repeat_guests ?? 0;
  expect(Math.min(found?.turns, found?.back, found?.cost, back), "a history worth counting").toBeGreaterThan(0);
});

test("a transaction that was open while the clock ran is counted by the next run", async () => {
  const [late] = await sql`
    select id from public.orders where private.is_sale(status) and business_date < current_date - 1 order by id limit 1`;
  await sql`update private.rollup_watermark set seen_until = now()`;
  await sql.begin(async (slow) => {
    await slow`select now()`;
    await sql`select private.roll_up()`; // on another connection, after the slow one began
    await slow`update public.orders set service_charge_minor = service_charge_minor + 7, total_minor = total_minor + 7 where id = ${late?.id}`;
  });
  await sql`select private.roll_up()`;
  expect(await differing("quarters")).toBe(0);
  await Promise.all([sql`select private.roll_up()`, sql`select private.roll_up()`]);
  expect(await differing("quarters")).toBe(0);
});

test("what changes without its order is noticed: a ticket, a party that leaves", async () => {
  await tick(5000);
  const tickets = await sql`
    update public.kitchen_tickets t set status = 'ready', ready_at = t.fired_at + interval '17 minutes', updated_at = now()
    from public.orders o where o.id = t.order_id and private.is_sale(o.status) and o.business_date < current_date - 1 returning t.id`;
  expect(tickets.length).toBeGreaterThan(0);
  expect(await differing("quarters")).toBeGreaterThan(0);
  await tick(5000);
  expect(await differing("quarters")).toBe(0);
  await sql`update public.table_sessions set opened_at = now() - interval '1 hour', closed_at = now()`;
  expect(await differing("quarters")).toBeGreaterThan(0);
  await tick(5000);
  expect(await differing("quarters")).toBe(0);
});
