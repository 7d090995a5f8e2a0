/** A guest's loyalty, over HTTP: a card at the first visit, points for what is paid, a discount at the next one. */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { type Actor, guest } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { violations } from "../support/books.ts";
import { collect, MEAL_MINOR, meal, type Order, place, type Session, scan, snack } from "../support/guests.ts";
import { giving, join, loyalty, type Member, offerLoyalty } from "../support/loyalty.ts";
import { openPayment, record, succeeded } from "../support/payments.ts";
import { expectDenied, refusals } from "../support/refusal.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql } = world;
const refused = await refusals(sql);
afterAll(() => world.close());
const venue = await buildVenue(world);
const { owner, members, menu, venueId } = venue;
await offerLoyalty(api, owner, venueId);
const session = await scan(api, venue.tables[0].qr);
const [ada, stranger] = (await world.users(2)) as [Actor, Actor];

interface Seen {
  readonly account: { readonly points: number; readonly worth_minor: number; readonly movements: { kind: string }[] };
}
const see = ({ card }: Member, at: Session = session) =>
  api.rpc<Seen>(guest, "get_loyalty", { p_session_token: at.session_token, p_card: card });
const points = async (member: Member) => must(await see(member)).account.points;
const quote = (order: object) =>
  api.rpc<Order>(guest, "quote_order", { p_session_token: session.session_token, p_order: order });
const give = async (member: Member, count: number) =>
  must(await api.rpc(members.manager, "adjust_points", giving(member, count, randomUUID())));

test("a guest without an account earns at one visit and redeems at the next", async () => {
  const member = await join(api, await scan(api, venue.counterQr));
  const first = must(await place(api, session, { ...meal(menu, "pay_later"), ...loyalty(member) }));
  must(await collect(api, members.server, first.id, MEAL_MINOR, { p_tip_minor: 300 }));
  expect(await points(member), "22.40, and nothing for the tip").toBe(22);

  const later = await scan(api, venue.tables[1].qr);
  const order = { ...meal(menu, "pay_now"), ...loyalty(member, 22) };
  const quoted = must(await quote(order));
  expect(quoted).toMatchObject({ discounts: [{ name: "House points", amount_minor: 110 }], total_minor: 2130 });
  expect(await points(member), "a quote takes none").toBe(22);
  const { order: placed, payment } = await openPayment(api, later, order);
  const { subtotal_minor, tax_minor, total_minor } = quoted;
  expect(placed).toMatchObject({ subtotal_minor, tax_minor, total_minor, status: "pending_payment" });
  expect(await points(member), "the order does").toBe(0);
  refused.expect(await place(api, later, order), "loyalty_points_insufficient");
  must(await record(api, succeeded(payment)));
  expect(await points(member), "21.30 are paid").toBe(21);
  expect(must(await see(member)).account.movements.map(({ kind }) => kind)).toEqual(["earn", "redeem", "earn"]);
});

test("a card is a secret: guesses lead nowhere, and an order tells nobody's", async () => {
  const member = await join(api, await scan(api, venue.counterQr));
  for (const card of ["", "guessed", member.accountId, `${member.card} `, member.card.toLowerCase()]) {
    refused.expect(await see({ ...member, card }), "loyalty_card_invalid");
    const order = { ...snack(menu.coffee, "pay_later"), loyalty: { card } };
    refused.expect(await place(api, session, order), card === "" ? "order_invalid" : "loyalty_card_invalid");
  }
  const order = must(await place(api, session, { ...snack(menu.coffee, "pay_later"), ...loyalty(member) }));
  expect(JSON.stringify(order)).not.toContain(member.accountId);
  for (const actor of [guest, members.kitchen, stranger]) {
    const answer = await api.select(actor, `loyalty_accounts?select=id,points&id=eq.${member.accountId}`);
    if (actor === guest) expectDenied(answer);
    else expect(must(answer)).toEqual([]);
  }
});

