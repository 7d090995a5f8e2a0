// Reading: lists and their pages, filters, expansion, customers, and Stripe's way of writing parameters.
import type Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { manualClock } from "./clock.ts";
import { canonicalForm, parseForm } from "./form.ts";
import { paid, refusal, SECRET_KEY } from "./testing.ts";
import { useBench } from "./use-bench.ts";

const clock = manualClock(Date.UTC(2031, 2, 3, 12));
const bench = await useBench({ clock });
const { stripe } = bench;

async function intents(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const { id } = await stripe.paymentIntents.create({ amount: 1_000 + n, currency: "eur" });
    ids.unshift(id);
    clock.advance(1_000);
  }
  return ids;
}

describe("lists", () => {
  it("turn pages forwards and backwards, newest first", async () => {
    const ids = await intents(5);
    const first = await stripe.paymentIntents.list({ limit: 2 });
    expect([first.data.map((intent) => intent.id), first.has_more]).toEqual([ids.slice(0, 2), true]);
    const second = await stripe.paymentIntents.list({ limit: 3, starting_after: String(ids[1]) });
    expect([second.data.map((intent) => intent.id), second.has_more]).toEqual([ids.slice(2), false]);
    const back = await stripe.paymentIntents.list({ limit: 2, ending_before: String(ids[4]) });
    expect([back.data.map((intent) => intent.id), back.has_more]).toEqual([ids.slice(2, 4), true]);
    const all = await stripe.paymentIntents.list({ limit: 2 }).autoPagingToArray({ limit: 100 });
    expect(all.map((intent) => intent.id)).toEqual(ids);
    expect((await refusal(stripe.paymentIntents.list({ limit: 101 }))).param).toBe("limit");
  });

  it("filter events by type, by several, by prefix and by time", async () => {
    const from = clock.now() / 1000;
    await stripe.paymentIntents.create(paid());
    clock.advance(10_000);
    await intents(2);
    const types = async (params: Stripe.EventListParams) =>
      (await stripe.events.list(params)).data.map((event) => event.type);
    expect(await types({ type: "payment_intent.created" })).toHaveLength(3);
    expect(await types({ type: "charge.*" })).toEqual(["charge.succeeded"]);
    expect(await types({ type: "nothing.*" })).toEqual([]);
    expect(await types({ types: ["charge.succeeded", "payment_intent.succeeded"] })).toEqual([
      "payment_intent.succeeded",
      "charge.succeeded",
    ]);
    expect(await types({ created: { gte: from + 10 } })).toHaveLength(2);
    expect(await types({ created: { lt: from + 10 } })).toHaveLength(3);
    const [event] = (await stripe.events.list({ limit: 1 })).data;
    expect((await stripe.events.retrieve(String(event?.id))).id).toBe(event?.id);
  });
});

describe("balance transactions", () => {
  it("say what moved, with its fee and its source, and what a refund that came back brought", async () => {
    const from = Math.floor(clock.now() / 1000);
    const intent = await stripe.paymentIntents.create({ ...paid(), payment_method: "pm_card_refundFail" });
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 300 });
    clock.advance(1_000);
    await bench.control("POST", "/settle", { id: refund.id, outcome: "failed" });
    const list = await stripe.balanceTransactions.list({ created: { gte: from }, expand: ["data.source"] });
    expect(list.data).toMatchObject([
      { type: "refund_failure", amount: 300, fee: 0, net: 300, created: from + 1, source: { id: refund.id } },
      { type: "refund", amount: -300, fee: 0, net: -300, reporting_category: "refund", source: { id: refund.id } },
      { type: "charge", amount: 1_000, fee: 35, net: 965, source: { object: "charge", payment_intent: intent.id } },
    ]);
    const [charge] = (await stripe.balanceTransactions.list({ type: "charge", currency: "eur", limit: 1 })).data;
    expect(charge?.fee_details).toMatchObject([{ amount: 35, type: "stripe_fee" }]);
    expect(await stripe.balanceTransactions.retrieve(String(charge?.id))).toEqual(charge);
    expect((await stripe.balanceTransactions.list({ source: refund.id })).data).toHaveLength(2);
    const pages = await stripe.balanceTransactions
      .list({ created: { gte: from }, limit: 1 })
      .autoPagingToArray({ limit: 9 });
    expect(pages).toHaveLength(3);
  });
});

