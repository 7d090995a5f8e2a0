/** Scan, quote, order: priced by the database alone, once per key, and only what the code on the table allows. */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { guest } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { violations } from "../support/books.ts";
import { MEAL_MINOR, meal, type Order, place, readOrder, scan, snack } from "../support/guests.ts";
import { refusals } from "../support/refusal.ts";
import { buildVenue, rotate, stock } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql } = world;
const refused = await refusals(sql);
afterAll(() => world.close());
const venue = await buildVenue(world);
const { owner, members, menu, venueId } = venue;
const session = await scan(api, venue.tables[0].qr);
const counter = await scan(api, venue.counterQr);

const quote = (order: unknown, token = session.session_token) =>
  api.rpc<Order>(guest, "quote_order", { p_session_token: token, p_order: order });
const countOrders = async () => must(await api.select(owner, `orders?venue_id=eq.${venueId}&select=id`)).length;
const line = (more: object) => ({
  ...snack(menu.coffee, "pay_later"),
  lines: [{ menu_item_id: menu.coffee, quantity: 1, ...more }],
});

test("two devices at one table share its bill, each with a secret of its own", async () => {
  const other = await scan(api, venue.tables[0].qr);
  expect(other.session_id).toBe(session.session_id);
  expect(other.session_token).not.toBe(session.session_token);
  const order = must(await place(api, session, snack(menu.coffee, "pay_later")));
  expect(await readOrder(api, other, order.id)).toMatchObject({ id: order.id });
  const bill = must(await api.rpc<{ orders: Order[] }>(guest, "get_bill", { p_session_token: other.session_token }));
  expect(bill.orders.map(({ id }) => id)).toContain(order.id);
});

test("a quote is what the order will cost, and changes nothing", async () => {
  const before = await countOrders();
  const quoted = must(await quote(meal(menu, "pay_later")));
  // 16.00 and 6.40 with 20 % in it: 2.67 + 1.07.
  expect(quoted).toMatchObject({ subtotal_minor: MEAL_MINOR, tax_minor: 374, total_minor: MEAL_MINOR });
  expect(await countOrders()).toBe(before);
  const { subtotal_minor, tax_minor, total_minor } = must(await place(api, session, meal(menu, "pay_later")));
  expect({ subtotal_minor, tax_minor, total_minor }).toEqual({
    subtotal_minor: quoted.subtotal_minor,
    tax_minor: quoted.tax_minor,
    total_minor: quoted.total_minor,
  });
});

test("the same key replays the same answer; with another order it is refused", async () => {
  const key = randomUUID();
  const first = must(await place(api, session, meal(menu, "pay_later"), key));
  const before = await countOrders();
  expect(must(await place(api, session, meal(menu, "pay_later"), key))).toEqual(first);
  expect(await countOrders()).toBe(before);
  refused.expect(await place(api, session, snack(menu.coffee, "pay_later"), key), "idempotency_key_reused");
  refused.expect(await place(api, session, null, key), "idempotency_key_reused");
  const other = must(await place(api, counter, snack(menu.coffee, "pay_now", 1, "counter"), key));
  expect(other.id, "another device's key is another key").not.toBe(first.id);
  for (const bad of ["", "x".repeat(256), null]) {
    refused.expect(await place(api, session, meal(menu, "pay_later"), bad as string), "idempotency_key_invalid");
  }
});

test("prices, totals and anything else a client makes up are refused, not ignored", async () => {
  const before = await countOrders();
  const orders: unknown[] = [
    { ...meal(menu, "pay_later"), total_minor: 1 },
    { ...meal(menu, "pay_later"), discount: 100 },
    line({ price_minor: 1 }),
    line({ unit_price_minor: 1 }),
    line({ quantity: 0 }),
    line({ quantity: -1 }),
    line({ quantity: 1.5 }),
    line({ quantity: 100 }),
    line({ quantity: "1" }),
    line({ note: "x".repeat(281) }),
    line({ options: "all" }),
    { ...snack(menu.coffee, "pay_later"), lines: [] },
    {
      ...snack(menu.coffee, "pay_later"),
      lines: Array.from({ length: 101 }, () => ({ menu_item_id: menu.coffee, quantity: 1 })),
    },
    { ...snack(menu.coffee, "pay_later"), tip_minor: -1 },
    { ...snack(menu.coffee, "pay_later"), tip_minor: 1.5 },
    { ...snack(menu.coffee, "pay_later"), customer: { card: "4242" } },
    snack(menu.coffee, "free"),
    snack("not-an-id", "pay_later"),
    null,
    [],
    "order",
  ];
  for (const order of orders) refused.expect(await place(api, session, order), "order_invalid");
  expect(await countOrders()).toBe(before);
});