test("who is signed in sees their own account, and gets a new card on a new phone", async () => {
  const old = await join(api, session, ada);
  await give(old, 50);
  const renewed = await join(api, session, ada);
  expect(renewed.accountId).toBe(old.accountId);
  refused.expect(await see(old), "loyalty_card_invalid");
  expect(must(await see(renewed)).account).toMatchObject({ points: 50, worth_minor: 250 });
  const mine = must(await api.select(ada, "loyalty_accounts?select=id,points,loyalty_movements(kind,points,reason)"));
  const movements = [{ kind: "adjust", points: 50, reason: "welcome" }];
  expect(mine).toEqual([{ id: old.accountId, points: 50, loyalty_movements: movements }]);
  expect(must(await api.select(stranger, "loyalty_movements?select=id"))).toEqual([]);
  expectDenied(await api.select(members.manager, "loyalty_accounts?select=user_id"));
});

test("staff read the card at the till, and managers correct points with a reason", async () => {
  const member = await join(api, await scan(api, venue.counterQr));
  await give(member, 30);
  const find = (by: Actor) => api.rpc<Seen>(by, "find_loyalty_account", { p_venue_id: venueId, p_card: member.card });
  expect(must(await find(members.cashier)).account).toMatchObject({ points: 30, worth_minor: 150 });
  for (const by of [members.kitchen, members.staff, stranger]) refused.expect(await find(by), "permission_denied");
  const order = { ...snack(menu.coffee, "pay_at_till", 1, "counter"), ...loyalty(member, 30) };
  const request = { p_venue_id: venueId, p_idempotency_key: randomUUID(), p_order: order };
  const placed = must(await api.rpc<Order>(members.cashier, "place_staff_order", request));
  expect(placed).toMatchObject({ subtotal_minor: 320, total_minor: 170 });
  expect(must(await api.rpc<Order>(members.cashier, "place_staff_order", request)), "a repeat").toEqual(placed);
  expect(await points(member)).toBe(0);
  must(await api.rpc(owner, "cancel_order", { p_order_id: placed.id, p_reason: "left" }));
  expect(await points(member)).toBe(30);
  refused.expect(await api.rpc(members.cashier, "adjust_points", giving(member, 5, "k")), "permission_denied");
  refused.expect(await api.rpc(stranger, "adjust_points", giving(member, 5, "k")), "loyalty_account_not_found");
  refused.expect(
    await api.rpc(members.manager, "adjust_points", giving(member, -31, "k")),
    "loyalty_points_insufficient",
  );
});

test("a refund takes back what it gives back; the owner sees what is owed, and may stop it all", async () => {
  const member = await join(api, await scan(api, venue.counterQr));
  const order = must(await place(api, session, { ...meal(menu, "pay_later"), ...loyalty(member) }));
  const { payment_id } = must(await collect(api, members.cashier, order.id, MEAL_MINOR));
  const refund = { p_payment_id: payment_id, p_amount_minor: 1120, p_reason: "cold", p_idempotency_key: "half" };
  must(await api.rpc(members.cashier, "refund_payment", refund));
  must(await api.rpc(members.cashier, "refund_payment", refund));
  expect(await points(member)).toBe(11);
  const hour = 3_600_000;
  const window = {
    p_from: new Date(Date.now() - hour).toISOString(),
    p_until: new Date(Date.now() + hour).toISOString(),
  };
  const report = (by: Actor) => api.rpc<object>(by, "get_loyalty_report", { p_venue_id: venueId, ...window });
  expect(must(await report(owner))).toMatchObject({ outstanding_points: 112, outstanding_minor: 560 });
  refused.expect(await report(members.cashier), "permission_denied");

  await offerLoyalty(api, owner, venueId, { p_is_active: false });
  const next = { ...snack(menu.coffee, "pay_later"), ...loyalty(member) };
  refused.expect(await place(api, session, next), "loyalty_not_offered");
  refused.expect(await quote(next), "loyalty_not_offered");
  expect(await points(member), "the balance stays").toBe(11);
  await sql`update public.organisations set tier = 'starter', subscription_status = 'active' where id = ${venue.organisationId}`;
  const terms = offerLoyalty(api, owner, venueId);
  await expect(terms).rejects.toThrow("entitlement_exceeded");
  await sql`update public.organisations set tier = 'pro' where id = ${venue.organisationId}`;
  await offerLoyalty(api, owner, venueId);
});

test("afterwards every book is in order", async () => {
  expect(await violations(sql, venue.organisationId)).toEqual([]);
});
