/** Five uses, twenty guests: five orders have them, whatever they were quoted. What is cancelled can be had again, once. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { type Order, placing, type Session, scan, snack } from "../../../tests/support/guests.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const GUESTS = 20;
const world = await cloneWorld(GUESTS);
let venue: Venue;
let sessions: Session[];

beforeAll(async () => {
  venue = await buildVenue(world);
  sessions = await Promise.all(Array.from({ length: GUESTS }, () => scan(world.api, venue.tables[0].qr)));
});
afterAll(() => world.close());

async function discount(columns: Record<string, unknown>): Promise<string> {
  const row = { venue_id: venue.venueId, name: "Discount", amount_minor: 50, ...columns };
  const [added] = must(await world.api.insert(venue.owner, "discounts", [row]));
  if (!added) throw new Error("no discount was inserted");
  return added.id;
}

const orders = (code: (index: number) => string | null) =>
  Promise.all(
    sessions.map((session, i) => {
      const order = { ...snack(venue.menu.coffee, "pay_later"), discount_code: code(i) };
      return call(world, guest, "place_order", placing(session, order));
    }),
  );

const used = async (id: string): Promise<number | undefined> =>
  (await world.sql<{ used_count: number }[]>`select used_count from public.discounts where id = ${id}`)[0]?.used_count;

const switchOff = (...ids: string[]) =>
  world.sql`update public.discounts set is_active = false where id = any (${ids})`;

test("a code for five orders is used by five of twenty, and again after two were cancelled at once", async () => {
  const id = await discount({ code: "FIVE", max_uses: 5 });
  const answers = await race<Order>(world, await orders(() => "FIVE"));
  expect(tally(answers.map(outcome))).toEqual({ ok: 5, discount_used_up: GUESTS - 5 });
  expect(await used(id)).toBe(5);
  expect(await violations(world.sql)).toEqual([]);

  const [first, second] = answers.filter((answer) => answer.ok).map(must) as [Order, Order];
  const cancels = [first, first, second, second].map(({ id: order }) =>
    call(world, venue.owner, "cancel_order", { p_order_id: order, p_reason: "changed their mind" }),
  );
  expect(tally((await race(world, await Promise.all(cancels))).map(outcome))).toEqual({ ok: 4 });
  expect(await used(id)).toBe(3);

  const again = await race<Order>(world, await orders(() => "FIVE"));
  expect(tally(again.map(outcome))).toEqual({ ok: 2, discount_used_up: GUESTS - 2 });
  expect(await used(id)).toBe(5);
  expect(await violations(world.sql)).toEqual([]);
  await switchOff(id);
});

test("one that needs no code: who comes too late is told, and pays the full price when they ask again", async () => {
  const id = await discount({ max_uses: 3 });
  const answers = await race<Order>(world, await orders(() => null));
  const counts = tally(answers.map(outcome));
  expect((counts.ok ?? 0) + (counts.discount_used_up ?? 0)).toBe(GUESTS);
  const totals = tally(answers.flatMap((answer) => (answer.ok ? [String(answer.value.total_minor)] : [])));
  expect(totals["270"]).toBe(3);
  expect(await used(id)).toBe(3);
  const later = await race<Order>(world, await orders(() => null));
  expect(tally(later.map((answer) => String(must(answer).total_minor)))).toEqual({ 320: GUESTS });
  await switchOff(id);
});

test("orders that stack the same discounts never deadlock, and each counts every order", async () => {
  const ids = await Promise.all(["A", "B", "C"].map((name) => discount({ name, is_stackable: true })));
  const coded = await Promise.all(
    ["ONE", "TWO"].map((code) => discount({ name: code, code, is_stackable: true, amount_minor: 10 })),
  );
  const answers = await race<Order>(world, await orders((i) => (i % 2 ? "ONE" : "TWO")));
  expect(tally(answers.map((answer) => String(must(answer).total_minor)))).toEqual({ 160: GUESTS });
  expect(await Promise.all(ids.map(used))).toEqual([GUESTS, GUESTS, GUESTS]);
  expect(await Promise.all(coded.map(used))).toEqual([GUESTS / 2, GUESTS / 2]);
  expect(await violations(world.sql)).toEqual([]);
  await switchOff(...ids, ...coded);
});

test("a discount that is deleted while twenty order with it: an order has it whole, or is refused", async () => {
  const id = await discount({ code: "GONE" });
  const deleting = {
    actor: venue.owner,
    statement: `with gone as (delete from public.discounts where id = '${id}' returning id)
      select to_jsonb(count(*)) as answer from gone`,
  };
  const answers = await race<unknown>(world, [...(await orders(() => "GONE")).slice(1), deleting]);
  const counts = tally(answers.slice(0, -1).map(outcome));
  expect(
    Object.keys(counts).filter((name) => !["ok", "discount_used_up", "discount_code_invalid"].includes(name)),
  ).toEqual([]);
  expect(
    must(answers.at(-1) ?? { ok: false, status: 0, problem: { code: "", message: "none", details: null, hint: null } }),
  ).toBe(1);
  expect(await violations(world.sql)).toEqual([]);
});
