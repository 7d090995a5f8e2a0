// The provider sells what the tier file says: once, again, after a change, and only in words with --dry-run.
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { SECRET_KEY } from "../provider/testing.ts";
import { useBench } from "../provider/use-bench.ts";
import { lookupKey, readSold, type Sold } from "./plans.ts";
import { EVENTS, type SetUpOptions, setUp } from "./set-up.ts";

const bench = await useBench();
const { stripe } = bench;
const sold = readSold();
const run = (more: Partial<SetUpOptions> = {}) => setUp({ stripe, sold, dryRun: false, ...more });
const actions = async (more: Partial<SetUpOptions> = {}) =>
  (await run(more)).map(({ object, name, action }) => `${action} ${object} ${name}`);
const dearer = (by: number): Sold[] =>
  sold.map((one) => ({
    ...one,
    prices: one.prices.map((price) => ({ ...price, amount_minor: price.amount_minor + by })),
  }));

it("makes everything once", async () => {
  const first = await actions();
  expect(first).toHaveLength(2 * sold.length + 1);
  expect(first.every((step) => step.startsWith("create "))).toBe(true);
  expect((await actions()).every((step) => step.startsWith("keep "))).toBe(true);
  expect((await stripe.prices.list({ limit: 100 })).data).toHaveLength(sold.length);
  const product = await stripe.products.retrieve("servio_pro");
  expect(product.metadata).toEqual({ servio_tier: "pro" });
});

it("tells without doing", async () => {
  expect((await actions({ dryRun: true, webhookUrl: "https://example.com/hook" })).at(-1)).toBe(
    "create webhook https://example.com/hook",
  );
  expect((await stripe.products.list()).data).toEqual([]);
  await run();
  expect(await actions({ dryRun: true, sold: dearer(100) })).toContain("replace price servio_pro_gbp_month");
  const [price] = (await stripe.prices.list({ lookup_keys: ["servio_pro_gbp_month"] })).data;
  expect(price?.unit_amount).toBe(24_900);
});

it("makes a new price where an amount changes, which takes over the key; the old one is sold no more", async () => {
  await run();
  const [old] = (await stripe.prices.list({ lookup_keys: ["servio_pro_gbp_month"] })).data;
  await run({ sold: dearer(100) });
  const [now] = (await stripe.prices.list({ lookup_keys: ["servio_pro_gbp_month"] })).data;
  expect(now?.unit_amount).toBe(25_000);
  expect(now?.id).not.toBe(old?.id);
  expect(await stripe.prices.retrieve(old?.id ?? "")).toMatchObject({ active: false, unit_amount: 24_900 });
  expect((await actions({ sold: dearer(100) })).every((step) => step.startsWith("keep "))).toBe(true);
});

it("mends what was changed by hand, and retires what is not in the file", async () => {
  await run();
  await stripe.products.update("servio_pro", { name: "Gold" });
  const [price] = (await stripe.prices.list({ lookup_keys: ["servio_pro_gbp_month"] })).data;
  await stripe.prices.update(price?.id ?? "", { metadata: { servio_tier: "enterprise" } });
  await stripe.prices.create({
    currency: "usd",
    product: "servio_pro",
    unit_amount: 1,
    recurring: { interval: "month" },
  });
  const [portal] = (await stripe.billingPortal.configurations.list()).data;
  await stripe.billingPortal.configurations.update(portal?.id ?? "", {
    features: { subscription_update: { enabled: true } },
  });
  const steps = (await actions()).filter((step) => !step.startsWith("keep "));
  expect(steps).toEqual([
    "update product pro",
    "update price servio_pro_gbp_month",
    expect.stringMatching(/^retire price price_/),
    "update portal portal",
  ]);
  expect((await stripe.prices.retrieve(price?.id ?? "")).metadata).toEqual({ servio_tier: "pro" });
});

const endpointOf = async (id: string) => {
  const found = (await stripe.webhookEndpoints.list()).data.find((endpoint) => endpoint.id === id);
  if (!found) throw new Error(`no endpoint ${id}`);
  return found;
};
it("makes the webhook endpoint where asked, shows its secret once, and keeps its events up to date", async () => {
  const webhookUrl = "https://example.com/functions/v1/stripe-webhook";
  const made = (await run({ webhookUrl })).at(-1);
  expect(made).toMatchObject({ object: "webhook", action: "create", secret: expect.stringMatching(/^whsec_/) });
  expect((await run({ webhookUrl })).at(-1)).toEqual({
    object: "webhook",
    name: webhookUrl,
    action: "keep",
    id: made?.id,
  });
  await stripe.webhookEndpoints.update(made?.id ?? "", { enabled_events: ["invoice.paid"] });
  expect((await run({ webhookUrl })).at(-1)?.action).toBe("update");
  const [endpoint] = (await stripe.webhookEndpoints.list()).data;
  expect(endpoint?.enabled_events).toEqual(EVENTS);
  const connected = (await run({ webhookUrl })).find(({ object }) => object === "connect webhook");
  expect(connected).toMatchObject({ action: "keep", name: webhookUrl });
  const { enabled_events } = await endpointOf(connected?.id ?? "");
  expect(enabled_events).toEqual(["account.updated"]);
});

it("is a command: help, usage, JSON", () => {
  const command = (args: string[], env: Record<string, string> = {}) =>
    spawnSync(process.execPath, ["scripts/stripe-setup/main.ts", ...args], {
      encoding: "utf8",
      env: { PATH: process.env.PATH ?? "", STACK_DIR: "/nonexistent", ...env },
    });
  expect(command(["--help"])).toMatchObject({ status: 0, stdout: expect.stringContaining("stripe-setup") });
  expect(command(["--what"]).status).toBe(2);
  expect(command(["--webhook-url", "nonsense"]).status).toBe(2);
  expect(command([])).toMatchObject({ status: 2, stderr: expect.stringContaining("STRIPE_SECRET_KEY") });
  expect(lookupKey("pro", { currency: "GBP", interval: "month" })).toBe("servio_pro_gbp_month");
  expect(() => readSold('{"plans": [], "add_ons": []}')).toThrow();
  expect(SECRET_KEY).toMatch(/^sk_test/);
});
