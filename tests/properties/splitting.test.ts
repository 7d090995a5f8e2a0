/**
 * Random bills of a table, split in every way and paid share by share: no penny is lost, and each share is what a
 * reference with exact fractions says. SEED=… plays the same game again; a bill that fails is made smaller.
 */
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { must } from "../support/api.ts";
import { violations } from "../support/books.ts";
import { dice } from "../support/dice.ts";
import type { Order } from "../support/guests.ts";
import { type Bill, partsOf, paying, type Split, split } from "../support/till.ts";
import { buildVenue, type Venue } from "../support/venue.ts";
import { cloneWorld } from "../support/world.ts";
import { at, sum } from "./lists.ts";
import { type Table, table, take } from "./splitting-cases.ts";
import { type BilledOrder, byItem, equally, type Taken } from "./splitting-reference.ts";

const world = await cloneWorld(1);
let venue: Venue;
beforeAll(async () => {
  venue = await buildVenue(world);
  const discount = { venue_id: venue.venueId, name: "Ten", code: "TEN", percent_bp: 1_000 };
  must(await world.api.insert(venue.owner, "discounts", [discount]));
});
afterAll(() => world.close());
const game = {
  seed: dice("splitting").seed,
  numRuns: 50,
  interruptAfterTimeLimit: 100_000,
  markInterruptAsFailure: true,
};

/** Orders a table's bill and pays a part of it, as its people would. */
async function serve({ serviceChargeBp, pricesIncludeTax, orders }: Table): Promise<string> {
  const { owner, venueId, menu } = venue;
  await world.sql`update public.venues set service_charge_bp = ${serviceChargeBp}, prices_include_tax = ${pricesIncludeTax}
    where id = ${venueId}`;
  const opened = await world.api.rpc<{ session_id: string }>(owner, "open_table_session", {
    p_table_id: venue.tables[0].id,
  });
  const { session_id } = must(opened);
  for (const { tip, hasCode, paidBefore, lines } of orders) {
    const p_order = {
      fulfilment: "table",
      payment_mode: "pay_later",
      tip_minor: tip,
      ...(hasCode ? { discount_code: "TEN" } : {}),
      lines: lines.map(({ item, quantity }) => ({
        menu_item_id: at([menu.pizza, menu.coffee, menu.cake], item),
        quantity,
        options: item === 0 ? [menu.large, menu.olives] : [],
      })),
    };
    const request = { p_venue_id: venueId, p_order, p_table_session_id: session_id, p_idempotency_key: randomUUID() };
    const placed = must(await world.api.rpc<Order>(owner, "place_staff_order", request));
    // Somebody has put down something already; hundreds of portions owe more than that.
    if (paidBefore > 600) must(await collected(placed.id, Math.min(paidBefore, placed.total_minor - 1)));
  }
  return session_id;
}
const collected = (orderId: string, amount: number) =>
  world.api.rpc(venue.owner, "collect_payment", {
    p_order_id: orderId,
    p_method: "card_terminal",
    p_amount_minor: amount,
    p_idempotency_key: randomUUID(),
  });

async function billOf(sessionId: string): Promise<BilledOrder[]> {
  const rows = await world.sql<{ id: string; due: string; lines: { id: string; quantity: number; cost: number }[] }[]>`
    select o.id, o.total_minor - o.paid_minor as due, (
      select jsonb_agg(jsonb_build_object('id', l.id, 'quantity', l.quantity,
        'cost', l.net_minor - l.discount_minor + case when o.prices_include_tax then 0 else l.tax_minor end))
      from public.order_lines l where l.order_id = o.id) as lines
    from public.orders o where o.session_id = ${sessionId} and o.total_minor > o.paid_minor order by o.number`;
  return rows.map(({ id, due, lines }) => ({
    id,
    due: BigInt(due),
    lines: lines.map(({ cost, ...rest }) => ({ ...rest, cost: BigInt(cost) })),
  }));
}

