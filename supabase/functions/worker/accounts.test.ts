import assert from "node:assert/strict";
import { createConnectProvider } from "../_shared/connect-provider.ts";
import { unavailable } from "../_shared/problem.ts";
import { startProviderProcess } from "../_shared/provider-process.ts";
import { createStripeGuard } from "../_shared/stripe-client.ts";
import { fakeRpc } from "../_shared/testing.ts";
import { lookAtAccount } from "./accounts.ts";
import { runJob } from "./job.ts";

const SEEN_AT = "2026-06-01T12:00:00.123456+00:00";
const bench = await startProviderProcess();
globalThis.addEventListener("unload", () => bench.stop());
const accounts = createConnectProvider(bench.stripe, createStripeGuard());

async function look(account_reference: unknown, by: Parameters<typeof lookAtAccount>[0]["accounts"] = accounts) {
  const { rpc, calls } = fakeRpc({ apply_account: () => ({ outcome: "applied" }) });
  const topics = { "account.changed": lookAtAccount({ rpc, accounts: by }) };
  const job = { topic: "account.changed", payload: { account_reference, seen_at: SEEN_AT } };
  return { result: await runJob(job, { name: "provider_calls", batch: 1, topics }), said: calls[0]?.args };
}

Deno.test("what the provider says of an account reaches the database: what decides, and nobody's name", async () => {
  const reference = await accounts.createAccount({
    accountId: crypto.randomUUID(),
    organisationId: crypto.randomUUID(),
    email: "owner@example.test",
    country: undefined,
  });
  const { result, said } = await look(reference);
  assert.deepEqual(result, { done: true });
  assert.deepEqual(JSON.parse(JSON.stringify(said)), {
    p_object: {
      id: reference,
      object: "account",
      charges_enabled: false,
      payouts_enabled: false,
      capabilities: { card_payments: "inactive", transfers: "inactive" },
      requirements: {
        currently_due: ["business_type", "external_account", "tos_acceptance.date"],
        disabled_reason: "requirements.past_due",
      },
    },
    p_seen_at: SEEN_AT,
  });
});

Deno.test("an account that is gone, or was never ours, is said to be gone", async () => {
  const { result, said } = await look("acct_nobody");
  assert.deepEqual(result, { done: true });
  assert.deepEqual(said?.p_object, { id: "acct_nobody", object: "account", deleted: true });
});

Deno.test("an outage says nothing about an account and is tried again; what names none is no job", async () => {
  const away = { retrieveAccount: () => Promise.reject(unavailable("provider_unavailable", 1)) };
  const { result, said } = await look("acct_1", away);
  assert.ok(!result.done && !result.final && said === undefined);
  const other = await look("cus_1");
  assert.ok(!other.result.done && other.result.final);
});
