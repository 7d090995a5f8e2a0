/**
 * The two weeks that supabase/history makes up: every rule of the books holds for every row, the numbers are those of a
 * place that is open, some guests sit there now, no clock finds anything to do, and a day is the same whenever it is loaded.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadHistory } from "../scripts/stack/migrations.ts";
import { REPOSITORY, readProject } from "../scripts/stack/project.ts";
import type { Actor } from "./support/actors.ts";
import { must } from "./support/api.ts";
import { RULES, violations } from "./support/books.ts";
import { cloneWorld } from "./support/world.ts";

const world = await cloneWorld(1);
const { api, sql } = world;
const people = new Map<string, Actor>();
const venues = new Map<string, string>();

beforeAll(async () => {
  await loadHistory(readProject(REPOSITORY), world.url);
  const users = await sql<{ id: string; email: string }[]>`select id, email from auth.users`;
  for (const { id, email } of users) {
    const claims = { sub: id, role: "authenticated" };
    people.set(email.replace("@example.com", ""), { role: "authenticated", userId: id, email, claims, token: null });
  }
  for (const { id, slug } of await sql<{ id: string; slug: string }[]>`select id, slug from public.venues`)
    venues.set(slug, id);
});
afterAll(() => world.close());

async function ask<T>(who: string, name: string, slug: string, more: Record<string, unknown> = {}): Promise<T> {
  const actor = people.get(who);
  if (!actor) throw new Error(`the seed knows no ${who}`);
  return must(await api.rpc<T>(actor, name, { p_venue_id: venues.get(slug), ...more }));
}

test("no row breaks a rule of the books, and the triggers that were off while it was written are on", async () => {
  expect(RULES.length).toBeGreaterThan(25);
  expect(await violations(sql)).toEqual([]);
  expect(await sql`select tgname from pg_trigger where tgenabled <> 'O'`).toEqual([]);
  const books = await sql`
    select t.venue_id, t.occurred_at::date, sum(e.amount_minor)::int as sum, count(*)::int as entries
    from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id group by 1, 2`;
  expect(books.filter(({ sum }) => sum !== 0)).toEqual([]);
  expect(books.length).toBeGreaterThanOrEqual(38); // three venues, fourteen days, the truck rests on two, today may be young
});

test("every kind of thing has happened", async () => {
  const [found] = await sql`
    select (select count(*)::int from public.orders where status = 'cancelled') as cancelled,
      (select count(*)::int from public.orders where status = 'expired') as expired,
      (select count(*)::int from public.orders where discount_minor > 0) as discounted,
      (select count(*)::int from public.orders where tip_minor > 0) as tipped,
      (select count(*)::int from public.order_events where action = 'comped') as comped,
      (select count(*)::int from public.refunds where status = 'succeeded') as refunded,
      (select count(*)::int from (select from public.payments group by order_id having count(*) > 1) s) as split,
      (select count(distinct method)::int - 2 from public.payments) as methods,
      (select count(*)::int from public.feedback_answers where body is not null) as words,
      (select count(distinct kind)::int - 4 from public.stock_movements) as movements,
      (select count(*)::int from public.stocktakes where status = 'posted') as counted,
      (select count(distinct status)::int - 2 from public.purchase_orders) as purchases,
      (select count(distinct status)::int - 4 from public.reservations) as reservations,
      (select count(distinct status)::int - 1 from public.shifts) as shifts,
      (select count(*)::int from public.time_entries where status = 'closed') as worked,
      (select count(*)::int from public.daily_closes) - 38 as closed`;
  for (const [what, count] of Object.entries(found ?? {})) expect(count, what).toBeGreaterThan(0);
});

interface Kpis {
  readonly [name: string]: number | null;
}

test.each([
  ["owner", "example-restaurant", 12, [5_000, 11_000], [120, 600]],
  ["owner", "example-cafe", 12, [700, 1_600], [120, 500]],
  ["truck-owner", "sample-food-truck", 10, [1_600, 3_600], [60, 600]],
] as const)(
  "%s sees days like those of a real %s, from rollups that equal a recount",
  async (who, slug, days, average, prep) => {
    const [range] = await sql`
    select (d - 13)::text as p_from, (d - 1)::text as p_until
    from (select private.business_date(timezone, day_starts_at) as d from public.venues where slug = ${slug}) v`;
    const granularity = { p_granularity: "day" };
    const { periods } = await ask<{ periods: Kpis[] }>(who, "get_kpis", slug, { ...range, ...granularity });
    const open = periods.filter(({ orders }) => (orders ?? 0) > 0);
    expect(open.length).toBeGreaterThanOrEqual(days - 1);
    for (const day of open) {
      expect(day.orders).toBeGreaterThan(8);
      expect(day.average_order_minor).toBeGreaterThan(average[0]);
      expect(day.average_order_minor).toBeLessThan(average[1]);
      expect(day.prep_p50_seconds).toBeGreaterThan(prep[0]);
      expect(day.prep_p50_seconds).toBeLessThan(prep[1]);
      expect(day.prep_p95_seconds).toBeLessThan(1_100);
      expect(day.refund_rate_bp).toBeLessThan(800);
    }
    const differing = await sql`
    with days as (select ${venues.get(slug) ?? ""}::uuid as venue_id, g::date as day from generate_series(${range?.p_from}::date, ${range?.p_until}::date, '1 day') g),
    recount as (select k.* from private.count_quarters((select array_agg(venue_id) from days), (select array_agg(day) from days)) k),
    kept as (select k.* from private.kpi_quarters k join days d on d.venue_id = k.venue_id and d.day = k.business_date)
    (table recount except table kept) union all (table kept except table recount)`;
    expect(differing).toEqual([]);
    const [sales] = await sql`
    select sum(total_minor - tip_minor)::int as gross from public.orders
    where venue_id = ${venues.get(slug) ?? ""} and private.is_sale(status) and business_date between ${range?.p_from} and ${range?.p_until}`;
    expect(sales?.gross).toBe(open.reduce((sum, day) => sum + (day.gross_minor ?? 0), 0));
  },
);

test("somebody sits there, waits and cooks at this moment", async () => {
  interface Floor {
    waiting_parties: number;
    tables: { state: string; session: { due_minor: number } | null }[];
  }
  const floor = await ask<Floor>("server", "get_floor", "example-restaurant");
  const states = floor.tables.map(({ state }) => state);
  expect(states.filter((state) => state === "occupied")).toHaveLength(7);
  expect(states).toContain("reserved");
  expect(floor.waiting_parties).toBe(2);
  expect(floor.tables.filter(({ session }) => (session?.due_minor ?? 0) > 0).length).toBeGreaterThanOrEqual(5);
  const board = JSON.stringify(await ask("kitchen", "get_kitchen_board", "example-restaurant"));
  for (const status of ["new", "in_progress"]) expect(board, status).toContain(`"${status}"`);
  for (const [who, slug] of [
    ["owner", "example-restaurant"],
    ["cafe-manager", "example-cafe"],
    ["truck-owner", "sample-food-truck"],
  ] as const) {
    const { open } = await ask<{ open: { orders: number } }>(who, "get_dashboard", slug);
    expect(open.orders, slug).toBeGreaterThanOrEqual(3);
  }
  const { ingredients } = await ask<{ ingredients: { name: string }[] }>(
    "manager",
    "get_low_stock",
    "example-restaurant",
  );
  expect(ingredients.map(({ name }) => name)).toContain("Burrata");
  expect(await sql`select name from public.ingredients where on_hand < 0`).toEqual([]);
});

test("no clock finds work, no queue a job, no screen a message, and nothing is of tomorrow", async () => {
  const [idle] = await sql`
    select private.expire_orders() as orders, private.close_due_days() as days, private.advance_reservations() as reservations,
      private.flag_forgotten_clock_outs() as entries, private.expire_invitations() as invitations,
      (select count(*)::int from private.outbox) as outbox, (select count(*)::int from realtime.messages) as messages,
      (select count(*)::int from public.orders where updated_at > now()) as future_orders,
      (select count(*)::int from public.stock_movements where created_at > now()) as future_movements,
      (select count(*)::int from public.payments where settled_at > now()) as future_payments`;
  expect(new Set(Object.values(idle ?? { found: "nothing" }))).toEqual(new Set([0]));
  await sql`update private.rollup_watermark set seen_until = now() + interval '30 minutes'`;
  expect((await sql`select private.roll_up() as days`)[0]?.days).toBe(0);
});

test("another load of the same days has the same orders, payments, stock and words, to the minute", async () => {
  const other = await cloneWorld(1);
  try {
    await loadHistory(readProject(REPOSITORY), other.url);
    const digest = (one: typeof sql) => one`
      select v.slug, o.business_date::text as day, count(*)::int as orders, md5(string_agg(concat_ws('|', o.number, o.created_at, o.status, o.total_minor,
        o.paid_minor, o.refunded_minor, l.lines, k.cooked, f.said), E'\n' order by o.number)) as digest
      from public.orders o
      join public.venues v on v.id = o.venue_id
      cross join lateral (select string_agg(concat_ws('×', l.name, l.quantity, l.options_minor, l.net_minor), ',' order by l.position) as lines from public.order_lines l where l.order_id = o.id) l
      cross join lateral (select max(t.ready_at) as cooked from public.kitchen_tickets t where t.order_id = o.id) k
      cross join lateral (select string_agg(a.body, ',') as said from public.feedback f join public.feedback_answers a on a.feedback_id = f.id where f.order_id = o.id) f
      where o.business_date < private.business_date(v.timezone, v.day_starts_at) group by 1, 2 order by 1, 2`;
    const [first, second] = [await digest(sql), await digest(other.sql)];
    expect(first.length).toBeGreaterThanOrEqual(37);
    expect(second).toEqual(first);
  } finally {
    await other.close();
  }
});
