/**
 * Random histories of a stockroom, played twice: by the database and by a model of a few lines that knows nothing of it.
 * After every step both have the same stock, and in the end the books are in order. SEED=… plays the same history again.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { must, outcome } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { dice } from "../../../tests/support/dice.ts";
import { type Order, place, type Session, scan } from "../../../tests/support/guests.ts";
import { addSupplier, delivery, onlyId, openStocktake, order, writeRecipe } from "../../../tests/support/stockroom.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const STEPS = 200;
const world = await cloneWorld(4);
const random = dice("histories");
let venue: Venue;
let sessions: Session[];
let supplier: string;
let flour: string;
let milk: string;
let there: string;
/** What the model has: thousandths of a unit by ingredient. */
const stock = new Map<string, number>();
const open: { id: string; taken: Map<string, number> }[] = [];
let counted: { id: string; differences: Map<string, number> } | null = null;
let ordered: { id: string; ingredient: string; left: number } | null = null;
let sold = 0;

// Thousandths that one portion takes. "No cheese" leaves out more milk than a regular pizza takes.
const ITEMS = { pizza: { flour: 250_500, milk: 20_000 }, coffee: { flour: 0, milk: 15_125 } };
const OPTIONS = { large: { flour: 125_250, milk: 0 }, plain: { flour: 0, milk: -25_000 } };

beforeAll(async () => {
  const { api } = world;
  venue = await buildVenue(world);
  const { owner, venueId, organisationId, menu } = venue;
  // Several devices, because each may place 30 orders a minute.
  sessions = await Promise.all(Array.from({ length: 6 }, () => scan(api, venue.tables[0].qr)));
  supplier = await addSupplier(api, owner, venueId);
  const add = async (name: string, unit: string, where: string) =>
    onlyId(must(await api.insert(owner, "ingredients", [{ venue_id: where, name, unit }])));
  flour = await add("Flour", "g", venueId);
  milk = await add("Milk", "ml", venueId);
  const second = { p_organisation_id: organisationId, p_name: "Second", p_slug: `second-${randomUUID()}` };
  there = await add("Flour", "g", must(await api.rpc<{ id: string }>(owner, "create_venue", second)).id);
  for (const id of [flour, milk, there]) stock.set(id, 0);
  const lines = (needs: { flour: number; milk: number }) =>
    [
      { ingredient_id: flour, quantity: needs.flour / 1000 },
      { ingredient_id: milk, quantity: needs.milk / 1000 },
    ].filter(({ quantity }) => quantity !== 0);
  await writeRecipe(api, owner, venueId, { p_menu_item_id: menu.pizza }, lines(ITEMS.pizza));
  await writeRecipe(api, owner, venueId, { p_menu_item_id: menu.coffee }, lines(ITEMS.coffee));
  await writeRecipe(api, owner, venueId, { p_option_id: menu.large }, lines(OPTIONS.large));
  await writeRecipe(api, owner, venueId, { p_option_id: menu.plain }, lines(OPTIONS.plain));
});
afterAll(() => world.close());

const move = (id: string, by: number) => stock.set(id, (stock.get(id) ?? 0) + by);
const ask = <T = unknown>(name: string, args: object) => world.api.rpc<T>(venue.owner, name, { ...args });
const keyed = () => ({ p_reason: "history", p_idempotency_key: randomUUID() });

async function placeOrder(): Promise<string> {
  const { menu } = venue;
  const taken = new Map<string, number>();
  const take = (id: string, by: number) => by > 0 && taken.set(id, (taken.get(id) ?? 0) + by);
  const lines = Array.from({ length: 1 + random.roll(3) }, () => {
    const quantity = 1 + random.roll(3);
    if (random.roll(2)) {
      take(milk, ITEMS.coffee.milk * quantity);
      return { menu_item_id: menu.coffee, quantity };
    }
    const [isLarge, isPlain] = [random.roll(2) === 1, random.roll(2) === 1];
    take(flour, (ITEMS.pizza.flour + (isLarge ? OPTIONS.large.flour : 0)) * quantity);
    take(milk, (ITEMS.pizza.milk + (isPlain ? OPTIONS.plain.milk : 0)) * quantity);
    const options = [isLarge ? menu.large : menu.regular, ...(isPlain ? [menu.plain] : [])];
    return { menu_item_id: menu.pizza, quantity, options };
  });
  const isShort = [...taken].some(([id, by]) => (stock.get(id) ?? 0) < by);
  const answer = await place(world.api, random.pick(sessions), {
    fulfilment: "table",
    payment_mode: "pay_later",
    lines,
  });
  expect(outcome(answer)).toBe(isShort ? "out_of_stock" : "ok");
  if (!answer.ok) return "an order that is refused";
  for (const [id, by] of taken) move(id, -by);
  open.push({ id: (must(answer) as Order).id, taken });
  sold += 1;
  return "an order";
}

