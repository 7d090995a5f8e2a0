// What Servio asks about its own subscriptions, word for word. What the provider makes of it is billing/handler.test.ts'
// business, against the local provider.
import assert from "node:assert/strict";
import { type BillingProvider, changeSteps, checkoutSteps, createBillingProvider } from "./billing-provider.ts";
import { Problem } from "./problem.ts";
import { askingProvider, fine, list, refused, type Told } from "./told-provider.testing.ts";

const ORGANISATION = "0d6b4ad1-0c9e-4f4f-9d3c-3b9f2f9f3a11";
const STEPS = {
  ...{ price: "servio_pro_gbp_month", organisation_id: ORGANISATION, email: "owner@example.test" },
  ...{ customer: null, trial_end: null, replaces: [] },
};
const asking = <T>(answers: readonly Told[], ask: (billing: BillingProvider) => Promise<T>) =>
  askingProvider(answers, (stripe, guard) => ask(createBillingProvider(stripe, guard)));
const price = list([{ id: "price_1", lookup_key: "servio_pro_gbp_month" }]);

Deno.test("a page to pay on: its price by its name, who pays as far as known, whose it is, and the way back", async () => {
  const page = fine({ id: "cs_1", url: "https://checkout.example/cs_1" });
  const made = await asking([price, page], (billing) =>
    billing.createCheckout("c1", STEPS, "https://app.example/b?tab=1&subscription=old"),
  );
  assert.deepEqual(made.value, { reference: "cs_1", url: "https://checkout.example/cs_1" });
  const [prices, session] = made.asked;
  assert.deepEqual(prices, {
    call: "GET /v1/prices",
    form: { "lookup_keys[0]": "servio_pro_gbp_month", active: "true", limit: "100" },
    key: null,
  });
  const form = {
    mode: "subscription",
    "line_items[0][price]": "price_1",
    "line_items[0][quantity]": "1",
    client_reference_id: ORGANISATION,
    success_url: "https://app.example/b?tab=1&subscription=success",
    cancel_url: "https://app.example/b?tab=1&subscription=cancelled",
    payment_method_collection: "if_required",
    "metadata[organisation_id]": ORGANISATION,
    "subscription_data[metadata][organisation_id]": ORGANISATION,
  };
  const owner = { customer_email: "owner@example.test" };
  assert.deepEqual(session, { call: "POST /v1/checkout/sessions", form: { ...form, ...owner }, key: "billing:c1" });
  const asks = async (more: object) => {
    const back = "https://app.example/b?tab=1";
    const { asked } = await asking([price, page], (it) => it.createCheckout("c1", { ...STEPS, ...more }, back));
    return asked[1]?.form;
  };
  assert.deepEqual(await asks({ customer: "cus_1" }), { ...form, customer: "cus_1" });
  assert.deepEqual(await asks({ email: null }), form);
  assert.deepEqual(await asks({ trial_end: 1_800_000_000 }), {
    ...{ ...form, ...owner, "subscription_data[trial_end]": "1800000000" },
    "subscription_data[trial_settings][end_behavior][missing_payment_method]": "cancel",
  });
});

Deno.test("a price that is not sold is refused by its name, and nothing is made", async () => {
  const checkout = await asking([list([])], (billing) => billing.createCheckout("c1", STEPS, "https://app.example/"));
  const items = [{ id: "si_1", price: "servio_none" }];
  const change = await asking([price], (billing) => billing.change("c1", "sub_1", { items }));
  for (const [{ error, asked }, name] of [
    [checkout, "servio_pro_gbp_month"],
    [change, "servio_none"],
  ] as const) {
    assert.ok(error instanceof Problem && error.code === "price_not_offered");
    assert.ok(error.fields.detail.includes(name));
    assert.equal(asked.length, 1);
  }
});

