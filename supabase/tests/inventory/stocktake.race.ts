/** Counting while guests order: every sale counts once, whether it came before the count, after it or during the posting. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { placing, type Session, scan, snack } from "../../../tests/support/guests.ts";
import { call, type Racer, race } from "../../../tests/support/race.ts";
import { openStocktake } from "../../../tests/support/stockroom.ts";
import { buildVenue, stock, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const GUESTS = 12;
const world = await cloneWorld(GUESTS + 8);
let venue: Venue;
let sessions: Session[];
let cakes: string;

beforeEach(async () => {
  venue = await buildVenue(world);
  cakes = await stock(world.api, venue.owner, venue.venueId, venue.menu.cake, 100);
  sessions = await Promise.all(Array.from({ length: GUESTS }, () => scan(world.api, venue.tables[0].qr)));
});
afterAll(() => world.close());

const orders = (): Promise<Racer[]> =>
  Promise.all(
    sessions.map((session) => call(world, guest, "place_order", placing(session, snack(venue.menu.cake, "pay_later")))),
  );
const many = (count: number, name: string, args: object): Promise<Racer[]> =>
  Promise.all(Array.from({ length: count }, () => call(world, venue.owner, name, { ...args })));
const counting = (stocktakeId: string, counted: number) => ({
  p_stocktake_id: stocktakeId,
  p_lines: [{ ingredient_id: cakes, quantity: counted }],
});

async function books(): Promise<{ onHand: number; expected: number }> {
  const [row] = await world.sql<{ on_hand: string; expected: string | null }[]>`
    select i.on_hand, c.expected from public.ingredients i
    left join public.stocktake_counts c on c.ingredient_id = i.id where i.id = ${cakes}`;
  return { onHand: Number(row?.on_hand), expected: Number(row?.expected) };
}

test("sales before, during and after a count are each taken once", async () => {
  const stocktake = await openStocktake(world.api, venue.owner, venue.venueId);
  const first = await race(world, [...(await orders()), ...(await many(1, "count_stock", counting(stocktake, 90)))]);
  expect(tally(first.map(outcome))).toEqual({ ok: GUESTS + 1 });
  const { expected } = await books();
  // What the books said at the count is what they said after some whole number of sales.
  expect([...Array(GUESTS + 1).keys()].map((sold) => 100 - sold)).toContain(expected);
  const posts = await many(4, "post_stocktake", { p_stocktake_id: stocktake });
  const answers = await race(world, [...(await orders()), ...posts]);
  expect(tally(answers.map(outcome))).toEqual({ ok: GUESTS + 4 });
  expect((await books()).onHand).toBe(100 - 2 * GUESTS + (90 - expected));
  expect(await violations(world.sql)).toEqual([]);
});

test("no count slips in beside the posting", async () => {
  for (const round of [1, 2, 3]) {
    const stocktake = await openStocktake(world.api, venue.owner, venue.venueId);
    must(await world.api.rpc(venue.owner, "count_stock", counting(stocktake, 50)));
    const counts = await Promise.all(
      [60, 70, 80, 90].map((counted) => many(2, "count_stock", counting(stocktake, counted))),
    );
    const answers = await race(world, [
      ...counts.flat(),
      ...(await many(3, "post_stocktake", { p_stocktake_id: stocktake })),
    ]);
    const outcomes = tally(answers.map(outcome));
    expect((outcomes.ok ?? 0) + (outcomes.stocktake_closed ?? 0), `round ${round}: ${JSON.stringify(outcomes)}`).toBe(
      11,
    );
    // The rule compares what was booked with what is counted: a count after the posting would differ.
    expect(await violations(world.sql)).toEqual([]);
  }
});

test("a stocktake is opened once, and either posted or cancelled", async () => {
  const opened = await race<{ stocktake_id: string; created: boolean }>(
    world,
    await many(10, "open_stocktake", { p_venue_id: venue.venueId }),
  );
  expect(opened.map(must).filter(({ created }) => created)).toHaveLength(1);
  const [stocktake, ...others] = new Set(opened.map(must).map(({ stocktake_id }) => stocktake_id));
  expect(others).toEqual([]);
  must(await world.api.rpc(venue.owner, "count_stock", counting(stocktake ?? "", 10)));
  const args = { p_stocktake_id: stocktake };
  const answers = await race<{ status: string }>(world, [
    ...(await many(5, "post_stocktake", args)),
    ...(await many(5, "cancel_stocktake", args)),
  ]);
  expect(tally(answers.map(outcome))).toEqual({ ok: 5, stocktake_closed: 5 });
  expect(new Set(answers.flatMap((answer) => (answer.ok ? [answer.value.status] : []))).size).toBe(1);
  expect(await violations(world.sql)).toEqual([]);
});
