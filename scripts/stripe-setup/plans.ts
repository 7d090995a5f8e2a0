// The tier file: what is sold and for how much, per currency and interval. The one place where prices are written; the
// database's price list is compared with it by a test.
import { readFileSync } from "node:fs";
import { z } from "zod";

const price = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  interval: z.enum(["month", "year"]),
  amount_minor: z.number().int().nonnegative(),
});
const name = z.string().regex(/^[a-z_]+$/);
const common = { name: z.string().min(1).max(250), prices: z.array(price).min(1) };
const file = z.strictObject({
  plans: z.array(z.strictObject({ plan: name, ...common })).min(1),
  add_ons: z.array(z.strictObject({ add_on: name, ...common })),
});

export interface Sold {
  /** The plan or the add-on. */
  readonly key: string;
  readonly name: string;
  /** What the product and its prices say of themselves; the database reads plans from here. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly prices: readonly z.output<typeof price>[];
}

const PLANS_FILE = new URL("../../supabase/functions/_shared/plans.json", import.meta.url);

export function readSold(text = readFileSync(PLANS_FILE, "utf8")): readonly Sold[] {
  const { plans, add_ons } = file.parse(JSON.parse(text));
  return [
    ...plans.map(({ plan, ...rest }) => ({ key: plan, metadata: { servio_tier: plan }, ...rest })),
    ...add_ons.map(({ add_on, ...rest }) => ({ key: add_on, metadata: { servio_add_on: add_on }, ...rest })),
  ];
}

/** As private.price_key of the database says it. */
export const lookupKey = (key: string, { currency, interval }: { currency: string; interval: string }): string =>
  ["servio", key, currency, interval].join("_").toLowerCase();
