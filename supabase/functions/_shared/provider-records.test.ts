// What a reconciliation asks the provider, word for word, and what it makes of the pages that come back. That Stripe
// understands the questions is proved by stripe-contract.test.ts.
import assert from "node:assert/strict";
import { createProviderRecords, type ProviderRecords, type Records } from "./provider-records.ts";
import { askingProvider, fine, list, refused, type Told } from "./told-provider.testing.ts";

const WINDOW = { from: new Date("2026-06-01T12:00:00.900Z"), to: new Date("2026-06-01T13:00:00.100Z") };
const FROM = Date.parse("2026-06-01T12:00:00Z") / 1000;
const TO = Date.parse("2026-06-01T13:00:01Z") / 1000;

type Page = Records<{ id: string }>;

async function asking<T>(answers: readonly Told[], ask: (records: ProviderRecords) => Promise<T>) {
  const { asked, ...outcome } = await askingProvider(answers, (stripe, guard) =>
    ask(createProviderRecords(stripe, guard)),
  );
  const words = (form: Record<string, string>) =>
    Object.entries(form)
      .map(([name, value]) => `${name}=${value}`)
      .sort();
  return { ...outcome, asked: asked.map(({ call, form }) => [call.replace("GET ", ""), ...words(form)].join(" ")) };
}
/** A page of these, and whether there are more. */
const page = (names: readonly string[], more: boolean) =>
  list(
    names.map((id) => ({ id })),
    more,
  );
const ids = (data: readonly { id: string }[]) => data.map(({ id }) => id);
const around = `created[gte]=${FROM} created[lte]=${TO}`;

for (const [name, path, more] of [
  ["eventsBack", "/v1/events", ""],
  ["intents", "/v1/payment_intents", ""],
  ["refunds", "/v1/refunds", ""],
  ["balance", "/v1/balance_transactions", "expand[0]=data.source "],
] as const) {
  Deno.test(`${name}: a window is asked for in whole seconds that hold it, page after page to the last`, async () => {
    const first = await asking([page(["a", "b"], true)], (records): Promise<Page> => records[name](WINDOW, null));
    assert.deepEqual(first.asked, [`${path} ${around} ${more}limit=100`]);
    assert.deepEqual([ids(first.value?.data ?? []), first.value?.next], [["a", "b"], "b"]);
    const last = await asking([page(["c"], false)], (records): Promise<Page> => records[name](WINDOW, "b"));
    assert.deepEqual(last.asked, [`${path} ${around} ${more}limit=100 starting_after=b`]);
    assert.deepEqual([ids(last.value?.data ?? []), last.value?.next], [["c"], null]);
  });
}

Deno.test("a page without anything is the last one, whatever it says", async () => {
  const { value } = await asking([page([], true)], (records) => records.intents(WINDOW, null));
  assert.deepEqual(value, { data: [], next: null });
});

Deno.test("subscriptions are asked for with what they owe, whenever they began", async () => {
  const { value, asked } = await asking([page(["sub_1"], true), page([], false)], async (records) => [
    await records.subscriptions(null),
    await records.subscriptions("sub_1"),
  ]);
  const question = "/v1/subscriptions expand[0]=data.latest_invoice limit=100";
  assert.deepEqual(asked, [question, `${question} starting_after=sub_1`]);
  assert.deepEqual(
    value?.map(({ next }) => next),
    ["sub_1", null],
  );
});

Deno.test("events are read on from the last one that is older than the window, oldest first", async () => {
  const before = await asking([page(["evt_0"], true)], (records) => records.eventBefore(WINDOW.from));
  assert.deepEqual([before.asked, before.value], [[`/v1/events created[lt]=${FROM} limit=1`], "evt_0"]);
  assert.equal((await asking([page([], false)], (records) => records.eventBefore(WINDOW.from))).value, null);
  const next = await asking([page(["evt_3", "evt_2"], true)], (records) => records.eventsAfter("evt_1"));
  assert.deepEqual(next.asked, ["/v1/events ending_before=evt_1 limit=100"]);
  assert.deepEqual([ids(next.value?.data ?? []), next.value?.next], [["evt_2", "evt_3"], "evt_3"]);
  for (const end of [page(["evt_4"], false), page([], true)]) {
    assert.equal((await asking([end], (records) => records.eventsAfter("evt_3"))).value?.next, null);
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
    const found = await asking([fine({ id: "x_1" })], ask);
    assert.deepEqual([found.asked, found.value?.id], [[path], "x_1"]);
    assert.equal((await asking([refused("resource_missing", 404)], ask)).value, null);
    for (const [code, status] of [
      ["parameter_unknown", 400],
      ["resource_missing", 403],
    ] as const) {
      assert.ok((await asking([refused(code, status)], ask)).error instanceof Error, code);
    }
    const trouble = await asking([refused("", 500), fine({ id: "x_1" })], ask);
    assert.deepEqual([trouble.asked.length, trouble.value?.id], [2, "x_1"]);
  });
}
