import assert from "node:assert/strict";
import { paid } from "../../../scripts/provider/testing.ts";
import { assertProblem, KEYS } from "../_shared/testing.ts";
import { intentOf, started, VENUE_ID } from "../payments/testing.ts";
import { type Setting, withWorker } from "./testing.ts";

const REFUND_ID = "3c1d9f52-4d7b-4b8e-9a43-5f0e6d7c8b9a";
const refund = (payment_reference: unknown, amount_minor = 300) => ({
  refund_id: REFUND_ID,
  payment_reference,
  amount_minor,
});
const report = async (response: Response) => (await response.json()) as Record<string, number>;
const paidIntent = ({ bench }: Setting) => bench.stripe.paymentIntents.create(paid(1850, "gbp"));

Deno.test("only the secret key opens the worker", () =>
  withWorker(async ({ work, books, project }) => {
    await assertProblem(await work({}), 401, "not_authenticated");
    await assertProblem(await work({ apikey: KEYS.publishable }), 401, "not_authenticated");
    await assertProblem(await work({ apikey: "sb_secret_guess" }), 401, "token_invalid");
    await assertProblem(await work({ apikey: `${KEYS.secret}x` }), 401, "token_invalid");
    const user = { authorization: `Bearer ${await project.token()}` };
    await assertProblem(await work(user), 403, "permission_denied");
    assert.deepEqual(books.calls, []);
    assert.equal((await work({ apikey: KEYS.secret })).status, 200);
    assert.equal((await work({ authorization: `Bearer ${KEYS.serviceRole}` })).status, 200);
  }));

Deno.test("a refund is made at the provider, confirmed with its reference, and its job finished", () =>
  withWorker(async (setting) => {
    const { work, books, bench } = setting;
    const intent = await paidIntent(setting);
    books.enqueue("refund.requested", refund(intent.id));
    assert.deepEqual(await report(await work()), { relayed: 0, done: 1, retried: 0, dead: 0 });
    const [made, ...others] = (await bench.stripe.refunds.list({ payment_intent: intent.id })).data;
    assert.deepEqual([made?.amount, made?.metadata?.refund_id, others.length], [300, REFUND_ID, 0]);
    assert.deepEqual(books.refunds, [
      { p_refund_id: REFUND_ID, p_status: "succeeded", p_provider_reference: made?.id },
    ]);
    assert.deepEqual(books.settled, { finished: [1], failed: [] });
  }));

Deno.test("the same refund from many workers, and again when the key is forgotten, is one refund", () =>
  withWorker(async (setting) => {
    const { work, books, bench } = setting;
    const intent = await paidIntent(setting);
    for (let copy = 0; copy < 12; copy++) books.enqueue("refund.requested", refund(intent.id));
    await Promise.all([work(), work(), work(), work()]);
    assert.equal((await bench.stripe.refunds.list({ payment_intent: intent.id })).data.length, 1);
    assert.equal(new Set(books.refunds.map(({ p_provider_reference }) => p_provider_reference)).size, 1);
    assert.deepEqual(books.settled.failed, []);
    // Days later the provider has forgotten the key: another body under it would be refused if it were used.
    books.enqueue("refund.requested", refund(intent.id, 299));
    assert.deepEqual(await report(await work()), { relayed: 0, done: 1, retried: 0, dead: 0 });
    assert.equal((await bench.stripe.refunds.list({ payment_intent: intent.id })).data.length, 1);
  }));

Deno.test("a refund that the provider will never make frees its claim and is left for a person", () =>
  withWorker(async (setting) => {
    const { work, books, worker } = setting;
    const intent = await paidIntent(setting);
    books.enqueue("refund.requested", refund(intent.id, 1851));
    books.enqueue("refund.requested", { ...refund("pi_unknown"), refund_id: VENUE_ID });
    assert.deepEqual(await report(await work()), { relayed: 0, done: 0, retried: 0, dead: 2 });
    assert.deepEqual(
      books.refunds.map(({ p_status }) => p_status),
      ["failed", "failed"],
    );
    assert.deepEqual(
      books.settled.failed.map(({ final }) => final),
      [true, true],
    );
    assert.equal(worker.lines.filter(({ message, level }) => message === "job failed" && level === "error").length, 2);
  }));

