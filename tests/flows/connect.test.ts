/** An organisation's own account, end to end: linked, paid into, refunded out of, seen by its owner, stopped. */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import type { Actor } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { violations } from "../support/books.ts";
import { answerFrom, callFunction, payments } from "../support/functions.ts";
import { MEAL_MINOR, meal, place, readOrder, scan } from "../support/guests.ts";
import { provider } from "../support/provider.ts";
import { refusals } from "../support/refusal.ts";
import { until } from "../support/until.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
const refused = await refusals(sql);
afterAll(() => world.close());
const venue = await buildVenue(world);
const stripe = provider(stack);

interface Payouts {
  readonly account: { provider_reference: string; charges_enabled: boolean } | null;
  readonly balances: readonly { transferred_minor: number; owed_minor: number }[];
  readonly days: readonly Record<string, number>[];
}
const payouts = async () =>
  must(await api.rpc<Payouts>(venue.owner, "get_payouts", { p_organisation_id: venue.organisationId }));
const urls = { refresh_url: "https://app.example/again", return_url: "https://app.example/done" };
const link = async (actor: Actor) =>
  answerFrom<{ onboarding_url: string }>(
    await callFunction(stack, "billing/account", { actor, body: { organisation_id: venue.organisationId, ...urls } }),
  );
const enabled = (wanted: boolean) =>
  until(`the account takes charges: ${wanted}`, async () => {
    const { account } = await payouts();
    return account?.charges_enabled === wanted && account;
  });

async function paid(): Promise<string> {
  const session = await scan(api, venue.counterQr);
  const order = must(await place(api, session, meal(venue.menu, "pay_now", "counter")));
  const charge = must(await payments(stack, session, order.id));
  await stripe.confirm(charge.client_secret ?? "");
  await until("the order is placed", async () => (await readOrder(api, session, order.id)).status === "placed");
  return charge.payment_id;
}

test("linked by its owner, paid into, refunded out of in part, and left alone when it is stopped", async () => {
  await paid();
  expect(await payouts()).toMatchObject({ account: null, balances: [{ transferred_minor: 0 }] });

  refused.expect(await link(venue.members.manager), "permission_denied");
  const { onboarding_url } = must(await link(venue.owner));
  expect((await payouts()).account).toMatchObject({ charges_enabled: false });
  await fetch(onboarding_url, {
    method: "POST",
    body: new URLSearchParams({ action: "complete" }),
    redirect: "manual",
  });
  const { provider_reference } = await enabled(true);

  const payment = await paid();
  const [transfer] = (await stripe.stripe.transfers.list({ destination: provider_reference })).data;
  expect(transfer).toMatchObject({ amount: MEAL_MINOR, amount_reversed: 0 });
  const [fee] = (await stripe.stripe.applicationFees.list({ limit: 100 })).data.filter(
    ({ account }) => account === provider_reference,
  );
  const kept = fee?.amount ?? 0;
  expect((await payouts()).balances).toMatchObject([{ transferred_minor: MEAL_MINOR - kept }]);

  const refund = { p_payment_id: payment, p_amount_minor: 333, p_reason: "cold", p_idempotency_key: randomUUID() };
  must(await api.rpc(venue.owner, "refund_payment", refund));
  const back = await until("the refund is booked", async () => {
    const { balances } = await payouts();
    return balances[0]?.transferred_minor !== MEAL_MINOR - kept && (balances[0]?.transferred_minor ?? 0);
  });
  const returned = (await stripe.stripe.applicationFees.retrieve(fee?.id ?? "")).amount_refunded;
  expect(returned).toBe(Math.floor((2 * kept * 333 + MEAL_MINOR) / (2 * MEAL_MINOR)));
  expect(back, "the books and the provider have the same").toBe(MEAL_MINOR - kept - 333 + returned);
  expect((await stripe.stripe.transfers.retrieve(transfer?.id ?? "")).amount_reversed).toBe(333);

  await stripe.changeAccount(provider_reference, { charges_enabled: false });
  await enabled(false);
  await paid();
  const { balances, days } = await payouts();
  expect(balances[0]?.transferred_minor).toBe(back);
  const sum = (name: string) => days.reduce((all, day) => all + (day[`${name}_minor`] ?? 0), 0);
  expect(sum("gross")).toBe(3 * MEAL_MINOR);
  expect(sum("gross") - sum("refunds") - sum("provider_fees") - sum("platform_fees") - sum("disputes")).toBe(
    sum("transferred") + sum("owed"),
  );
  expect(await violations(sql, venue.organisationId)).toEqual([]);
});