async function cancelOrder(): Promise<string> {
  const [cancelled] = open.splice(random.roll(open.length), 1);
  if (!cancelled) return "nothing to cancel";
  const isCooking = random.roll(2) === 1;
  if (isCooking) {
    for (const to of ["accepted", "preparing"])
      must(await ask("advance_order", { p_order_id: cancelled.id, p_to: to }));
  }
  must(await ask("cancel_order", { p_order_id: cancelled.id, p_reason: "history" }));
  if (!isCooking) for (const [id, by] of cancelled.taken) move(id, by);
  return isCooking ? "a cancellation that wastes" : "a cancellation";
}

async function book(): Promise<string> {
  const id = random.pick([flour, milk, there]);
  const kind = random.pick(["receive", "waste", "adjust", "receive"]);
  const sign = kind === "receive" || (kind === "adjust" && random.roll(2)) ? 1 : -1;
  const quantity = sign * (1 + random.roll(kind === "receive" ? 2_000_000 : 100_000));
  must(await ask("adjust_stock", { p_ingredient_id: id, p_kind: kind, p_quantity: quantity / 1000, ...keyed() }));
  move(id, quantity);
  return kind;
}

async function transfer(): Promise<string> {
  const [from, to] = random.roll(2) ? [flour, there] : [there, flour];
  const quantity = 1 + random.roll(500_000);
  const args = { p_ingredient_id: from, p_to_ingredient_id: to, p_quantity: quantity / 1000, ...keyed() };
  const answer = await ask("transfer_stock", args);
  expect(outcome(answer)).toBe((stock.get(from) ?? 0) < quantity ? "out_of_stock" : "ok");
  if (!answer.ok) return "a transfer that is refused";
  move(from, -quantity);
  move(to, quantity);
  return "a transfer";
}

async function count(): Promise<string> {
  counted ??= { id: await openStocktake(world.api, venue.owner, venue.venueId), differences: new Map() };
  const id = random.pick([flour, milk]);
  const found = random.roll(3_000_000);
  const lines = [{ ingredient_id: id, quantity: found / 1000 }];
  must(await ask("count_stock", { p_stocktake_id: counted.id, p_lines: lines }));
  counted.differences.set(id, found - (stock.get(id) ?? 0));
  return "a count";
}

async function postCount(): Promise<string> {
  if (!counted) return "nothing to post";
  const isPosted = random.roll(4) > 0;
  must(await ask(isPosted ? "post_stocktake" : "cancel_stocktake", { p_stocktake_id: counted.id }));
  if (isPosted) for (const [id, by] of counted.differences) move(id, by);
  counted = null;
  return isPosted ? "a posting" : "a cancelled stocktake";
}

async function receive(): Promise<string> {
  if (!ordered) {
    const ingredient = random.pick([flour, milk]);
    const units = 1 + random.roll(1000);
    const id = await order(world.api, venue.owner, venue.venueId, supplier, ingredient, units);
    ordered = { id, ingredient, left: units * 1000 };
  }
  const part = Math.min(ordered.left, 1 + random.roll(800_000));
  must(await ask("receive_purchase_order", delivery(ordered.id, ordered.ingredient, part / 1000)));
  move(ordered.ingredient, part);
  ordered = ordered.left === part ? null : { ...ordered, left: ordered.left - part };
  return "a delivery";
}

test(`${STEPS} random steps: the database has what the model has, after each`, async () => {
  const moves = [placeOrder, placeOrder, placeOrder, cancelOrder, book, transfer, count, postCount, receive];
  const story: string[] = [];
  for (let step = 1; step <= STEPS; step += 1) {
    story.push(await random.pick(moves)());
    const rows = await world.sql<
      { id: string; on_hand: string }[]
    >`select id, on_hand from public.ingredients where id in ${world.sql([...stock.keys()])}`;
    const has = Object.fromEntries(rows.map(({ id, on_hand }) => [id, Math.round(Number(on_hand) * 1000)]));
    expect(has, `SEED=${random.seed}, step ${step}: ${story.slice(-3).join(", ")}`).toEqual(Object.fromEntries(stock));
  }
  expect(sold, `SEED=${random.seed}: ${story.join(", ")}`).toBeGreaterThan(5);
  expect(await violations(world.sql)).toEqual([]);
});
