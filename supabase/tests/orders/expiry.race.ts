/**
 * Expiring many orders at once gives back their discounts in the order in which others take them: whoever is placing an
 * order with two of them never waits for the clock while the clock waits for it.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { clock, guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { type Order, place, placing, type Session, scan, snack } from "../../../tests/support/guests.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const ROUNDS = [1, 2, 3, 4, 5];
const GUESTS = 8;
const world = await cloneWorld(GUESTS + 2);
const { api, sql } = world;
let venue: Venue;
let sessions: Session[];
beforeAll(async () => {
  venue = await buildVenue(world);
  sessions = await Promise.all(Array.from({ length: GUESTS }, () => scan(api, venue.tables[0].qr)));
  for (const item of [venue.menu.cake, venue.menu.coffee]) {
    const row = { venue_id: venue.venueId, name: "Off", menu_item_id: item, amount_minor: 10, is_stackable: true };
    must(await api.insert(venue.owner, "discounts", [row]));
  }
});
afterAll(() => world.close());

const both = () => ({
  ...snack(venue.menu.cake, "pay_later"),
  lines: [venue.menu.cake, venue.menu.coffee].map((menu_item_id) => ({ menu_item_id, quantity: 1 })),
});

test.each(ROUNDS)(
  "orders expire while others take the same discounts: no deadlock, no use lost (round %i)",
  async () => {
    for (const [i, session] of sessions.entries()) {
      must(await place(api, session, snack(i % 2 ? venue.menu.cake : venue.menu.coffee, "pay_now")));
    }
    await sql`update public.orders set created_at = now() - interval '31 minutes' where status = 'pending_payment'`;
    // Whatever the order of the ids: half of the orders come with one discount first, half with the other.
    const answers = await race<Order | number>(world, [
      { actor: clock, statement: "select to_jsonb(private.expire_orders()) as answer" },
      ...(await Promise.all(sessions.map((session) => call(world, guest, "place_order", placing(session, both()))))),
      { actor: clock, statement: "select to_jsonb(private.expire_orders()) as answer" },
    ]);
    expect(tally(answers.map(outcome))).toEqual({ ok: GUESTS + 2 });
    const [left] = await sql`select count(*)::int as orders from public.orders
    where venue_id = ${venue.venueId} and status = 'pending_payment'`;
    expect(left).toEqual({ orders: 0 });
    const wrong = await sql`select d.id from public.discounts d where d.used_count <> (
    select count(*) from public.order_discounts od join public.orders o on o.venue_id = od.venue_id and o.id = od.order_id
    where od.discount_id = d.id and o.status not in ('cancelled', 'expired'))`;
    expect([...wrong]).toEqual([]);
    expect(await violations(sql)).toEqual([]);
  },
);
