// What is asked of the provider about a payment, word for word, and answers that the local provider never gives.
import assert from "node:assert/strict";
import { createPaymentProvider, type PaymentProvider } from "./payment-provider.ts";
import { askingProvider, fine, list, refused, type Told } from "./told-provider.testing.ts";

const asking = <T>(answers: readonly Told[], ask: (provider: PaymentProvider) => Promise<T>) =>
  askingProvider(answers, (stripe, guard) => ask(createPaymentProvider(stripe, guard)));
const PAYMENT = {
  ...{ paymentId: "p1", orderId: "o1", venueId: "v1" },
  ...{ amountMinor: 1850, currency: "GBP", description: "Order #042" },
};
const sentOn = { ...PAYMENT, destination: { account: "acct_1", feeMinor: 66 } };
const ids = { "metadata[payment_id]": "p1", "metadata[order_id]": "o1", "metadata[venue_id]": "v1" };
const below = (name: string, form: Record<string, string>) =>
  Object.fromEntries(Object.entries(form).map(([key, value]) => [key.replace(/^[^[]+/, `${name}[$&]`), value]));
const destination = { application_fee_amount: "66", on_behalf_of: "acct_1", "transfer_data[destination]": "acct_1" };
const intent = (more: object = {}) => fine({ id: "pi_1", status: "requires_payment_method", ...more });
const session = (more: object = {}) => fine({ id: "cs_1", status: "open", payment_status: "unpaid", ...more });
const calls = ({ asked }: { asked: readonly { call: string }[] }) => asked.map(({ call }) => call);

Deno.test("an intent: what is due and for what, with our ids, and to whom it goes on", async () => {
  const form = {
    ...{ amount: "1850", currency: "gbp", description: "Order #042", ...ids },
    "automatic_payment_methods[enabled]": "true",
  };
  const plain = await asking([intent()], (provider) => provider.createIntent(PAYMENT));
  assert.deepEqual(plain.asked, [{ call: "POST /v1/payment_intents", form, key: "payment:p1:1850" }]);
  assert.deepEqual([plain.value?.reference, plain.value?.state], ["pi_1", "open"]);
  const { asked } = await asking([intent()], (provider) => provider.createIntent(sentOn));
  assert.deepEqual(asked[0]?.form, { ...form, ...destination });
});

Deno.test("a page: one line with what is due, our ids on it and on what it makes, and the way back with the outcome", async () => {
  const back = "https://order.example/table/7?lang=de";
  const make = (payment: typeof PAYMENT) => asking([session()], (provider) => provider.createCheckout(payment, back));
  const form = {
    mode: "payment",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "gbp",
    "line_items[0][price_data][unit_amount]": "1850",
    "line_items[0][price_data][product_data][name]": "Order #042",
    success_url: `${back}&payment_id=p1&payment=success`,
    cancel_url: `${back}&payment_id=p1&payment=cancelled`,
    client_reference_id: "o1",
    ...ids,
    ...below("payment_intent_data", { ...ids, description: "Order #042" }),
  };
  const { value, asked } = await make(PAYMENT);
  assert.deepEqual(
    [value?.reference, value?.method, asked[0]?.call],
    ["cs_1", "checkout", "POST /v1/checkout/sessions"],
  );
  assert.deepEqual(asked[0]?.form, form);
  assert.match(asked[0]?.key ?? "", /^checkout:p1:1850:[0-9a-f]{24}$/);
  assert.deepEqual((await make(sentOn)).asked[0]?.form, { ...form, ...below("payment_intent_data", destination) });
  const elsewhere = await asking([session()], (provider) => provider.createCheckout(PAYMENT, "https://order.example/"));
  assert.notEqual(elsewhere.asked[0]?.key, asked[0]?.key, "another way back is another page");
});

Deno.test("a failure that the provider would replay for a day is left behind with its key; nothing else is", async () => {
  const error = { error: { type: "api_error" } };
  const replayed = { "idempotent-replayed": "true", "stripe-should-retry": "false" };
  const make = (...answers: Told[]) => asking(answers, (provider) => provider.createIntent(PAYMENT));
  const again = await make([500, error, replayed], intent());
  assert.equal(again.value?.reference, "pi_1");
  const [first, second] = again.asked.map(({ key }) => key ?? "");
  assert.equal(first, "payment:p1:1850");
  assert.match(second ?? "", /^payment:p1:1850:[0-9a-f-]{36}$/);
  for (const answer of [
    [500, error, { "stripe-should-retry": "false" }],
    [400, error, replayed],
    [500, error, { ...replayed, "idempotent-replayed": "false" }],
  ] as const) {
    const { error: failure, asked } = await make(answer, intent());
    assert.ok(failure instanceof Error);
    assert.equal(asked.length, 1);
  }
});

Deno.test("a payment is looked at, and given up, as what it is", async () => {
  const on = (work: "retrieve" | "abandon", reference: string, ...answers: Told[]) =>
    asking(answers, (provider) => provider[work](reference));
  assert.deepEqual(calls(await on("retrieve", "pi_1", intent())), ["GET /v1/payment_intents/pi_1"]);
  assert.deepEqual(calls(await on("retrieve", "cs_1", session())), ["GET /v1/checkout/sessions/cs_1"]);
  const cancelled = await on("abandon", "pi_1", intent({ status: "canceled" }));
  assert.deepEqual([calls(cancelled), cancelled.value?.state], [["POST /v1/payment_intents/pi_1/cancel"], "dead"]);
  const expired = await on("abandon", "cs_1", session({ status: "expired" }));
  assert.deepEqual([calls(expired), expired.value?.state], [["POST /v1/checkout/sessions/cs_1/expire"], "dead"]);
});

Deno.test("what cannot be given up has ended one way or the other; an open one that is not let go is trouble", async () => {
  const abandon = (...answers: Told[]) => asking(answers, (provider) => provider.abandon("pi_1"));
  assert.equal((await abandon(refused(), intent({ status: "succeeded" }))).value?.state, "processing");
  assert.equal((await abandon(refused(), intent({ status: "canceled" }))).value?.state, "dead");
  assert.ok((await abandon(refused(), intent())).error instanceof Error);
  const ours = await abandon(refused("x", 401), intent({ status: "canceled" }));
  assert.ok(ours.error instanceof Error);
  assert.equal(ours.asked.length, 1);
});

const CREATED = new Date("2026-06-01T12:00:00.900Z");
const AT = Date.parse("2026-06-01T12:00:00Z") / 1000;
const unattached = (...answers: Told[]) => asking(answers, (provider) => provider.abandonUnattached(PAYMENT, CREATED));
const mine = (id: string) => ({ id, metadata: { payment_id: "p1" } });

Deno.test("whatever a dead function has made is found and ended: its intent, and every page of its time", async () => {
  const outcome = await unattached(
    intent(),
    intent({ status: "canceled" }),
    list([{ id: "cs_0" }, { id: "cs_8", metadata: { payment_id: "p2" } }, mine("cs_1")], true),
    list([mine("cs_2")]),
    session({ status: "expired" }),
    session({
      id: "cs_2",
      status: "complete",
      payment_status: "paid",
      payment_intent: "pi_9",
      amount_total: 5,
      currency: "gbp",
    }),
  );
  assert.deepEqual(calls(outcome), [
    "POST /v1/payment_intents",
    "POST /v1/payment_intents/pi_1/cancel",
    "GET /v1/checkout/sessions",
    "GET /v1/checkout/sessions",
    "POST /v1/checkout/sessions/cs_1/expire",
    "POST /v1/checkout/sessions/cs_2/expire",
  ]);
  const pages = outcome.asked.filter(({ call }) => call.startsWith("GET")).map(({ form }) => form);
  const around = { "created[gte]": String(AT - 120), "created[lte]": String(AT + 600), limit: "100" };
  assert.deepEqual(pages, [around, { ...around, starting_after: "cs_1" }]);
  assert.equal(outcome.value?.reference, "cs_2", "what was paid is what counts");
});

Deno.test("what the provider refuses to make was never made; a list that promises more and brings nothing ends", async () => {
  const nothing = await unattached(refused(), list([], true));
  assert.deepEqual([nothing.value, calls(nothing).length], [null, 2]);
  const page = await unattached(refused(), list([mine("cs_1")]), session({ status: "expired" }));
  assert.equal(page.value?.reference, "cs_1");
  assert.ok((await unattached(refused("x", 401), list([]))).error instanceof Error);
});

const REFUND = { refundId: "r1", paymentReference: "pi_1", amountMinor: 300, reversesTransfer: false };
const refund = (more: object = {}) => ({ id: "re_1", status: "succeeded", metadata: { refund_id: "r1" }, ...more });
const reversal = { reverse_transfer: "true", refund_application_fee: "true" };

Deno.test("a refund is looked for before it is made; made, it says whose it is, and what comes back with it", async () => {
  const other = refund({ id: "re_0", metadata: { refund_id: "r0" } });
  const known = await asking([list([{ id: "re_9" }, other, refund()])], (provider) => provider.refund(REFUND));
  assert.deepEqual([known.value?.reference, calls(known)], ["re_1", ["GET /v1/refunds"]]);
  assert.deepEqual(known.asked[0]?.form, { payment_intent: "pi_1", limit: "100" });
  const form = { payment_intent: "pi_1", amount: "300", "metadata[refund_id]": "r1" };
  for (const [reversesTransfer, more] of [
    [false, {}],
    [true, reversal],
  ] as const) {
    const { asked } = await asking([list([other]), fine(refund())], (provider) =>
      provider.refund({ ...REFUND, reversesTransfer }),
    );
    assert.deepEqual(asked[1], { call: "POST /v1/refunds", form: { ...form, ...more }, key: "refund:r1" });
  }
});

Deno.test("a refund has arrived, is on its way, or has failed for a reason", async () => {
  const states: [object, string, string | null][] = [
    [{ status: "succeeded", failure_reason: "x" }, "succeeded", null],
    [{ status: "pending" }, "pending", null],
    [{ status: "requires_action" }, "pending", null],
    [{ status: "failed", failure_reason: "expired_or_canceled_card" }, "failed", "expired_or_canceled_card"],
    [{ status: "canceled" }, "failed", "canceled"],
  ];
  for (const [more, status, failureCode] of states) {
    const { value, asked } = await asking([fine(refund(more))], (provider) => provider.retrieveRefund("re_1"));
    assert.deepEqual(value, { reference: "re_1", status, failureCode });
    assert.equal(asked[0]?.call, "GET /v1/refunds/re_1");
  }
});

Deno.test("money that is in no books goes back whole, and is no trouble when it has gone back already", async () => {
  const giveBack = (reverses: boolean, answer: Told) =>
    asking([answer], (provider) => provider.refundOrphan("pi_1", "evt_1", reverses));
  const form = { payment_intent: "pi_1", "metadata[orphan_of]": "evt_1" };
  const made = await giveBack(false, fine(refund()));
  assert.deepEqual(made.asked, [{ call: "POST /v1/refunds", form, key: "orphan:evt_1" }]);
  assert.deepEqual((await giveBack(true, fine(refund()))).asked[0]?.form, { ...form, ...reversal });
  assert.equal((await giveBack(false, refused("charge_already_refunded"))).error, undefined);
  assert.ok((await giveBack(false, refused("charge_disputed"))).error instanceof Error);
  assert.ok((await giveBack(false, refused("charge_already_refunded", 403))).error instanceof Error);
});
