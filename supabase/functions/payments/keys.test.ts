import assert from "node:assert/strict";
import { unavailable } from "../_shared/problem.ts";
import { assertProblem } from "../_shared/testing.ts";
import { intentOf, type Setting, started, withProvider } from "./testing.ts";

const KEYED = { idempotency_key: "key 1" };
const made = async ({ bench }: Setting) => (await bench.stripe.paymentIntents.list()).data;

Deno.test("the same key is answered with the payment it started, whatever became of the order meanwhile", () =>
  withProvider(async (setting) => {
    const { pay, books } = setting;
    const first = await started(await pay(KEYED));
    books.hooks.refusal = "order_already_paid";
    assert.deepEqual(await started(await pay(KEYED)), first);
    await assertProblem(await pay({ idempotency_key: "key 2" }), 409, "order_already_paid");
    assert.equal((await made(setting)).length, 1);
    assert.equal(books.calls.filter(({ name }) => name === "attach_payment").length, 1);
  }));

Deno.test("the same key for something else is refused: another way to pay, another way back", () =>
  withProvider(async (setting) => {
    const { pay } = setting;
    const checkout = { ...KEYED, method: "checkout", return_url: "https://order.example/1" };
    await started(await pay(checkout));
    await assertProblem(await pay(KEYED), 422, "idempotency_key_reused");
    await assertProblem(
      await pay({ ...checkout, return_url: "https://order.example/2" }),
      422,
      "idempotency_key_reused",
    );
    await started(await pay(checkout));
  }));

Deno.test("a key that is no key is refused", () =>
  withProvider(async ({ pay, books }) => {
    for (const idempotency_key of ["", "x".repeat(256), "a\nb", "\u0000", 7, null]) {
      await assertProblem(await pay({ idempotency_key }), 422, "invalid_input");
    }
    assert.deepEqual(books.calls, []);
  }));

Deno.test("while the first is running the same key is in use; of many at once one starts, and all get its payment", () =>
  withProvider(async (setting) => {
    const { pay, bench } = setting;
    await bench.fault({ target: "request", path: "/v1/payment_intents", action: "latency", ms: 100 });
    const responses = await Promise.all([1, 2, 3, 4].map(() => pay(KEYED)));
    assert.deepEqual(responses.map(({ status }) => status).sort(), [200, 409, 409, 409]);
    for (const response of responses) {
      if (response.status === 409) await assertProblem(response, 409, "idempotency_key_in_use");
      else await response.body?.cancel();
    }
    const answer = await started(await pay(KEYED));
    assert.deepEqual(
      (await made(setting)).map(({ id }) => id),
      [intentOf(answer)],
    );
  }));

Deno.test("what failed leaves the key free at once", () =>
  withProvider(async (setting) => {
    const { pay, bench } = setting;
    await bench.fault({ target: "request", path: "/v1/payment_intents", action: "status", status: 503, times: 50 });
    await assertProblem(await pay(KEYED), 503, "provider_unavailable");
    await bench.mend();
    assert.equal((await started(await pay(KEYED))).status, "pending");
  }));

for (const [where, kill] of Object.entries({
  "between reserving and asking the provider": async ({ bench }: Setting) => {
    await bench.fault({ target: "request", path: "/v1/payment_intents", action: "reset", when: "before", times: 50 });
  },
  "between the provider's answer and noting it": ({ books }: Setting) => {
    books.hooks.beforeAttach = () => {
      throw unavailable("database_unavailable", 2);
    };
  },
})) {
  Deno.test(`killed ${where}: the key is in use until its lease is over, then the same payment goes on`, () =>
    withProvider(async (setting) => {
      const { pay, books, bench } = setting;
      await kill(setting);
      books.hooks.isKilled = true;
      assert.equal((await pay(KEYED)).status, 503);
      books.hooks.isKilled = false;
      books.hooks.beforeAttach = () => {};
      await bench.mend();
      await assertProblem(await pay(KEYED), 409, "idempotency_key_in_use");
      books.claims.endLeases();
      const answer = await started(await pay(KEYED));
      assert.deepEqual(
        (await made(setting)).map(({ id }) => id),
        [intentOf(answer)],
      );
      assert.equal(books.payments.length, 1);
      assert.deepEqual(await started(await pay(KEYED)), answer);
    }));
}

Deno.test("killed after everything but the answer: the next call takes the key over and finds the payment", () =>
  withProvider(async (setting) => {
    const { pay, books } = setting;
    books.hooks.isKilled = true;
    assert.equal((await pay(KEYED)).status, 500);
    books.hooks.isKilled = false;
    books.claims.endLeases();
    const answer = await started(await pay(KEYED));
    assert.deepEqual(
      (await made(setting)).map(({ id }) => id),
      [intentOf(answer)],
    );
  }));

Deno.test("a key whose payment has ended without money says so: a new attempt is a new key", () =>
  withProvider(async ({ pay, bench }) => {
    const first = await started(await pay(KEYED));
    await bench.stripe.paymentIntents.cancel(intentOf(first));
    await assertProblem(await pay(KEYED), 409, "payment_attempt_over");
    const second = await started(await pay({ idempotency_key: "key 2" }));
    assert.notEqual(second.payment_id, first.payment_id);
    await assertProblem(await pay(KEYED), 409, "payment_attempt_over");
  }));
