/**
 * Corrections that meet something else at the same moment: a cook who starts, a till that takes money, a table that is
 * closed, the same correction twice. Whoever comes second sees what the first did, and the books stay in order.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { meal, type Order, place, placing, type Session, scan, snack } from "../../../tests/support/guests.ts";
import { interleave } from "../../../tests/support/interleave.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, stock, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const RACERS = 50;
const ROUNDS = [1, 2, 3, 4, 5];
const world = await cloneWorld(RACERS);
const { api, sql } = world;
let venue: Venue;
let session: Session;
beforeAll(async () => {
  venue = await buildVenue(world);
  await stock(api, venue.owner, venue.venueId, venue.menu.coffee, 10_000);
  await stock(api, venue.owner, venue.venueId, venue.menu.cake, 10_000);
  session = await scan(api, venue.tables[0].qr);
});
afterAll(() => world.close());

const placed = async (order: unknown = meal(venue.menu, "pay_later")) => must(await place(api, session, order));
const amending = (order: Order, changes: object, key: string = randomUUID()) =>
  call(world, venue.members.server, "amend_order", {
    p_order_id: order.id,
    p_idempotency_key: key,
    p_changes: changes,
  });
const coffee = () => ({ add: [{ menu_item_id: venue.menu.coffee, quantity: 1 }] });
const lineOf = (order: Order, index: number) => order.lines[index]?.id ?? "";
async function now(order: Order) {
  const [row] = await sql<{ status: string; total_minor: number; paid_minor: number; lines: number }[]>`
    select o.status, o.total_minor::int, o.paid_minor::int,
      (select count(*)::int from public.order_lines l where l.order_id = o.id and l.voided_at is null) as lines
    from public.orders o where o.id = ${order.id}`;
  if (!row) throw new Error("the order is gone");
  return row;
}

test.each(ROUNDS)("amended while a cook starts: both, or the cook alone (round %i)", async () => {
  const order = await placed();
  const tickets = await sql<{ id: string }[]>`select id from public.kitchen_tickets where order_id = ${order.id}`;
  const start = { p_ticket_id: tickets[0]?.id, p_to: "in_progress" };
  const [amended, started] = await race(world, [
    await amending(order, { ...coffee(), change: [{ line_id: lineOf(order, 1), quantity: 3 }] }),
    await call(world, venue.members.kitchen, "advance_ticket", start),
  ]);
  expect(["ok", "order_in_preparation"]).toContain(amended && outcome(amended));
  expect(["ok", "ticket_transition_invalid"], "its ticket may have been replaced").toContain(
    started && outcome(started),
  );
  expect((await now(order)).lines).toBe(amended?.ok ? 3 : 2);
  expect(await violations(sql)).toEqual([]);
});

test("the same correction twenty times at once is made once", async () => {
  const order = await placed();
  const key = randomUUID();
  const racers = await Promise.all(Array.from({ length: 20 }, () => amending(order, coffee(), key)));
  const counts = tally((await race(world, racers)).map(outcome));
  expect(Object.keys(counts).filter((code) => code !== "ok" && code !== "idempotency_key_in_use")).toEqual([]);
  expect((await now(order)).lines).toBe(3);
});

test("twenty corrections at once are all made, each line at a place of its own", async () => {
  const order = await placed();
  const racers = await Promise.all(Array.from({ length: 20 }, () => amending(order, coffee())));
  expect(tally((await race(world, racers)).map(outcome))).toEqual({ ok: 20 });
  expect(await now(order)).toMatchObject({ lines: 22, total_minor: order.total_minor + 20 * 320 });
  expect(await violations(sql)).toEqual([]);
});

test("twenty people remove the same line at once: one does", async () => {
  const order = await placed();
  const racers = await Promise.all(Array.from({ length: 20 }, () => amending(order, { remove: [lineOf(order, 0)] })));
  expect(tally((await race(world, racers)).map(outcome))).toEqual({ ok: 1, order_line_not_found: 19 });
  expect(await violations(sql)).toEqual([]);
});

test.each(ROUNDS)("coffee for cake and cake for coffee, on many orders at once: no deadlock (round %i)", async () => {
  const { cake, coffee: cup } = venue.menu;
  const racers = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const [had, wants] = i % 2 === 0 ? [cake, cup] : [cup, cake];
      const device = await scan(api, venue.tables[0].qr); // each with its own limit of orders per minute
      const order = must(await place(api, device, snack(had, "pay_later")));
      return amending(order, { remove: [lineOf(order, 0)], add: [{ menu_item_id: wants, quantity: 1 }] });
    }),
  );
  expect(tally((await race(world, racers)).map(outcome))).toEqual({ ok: 20 });
  expect(await violations(sql)).toEqual([]);
});

test.each(ROUNDS)("a line goes on the house while the order is paid: never below what is paid (round %i)", async () => {
  const order = await placed();
  const paying = { p_order_id: order.id, p_method: "cash", p_amount_minor: order.total_minor };
  const [comped, paid] = await race(world, [
    await call(world, venue.owner, "comp_line", { p_line_id: lineOf(order, 0), p_reason: "late" }),
    await call(world, venue.members.cashier, "collect_payment", { ...paying, p_idempotency_key: randomUUID() }),
  ]);
  expect([comped && outcome(comped), paid && outcome(paid)].sort()).toEqual(
    comped?.ok ? ["amount_invalid", "ok"] : ["ok", "order_below_paid"],
  );
  const { total_minor, paid_minor } = await now(order);
  expect(paid_minor).toBeLessThanOrEqual(total_minor);
  expect(await violations(sql)).toEqual([]);
});

test.each(ROUNDS)("a coffee is added while the paid table is closed: it is due, or refused (round %i)", async () => {
  const table = await scan(api, venue.tables[1].qr);
  const order = must(await place(api, table, meal(venue.menu, "pay_later")));
  const paying = { p_order_id: order.id, p_method: "cash", p_amount_minor: order.total_minor };
  must(await api.rpc(venue.members.cashier, "collect_payment", { ...paying, p_idempotency_key: randomUUID() }));
  const [amended, closed] = await race(world, [
    await amending(order, coffee()),
    await call(world, venue.members.server, "close_table_session", { p_session_id: table.session_id }),
  ]);
  expect([amended && outcome(amended), closed && outcome(closed)]).toEqual(
    amended?.ok ? ["ok", "table_session_unsettled"] : ["table_session_closed", "ok"],
  );
  expect(await violations(sql)).toEqual([]);
  if (amended?.ok) {
    const rest = { p_order_id: order.id, p_method: "cash", p_amount_minor: 320, p_idempotency_key: randomUUID() };
    must(await api.rpc(venue.members.cashier, "collect_payment", rest));
    must(await api.rpc(venue.members.server, "close_table_session", { p_session_id: table.session_id }));
  }
});

test("a coffee that waits for two tables to be merged is on the common bill, which a close then counts", async () => {
  const [one, two] = venue.tables;
  const table = await scan(api, two.qr);
  const order = must(await place(api, table, meal(venue.menu, "pay_later")));
  const leading = await scan(api, one.qr);
  const merging = { p_table_id: one.id, p_table_ids: [two.id], p_confirm: true };
  const [, amended] = await interleave<unknown, Order>(
    world,
    await call(world, venue.owner, "merge_tables", merging),
    await amending(order, coffee()),
  );
  expect(must(amended).lines).toHaveLength(3);
  const rows = await sql`select session_id from public.orders where id = ${order.id}`;
  expect(rows).toEqual([{ session_id: leading.session_id }]);
  const close = { p_session_id: leading.session_id };
  expect(outcome(await api.rpc(venue.members.server, "close_table_session", close))).toBe("table_session_unsettled");
  expect(await violations(sql)).toEqual([]);
  must(await api.rpc(venue.owner, "unmerge_tables", { p_table_id: one.id }));
});

test("an order that waits is amended once it was moved: a close of its new table waits for it (share lock)", async () => {
  const [one, two] = venue.tables;
  const from = await scan(api, two.qr);
  const order = must(await place(api, from, snack(venue.menu.coffee, "pay_later")));
  const into = await scan(api, one.qr);
  const moving = { p_order_ids: [order.id], p_session_id: into.session_id };
  const [, amended] = await interleave<unknown, Order>(
    world,
    await call(world, venue.owner, "transfer_orders", moving),
    await amending(order, coffee()),
  );
  expect(must(amended).lines).toHaveLength(2);
  expect(await violations(sql)).toEqual([]);
});

test("fifty orders at once, from guests and staff, are numbered without a gap", async () => {
  const [before] = await sql<{ last: number }[]>`select max(number) as last from public.orders`;
  const racers = await Promise.all(
    Array.from({ length: RACERS }, (_, i) => {
      const order = snack(venue.menu.coffee, "pay_at_till", 1, i % 3 === 2 ? "counter" : "table");
      if (i % 3 === 0) return call(world, guest, "place_order", placing(session, order));
      return call(world, venue.members.cashier, "place_staff_order", {
        p_venue_id: venue.venueId,
        p_idempotency_key: randomUUID(),
        p_order: order,
        p_table_session_id: i % 3 === 1 ? session.session_id : null,
        p_source: i % 3 === 1 ? "pos" : "counter",
      });
    }),
  );
  const answers = await race<Order>(world, racers);
  expect(tally(answers.map(outcome))).toEqual({ ok: RACERS });
  const numbers = answers.map((answer) => must(answer).number).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: RACERS }, (_, i) => (before?.last ?? 0) + 1 + i));
  expect(await violations(sql)).toEqual([]);
});
