/** The life of a subscription, end to end: trial, plans up and down, add-ons, an unpaid invoice, read-only mode, the end. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSold } from "../../scripts/stripe-setup/plans.ts";
import { setUp } from "../../scripts/stripe-setup/set-up.ts";
import { type Actor, guest } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { billing, type House } from "../support/billing.ts";
import { meal, place, scan } from "../support/guests.ts";
import { mailsTo } from "../support/mails.ts";
import { provider } from "../support/provider.ts";
import { expectDenied, refusals } from "../support/refusal.ts";
import { until } from "../support/until.ts";
import { buildVenue, foundVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
const refused = await refusals(sql);
afterAll(() => world.close());
const stripe = provider(stack);
const { advance, becomes, change, checkout, planOf, subscribe, subscriptionOf, useCard } = billing(stack, api, stripe);
const GOOD = "4242424242424242";
const DECLINED = "4000000000000002";

beforeAll(async () => {
  await setUp({ stripe: stripe.stripe, sold: readSold(), dryRun: false });
});

test("the price list that everybody sees is the tier file's", async () => {
  const listed = [
    ...must(await api.select(guest, "tiers?select=key:tier,currency,amount:monthly_price_minor")),
    ...must(await api.select(guest, "add_ons?select=key:add_on,currency,amount:monthly_price_minor")),
  ];
  const filed = readSold().flatMap(({ key, prices }) =>
    prices
      .filter(({ currency, interval }) => currency === "GBP" && interval === "month")
      .map(({ currency, amount_minor: amount }) => ({ key, currency, amount })),
  );
  const byKey = (list: object[]) => list.map((entry) => JSON.stringify(entry)).sort();
  expect(byKey(listed)).toEqual(byKey(filed));
});

async function found(): Promise<House & { venueId: string }> {
  const [owner] = (await world.users(1)) as [Actor];
  return { owner, ...(await foundVenue(api, owner)) };
}
const addTable = (house: House & { venueId: string }) =>
  api.insert(house.owner, "tables", [{ venue_id: house.venueId, label: randomUUID().slice(0, 8) }]);
const facts = (house: House) => until("the subscription is known", async () => subscriptionOf(house).catch(() => null));

test("from sign-up to the end: trial, paid, up, down, unpaid, read-only, paid, cancelled", async () => {
  const house = await buildVenue(world);
  const session = await scan(api, house.tables[0].qr);
  const order = must(await place(api, session, meal(house.menu, "pay_later", "table")));
  const paid = must(
    await api.rpc<{ payment_id: string }>(house.owner, "collect_payment", {
      p_order_id: order.id,
      p_method: "cash",
      p_amount_minor: 500,
      p_idempotency_key: randomUUID(),
    }),
  );
  refused.expect(await checkout(house, "pro", house.members.manager), "permission_denied");
  refused.expect(await change(house, { kind: "cancel" }), "subscription_missing");

  // The trial goes on, now with a subscription; a second one is refused.
  await subscribe(house, "pro", GOOD);
  await becomes(house, "pro", "trialing");
  refused.expect(await checkout(house, "pro"), "subscription_exists");
  await advance(house, "period_end");
  await becomes(house, "pro", "active");

  // Up at once and charged in proportion; down refused with the list, or when the period ends.
  must(await change(house, { kind: "plan", item: "enterprise" }));
  await becomes(house, "enterprise", "active");
  const down = await change(house, { kind: "plan", item: "starter" });
  refused.expect(down, "plan_too_small");
  expect(!down.ok && down.problem.details).toMatch(/kitchen_stations: 1 of 0; .*staff: 6 of 3/);
  must(await change(house, { kind: "plan", item: "pro" }));
  await until("a smaller plan waits", async () => (await subscriptionOf(house)).next_tier === "pro");
  expect(await planOf(house)).toMatchObject({ tier: "enterprise" });
  refused.expect(await change(house, { kind: "plan", item: "enterprise" }), "downgrade_waiting");
  await advance(house, "period_end");
  await becomes(house, "pro", "active");

  // A renewal that is not paid: seven days of grace, then read-only, for every way in.
  expect(await useCard(house, DECLINED)).toBe(200);
  await advance(house, "period_end");
  await becomes(house, "pro", "past_due");
  must(await addTable(house));
  refused.expect(await change(house, { kind: "plan", item: "enterprise" }), "subscription_unpaid");
  const late = "2020-01-01";
  await sql`update public.subscriptions set past_due_since = ${late} where organisation_id = ${house.organisationId}`;
  await sql`update public.organisations set past_due_since = ${late} where id = ${house.organisationId}`;
  expectDenied(await addTable(house));
  expect(must(await api.update(house.owner, `tables?id=eq.${house.tables[0].id}`, { seats: 9 }))).toEqual([]);
  refused.expect(await api.rpc(house.owner, "publish_menu", { p_venue_id: house.venueId }), "subscription_inactive");
  refused.expect(await place(api, session, meal(house.menu, "pay_later", "table")), "subscription_inactive");
  expect(must(await api.select(house.owner, `tables?venue_id=eq.${house.venueId}`)).length).toBeGreaterThan(2);
  const bill = must(await api.rpc(guest, "get_bill", { p_session_token: session.session_token }));
  expect(bill).toMatchObject({ session_id: session.session_id, is_open: true });
  const refund = {
    p_payment_id: paid.payment_id,
    p_amount_minor: 500,
    p_reason: "sorry",
    p_idempotency_key: randomUUID(),
  };
  expect(must(await api.rpc(house.owner, "refund_payment", refund)), "a guest's money is given back").toMatchObject({
    status: "succeeded",
  });

  // Paid in the portal: everything works again.
  expect(await useCard(house, GOOD)).toBe(200);
  await becomes(house, "pro", "active");
  must(await addTable(house));

  // The end, taken back, and for good.
  must(await change(house, { kind: "cancel" }));
  await until("it ends with the period", async () => (await subscriptionOf(house)).cancel_at_period_end);
  must(await change(house, { kind: "resume" }));
  await until("it goes on", async () => !(await subscriptionOf(house)).cancel_at_period_end);
  must(await change(house, { kind: "cancel" }));
  await until("it ends with the period", async () => (await subscriptionOf(house)).cancel_at_period_end);
  must(await addTable(house));
  await advance(house, "period_end");
  await becomes(house, "pro", "canceled");
  expectDenied(await addTable(house));

  const history = must(
    await api.select<{ after: { status: string; tier: string } }>(
      house.owner,
      `subscription_events?organisation_id=eq.${house.organisationId}&order=id`,
    ),
  );
  const seen = history.map(({ after }) => `${after.tier} ${after.status}`);
  expect(seen.filter((state, index) => state !== seen[index - 1])).toEqual([
    "pro trialing",
    "pro active",
    "enterprise active",
    "pro active",
    "pro past_due",
    "pro active",
    "pro canceled",
  ]);
  expect(must(await api.select(house.members.manager, "subscription_events"))).toEqual([]);
});

test("an add-on: one kitchen station for the smallest plan, and gone when nobody uses it", async () => {
  const house = await found();
  await sql`update public.organisations set trial_ends_at = now() where id = ${house.organisationId}`;
  expectDenied(await addTable(house));
  await subscribe(house, "starter", GOOD);
  await becomes(house, "starter", "active");
  const station = { venue_id: house.venueId, name: "Grill", kind: "grill" };
  refused.expect(await api.insert(house.owner, "kitchen_stations", [station]), "entitlement_exceeded");
  refused.expect(await change(house, { kind: "add_on", item: "teleport" }), "add_on_not_offered");
  must(await change(house, { kind: "add_on", item: "kitchen_display" }));
  const [made] = await until("the add-on counts", async () => {
    const answer = await api.insert<{ id: string }>(house.owner, "kitchen_stations", [station]);
    return answer.ok ? answer.value : null;
  });
  refused.expect(await change(house, { kind: "remove_add_on", item: "kitchen_display" }), "plan_too_small");
  must(await api.update(house.owner, `kitchen_stations?id=eq.${made?.id}`, { is_active: false }));
  must(await change(house, { kind: "remove_add_on", item: "kitchen_display" }));
  const addOns = `organisation_add_ons?organisation_id=eq.${house.organisationId}`;
  await until("the add-on is gone", async () => must(await api.select(house.owner, addOns)).length === 0);
  const again = await api.update(house.owner, `kitchen_stations?id=eq.${made?.id}`, { is_active: true });
  refused.expect(again, "entitlement_exceeded");
});

test("a trial that ends without a card ends the subscription; it can be begun again, and is paid at once", async () => {
  const house = await found();
  await sql`update auth.users set email_confirmed_at = now() where id = ${house.owner.userId}`;
  await subscribe(house, "pro", "");
  await becomes(house, "pro", "trialing");
  await advance(house, "period_end");
  await becomes(house, "pro", "canceled");
  expectDenied(await addTable(house));
  await until("the owner is told", async () =>
    (await mailsTo(stack, house.owner.email)).some(({ subject }) => subject.includes("read-only")),
  );
  await subscribe(house, "pro", GOOD);
  await becomes(house, "pro", "active");
  must(await addTable(house));
});

test("events doubled, reversed or dropped lead to the same state", async () => {
  const house = await found();
  await sql`update public.organisations set trial_ends_at = now() where id = ${house.organisationId}`;
  await stripe.fault({ target: "webhook", event: "customer.subscription.*", action: "hold", times: 2 });
  await subscribe(house, "pro", GOOD);
  await becomes(house, "pro", "active");
  const { provider_reference: reference } = await facts(house);
  await stripe.stripe.subscriptions.update(reference, { cancel_at_period_end: true });
  await stripe.release("reversed");
  await stripe.drain();
  await until("it ends with the period", async () => (await subscriptionOf(house)).cancel_at_period_end);
  await stripe.deliverAgain("customer.subscription.created", reference, 3);
  await stripe.drain();
  await stripe.fault({ target: "webhook", event: "customer.subscription.updated", action: "drop", times: 1 });
  must(await change(house, { kind: "resume" }));
  await until("the look sees what no event told", async () => !(await subscriptionOf(house)).cancel_at_period_end);
  expect(await planOf(house)).toMatchObject({ tier: "pro", subscription_status: "active" });
});

test("an outage of the provider changes no plan; when it is over, what happened meanwhile is seen", async () => {
  const house = await found();
  await sql`update public.organisations set trial_ends_at = now() where id = ${house.organisationId}`;
  await subscribe(house, "pro", GOOD);
  await becomes(house, "pro", "active");
  const { provider_reference: reference } = await facts(house);
  await stripe.drain();
  const path = `/v1/subscriptions/${reference}`;
  await stripe.fault({ target: "request", method: "GET", path, action: "status", status: 503, times: 4 });
  await advance(house, "unpaid");
  await stripe.drain();
  expect(await planOf(house)).toMatchObject({ tier: "pro", subscription_status: "active" });
  must(await addTable(house));
  await until("the look is tried again", async () => (await planOf(house)).subscription_status === "unpaid", {
    withinMs: 90_000,
  });
});
