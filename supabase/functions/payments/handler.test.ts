import assert from "node:assert/strict";
import { assertProblem, chunked, KEYS, patiently, post } from "../_shared/testing.ts";
import { LARGEST_BODY_BYTES } from "./handler.ts";
import { intentOf, started, withProvider } from "./testing.ts";

Deno.test("what is not a payment is refused before anything is asked of anybody", () =>
  withProvider(async ({ call, pay, books, bench }) => {
    await assertProblem(await call(new Request("http://127.0.0.1:9/payments")), 405, "method_not_allowed");
    await assertProblem(await call(post("/payments/other", {})), 404, "route_not_found");
    await assertProblem(
      await call(post("/payments", "a=1", { "content-type": "application/x-www-form-urlencoded" })),
      415,
      "unsupported_media_type",
    );
    await assertProblem(await call(post("/payments", "{oops")), 400, "json_invalid");
    await assertProblem(await call(post("/payments", `"${"x".repeat(LARGEST_BODY_BYTES)}"`)), 413, "body_too_large");
    await assertProblem(await call(post("/payments", chunked(4 * 1024 * 1024).stream)), 413, "body_too_large");
    const wrong: [Record<string, unknown>, RegExp][] = [
      [{ order_id: "42" }, /order_id/],
      [{ order_id: undefined }, /order_id/],
      [{ session_token: "" }, /session_token/],
      [{ session_token: "x".repeat(256) }, /session_token/],
      [{ method: "cash" }, /method/],
      [{ amount_minor: 1 }, /amount_minor/],
      [{ method: "checkout" }, /return_url: required/],
    ];
    for (const [changes, detail] of wrong) {
      assert.match(String((await assertProblem(await pay(changes), 422, "invalid_input")).detail), detail);
    }
    assert.deepEqual(books.calls, []);
    assert.equal((await bench.stripe.paymentIntents.list()).data.length, 0);
  }));

Deno.test("a guest is sent back over https, or to his own machine, and nowhere else", () =>
  withProvider(async ({ pay }) => {
    for (const return_url of ["https://order.example/t/7", "http://localhost:3000/", "http://127.0.0.1:8080/a?b=c"]) {
      assert.equal((await pay({ method: "checkout", return_url })).status, 200, return_url);
    }
    for (const return_url of [
      "http://order.example/",
      "http://localhost.evil.example/",
      "javascript:alert(1)",
      "data:text/html,x",
      "//order.example",
      "https://user:password@order.example/",
      `https://order.example/${"x".repeat(2000)}`,
      "",
      7,
    ]) {
      await assertProblem(await pay({ method: "checkout", return_url }), 422, "invalid_input");
    }
  }));

Deno.test("the payment starts with the caller's rights: a guest's, or a signed-in user's", () =>
  withProvider(async ({ call, pay, callers, project }) => {
    await started(await pay());
    await started(await pay({}, { authorization: `Bearer ${KEYS.publishable}` }));
    await started(await pay({}, { authorization: `Bearer ${await project.token()}` }));
    assert.deepEqual(callers, ["absent", "absent", "user"]);
    const forged = `Bearer ${await project.token({}, "stranger")}`;
    await assertProblem(await pay({}, { authorization: forged }), 401, "token_invalid");
    await assertProblem(await pay({}, { apikey: "sb_publishable_other" }), 401, "token_invalid");
    await assertProblem(await call(post("/payments", "{oops", { authorization: forged })), 401, "token_invalid");
    assert.equal(callers.length, 3);
  }));

Deno.test("the database's refusals reach the guest with their own code", () =>
  withProvider(async ({ pay, books, bench }) => {
    await assertProblem(await pay({ session_token: "another" }), 401, "guest_session_invalid");
    books.hooks.refusal = "order_already_paid";
    await assertProblem(await pay(), 409, "order_already_paid");
    assert.equal((await bench.stripe.paymentIntents.list()).data.length, 0);
  }));

Deno.test("neither secret reaches the log", () =>
  withProvider(async ({ call, pay }) => {
    const { client_secret } = await started(await pay());
    const lines = JSON.stringify(call.lines);
    assert.match(lines, /"message":"payment"/);
    for (const secret of [client_secret ?? "?", "guest-session-token"]) assert.ok(!lines.includes(secret));
  }));

Deno.test("a provider in trouble for a moment is asked again, and charged once", () =>
  withProvider(async ({ pay, bench }) => {
    const path = "/v1/payment_intents";
    await bench.fault({ target: "request", path, action: "status", status: 503 });
    await bench.fault({ target: "request", path, action: "reset", when: "after" });
    const answer = await started(await pay());
    assert.deepEqual(
      (await bench.stripe.paymentIntents.list()).data.map(({ id }) => id),
      [intentOf(answer)],
    );
  }));

for (const [what, fault] of Object.entries({
  "5xx": { action: "status", status: 503 },
  "rate limits": { action: "status", status: 429 },
  silence: { action: "timeout", ms: 400 },
  "broken connections": { action: "reset" },
})) {
  Deno.test(`a provider that answers with ${what} alone is 503 with Retry-After; later the same payment goes on`, () =>
    withProvider(async ({ pay, books, bench }) => {
      await bench.fault({ target: "request", path: "/v1/payment_intents", times: 50, ...fault });
      const response = await pay();
      assert.match(response.headers.get("retry-after") ?? "", /^\d+$/);
      await assertProblem(response, 503, "provider_unavailable");
      assert.deepEqual(
        books.payments.map(({ status }) => status),
        ["reserved"],
      );
      await bench.mend();
      const answer = await started(await patiently(pay));
      assert.equal(answer.payment_id, books.payments[0]?.id);
    }));
}

Deno.test("a 500 that the provider keeps under our key does not lock the payment out for a day", () =>
  withProvider(async ({ pay, bench }) => {
    await bench.fault({ target: "request", path: "/v1/payment_intents", action: "status", status: 500 });
    await assertProblem(await pay(), 503, "provider_unavailable");
    assert.equal((await started(await pay())).status, "pending");
  }));

Deno.test("a provider known to be down is not asked: the breaker answers", () =>
  withProvider(
    async ({ pay, bench }) => {
      await bench.fault({ target: "request", action: "status", status: 503, times: 2 });
      await assertProblem(await pay(), 503, "provider_unavailable");
      // Well again, but nobody asks it yet.
      await assertProblem(await pay(), 503, "provider_unavailable");
      assert.equal((await bench.stripe.paymentIntents.list()).data.length, 0);
    },
    { failuresToOpen: 2 },
  ));