Deno.test("a provider or database in trouble puts the job back", () =>
  withWorker(async (setting) => {
    const { work, books, bench, worker } = setting;
    const intent = await paidIntent(setting);
    await bench.fault({ target: "request", path: "/v1/refunds", action: "status", status: 503, times: 3 });
    books.enqueue("refund.requested", refund(intent.id));
    assert.deepEqual(await report(await work()), { relayed: 0, done: 0, retried: 1, dead: 0 });
    assert.deepEqual(
      books.settled.failed.map(({ final }) => final),
      [false],
    );
    assert.deepEqual(books.refunds, []);
    assert.ok(worker.lines.some(({ message, level }) => message === "job failed" && level === "warn"));
  }));

Deno.test("what is not a job, or names nothing, is dead at once", () =>
  withWorker(async ({ work, books }) => {
    books.enqueue("something.else", {});
    books.enqueue("refund.requested", { refund_id: "x" });
    books.enqueue("refund.requested", refund(null));
    books.enqueue("payment.cancel_requested", { payment_id: crypto.randomUUID() });
    books.queue.push({ job_id: 9, attempt: 1, message: "nonsense" });
    assert.deepEqual(await report(await work()), { relayed: 0, done: 0, retried: 0, dead: 5 });
    assert.deepEqual(
      books.settled.failed.map(({ final }) => final),
      [true, true, true, true, true],
    );
  }));

Deno.test("a cancelled payment is cancelled at the provider, intent or checkout, once or again", () =>
  withWorker(async ({ pay, work, books, bench }) => {
    const first = await started(await pay());
    for (let time = 0; time < 2; time++) books.enqueue("payment.cancel_requested", { payment_id: first.payment_id });
    assert.equal((await report(await work())).done, 2);
    assert.equal((await bench.stripe.paymentIntents.retrieve(intentOf(first))).status, "canceled");
    const second = await started(await pay({ method: "checkout", return_url: "https://order.example" }));
    for (let time = 0; time < 2; time++) books.enqueue("payment.cancel_requested", { payment_id: second.payment_id });
    assert.equal((await report(await work())).done, 2);
    assert.equal((await bench.stripe.checkout.sessions.retrieve(books.payments[1]?.reference ?? "")).status, "expired");
    assert.deepEqual(books.settled.failed, []);
  }));

Deno.test("a cancel that comes after the guest has paid is done: the webhook settles or refunds", () =>
  withWorker(async ({ pay, work, books, bench }) => {
    const answer = await started(await pay());
    const card = { payment_method: "pm_card_visa", return_url: "https://order.example" };
    await bench.stripe.paymentIntents.confirm(intentOf(answer), card);
    books.enqueue("payment.cancel_requested", { payment_id: answer.payment_id });
    assert.equal((await report(await work())).done, 1);
    assert.equal((await bench.stripe.paymentIntents.retrieve(intentOf(answer))).status, "succeeded");
  }));

Deno.test("it drains batch after batch, and stops when its time is up", () =>
  withWorker(async ({ work, books, clock }) => {
    const id = crypto.randomUUID();
    books.payments.push({ id, status: "reserved", reference: null });
    for (let job = 0; job < 12; job++) books.enqueue("payment.cancel_requested", { payment_id: id });
    assert.equal((await report(await work())).done, 12);
    for (let job = 0; job < 12; job++) books.enqueue("payment.cancel_requested", { payment_id: id });
    const startedAt = clock.ms;
    const spend = books.queue.splice.bind(books.queue);
    books.queue.splice = (...args: [number, number]) => {
      clock.ms = startedAt + 20_000;
      return spend(...args);
    };
    assert.equal((await report(await work())).done, 5);
    assert.equal(books.queue.length, 7);
  }));

Deno.test("a job that another worker finished meanwhile is nobody's failure", () =>
  withWorker(async ({ work, books }) => {
    books.queue.push({ job_id: 7, attempt: 2, message: "nonsense" });
    books.settled.finished.push(7);
    assert.equal((await work()).status, 200);
    assert.deepEqual(books.settled.failed, []);
  }));