Deno.test("a page is ended; one that has ended before says how, and one that cannot be ended is trouble", async () => {
  const end = (...answers: Told[]) => asking(answers, (billing) => billing.endCheckout("cs_1"));
  const ended = await end(fine({ id: "cs_1", status: "expired" }));
  assert.deepEqual(
    [ended.value, ended.asked.map(({ call }) => call)],
    [true, ["POST /v1/checkout/sessions/cs_1/expire"]],
  );
  assert.equal((await end(refused(), fine({ id: "cs_1", status: "expired" }))).value, true);
  assert.equal((await end(refused(), fine({ id: "cs_1", status: "complete" }))).value, false);
  assert.ok((await end(refused(), fine({ id: "cs_1", status: "open" }))).error instanceof Error);
  const down = await end(refused("x", 401));
  assert.ok(down.error instanceof Error);
  assert.equal(down.asked.length, 1);
});

Deno.test("a change says what it changes, by the prices' names, once", async () => {
  const items = [
    { id: "si_1", price: "servio_pro_gbp_month" },
    { id: "si_2", deleted: true },
  ];
  const change = await asking([price, fine({})], (it) =>
    it.change("c1", "sub_1", { items, proration_behavior: "always_invoice" }),
  );
  assert.deepEqual(change.asked[1], {
    call: "POST /v1/subscriptions/sub_1",
    form: {
      "items[0][id]": "si_1",
      "items[0][price]": "price_1",
      "items[1][id]": "si_2",
      "items[1][deleted]": "true",
      proration_behavior: "always_invoice",
    },
    key: "billing:c1",
  });
  const end = await asking([fine({})], (it) => it.change("c2", "sub_1", { cancel_at_period_end: true }));
  assert.deepEqual(end.asked, [
    { call: "POST /v1/subscriptions/sub_1", form: { cancel_at_period_end: "true" }, key: "billing:c2" },
  ]);
});

Deno.test("the portal is ours or none: another configuration might sell what does not fit", async () => {
  const open = (...data: object[]) =>
    asking([list(data), fine({ url: "https://portal.example/" })], (it) =>
      it.openPortal("cus_1", "https://a.example/"),
    );
  const foreign = { id: "bpc_0", metadata: { servio: "other" } };
  const { value, asked } = await open(foreign, { id: "bpc_2" }, { id: "bpc_1", metadata: { servio: "portal" } });
  assert.equal(value, "https://portal.example/");
  assert.deepEqual(
    asked.map(({ call, form }) => [call, form]),
    [
      ["GET /v1/billing_portal/configurations", { active: "true", limit: "100" }],
      [
        "POST /v1/billing_portal/sessions",
        { configuration: "bpc_1", customer: "cus_1", return_url: "https://a.example/" },
      ],
    ],
  );
  const none = await open(foreign);
  assert.match(String(none.error), /stripe-setup/);
  assert.equal(none.asked.length, 1);
});

Deno.test("a subscription is looked at together with what it owes", async () => {
  const { asked } = await asking([fine({ id: "sub_1" })], (billing) => billing.retrieve("sub_1"));
  assert.deepEqual(asked, [
    { call: "GET /v1/subscriptions/sub_1", form: { "expand[0]": "latest_invoice" }, key: null },
  ]);
});

Deno.test("what the database reserves is read as it is meant, or not at all", () => {
  assert.deepEqual(checkoutSteps.parse({ ...STEPS, replaces: ["cs_1"] }), { ...STEPS, replaces: ["cs_1"] });
  for (const name of Object.keys(STEPS)) {
    assert.ok(!checkoutSteps.safeParse({ ...STEPS, [name]: undefined }).success, name);
    assert.ok(!checkoutSteps.safeParse({ ...STEPS, [name]: 1.5 }).success, name);
  }
  const change = {
    cancel_at_period_end: false,
    items: [{ id: "si_1", price: "p", deleted: true }, {}],
    metadata: { organisation_id: "o" },
    payment_behavior: "error_if_incomplete",
  };
  for (const proration_behavior of ["always_invoice", "create_prorations", "none"]) {
    assert.deepEqual(changeSteps.parse({ ...change, proration_behavior }), { ...change, proration_behavior });
  }
  assert.deepEqual(changeSteps.parse({}), {});
  for (const name of [...Object.keys(change), "proration_behavior"]) {
    assert.ok(!changeSteps.safeParse({ ...change, [name]: "x" }).success, name);
  }
  for (const item of [{ id: 1 }, { price: 1 }, { deleted: 1 }]) {
    assert.ok(!changeSteps.safeParse({ items: [item] }).success, JSON.stringify(item));
  }
});
