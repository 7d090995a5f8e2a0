// What a reconciliation asks the provider, word for word, and what it makes of the pages that come back. That Stripe
// understands the questions is proved by stripe-contract.test.ts.
import assert from "node:assert/strict";
import { createProviderRecords, type ProviderRecords, type Records } from "./provider-records.ts";
import { createStripe, createStripeGuard } from "./stripe-client.ts";

const WINDOW = { from: new Date("2026-06-01T12:00:00.900Z"), to: new Date("2026-06-01T13:00:00.100Z") };
const FROM = Date.parse("2026-06-01T12:00:00Z") / 1000;
const TO = Date.parse("2026-06-01T13:00:01Z") / 1000;

type Page = Records<{ id: string }>;

/** What is asked, and what comes of it when the provider answers so. */
async function asking<T>(
  answers: readonly { status?: number; body: object }[],
  ask: (records: ProviderRecords) => Promise<T>,
) {
  const rest = [...answers];
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname, searchParams } = new URL(request.url);
    asked.push(
      `${pathname} ${[...searchParams]
        .map(([name, value]) => `${name}=${value}`)
        .sort()
        .join(" ")}`.trim(),
    );
    const { status = 200, body } = rest.shift() ?? { status: 400, body: {} };
    return Response.json(body, { status });
  });
  const stripe = createStripe({
    STRIPE_SECRET_KEY: "sk_test_1",
    STRIPE_API_URL: `http://127.0.0.1:${server.addr.port}`,
  });
  try {
    const got = await ask(createProviderRecords(stripe, createStripeGuard({ firstDelayMs: 1 })));
    return { got, asked };
  } finally {
    await server.shutdown();
  }
}
const list = (ids: readonly string[], has_more: boolean) => ({
  body: { object: "list", data: ids.map((id) => ({ id })), has_more, url: "/v1/x" },
});
const ids = (data: readonly { id: string }[]) => data.map(({ id }) => id);
const around = `created[gte]=${FROM} created[lte]=${TO}`;

for (const [name, path, more] of [
  ["eventsBack", "/v1/events", ""],
  ["intents", "/v1/payment_intents", ""],
  ["refunds", "/v1/refunds", ""],
  ["balance", "/v1/balance_transactions", "expand[0]=data.source "],
] as const) {
  Deno.test(`${name}: a window is asked for in whole seconds that hold it, page after page to the last`, async () => {
    const first = await asking([list(["a", "b"], true)], (records): Promise<Page> => records[name](WINDOW, null));
    assert.deepEqual(first.asked, [`${path} ${around} ${more}limit=100`]);
    assert.deepEqual([ids(first.got.data), first.got.next], [["a", "b"], "b"]);
    const last = await asking([list(["c"], false)], (records): Promise<Page> => records[name](WINDOW, "b"));
    assert.deepEqual(last.asked, [`${path} ${around} ${more}limit=100 starting_after=b`]);
    assert.deepEqual([ids(last.got.data), last.got.next], [["c"], null]);
  });
}

Deno.test("a page without anything is the last one, whatever it says", async () => {
  const { got } = await asking([list([], true)], (records) => records.intents(WINDOW, null));
  assert.deepEqual(got, { data: [], next: null });
});

Deno.test("subscriptions are asked for with what they owe, whenever they began", async () => {
  const { got, asked } = await asking([list(["sub_1"], true), list([], false)], async (records) => [
    await records.subscriptions(null),
    await records.subscriptions("sub_1"),
  ]);
  const question = "/v1/subscriptions expand[0]=data.latest_invoice limit=100";
  assert.deepEqual(asked, [question, `${question} starting_after=sub_1`]);
  assert.deepEqual(
    got.map(({ next }) => next),
    ["sub_1", null],
  );
});

Deno.test("events are read on from the last one that is older than the window, oldest first", async () => {
  const before = await asking([list(["evt_0"], true)], (records) => records.eventBefore(WINDOW.from));
  assert.deepEqual([before.asked, before.got], [[`/v1/events created[lt]=${FROM} limit=1`], "evt_0"]);
  assert.equal((await asking([list([], false)], (records) => records.eventBefore(WINDOW.from))).got, null);
  const page = await asking([list(["evt_3", "evt_2"], true)], (records) => records.eventsAfter("evt_1"));
  assert.deepEqual(page.asked, ["/v1/events ending_before=evt_1 limit=100"]);
  assert.deepEqual([ids(page.got.data), page.got.next], [["evt_2", "evt_3"], "evt_3"]);
  for (const end of [list(["evt_4"], false), list([], true)]) {
    assert.equal((await asking([end], (records) => records.eventsAfter("evt_3"))).got.next, null);
  }
});

for (const [name, path] of [
  ["intent", "/v1/payment_intents/x_1"],
  ["session", "/v1/checkout/sessions/x_1"],
  ["refund", "/v1/refunds/x_1"],
  ["subscription", "/v1/subscriptions/x_1 expand[0]=latest_invoice"],
] as const) {
  Deno.test(`${name}: one is found by its id, or there is none, or the provider could not say`, async () => {
    const ask = (records: ProviderRecords): Promise<{ id: string } | null> => records[name]("x_1");
    const found = await asking([{ body: { id: "x_1" } }], ask);
    assert.deepEqual([found.asked, found.got?.id], [[path], "x_1"]);
    const refused = (status: number, type: string, code: string) => ({ status, body: { error: { type, code } } });
    const none = refused(404, "invalid_request_error", "resource_missing");
    assert.equal((await asking([none], ask)).got, null);
    for (const other of [
      refused(400, "invalid_request_error", "parameter_unknown"),
      refused(403, "api_error", "resource_missing"),
    ]) {
      await assert.rejects(asking([other], ask));
    }
    const trouble = await asking([refused(500, "api_error", ""), { body: { id: "x_1" } }], ask);
    assert.deepEqual([trouble.asked.length, trouble.got?.id], [2, "x_1"]);
  });
}
