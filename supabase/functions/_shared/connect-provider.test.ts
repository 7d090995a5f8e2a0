import assert from "node:assert/strict";
import { type ConnectProvider, createConnectProvider, isDestinationRefusal } from "./connect-provider.ts";
import { askingProvider, fine, refused, type Told } from "./told-provider.testing.ts";

const asking = <T>(told: Told, ask: (accounts: ConnectProvider) => Promise<T>) =>
  askingProvider([told], (stripe, guard) => ask(createConnectProvider(stripe, guard)));

Deno.test("an account is asked for once by its id, with what is known of its owner and nothing else", async () => {
  const asks = {
    type: "express",
    "capabilities[card_payments][requested]": "true",
    "capabilities[transfers][requested]": "true",
    "metadata[account_id]": "a1",
    "metadata[organisation_id]": "o1",
  };
  const known = { accountId: "a1", organisationId: "o1", email: "owner@example.test", country: "DE" };
  const made = await asking(fine({ id: "acct_1" }), (accounts) => accounts.createAccount(known));
  assert.equal(made.value, "acct_1");
  assert.deepEqual(made.asked, [
    {
      call: "POST /v1/accounts",
      form: { ...asks, email: "owner@example.test", country: "DE" },
      key: "account:a1",
    },
  ]);
  const bare = { ...known, email: null, country: undefined };
  const { asked } = await asking(fine({ id: "acct_1" }), (accounts) => accounts.createAccount(bare));
  assert.deepEqual(asked[0]?.form, asks);
});

Deno.test("an account that the provider does not know, or not as ours, is gone; anything else is trouble", async () => {
  const look = (told: Told) => asking(told, (accounts) => accounts.retrieveAccount("acct_1"));
  const gone = { id: "acct_1", object: "account", deleted: true };
  assert.deepEqual((await look(refused("account_invalid", 403))).value, gone);
  assert.deepEqual((await look(refused("resource_missing", 404))).value, gone);
  assert.deepEqual((await look(fine({ id: "acct_1", object: "account" }))).value?.deleted, undefined);
  for (const [status, code] of [
    [403, "resource_missing"],
    [404, "account_invalid"],
    [400, "parameter_unknown"],
    [401, "account_invalid"],
  ] as const) {
    assert.ok((await look(refused(code, status))).error instanceof Error, `${status} ${code}`);
  }
});

Deno.test("a payment that the provider will not send on is told by the parameter that it names", async () => {
  const says = async (status: number, param?: string) => {
    const told = refused("x", status, param);
    return isDestinationRefusal((await asking(told, (accounts) => accounts.retrieveAccount("a"))).error);
  };
  for (const param of ["transfer_data[destination]", "on_behalf_of", "payment_intent_data[on_behalf_of]"]) {
    assert.equal(await says(400, param), true, param);
  }
  assert.deepEqual(
    [await says(400, "amount"), await says(400), await says(403, "on_behalf_of")],
    [false, false, false],
  );
  assert.equal(isDestinationRefusal(Object.assign(new Error(), { param: "on_behalf_of" })), false);
});