describe("expansion", () => {
  it("puts objects in the place of ids, in lists and two levels deep, and refuses what cannot be", async () => {
    const customer = await stripe.customers.create({ name: "Guest" });
    const { id } = await stripe.paymentIntents.create({ ...paid(), customer: customer.id });
    const plain = await stripe.paymentIntents.retrieve(id);
    expect(plain.latest_charge).toMatch(/^ch_/);
    const list = await stripe.paymentIntents.list({ expand: ["data.latest_charge.customer", "data.customer"] });
    expect(list.data[0]).toMatchObject({ customer: { name: "Guest" }, latest_charge: { customer: { name: "Guest" } } });
    await stripe.refunds.create({ payment_intent: id, amount: 10 });
    const charge = await stripe.charges.retrieve(String(plain.latest_charge), {
      expand: ["refunds", "payment_intent"],
    });
    expect(charge).toMatchObject({ refunds: { data: [{ amount: 10 }] }, payment_intent: { id } });
    const wrong = await refusal(stripe.paymentIntents.retrieve(id, { expand: ["colour"] }));
    expect(wrong.message).toBe("This property cannot be expanded (colour).");
  });
});

describe("customers", () => {
  it("are created, updated, found by email and deleted, and a deleted one is still answered for", async () => {
    const { id } = await stripe.customers.create({
      email: "guest@example.com",
      metadata: { a: "1" },
      address: { city: "Ghent" },
    });
    await stripe.customers.create({ email: "other@example.com" });
    const updated = await stripe.customers.update(id, { name: "Guest", metadata: { b: "2" } });
    expect(updated).toMatchObject({ name: "Guest", metadata: { a: "1", b: "2" }, address: { city: "Ghent" } });
    expect((await stripe.customers.list({ email: "guest@example.com" })).data.map((found) => found.id)).toEqual([id]);
    expect(await stripe.customers.del(id)).toMatchObject({ id, deleted: true });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ id, deleted: true });
    expect((await stripe.customers.list()).data).toHaveLength(1);
    expect((await refusal(stripe.customers.update(id, { name: "x" }))).code).toBe("resource_missing");
  });
});

describe("Stripe's way of writing parameters", () => {
  it("nests by brackets, keeps the order of lists, and compares without regard to order", () => {
    const form = parseForm("a[b][c]=1&expand[]=x&expand[]=y&list[1]=second&list[0]=first&text=a%20b");
    expect(JSON.parse(canonicalForm(form))).toEqual({
      a: { b: { c: "1" } },
      expand: ["x", "y"],
      list: ["first", "second"],
      text: "a b",
    });
    expect(canonicalForm(parseForm("a=1&b[c]=2"))).toBe(canonicalForm(parseForm("b[c]=2&a=1")));
    expect(canonicalForm(parseForm("a=1"))).not.toBe(canonicalForm(parseForm("a=2")));
  });

  it("refuses contradictions and does not touch prototypes", () => {
    expect(() => parseForm("a=1&a[b]=2")).toThrow("Invalid parameter");
    expect(() => parseForm("a[b=1")).toThrow("Invalid parameter name");
    expect(() => parseForm(`a${"[b]".repeat(20)}=1`)).toThrow("Invalid parameter name");
    parseForm("__proto__[polluted]=yes&constructor[prototype][polluted]=yes");
    expect({}).not.toHaveProperty("polluted");
  });

  it("refuses JSON and bodies beyond reason", async () => {
    const send = (body: string, type: string) =>
      fetch(`${bench.url}/v1/customers`, {
        method: "POST",
        body,
        headers: { authorization: `Bearer ${SECRET_KEY}`, "content-type": type },
      });
    expect((await send('{"name":"x"}', "application/json")).status).toBe(400);
    expect((await send(`name=${"x".repeat(300_000)}`, "application/x-www-form-urlencoded")).status).toBe(413);
    expect((await send("name=Guest", "application/x-www-form-urlencoded")).status).toBe(200);
  });
});
