import assert from "node:assert/strict";
import { paid } from "../../../scripts/provider/testing.ts";
import { unavailable } from "../_shared/problem.ts";
import { intentOf, started } from "../payments/testing.ts";
import { type Setting, withWorker } from "./testing.ts";

const CARD = { payment_method: "pm_card_visa", return_url: "https://order.example" };
const CHECKOUT = { method: "checkout", return_url: "https://order.example/7" };
const REFUND_ID = "3c1d9f52-4d7b-4b8e-9a43-5f0e6d7c8b9a";
const report = async (response: Response) => (await response.json()) as Record<string, number>;
const ALL_DONE = (done: number) => ({ relayed: 0, done, retried: 0, dead: 0 });
const check = ({ books, work }: Setting, payment_id: string) => {
  books.enqueue("payment.check_requested", { payment_id });
  return work();
};

/** A guest who has come as far as the provider, and then nothing was attached. */
async function orphaned(setting: Setting, changes: Record<string, unknown> = {}): Promise<string> {
  const { pay, books } = setting;
  books.hooks.beforeAttach = () => {
    throw unavailable("database_unavailable", 2);
  };
  assert.equal((await pay(changes)).status, 503);
  books.hooks.beforeAttach = () => {};
  return books.payments[0]?.id ?? "";
}

Deno.test("a payment whose event never came is settled by asking", () =>
  withWorker(async (setting) => {
    const { pay, books, bench } = setting;
    const answer = await started(await pay());
    await bench.stripe.paymentIntents.confirm(intentOf(answer), CARD);
    assert.deepEqual(await report(await check(setting, answer.payment_id)), ALL_DONE(1));
    assert.deepEqual(books.reports, [
      {
        p_payment_id: answer.payment_id,
        p_state: "succeeded",
        p_provider_reference: intentOf(answer),
        p_amount_minor: 1850,
        p_currency: "gbp",
      },
    ]);
    // Again: it is settled, so nobody is asked.
    assert.deepEqual(await report(await check(setting, answer.payment_id)), ALL_DONE(1));
    assert.equal(books.reports.length, 1);
  }));

Deno.test("so is one that was paid on the provider's page, by the intent that the page has made", () =>
  withWorker(async (setting) => {
    const { pay, books, bench } = setting;
    const answer = await started(await pay(CHECKOUT));
    const form = { action: "pay", email: "ann@example.test", card_number: "4242424242424242" };
    const page = await fetch(answer.checkout_url ?? "", {
      method: "POST",
      body: new URLSearchParams(form),
      redirect: "manual",
    });
    await page.body?.cancel();
    assert.deepEqual(await report(await check(setting, answer.payment_id)), ALL_DONE(1));
    const [intent] = (await bench.stripe.paymentIntents.list()).data;
    assert.deepEqual([books.payments[0]?.status, books.payments[0]?.reference], ["succeeded", intent?.id]);
  }));

Deno.test("a guest who still has time is left alone; one whose time is over is not, on either way", () =>
  withWorker(async (setting) => {
    const { pay, books, bench } = setting;
    const answer = await started(await pay());
    assert.deepEqual(await report(await check(setting, answer.payment_id)), ALL_DONE(1));
    assert.deepEqual(
      books.reports.map(({ p_state }) => p_state),
      ["open"],
    );
    books.hooks.isOver = true;
    assert.deepEqual(await report(await check(setting, answer.payment_id)), ALL_DONE(1));
    assert.equal((await bench.stripe.paymentIntents.retrieve(intentOf(answer))).status, "canceled");
    assert.equal(books.payments[0]?.status, "canceled");
    const page = await started(await pay(CHECKOUT));
    assert.deepEqual(await report(await check(setting, page.payment_id)), ALL_DONE(1));
    assert.equal((await bench.stripe.checkout.sessions.retrieve(books.payments[1]?.reference ?? "")).status, "expired");
    assert.equal(books.payments[1]?.status, "canceled");
  }));

Deno.test("money on its way is waited for; what died at the provider is given up", () =>
  withWorker(async (setting) => {
    const { pay, books, bench } = setting;
    books.hooks.isOver = true;
    const answer = await started(await pay());
    await bench.stripe.paymentIntents.confirm(intentOf(answer), { ...CARD, payment_method: "pm_card_settleLater" });
    await check(setting, answer.payment_id);
    assert.deepEqual([books.reports.at(-1)?.p_state, books.payments[0]?.status], ["processing", "pending"]);
    await bench.stripe.paymentIntents.cancel(intentOf(answer));
    await check(setting, answer.payment_id);
    assert.deepEqual([books.reports.at(-1)?.p_state, books.payments[0]?.status], ["dead", "canceled"]);
  }));

