import assert from "node:assert/strict";
import type { PaymentProvider } from "../_shared/payment-provider.ts";
import { Problem, unavailable } from "../_shared/problem.ts";
import { assertProblem } from "../_shared/testing.ts";
import { traceOf } from "../_shared/trace.ts";
import { startPayment } from "./start.ts";
import { createBooks, intentOf, ORDER_ID, SESSION_TOKEN, started, VENUE_ID, withProvider } from "./testing.ts";

const CHECKOUT = { method: "checkout", return_url: "https://order.example/table/7?lang=en" };

Deno.test("a payment is reserved, made at the provider with our ids, attached, and only then shown", () =>
  withProvider(async ({ pay, books, bench }) => {
    const answer = await started(await pay());
    const intent = await bench.stripe.paymentIntents.retrieve(intentOf(answer));
    assert.deepEqual([intent.amount, intent.currency, intent.status], [1850, "gbp", "requires_payment_method"]);
    assert.deepEqual(
      { ...intent.metadata },
      {
        payment_id: answer.payment_id,
        order_id: ORDER_ID,
        venue_id: VENUE_ID,
      },
    );
    assert.deepEqual(answer, {
      payment_id: books.payments[0]?.id ?? "",
      status: "pending",
      amount_minor: 1850,
      currency: "GBP",
      client_secret: intent.client_secret ?? "",
    });
    assert.deepEqual(
      books.payments.map(({ status, reference }) => [status, reference]),
      [["pending", intent.id]],
    );
    assert.deepEqual(
      books.calls.map(({ name }) => name),
      ["start_payment", "attach_payment"],
    );
  }));

Deno.test("asking again returns the same intent; once paid it says so and asks for nothing", () =>
  withProvider(async ({ pay, bench }) => {
    const first = await started(await pay());
    assert.deepEqual(await started(await pay()), first);
    await bench.stripe.paymentIntents.confirm(intentOf(first), {
      payment_method: "pm_card_visa",
      return_url: "https://order.example",
    });
    assert.equal((await started(await pay())).status, "processing");
    assert.equal((await started(await pay(CHECKOUT))).status, "processing");
    assert.equal((await bench.stripe.paymentIntents.list()).data.length, 1);
  }));

Deno.test("a declined card leaves the intent open for another card", () =>
  withProvider(async ({ pay, bench }) => {
    const first = await started(await pay());
    const card = { payment_method: "pm_card_chargeDeclined", return_url: "https://order.example" };
    await assert.rejects(bench.stripe.paymentIntents.confirm(intentOf(first), card));
    assert.deepEqual(await started(await pay()), first);
  }));

Deno.test("checkout: one line of the order's amount, metadata for the intent to come, and a way back", () =>
  withProvider(async ({ pay, books, bench }) => {
    const answer = await started(await pay(CHECKOUT));
    const session = await bench.stripe.checkout.sessions.retrieve(books.payments[0]?.reference ?? "");
    assert.equal(answer.checkout_url, session.url);
    assert.equal(answer.client_secret, undefined);
    assert.deepEqual([session.amount_total, session.currency], [1850, "gbp"]);
    assert.equal(
      session.success_url,
      `https://order.example/table/7?lang=en&payment_id=${answer.payment_id}&payment=success`,
    );
    const elsewhere = { ...CHECKOUT, return_url: "https://order.example/another-device" };
    assert.deepEqual(await started(await pay(elsewhere)), answer);
  }));

Deno.test("choosing the other way to pay ends the first: one payment, one object", () =>
  withProvider(async ({ pay, books, bench }) => {
    const intent = await started(await pay());
    const checkout = await started(await pay(CHECKOUT));
    assert.notEqual(checkout.payment_id, intent.payment_id);
    assert.equal((await bench.stripe.paymentIntents.retrieve(intentOf(intent))).status, "canceled");
    const session = books.payments[1]?.reference ?? "";
    const back = await started(await pay());
    assert.equal((await bench.stripe.checkout.sessions.retrieve(session)).status, "expired");
    assert.deepEqual(
      books.payments.map(({ status }) => status),
      ["canceled", "canceled", "pending"],
    );
    assert.equal((await bench.stripe.paymentIntents.retrieve(intentOf(back))).status, "requires_payment_method");
  }));

