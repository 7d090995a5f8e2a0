import assert from "node:assert/strict";
import { assertProblem, patiently, post } from "../_shared/testing.ts";
import { LARGEST_BODY_BYTES } from "./handler.ts";
import { CHOOSE, checkout, ORGANISATION_ID, withBilling } from "./testing.ts";

const status = ({
  books,
}: {
  books: { named: (name: "finish_billing_change") => { args: Record<string, unknown> }[] };
}) => books.named("finish_billing_change").map(({ args }) => args.p_status);

Deno.test("what is not a change is refused before anything is asked of anybody", () =>
  withBilling(async ({ ask, call, books, headers }) => {
    await assertProblem(await call(new Request("http://127.0.0.1:9/billing")), 405, "method_not_allowed");
    await assertProblem(await ask({}, "/billing/other"), 404, "route_not_found");
    await assertProblem(await call(post("/billing", "{oops", headers)), 400, "json_invalid");
    await assertProblem(
      await call(post("/billing", `"${"x".repeat(LARGEST_BODY_BYTES)}"`, headers)),
      413,
      "body_too_large",
    );
    for (const body of [
      {},
      { kind: "free" },
      { kind: "checkout", item: "pro" },
      { ...CHOOSE, return_url: "http://app.example/" },
      { ...CHOOSE, currency: "pounds" },
      { ...CHOOSE, price: 1 },
      { kind: "plan" },
      { kind: "plan", item: "Pro'; --" },
      { kind: "cancel", item: "pro" },
      { kind: "cancel", organisation_id: "42" },
    ]) {
      await assertProblem(await ask(body), 422, "invalid_input");
    }
    await assertProblem(await ask({}, "/billing/portal"), 422, "invalid_input");
    assert.deepEqual(books.calls, []);
  }));

Deno.test("only a signed-in user is heard", () =>
  withBilling(async ({ ask, books, project, headers }) => {
    await assertProblem(await ask(CHOOSE, "/billing", { apikey: headers.apikey }), 401, "not_authenticated");
    await assertProblem(await ask(CHOOSE, "/billing", { apikey: "sb_secret_tests" }), 401, "not_authenticated");
    const forged = { ...headers, authorization: `Bearer ${await project.token({}, "stranger")}` };
    await assertProblem(await ask(CHOOSE, "/billing", forged), 401, "token_invalid");
    assert.deepEqual(books.calls, []);
  }));

Deno.test("the database's refusals reach the owner with their own code and list", () =>
  withBilling(async ({ ask, reserve }) => {
    reserve({ refusal: "plan_too_small" });
    const body = await assertProblem(await ask({ kind: "plan", item: "starter" }), 409, "plan_too_small");
    assert.equal(body.detail, "venues: 2 of 1");
  }));

Deno.test("a checkout: reserved, made at the provider with the organisation's id, confirmed, and only then shown", () =>
  withBilling(async (setting) => {
    const { ask, bench, books, pay } = setting;
    const answer = await (await ask({ ...CHOOSE, currency: "GBP", interval: "month" })).json();
    assert.deepEqual(books.calls[0]?.args, {
      p_organisation_id: ORGANISATION_ID,
      p_kind: "checkout",
      p_item: "pro",
      p_currency: "GBP",
      p_interval: "month",
    });
    const again = await (await ask(CHOOSE)).json();
    assert.equal(again.checkout_url, answer.checkout_url, "the same change is the same page");
    const [session] = (await bench.stripe.checkout.sessions.list()).data;
    assert.deepEqual(
      [session?.mode, session?.amount_total, session?.url],
      ["subscription", 24_900, answer.checkout_url],
    );
    assert.equal(session?.success_url, "https://app.example/billing?subscription=success");
    assert.deepEqual(status(setting), ["called", "called"]);
    assert.equal(books.named("finish_billing_change")[0]?.args.p_provider_reference, session?.id);
    assert.equal(await pay(answer.checkout_url), 303);
    const [subscription] = (await bench.stripe.subscriptions.list()).data;
    assert.deepEqual([subscription?.status, subscription?.metadata.organisation_id], ["active", ORGANISATION_ID]);
    assert.equal(subscription?.items.data[0]?.price.metadata.servio_tier, "pro");
  }));

Deno.test("a trial carries on, with or without a card", () =>
  withBilling(async ({ subscribed }) => {
    const trial_end = Math.floor(Date.now() / 1000) + 10 * 86_400;
    const { subscription, item } = await subscribed({ trial_end }, "");
    assert.deepEqual(
      [subscription.status, subscription.trial_end, item.current_period_end],
      ["trialing", trial_end, trial_end],
    );
    assert.equal(subscription.trial_settings?.end_behavior.missing_payment_method, "cancel");
    assert.equal(subscription.default_payment_method, null);
  }));