const perPerson = (bill: Bill): bigint[] => bill.shares.map(({ amount_minor }) => BigInt(amount_minor));
const perOrder = (bill: Bill, id: string): bigint =>
  sum(partsOf(bill).flatMap((part) => (part.order_id === id ? [BigInt(part.amount_minor)] : [])));

/** Splits, checks that the parts are the bill, pays every part in some order, and closes the table. */
async function splitAndPay(
  tableOf: Table,
  how: (orders: readonly BilledOrder[]) => Split,
  check: (bill: Bill, orders: readonly BilledOrder[]) => void,
) {
  const session = await serve(tableOf);
  const orders = await billOf(session);
  const answer = await split(world.api, venue.owner, { p_session_id: session }, how(orders));
  if (answer.ok) {
    check(answer.value, orders);
    for (const { id, due } of orders) expect(perOrder(answer.value, id), "no penny is lost").toBe(due);
    expect(sum(perPerson(answer.value))).toBe(sum(orders.map(({ due }) => due)));
    const turn = ({ share_id }: { share_id: string }) => share_id; // ids are random, so is who pays first
    for (const part of partsOf(answer.value).toSorted((a, b) => turn(a).localeCompare(turn(b)))) {
      must(await world.api.rpc(venue.owner, "collect_payment", paying(part)));
    }
  } else {
    expect(answer.problem.message).toBe("split_invalid");
    for (const { id, due } of orders) must(await collected(id, Number(due)));
  }
  expect(await billOf(session)).toEqual([]);
  must(await world.api.rpc(venue.owner, "close_table_session", { p_session_id: session }));
  return answer.ok;
}

test("equally: everybody pays the same, but for a penny", () =>
  fc.assert(
    fc.asyncProperty(table, async (one) => {
      const { people } = one;
      await splitAndPay(
        one,
        () => ({ method: "equal", shares: people }),
        (bill, orders) => {
          expect(perPerson(bill)).toEqual(equally(sum(orders.map(({ due }) => due)), people));
          expect(partsOf(bill).length).toBeLessThan(people + orders.length);
        },
      );
    }),
    game,
  ));

test("by amount: everybody pays what was said, and the last one the rest", () =>
  fc.assert(
    fc.asyncProperty(table, async (one) => {
      const { people, picks } = one;
      const said: number[] = [];
      await splitAndPay(
        one,
        (orders) => {
          const most = Math.floor(Number(sum(orders.map(({ due }) => due))) / people);
          said.push(...picks.slice(0, people - 1).map((pick) => 1 + (pick % most)));
          return { method: "amount", shares: said };
        },
        (bill, orders) => {
          const rest = sum(orders.map(({ due }) => due)) - sum(said.map(BigInt));
          expect(perPerson(bill)).toEqual([...said.map(BigInt), rest]);
        },
      );
    }),
    game,
  ));

test("by item: everybody pays for what they had, exactly", async () => {
  let split_ = 0;
  await fc.assert(
    fc.asyncProperty(table, async (one) => {
      let taken: Taken = [];
      const isSplit = await splitAndPay(
        one,
        (orders) => {
          taken = take(orders, one);
          const shares = taken.map((mine) => [...mine].map(([line_id, quantity]) => ({ line_id, quantity })));
          return { method: "items", shares };
        },
        (bill, orders) => {
          const exact = byItem(orders, taken);
          for (const { number, parts } of bill.shares) {
            for (const [n, { id }] of orders.entries()) {
              const paid = parts
                .filter(({ order_id }) => order_id === id)
                .map(({ amount_minor }) => BigInt(amount_minor));
              expect(sum(paid), JSON.stringify({ number, id })).toBe(at(at(exact, n), number - 1));
            }
          }
        },
      );
      if (isSplit) split_ += 1;
    }),
    game,
  );
  expect(split_, "bills that can be split").toBeGreaterThan(game.numRuns / 2);
});

test("afterwards every book is in order", async () => {
  expect(await violations(world.sql)).toEqual([]);
});
