/** What no rule may settle: differences between the books and the provider, by name, for who may know, until they are gone. */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { readSold } from "../../../scripts/stripe-setup/plans.ts";
import { setUp } from "../../../scripts/stripe-setup/set-up.ts";
import { guest, machine } from "../../../tests/support/actors.ts";
import { must } from "../../../tests/support/api.ts";
import { MEAL_MINOR, readOrder } from "../../../tests/support/guests.ts";
import { DAY_MS, type Finding, reconciler } from "../../../tests/support/reconciler.ts";
import { cloneWorld } from "../../../tests/support/world.ts";
import type { ProviderRecords } from "../../functions/_shared/provider-records.ts";

const world = await cloneWorld(8);
const { api, sql } = world;
const here = await reconciler(world);
const { bench, clock, venue } = here;
clock.advance(10 * DAY_MS);
afterAll(async () => {
  await here.close();
  await world.close();
});

const findings = async () => (await here.status()).findings.map(({ kind, subject }) => `${kind} ${subject}`).sort();

test("an amount that was tampered with is never applied: it has a name, in the owner's report and in nobody else's", async () => {
  const charge = await here.charge();
  await bench.stripe.paymentIntents.update(charge.intentId, { amount: MEAL_MINOR - 1_000 });
  await here.confirm(charge.intentId);
  expect((await here.reconcile()).outcome).toBe("differences");
  expect(await findings()).toEqual([`payment_amount_differs ${charge.intentId}`]);
  expect((await readOrder(api, charge.session, charge.order.id)).status).toBe("pending_payment");
  const report = { p_organisation_id: venue.organisationId };
  const own = must(await api.rpc<{ findings: Finding[] }>(venue.owner, "get_reconciliation_report", report));
  expect(own.findings).toMatchObject([{ kind: "payment_amount_differs", payment_id: charge.paymentId }]);
  expect(await api.rpc(guest, "get_reconciliation_report", report)).toMatchObject({ ok: false });
  const health = must(await api.rpc<{ reconciliation: object }>(machine, "get_health"));
  expect(health.reconciliation).toMatchObject({ open_findings: 1 });
  await sql`update public.payments set amount_minor = ${MEAL_MINOR - 1_000} where id = ${charge.paymentId}`;
  await sql`delete from private.provider_events where status = 'quarantined'`;
  expect((await here.reconcile()).outcome, "put right by a person, it is settled and the finding resolved").toBe(
    "clean",
  );
});

test("what one side alone knows is found both ways, and is over when it is over", async () => {
  const unknown = await bench.stripe.paymentIntents.create({
    ...{ amount: 700, currency: "gbp", confirm: true, payment_method: "pm_card_visa" },
    automatic_payment_methods: { enabled: true, allow_redirects: "never" },
    metadata: { payment_id: randomUUID() },
  });
  await bench.stripe.paymentIntents.create({ amount: 900, currency: "gbp" }); // somebody else's business
  const lost = await here.charge();
  await sql`update public.payments set provider_reference = 'pi_lost', created_at = now() - interval '10 minutes' where id = ${lost.paymentId}`;
  const open = await here.charge();
  await sql`update public.payments set status = 'canceled' where id = ${open.paymentId}`;
  await sql`alter table public.payments disable trigger set_updated_at`;
  await sql`update public.payments set updated_at = now() - interval '20 minutes' where id = ${open.paymentId}`;
  await sql`alter table public.payments enable trigger set_updated_at`;
  expect((await here.reconcile()).outcome).toBe("differences");
  expect(await findings()).toEqual(
    [
      "payment_missing_there pi_lost",
      `payment_status_differs ${open.intentId}`,
      `payment_unknown_here ${unknown.id}`,
    ].sort(),
  );
  expect((await bench.stripe.paymentIntents.retrieve(open.intentId)).status, "cancelled once more").toBe("canceled");
  must(await api.rpc(machine, "cancel_payment", { p_payment_id: lost.paymentId }));
  await here.reconcile();
  expect(await findings()).toEqual([`payment_unknown_here ${unknown.id}`]);
  const own = must(
    await api.rpc<{ findings: Finding[] }>(venue.owner, "get_reconciliation_report", {
      p_organisation_id: venue.organisationId,
    }),
  );
  expect(own.findings.map(({ kind, resolved_at }) => [kind, resolved_at !== null]).sort()).toEqual([
    ["payment_amount_differs", true],
    ["payment_missing_there", true],
    ["payment_status_differs", true],
  ]);
});

test("a subscription that no event told of is found in the provider's list, and ends when it is in it no more", async () => {
  const silent = {
    remembering: (records: ProviderRecords) => ({
      ...records,
      eventBefore: async () => null,
      eventsBack: async () => ({ data: [], next: null }),
    }),
  };
  const { stripe } = bench;
  await setUp({ stripe, sold: readSold(), dryRun: false });
  const [price] = (await stripe.prices.list({ lookup_keys: ["servio_pro_gbp_month"] })).data;
  const { id, url } = await stripe.checkout.sessions.create({
    mode: "subscription",
    line_items: [{ price: price?.id ?? "", quantity: 1 }],
    success_url: "https://owners.example/",
    subscription_data: { metadata: { organisation_id: venue.organisationId } },
  });
  const card = new URLSearchParams({ action: "pay", email: "owner@example.test", card_number: "4242424242424242" });
  await fetch(url ?? "", { method: "POST", body: card, redirect: "manual" });
  const { subscription } = await stripe.checkout.sessions.retrieve(id);
  const plan = async () => {
    const [row] =
      await sql`select tier, subscription_status from public.organisations where id = ${venue.organisationId}`;
    return [row?.tier, row?.subscription_status];
  };
  clock.advance(7 * DAY_MS);
  expect((await here.reconcile(silent)).counts).toMatchObject({ subscriptions: 1, repaired: 1 });
  expect(await plan()).toEqual(["pro", "active"]);
  await stripe.subscriptions.cancel(String(subscription));
  await here.reconcile(silent);
  expect(await plan()).toEqual(["pro", "canceled"]);
  expect(await findings()).toHaveLength(1); // what the test before left
});