Deno.test("what the provider has as paid and the books do not want is for a person", () =>
  withWorker(async (setting) => {
    const { books, bench } = setting;
    const intent = await bench.stripe.paymentIntents.create(paid(900, "gbp"));
    books.payments.push({ id: REFUND_ID, status: "pending", reference: intent.id });
    assert.deepEqual(await report(await check(setting, REFUND_ID)), { relayed: 0, done: 0, retried: 0, dead: 1 });
    assert.match(books.settled.failed[0]?.error ?? "", /amount_mismatch/);
  }));

for (const changes of [{}, CHECKOUT]) {
  const what = "method" in changes ? "page" : "intent";
  Deno.test(`the ${what} of a function that died before noting it is ended, by the same key, and again`, () =>
    withWorker(async (setting) => {
      const { work, books, bench } = setting;
      const id = await orphaned(setting, changes);
      for (let time = 0; time < 3; time++) books.enqueue("payment.cancel_requested", { payment_id: id });
      assert.deepEqual(await report(await work()), ALL_DONE(3));
      assert.equal(books.payments[0]?.status, "canceled");
      const [intent, ...others] = (await bench.stripe.paymentIntents.list()).data;
      assert.deepEqual([intent?.status, others.length], ["canceled", 0]);
      const sessions = (await bench.stripe.checkout.sessions.list()).data;
      assert.ok(sessions.every(({ status }) => status === "expired"));
      assert.equal(sessions.length, what === "page" ? 1 : 0);
    }));
}

Deno.test("an unnoted intent that was paid all the same is told, not lost", () =>
  withWorker(async (setting) => {
    const { work, books, bench } = setting;
    const id = await orphaned(setting);
    const [intent] = (await bench.stripe.paymentIntents.list()).data;
    await bench.stripe.paymentIntents.confirm(intent?.id ?? "", CARD);
    books.enqueue("payment.cancel_requested", { payment_id: id });
    assert.deepEqual(await report(await work()), ALL_DONE(1));
    assert.deepEqual([books.payments[0]?.status, books.payments[0]?.reference], ["succeeded", intent?.id]);
  }));

Deno.test("a refund that nobody confirmed is made once or found; one that the provider has is asked about", () =>
  withWorker(async (setting) => {
    const { work, books, bench } = setting;
    const intent = await bench.stripe.paymentIntents.create(paid(1850, "gbp"));
    const refund = { refund_id: REFUND_ID, payment_reference: intent.id, refund_reference: null, amount_minor: 300 };
    books.enqueue("refund.requested", refund);
    for (let copy = 0; copy < 4; copy++) books.enqueue("refund.check_requested", refund);
    await Promise.all([work(), work()]);
    const [made, ...others] = (await bench.stripe.refunds.list({ payment_intent: intent.id })).data;
    assert.deepEqual([made?.amount, others.length], [300, 0]);
    books.enqueue("refund.check_requested", { ...refund, refund_reference: made?.id });
    assert.deepEqual(await report(await work()), ALL_DONE(1));
    assert.deepEqual(books.refunds.at(-1), {
      p_refund_id: REFUND_ID,
      p_status: "succeeded",
      p_provider_reference: made?.id,
    });
    books.enqueue("refund.check_requested", { ...refund, refund_reference: "re_unknown" });
    assert.equal((await report(await work())).dead, 1);
    assert.equal(books.refunds.length, 6);
  }));

Deno.test("a charge that is in no books goes back once, however often it is asked for", () =>
  withWorker(async (setting) => {
    const { work, books, bench } = setting;
    const intent = await bench.stripe.paymentIntents.create(paid(700, "gbp"));
    for (let copy = 0; copy < 3; copy++) {
      books.enqueue("charge.refund_requested", { event_id: "evt_1", payment_reference: intent.id });
    }
    assert.deepEqual(await report(await work()), ALL_DONE(3));
    books.enqueue("charge.refund_requested", { event_id: "evt_2", payment_reference: intent.id });
    assert.deepEqual(await report(await work()), ALL_DONE(1));
    const refunds = (await bench.stripe.refunds.list({ payment_intent: intent.id })).data;
    assert.deepEqual(
      refunds.map(({ amount, metadata }) => [amount, metadata?.orphan_of]),
      [[700, "evt_1"]],
    );
  }));

Deno.test("a provider in trouble puts every check back", () =>
  withWorker(async (setting) => {
    const { work, books, bench, pay } = setting;
    const { payment_id } = await started(await pay());
    const intent = await bench.stripe.paymentIntents.create(paid(1850, "gbp"));
    await bench.fault({ target: "request", action: "status", status: 503, times: 200 });
    books.enqueue("payment.check_requested", { payment_id });
    books.enqueue("refund.check_requested", {
      refund_id: REFUND_ID,
      payment_reference: intent.id,
      refund_reference: null,
      amount_minor: 1,
    });
    books.enqueue("charge.refund_requested", { event_id: "evt_1", payment_reference: intent.id });
    assert.deepEqual(await report(await work()), { relayed: 0, done: 0, retried: 3, dead: 0 });
  }));
