/** `npm run webhook` against the running stack, and against an endpoint of somebody else's. */
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import Stripe from "stripe";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { must } from "../support/api.ts";
import { payments } from "../support/functions.ts";
import { meal, place, readOrder, scan } from "../support/guests.ts";
import { provider } from "../support/provider.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, stack } = world;
afterAll(() => world.close());
const venue = await buildVenue(world);
const PROGRAM = join(import.meta.dirname, "../../scripts/webhook/main.ts");

/** The program as a person runs it; `dir` is where its stack would be. */
function webhook(args: string[], dir = stack.dir): Promise<{ code: number; out: string; err: string }> {
  const env = { PATH: process.env.PATH, STACK_DIR: dir, NO_COLOR: "1" };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

async function ordered() {
  const session = await scan(api, venue.counterQr);
  const order = must(await place(api, session, meal(venue.menu, "pay_now", "counter")));
  must(await payments(stack, session, order.id));
  return { order: order.id, read: () => readOrder(api, session, order.id) };
}

test("an order is paid by an event sent twice; the inbox shows it, and knows it when it is replayed", async () => {
  const { order, read } = await ordered();
  const sent = await webhook(["send", "payment_intent.succeeded", "--order", order, "--twice"]);
  expect(sent).toMatchObject({ code: 0, err: "" });
  const [first, second] = sent.out.trimEnd().split("\n");
  expect(first).toMatch(/^payment_intent\.succeeded evt_\w+ → 200 applied$/);
  expect(second).toBe(`${first}, known already`);
  expect(await read()).toMatchObject({ status: "placed", payment_status: "paid" });

  const event = first?.split(" ")[1] ?? "";
  const listed = await webhook(["list", "--limit", "50"]);
  expect(listed.out).toMatch(new RegExp(`${event} +payment_intent\\.succeeded +applied, settled`));
  const again = await webhook(["replay", event, "--json"]);
  expect(again.code).toBe(0);
  expect(JSON.parse(again.out)).toMatchObject([{ event, http: 200, answer: { duplicate: true, status: "applied" } }]);
});

test("with a bad signature, or another amount, nothing is paid", async () => {
  const { order, read } = await ordered();
  const forged = await webhook(["send", "payment_intent.succeeded", "--order", order, "--bad-signature"]);
  expect(forged).toMatchObject({ code: 0, out: expect.stringMatching(/→ 400 signature_invalid\n$/) });
  const wrong = await webhook(["send", "payment_intent.succeeded", "--order", order, "--amount", "100"]);
  expect(wrong).toMatchObject({ code: 0, out: expect.stringMatching(/→ 200 quarantined\n$/) });
  expect(await read()).toMatchObject({ status: "pending_payment", payment_status: "unpaid" });
});

test("a late event happened then and is delivered now; a refund of the dashboard becomes one of ours", async () => {
  const { order, read } = await ordered();
  expect((await webhook(["send", "payment_intent.payment_failed", "--order", order])).out).toMatch(/200 applied/);
  const late = await webhook(["send", "payment_intent.succeeded", "--order", order, "--late", "10m", "--json"]);
  const [{ event }] = JSON.parse(late.out);
  const [stored] = await world.sql`
    select round(extract(epoch from received_at - created_at) / 60)::int as minutes from private.provider_events where event_id = ${event}`;
  expect(stored).toEqual({ minutes: 10 });
  const refund = await webhook(["send", "refund.created", "--order", order, "--amount", "500"]);
  expect(refund.out).toMatch(/^refund\.created evt_\w+ → 200 applied\n$/);
  expect(await read()).toMatchObject({ payment_status: "partially_refunded", refunded_minor: 500 });
});

test("events have the shape that the provider gives them", async () => {
  const { order } = await ordered();
  const made = JSON.parse((await webhook(["fixtures", "payment_intent.succeeded", "--order", order])).out);
  const { stripe } = provider(stack);
  await stripe.paymentIntents.confirm(made.data.object.id, {
    payment_method: "pm_card_visa",
    return_url: "https://a.example",
  });
  const all = await stripe.events.list({ type: "payment_intent.succeeded", limit: 100 });
  const real = all.data.find(({ data }) => (data.object as { id?: string }).id === made.data.object.id);
  if (!real) throw new Error("the provider has made no event");
  const shape = (value: object) => Object.keys(value).sort();
  expect(shape(made)).toEqual(shape(real));
  expect(shape(made.data.object)).toEqual(shape(real.data.object));
  const { latest_charge: _made, payment_method: _method, ...rest } = made.data.object;
  expect(real.data.object).toMatchObject(rest);
});

test("another endpoint gets a truly signed event, without any stack here", async () => {
  const bodies: { body: string; signature: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    bodies.push({ body, signature: String(request.headers["stripe-signature"]) });
    response.writeHead(bodies.length > 1 ? 500 : 200).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const payment = crypto.randomUUID();
  const facts = ["--payment", payment, "--intent", "pi_elsewhere", "--amount", "700", "--currency", "EUR"];
  const args = ["send", "payment_intent.succeeded", "--url", url, "--secret", "whsec_theirs", ...facts];
  expect((await webhook(args, "/nowhere")).code).toBe(0);
  const { body = "", signature = "" } = bodies[0] ?? {};
  const event = new Stripe("sk_test_unused").webhooks.constructEvent(body, signature, "whsec_theirs");
  const object = { id: "pi_elsewhere", amount_received: 700, currency: "eur", metadata: { payment_id: payment } };
  expect(event).toMatchObject({ type: "payment_intent.succeeded", data: { object } });
  expect((await webhook(args, "/nowhere")).code, "an endpoint that fails").toBe(1);
});

test.each([
  [[], 2],
  [["send", "invoice.paid", "--order", "x"], 2],
  [["send", "payment_intent.succeeded", "--order", "x", "--late", "soon"], 2],
  [["send", "payment_intent.succeeded", "--order", "x", "--url", "https://elsewhere.example"], 2],
  [["--help"], 0],
  [["replay", "evt_that_nobody_knows"], 1],
])("webhook %j ends with %i", async (args, code) => {
  expect((await webhook(args)).code).toBe(code);
});

test("without a stack it says what to do", async () => {
  const { code, err } = await webhook(["list"], "/nowhere");
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining("npm start") });
});
