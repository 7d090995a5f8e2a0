import assert from "node:assert/strict";
import { createConnectProvider, isDestinationRefusal } from "./connect-provider.ts";
import { createStripe, createStripeGuard } from "./stripe-client.ts";

/** What is asked, and what comes of it when the provider answers so. */
async function asking<T>(
  status: number,
  body: object,
  ask: (accounts: ReturnType<typeof createConnectProvider>) => Promise<T>,
) {
  const asked: { form: Record<string, string>; key: string | null }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const form = Object.fromEntries(new URLSearchParams(await request.text()));
    asked.push({ form, key: request.headers.get("idempotency-key") });
    return Response.json(body, { status });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const stripe = createStripe({ STRIPE_SECRET_KEY: "sk_test_1", STRIPE_API_URL: url });
  const got = await ask(createConnectProvider(stripe, createStripeGuard({ retries: 0 }))).catch((error) => error);
  await server.shutdown();
  return { got, asked: asked[0] };
}
const refusal = (code: string, param?: string) => ({ error: { type: "invalid_request_error", code, param } });

Deno.test("an account is asked for once by its id, with what is known of its owner and nothing else", async () => {
  const asks = {
    type: "express",
    "capabilities[card_payments][requested]": "true",
    "capabilities[transfers][requested]": "true",
    "metadata[account_id]": "a1",
    "metadata[organisation_id]": "o1",
  };
  const known = { accountId: "a1", organisationId: "o1", email: "owner@example.test", country: "DE" };
  const { got, asked } = await asking(200, { id: "acct_1" }, (accounts) => accounts.createAccount(known));
  assert.deepEqual([got, asked?.key], ["acct_1", "account:a1"]);
  assert.deepEqual(asked?.form, { ...asks, email: "owner@example.test", country: "DE" });
  const bare = { ...known, email: null, country: undefined };
  assert.deepEqual((await asking(200, { id: "acct_1" }, (accounts) => accounts.createAccount(bare))).asked?.form, asks);
});

Deno.test("an account that the provider does not know, or not as ours, is gone; anything else is trouble", async () => {
  const look = (status: number, body: object) => asking(status, body, (accounts) => accounts.retrieveAccount("acct_1"));
  const gone = { id: "acct_1", object: "account", deleted: true };
  assert.deepEqual((await look(403, refusal("account_invalid"))).got, gone);
  assert.deepEqual((await look(404, refusal("resource_missing"))).got, gone);
  assert.deepEqual((await look(200, { id: "acct_1", object: "account" })).got.deleted, undefined);
  for (const [status, code] of [
    [403, "resource_missing"],
    [404, "account_invalid"],
    [400, "parameter_unknown"],
    [401, "account_invalid"],
  ] as const) {
    assert.ok((await look(status, refusal(code))).got instanceof Error, `${status} ${code}`);
  }
});

Deno.test("a payment that the provider will not send on is told by the parameter that it names", async () => {
  const refused = async (status: number, param?: string) =>
    isDestinationRefusal((await asking(status, refusal("x", param), (accounts) => accounts.retrieveAccount("a"))).got);
  for (const param of ["transfer_data[destination]", "on_behalf_of", "payment_intent_data[on_behalf_of]"]) {
    assert.equal(await refused(400, param), true, param);
  }
  assert.deepEqual(
    [await refused(400, "amount"), await refused(400), await refused(403, "on_behalf_of")],
    [false, false, false],
  );
  assert.equal(isDestinationRefusal(Object.assign(new Error(), { param: "on_behalf_of" })), false);
});
