import assert from "node:assert/strict";
import { assertProblem } from "../_shared/testing.ts";
import { ORGANISATION_ID, withBilling } from "./testing.ts";

const LINK = { refresh_url: "https://app.example/again", return_url: "https://app.example/done" };
const PATH = "/billing/account";

Deno.test("what is no request for an account is refused before anything is asked of anybody", () =>
  withBilling(async ({ ask, books, headers, bench }) => {
    for (const body of [
      {},
      { return_url: LINK.return_url },
      { ...LINK, refresh_url: "http://app.example/" },
      { ...LINK, return_url: "javascript:alert(1)" },
      { ...LINK, country: "Britain" },
      { ...LINK, organisation_id: "42" },
      { ...LINK, charges_enabled: true },
    ]) {
      await assertProblem(await ask(body, PATH), 422, "invalid_input");
    }
    await assertProblem(await ask(LINK, PATH, { apikey: headers.apikey }), 401, "not_authenticated");
    assert.deepEqual(books.calls, []);
    assert.equal((await bench.stripe.accounts.list()).data.length, 0);
  }));

Deno.test("an account: reserved, made with our ids, attached, and only then a link to fill it in", () =>
  withBilling(async ({ ask, bench, books, next }) => {
    const answer = await (await ask({ ...LINK, country: "GB" }, PATH)).json();
    const [account, ...others] = (await bench.stripe.accounts.list()).data;
    assert.equal(others.length, 0);
    assert.deepEqual(
      [account?.type, account?.country, account?.email, account?.charges_enabled, { ...account?.metadata }],
      ["express", "GB", "owner@example.test", false, { account_id: next.id, organisation_id: ORGANISATION_ID }],
    );
    assert.deepEqual(Object.keys(account?.capabilities ?? {}).sort(), ["card_payments", "transfers"]);
    assert.deepEqual(
      books.calls.map(({ name }) => name),
      ["start_account_link", "attach_account"],
    );
    assert.deepEqual(books.named("attach_account")[0]?.args, {
      p_account_id: next.id,
      p_provider_reference: account?.id,
    });
    assert.equal(answer.account_id, next.id);
    const form = new URLSearchParams({ action: "complete" });
    const done = await fetch(answer.onboarding_url, { method: "POST", body: form, redirect: "manual" });
    await done.body?.cancel();
    assert.equal(done.headers.get("location"), LINK.return_url);
    assert.equal((await bench.stripe.accounts.retrieve(account?.id ?? "")).charges_enabled, true);
  }));

Deno.test("a function that dies before it attaches makes no second account; a known one is only linked", () =>
  withBilling(async ({ ask, bench, books, next }) => {
    for (let times = 0; times < 2; times++) assert.equal((await ask(LINK, PATH)).status, 200);
    const [{ id } = { id: "" }, ...others] = (await bench.stripe.accounts.list()).data;
    assert.equal(others.length, 0);
    next.subscription_reference = id;
    const urls = [];
    for (let times = 0; times < 2; times++) urls.push((await (await ask(LINK, PATH)).json()).onboarding_url);
    assert.notEqual(urls[0], urls[1], "each link is good for one visit");
    assert.equal(books.named("attach_account").length, 2);
    assert.equal((await bench.stripe.accounts.list()).data.length, 1);
  }));

Deno.test("a provider in trouble is 503, and nothing is attached", () =>
  withBilling(async ({ ask, bench, books }) => {
    await bench.fault({ target: "request", path: "/v1/accounts", action: "status", status: 503, times: 50 });
    await assertProblem(await ask(LINK, PATH), 503, "provider_unavailable");
    await bench.mend();
    assert.equal(books.named("attach_account").length, 0);
  }));