test("items, options and counts of options are those of the published menu", async () => {
  refused.expect(await place(api, session, snack(randomUUID(), "pay_later")), "menu_item_unknown");
  refused.expect(await place(api, session, snack(menu.pizza, "pay_later")), "option_count_invalid");
  const pizza = (...options: string[]) =>
    place(api, session, { ...snack("", "pay_later"), lines: [{ menu_item_id: menu.pizza, quantity: 1, options }] });
  refused.expect(await pizza(menu.regular, menu.large), "option_count_invalid");
  refused.expect(await pizza(menu.regular, randomUUID()), "option_unknown");
  refused.expect(await pizza(menu.regular, menu.regular), "order_invalid");
  expect(must(await pizza(menu.regular, menu.plain)).total_minor).toBe(1150);
  const off = { p_venue_id: venueId, p_is_available: false, p_option_ids: [menu.olives] };
  must(await api.rpc(owner, "set_availability", off));
  refused.expect(await pizza(menu.regular, menu.olives), "option_unavailable");
  must(await api.rpc(owner, "set_availability", { ...off, p_is_available: true }));
});

test("the scanned code decides how one may order and pay", async () => {
  const pickup = await scan(api, await rotate(api, owner, venueId, "table_pickup", venue.tables[1].id));
  refused.expect(await place(api, session, snack(menu.coffee, "pay_later", 1, "collection")), "fulfilment_not_allowed");
  refused.expect(await place(api, counter, snack(menu.coffee, "pay_now", 1, "table")), "fulfilment_not_allowed");
  refused.expect(await place(api, pickup, snack(menu.coffee, "pay_now", 1, "table")), "fulfilment_not_allowed");
  refused.expect(await place(api, counter, snack(menu.coffee, "pay_later", 1, "counter")), "payment_mode_not_allowed");
  refused.expect(await place(api, pickup, snack(menu.coffee, "pay_later", 1, "counter")), "payment_mode_not_allowed");
  const till = snack(menu.coffee, "pay_at_till", 1, "collection");
  refused.expect(await place(api, counter, till), "payment_mode_not_allowed");
  must(await api.update(owner, `venues?id=eq.${venueId}`, { collection_pays_at_till: true }));
  must(await place(api, counter, till));
});

test("pay_later is cooked at once, pay_now when it is paid", async () => {
  const tickets = async (order: Order) =>
    must(await api.select(members.kitchen, `kitchen_tickets?order_id=eq.${order.id}&select=id,station_id`));
  const later = must(await place(api, session, meal(menu, "pay_later")));
  expect(later.status).toBe("placed");
  const [grill, expo] = await tickets(later);
  expect(grill?.station_id).not.toBe(expo?.station_id);
  const now = must(await place(api, session, meal(menu, "pay_now")));
  expect(now.status).toBe("pending_payment");
  expect(await tickets(now)).toEqual([]);
});

test("a tip and a table's service charge are on the bill, whatever the payment mode", async () => {
  must(await api.update(owner, `venues?id=eq.${venueId}`, { service_charge_bp: 1250 }));
  const order = must(await place(api, session, { ...meal(menu, "pay_later"), tip_minor: 100 }));
  expect(order).toMatchObject({ subtotal_minor: 2240, tip_minor: 100, total_minor: 2240 + 280 + 100 });
  const fetched = must(await place(api, counter, snack(menu.coffee, "pay_now", 1, "counter")));
  expect(fetched.total_minor, "no charge at the counter").toBe(320);
  must(await api.update(owner, `venues?id=eq.${venueId}`, { service_charge_bp: 0 }));
});

test("a guest's name and number are seen by who takes payments, and by nobody else", async () => {
  const customer = { name: "A. Guest", phone: "+44 20 7946 0000" };
  const order = must(await place(api, session, { ...meal(menu, "pay_later"), customer }));
  const row = `order_customers?order_id=eq.${order.id}&select=name,phone`;
  expect(must(await api.select(members.cashier, row))).toEqual([customer]);
  expect(must(await api.select(members.kitchen, row))).toEqual([]);
  expect(JSON.stringify(await readOrder(api, session, order.id))).not.toContain(customer.phone);
});

test("what is not in stock is not sold, and what is cancelled can be", async () => {
  await stock(api, owner, venueId, menu.cake, 2);
  const order = must(await place(api, session, snack(menu.cake, "pay_later", 2)));
  refused.expect(await place(api, session, snack(menu.cake, "pay_later")), "out_of_stock");
  const seen = must(await api.rpc<{ unavailable_item_ids: string[] }>(guest, "get_menu", { p_venue_slug: venue.slug }));
  expect(seen.unavailable_item_ids).toContain(menu.cake);
  must(await api.rpc(owner, "cancel_order", { p_order_id: order.id, p_reason: "changed their mind" }));
  must(await place(api, session, snack(menu.cake, "pay_later")));
});

test("thirty orders a minute are enough for one device, and its neighbour is not held responsible", async () => {
  const hungry = await scan(api, venue.tables[1].qr);
  const neighbour = await scan(api, venue.tables[1].qr);
  let placed = 0;
  let answer = await place(api, hungry, snack(menu.coffee, "pay_later"));
  // The minute may turn once while we order.
  for (; answer.ok && placed < 61; placed += 1) answer = await place(api, hungry, snack(menu.coffee, "pay_later"));
  refused.expect(answer, "rate_limited");
  expect(placed).toBeGreaterThanOrEqual(30);
  must(await place(api, neighbour, snack(menu.coffee, "pay_later")));
});

test("the books of all this are in order", async () => {
  expect(await violations(sql, venue.organisationId)).toEqual([]);
});