Deno.test("an open page ends when another is asked for; one that was paid lets nothing follow", () =>
  withBilling(async (setting) => {
    const { ask, bench, pay, reserve } = setting;
    const first = await (await ask(CHOOSE)).json();
    const [{ id } = { id: "" }] = (await bench.stripe.checkout.sessions.list()).data;
    reserve({ steps: checkout({ replaces: [id] }) });
    const second = await (await ask(CHOOSE)).json();
    assert.equal(await pay(first.checkout_url), 410);
    const [{ id: newer } = { id: "" }] = (await bench.stripe.checkout.sessions.list()).data;
    assert.equal(await pay(second.checkout_url), 303);
    reserve({ steps: checkout({ replaces: [id, newer] }) });
    await assertProblem(await ask(CHOOSE), 409, "billing_change_in_progress");
    assert.deepEqual(status(setting), ["called", "called", "refused"]);
    assert.equal((await bench.stripe.subscriptions.list()).data.length, 1);
  }));

Deno.test("a price that is not sold is refused, and the way is free again", () =>
  withBilling(async (setting) => {
    setting.reserve({ steps: checkout({ price: "servio_pro_jpy_month" }) });
    await assertProblem(await setting.ask(CHOOSE), 409, "price_not_offered");
    assert.deepEqual(status(setting), ["refused"]);
  }));

Deno.test("a dearer plan is charged at once, in proportion; asked twice, once", () =>
  withBilling(async ({ ask, bench, reserve, subscribed }) => {
    const { subscription, item } = await subscribed();
    reserve({
      steps: {
        items: [{ id: item.id, price: "servio_enterprise_gbp_month" }],
        proration_behavior: "always_invoice",
        payment_behavior: "error_if_incomplete",
      },
      subscription_reference: subscription.id,
    });
    for (let time = 0; time < 2; time += 1) assert.equal((await ask({ kind: "plan", item: "enterprise" })).status, 200);
    const now = await bench.stripe.subscriptions.retrieve(subscription.id);
    assert.equal(now.items.data[0]?.price.lookup_key, "servio_enterprise_gbp_month");
    const invoices = (await bench.stripe.invoices.list({ subscription: subscription.id })).data;
    assert.deepEqual(
      invoices.map(({ total, status: is }) => [total, is]),
      [
        [25_000, "paid"],
        [24_900, "paid"],
      ],
    );
  }));

Deno.test("a card that is declined changes nothing and is said to be; later another change may begin", () =>
  withBilling(async (setting) => {
    const { ask, bench, reserve, subscribed } = setting;
    const { subscription, item } = await subscribed();
    const card = await bench.stripe.paymentIntents.create({ amount: 1_000, currency: "gbp" });
    const attempt = await bench.stripe.paymentIntents
      .confirm(card.id, { payment_method: "pm_card_chargeDeclined", return_url: "https://app.example" })
      .catch((error) => error.payment_method.id as string);
    await bench.stripe.subscriptions.update(subscription.id, { default_payment_method: String(attempt) });
    reserve({
      steps: {
        items: [{ id: item.id, price: "servio_enterprise_gbp_month" }],
        proration_behavior: "always_invoice",
        payment_behavior: "error_if_incomplete",
      },
      subscription_reference: subscription.id,
    });
    await assertProblem(await ask({ kind: "plan", item: "enterprise" }), 402, "payment_declined");
    const now = await bench.stripe.subscriptions.retrieve(subscription.id);
    assert.deepEqual([now.items.data[0]?.price.lookup_key, now.status], ["servio_pro_gbp_month", "active"]);
    assert.deepEqual(status(setting), ["called", "refused"]);
  }));

Deno.test("the portal opens with our own configuration, in which no plan can be chosen", () =>
  withBilling(async ({ ask, bench, reserve, subscribed }) => {
    const { subscription } = await subscribed();
    reserve({ subscription_reference: String(subscription.customer) });
    const portal = { return_url: "https://app.example/billing" };
    const { portal_url } = await (await ask(portal, "/billing/portal")).json();
    assert.match(portal_url, /\/c\/portal\/bps_/);
    const [configuration] = (await bench.stripe.billingPortal.configurations.list()).data;
    assert.equal(configuration?.features.subscription_update.enabled, false);
    const form = new URLSearchParams({ action: "cancel" });
    const response = await fetch(portal_url, { method: "POST", body: form });
    await response.body?.cancel();
    assert.equal((await bench.stripe.subscriptions.retrieve(subscription.id)).cancel_at_period_end, true);
  }));

for (const [what, fault] of Object.entries({
  "5xx": { action: "status", status: 503 },
  silence: { action: "timeout", ms: 400 },
  "broken connections": { action: "reset" },
})) {
  Deno.test(`a provider that answers with ${what} alone is 503, and the change stays reserved for the next try`, () =>
    withBilling(async (setting) => {
      const { ask, bench } = setting;
      await bench.fault({ target: "request", path: "/v1/checkout/sessions", times: 50, ...fault });
      await assertProblem(await ask(CHOOSE), 503, "provider_unavailable");
      assert.deepEqual(status(setting), []);
      await bench.mend();
      const response = await patiently(() => ask(CHOOSE));
      await response.body?.cancel();
      assert.equal(response.status, 200);
      assert.deepEqual(status(setting), ["called"]);
      assert.equal((await bench.stripe.checkout.sessions.list()).data.length, 1);
    }));
}