Deno.test("an object that died at the provider is replaced", () =>
  withProvider(async ({ pay, books, bench }) => {
    const first = await started(await pay());
    await bench.stripe.paymentIntents.cancel(intentOf(first));
    const second = await started(await pay());
    assert.notEqual(second.payment_id, first.payment_id);
    assert.deepEqual(
      books.payments.map(({ status }) => status),
      ["canceled", "pending"],
    );
  }));

Deno.test("a payment cancelled while its intent was being made: the intent is cancelled, the order asked anew", () =>
  withProvider(async ({ pay, books, bench }) => {
    books.hooks.beforeAttach = (payment) => {
      payment.status = "canceled";
      books.hooks.refusal = "order_closed";
    };
    await assertProblem(await pay(), 409, "order_closed");
    const made = await bench.stripe.paymentIntents.list();
    assert.deepEqual(
      made.data.map(({ status }) => status),
      ["canceled"],
    );
  }));

Deno.test("of two devices that start at once the first to attach wins; the loser's object is ended", () =>
  withProvider(async ({ pay, books, bench }) => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map(async (n) => started(await pay({ ...CHECKOUT, return_url: `https://order.example/${n}` }))),
    );
    assert.equal(new Set(answers.map(({ checkout_url }) => checkout_url)).size, 1);
    const sessions = await bench.stripe.checkout.sessions.list();
    const open = sessions.data.filter(({ status }) => status === "open");
    assert.deepEqual(
      open.map(({ id }) => id),
      [books.payments[0]?.reference],
    );
  }));

Deno.test("who always comes too late is told to wait, and leaves nothing open", () =>
  withProvider(async ({ pay, books, bench }) => {
    books.hooks.beforeAttach = (payment) => {
      payment.status = "canceled";
    };
    const response = await pay();
    assert.equal(response.headers.get("retry-after"), "2");
    await assertProblem(response, 409, "payment_in_progress");
    const made = await bench.stripe.paymentIntents.list();
    assert.deepEqual(new Set(made.data.map(({ status }) => status)), new Set(["canceled"]));
  }));

Deno.test("a crash between making and attaching is repaired by asking again: one intent", () =>
  withProvider(async ({ pay, books, bench }) => {
    books.hooks.beforeAttach = () => {
      throw unavailable("database_unavailable", 2);
    };
    await assertProblem(await pay(), 503, "database_unavailable");
    books.hooks.beforeAttach = () => {};
    const answer = await started(await pay());
    const made = await bench.stripe.paymentIntents.list();
    assert.deepEqual(
      made.data.map(({ id }) => id),
      [intentOf(answer)],
    );
  }));

Deno.test("a guest who pays while somebody else changes the way to pay is not charged again", async () => {
  const books = createBooks();
  books.payments.push({ id: crypto.randomUUID(), status: "pending", reference: "pi_1" });
  const object = {
    reference: "pi_1",
    method: "payment_intent",
    state: "open",
    paid: null,
    clientSecret: "s",
    url: null,
  } as const;
  const never = () => Promise.reject(new Error("not to be called"));
  const provider: PaymentProvider = {
    createIntent: never,
    createCheckout: never,
    refund: never,
    retrieveRefund: never,
    refundOrphan: never,
    abandonUnattached: never,
    retrieve: () => Promise.resolve(object),
    abandon: () => Promise.resolve({ ...object, state: "processing" }),
  };
  const { rpc } = books;
  const request = {
    sessionToken: SESSION_TOKEN,
    orderId: ORDER_ID,
    method: "checkout",
    returnUrl: "x",
    idempotencyKey: undefined,
  } as const;
  await assert.rejects(
    startPayment(request, { callerRpc: rpc, serviceRpc: rpc, provider, trace: traceOf(null) }),
    (error) => error instanceof Problem && error.code === "payment_in_progress",
  );
  assert.deepEqual(
    books.payments.map(({ status }) => status),
    ["pending"],
  );
});

Deno.test("a share of a split order is asked for by its id, and nothing else changes", () =>
  withProvider(async ({ pay, books }) => {
    const share_id = crypto.randomUUID();
    await started(await pay({ share_id }));
    await started(await pay());
    assert.deepEqual(
      books.named("start_payment").map(({ args }) => args.p_share_id),
      [share_id, undefined],
    );
    await assertProblem(await pay({ share_id: "the first" }), 422, "invalid_input");
  }));
