/**
 * Thousands of random menus and carts, priced by the database and by a reference that shares nothing with it: no penny
 * differs. SEED=… plays the same game again; a case that fails is made smaller until little is left of it.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violations } from "../support/books.ts";
import { dice } from "../support/dice.ts";
import { cloneWorld } from "../support/world.ts";
import { type PricingCase, pricingCase, withMore } from "./pricing-cases.ts";
import { price, publish, write } from "./pricing-database.ts";
import { at, type Priced, reference, sum } from "./pricing-reference.ts";

const CASES = 2_000;
const BATCH = 100;
const world = await cloneWorld(1);
afterAll(() => world.close());
const { seed } = dice("pricing");
const game = { seed, numRuns: CASES };
// Making a failure smaller ends in time to be reported; an interrupted search that found nothing is a failure, too.
const patience = { interruptAfterTimeLimit: 40_000, markInterruptAsFailure: true };

/** A cart's price, what its order holds once it is written, and the price of the cart with more of one line. */
interface Answers {
  readonly priced: Priced;
  readonly written: Priced;
  readonly more: Priced;
}

async function ask(cases: readonly PricingCase[]): Promise<Answers[]> {
  const published = await publish(world, cases);
  const larger = published.orders.map((one, i) => ({ ...one, order: withMore(at(cases, i)) }));
  const priced = await price(world.sql, published);
  const more = await price(world.sql, { ...published, orders: larger });
  const written = await write(world.sql, published);
  return cases.map((_, i) => ({ priced: at(priced, i), written: at(written, i), more: at(more, i) }));
}

// fast-check shows one case at a time. Which ones it will show is known from the seed, so the database is asked for a
// hundred at once; only what shrinking makes of a failure is asked for alone.
const known = new Map<string, Answers>();
beforeAll(async () => {
  const cases = fc.sample(pricingCase, game);
  for (let from = 0; from < cases.length; from += BATCH) {
    const batch = cases.slice(from, from + BATCH);
    const answers = await ask(batch);
    for (const [i, one] of batch.entries()) known.set(JSON.stringify(one), at(answers, i));
  }
});

async function forAll(property: (one: PricingCase, answers: Answers) => void): Promise<void> {
  const seen = new Set<string>();
  const one = fc.asyncProperty(pricingCase, async (order) => {
    const key = JSON.stringify(order);
    seen.add(key);
    property(order, known.get(key) ?? at(await ask([order]), 0));
  });
  await fc.assert(one, { ...game, ...patience });
  expect(seen).toEqual(new Set(known.keys()));
  expect(seen.size).toBeGreaterThan(0.95 * CASES);
}

test("no penny differs from the reference, for a cart and for more of it", () =>
  forAll((order, { priced, more }) => {
    expect(priced).toEqual(reference(order));
    expect(more).toEqual(reference(withMore(order)));
  }));

test("an order keeps what its cart was priced at", () =>
  forAll((_order, { priced, written }) => {
    expect(written).toEqual(priced);
  }));

test("no amount is below zero, and the total is the sum of its parts", () =>
  forAll((order, { priced }) => {
    const { lines, total_minor: total, ...parts } = priced;
    for (const amount of [total, ...Object.values(parts), ...lines.map(({ line_minor }) => line_minor)]) {
      expect(amount).toBeGreaterThanOrEqual(0n);
    }
    expect(parts.subtotal_minor).toBe(sum(lines.map(({ line_minor }) => line_minor)));
    expect(parts.tax_minor).toBe(sum(lines.map(({ tax_minor }) => tax_minor)));
    const inside = order.pricesIncludeTax ? parts.tax_minor : 0n;
    expect(total).toBe(sum(Object.values(parts)) - inside);
  }));

test("more of a line never costs less", () =>
  forAll((_order, { priced, more }) => {
    for (const amount of ["subtotal_minor", "tax_minor", "service_charge_minor", "total_minor"] as const) {
      expect(more[amount]).toBeGreaterThanOrEqual(priced[amount]);
    }
  }));

test("afterwards every book is in order", async () => {
  expect(await violations(world.sql)).toEqual([]);
});
