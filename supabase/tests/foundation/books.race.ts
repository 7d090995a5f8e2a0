/**
 * The races are judged by the rules of tests/support/books.ts, so those are judged here: each is broken on purpose, in a
 * clone and with the guards of the database switched off, and must be the rule that says so.
 */
import postgres, { type Sql } from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { machine } from "../../../tests/support/actors.ts";
import { must } from "../../../tests/support/api.ts";
import { RULES, violations } from "../../../tests/support/books.ts";
import { collect, meal, type Order, place, scan, snack } from "../../../tests/support/guests.ts";
import { loyalty, makeLoyal } from "../../../tests/support/loyalty.ts";
import { paidOnline } from "../../../tests/support/payments.ts";
import { addSupplier, delivery, onlyId, openStocktake, order } from "../../../tests/support/stockroom.ts";
import { closeDrawer, openDrawer, split } from "../../../tests/support/till.ts";
import { buildVenue, stock, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(2);
let admin: Sql;
let venue: Venue;
let eaten: Order;
let waiting: Order;

beforeAll(async () => {
  const { api } = world;
  venue = await buildVenue(world);
  await fillStock(await stock(api, venue.owner, venue.venueId, venue.menu.cake, 10));
  const session = await scan(api, venue.tables[0].qr);
  eaten = must(await place(api, session, snack(venue.menu.cake, "pay_later")));
  must(await collect(api, venue.owner, eaten.id, eaten.total_minor));
  waiting = must(await place(api, session, meal(venue.menu, "pay_now")));
  const { member } = await makeLoyal(api, venue.owner, venue.venueId, session, venue.menu.coffee);
  const loyal = must(await place(api, session, { ...snack(venue.menu.coffee, "pay_later"), ...loyalty(member) }));
  must(await collect(api, venue.owner, loyal.id, loyal.total_minor));
  const { payment } = await paidOnline(api, session, meal(venue.menu, "pay_now"));
  const refund = { p_payment_id: payment.payment_id, p_amount_minor: 100, p_reason: "cold", p_idempotency_key: "1" };
  const { refund_id } = must(await api.rpc<{ refund_id: string }>(venue.owner, "refund_payment", refund));
  must(await api.rpc(machine, "confirm_refund", { p_refund_id: refund_id, p_status: "succeeded" }));
  await fillTill(waiting);
  // As superuser, because only a superuser can switch triggers and foreign keys off.
  admin = postgres(Object.assign(new URL(world.stack.adminDbUrl), { pathname: new URL(world.url).pathname }).href, {
    max: 1,
    prepare: false,
    onnotice: () => {},
  });
});
afterAll(async () => {
  await admin.end();
  await world.close();
});

/** A bill that is split, a drawer that was counted, and one that is open. */
async function fillTill(order: Order): Promise<void> {
  const { api } = world;
  const { owner, venueId } = venue;
  must(await split(api, owner, { p_order_id: order.id }, { method: "equal", shares: 2 }));
  const counted = must(await openDrawer(api, owner, venueId, "Bar", 1_000));
  must(await closeDrawer(api, owner, counted.drawer_session_id, 990));
  must(await openDrawer(api, owner, venueId, "Bar", 500));
}

/** A count that is posted, a delivery of a part, a transfer to a second house. */
async function fillStock(ingredientId: string): Promise<void> {
  const { api } = world;
  const { owner, venueId, organisationId } = venue;
  const p_stocktake_id = await openStocktake(api, owner, venueId);
  const p_lines = [{ ingredient_id: ingredientId, quantity: 12 }];
  must(await api.rpc(owner, "count_stock", { p_stocktake_id, p_lines }));
  must(await api.rpc(owner, "post_stocktake", { p_stocktake_id }));
  const ordered = await order(api, owner, venueId, await addSupplier(api, owner, venueId), ingredientId, 10);
  must(await api.rpc(owner, "receive_purchase_order", delivery(ordered, ingredientId, 4)));
  const second = { p_organisation_id: organisationId, p_name: "Second", p_slug: `second-${Date.now()}` };
  const { id } = must(await api.rpc<{ id: string }>(owner, "create_venue", second));
  const there = onlyId(must(await api.insert(owner, "ingredients", [{ venue_id: id, name: "Cake", unit: "each" }])));
  const transfer = { p_ingredient_id: ingredientId, p_to_ingredient_id: there, p_quantity: 1, p_reason: "Sunday" };
  must(await api.rpc(owner, "transfer_stock", { ...transfer, p_idempotency_key: "1" }));
}

class Undone extends Error {}

/** The rules that a change breaks; the change itself is undone. */
async function brokenBy(change: string): Promise<string[]> {
  let broken: string[] = [];
  const work = admin.begin(async (tx) => {
    await tx.unsafe("set local session_replication_role = replica; set local search_path = public");
    await tx.unsafe(change.replaceAll(":eaten", `'${eaten.id}'`).replaceAll(":waiting", `'${waiting.id}'`));
    broken = [...new Set((await violations(tx as unknown as Sql)).map(({ rule }) => rule))];
    throw new Undone();
  });
  await expect(work).rejects.toBeInstanceOf(Undone);
  return broken;
}

const DROP_UNIQUE = `drop index public.one_open_session_per_table; drop index public.one_active_code;
  alter table public.orders drop constraint one_number_per_business_day;`;
const BREAKS: Readonly<Record<string, string>> = {
  "ledger transactions sum to zero":
    "update private.ledger_entries set amount_minor = amount_minor + 1 where account = 'cash'",
  "an organisation's ledger sums to zero": "delete from private.ledger_entries where account = 'provider'",
  "a fee is what the provider kept of that movement": `
    with t as (
      insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id, provider_reference)
      select organisation_id, venue_id, currency, 'fee', order_id, payment_id, 'txn_none' from private.ledger_transactions
      where kind = 'settlement' limit 1 returning id)
    insert into private.ledger_entries (transaction_id, account, amount_minor)
    select t.id, e.* from t, (values ('provider_fees', 5), ('provider', -5)) e`,
  "orders are paid and refunded as the ledger says": "update orders set paid_minor = paid_minor + 1 where id = :eaten",
  "a payment is in the ledger once if it succeeded, else not at all":
    "update payments set status = 'canceled', settled_at = null where method = 'online'",
  "a refund is in the ledger once if it succeeded, else not at all":
    "update refunds set status = 'pending', settled_at = null",
  "a payment's claim is the sum of its refunds and at most the payment":
    "update payments set refund_claimed_minor = refund_claimed_minor - 1 where refund_claimed_minor > 0",
  "what was paid too much is being refunded": `update orders set paid_minor = paid_minor + 1 where id = :eaten`,
  "no money stays with a cancelled or expired order": "update orders set status = 'cancelled' where id = :eaten",
  "an order that reached the kitchen has one ticket per line that is on it, any other none":
    "delete from kitchen_tickets where order_id = :eaten",
  "an order's events lead to its status without a gap": "update orders set status = 'ready' where id = :eaten",
  "order numbers count from one without a gap": `${DROP_UNIQUE} update orders set number = 9 where id = :eaten`,
  "stock on hand is the sum of its movements": "update ingredients set on_hand = on_hand + 1",
  "a transfer has two movements, in one organisation, which are zero together":
    "delete from stock_movements where kind = 'transfer' and quantity > 0",
  "a posted stocktake has booked its differences, any other nothing":
    "update stocktakes set status = 'cancelled' where status = 'posted'",
  "a purchase order's lines have received what was delivered":
    "update purchase_order_lines set received_quantity = received_quantity + 1",
  "a purchase order is received when all of it has come, partial when some has":
    "update purchase_orders set status = 'received', closed_at = now()",
  "a cancelled order keeps stock only as waste": "update orders set status = 'cancelled' where id = :eaten",
  "a void line keeps stock only as waste, and no ticket":
    "update order_lines set voided_at = now(), tax_minor = 0 where order_id = :eaten",
  "an order costs what its lines cost":
    "update order_lines set comp_minor = 1 where order_id = :eaten and tax_minor < line_minor",
  "a table has at most one open session": `${DROP_UNIQUE}
    insert into table_sessions (venue_id, table_id) select venue_id, table_id from table_sessions`,
  "a closed session owes nothing": "update table_sessions set closed_at = now()",
  "a table that leads follows none": `update tables t
    set merged_into = (select o.id from tables o where o.venue_id = t.venue_id and o.id <> t.id limit 1)`,
  "an open session sits at a table in use that follows none": "update tables set blocked_reason = 'wobbles'",
  "an open order is at the table of its session": "update orders set table_id = null where id = :eaten",
  "a device shares the bill of the table whose code it scanned": `update private.guest_devices d
    set table_id = (select t.id from tables t where t.venue_id = d.venue_id and t.label = '2')`,
  "reservations of a table do not overlap": `
    alter table public.reservations drop constraint one_party_at_a_table_at_a_time;
    insert into reservations (venue_id, table_id, party_size, starts_at, ends_at)
    select t.venue_id, t.id, 2, now(), now() + interval '1 hour' from tables t, generate_series(1, 2)`,
  "a table or counter has at most one working code of a kind": `${DROP_UNIQUE}
    insert into qr_codes (venue_id, table_id, kind, token_hash) select venue_id, table_id, kind, sha256(token_hash) from qr_codes`,
  "a discount counts the orders that use it, up to its maximum": `
    insert into discounts (venue_id, name, percent_bp, used_count) select venue_id, 'X', 1000, 1 from orders limit 1`,
  "an organisation has an owner": "delete from memberships where role = 'owner'",
  "an organisation has at most what its plan includes": "update organisations set subscription_status = 'active'",
  "an organisation's plan, status and add-ons are those of its subscription": `
    insert into subscriptions (organisation_id, provider_reference, status, tier, items, currency, billing_interval, current_period_ends_at,
      cancel_at_period_end, started_at, seen_at)
    select id, id::text, 'active', 'enterprise', '{}', 'GBP', 'month', now(), false, now(), now() from organisations`,
  "an accepted invitation made a member": "delete from private.audit_events where table_name = 'memberships'",
  "a member's points are the sum of their movements": "update loyalty_accounts set points = points + 1",
  "an order has brought what its rows say, of what was paid for its lines and not refunded":
    "update order_loyalty set earned_points = earned_points + 1",
  "an order that is on has the points it redeems, one that is over those it needed":
    "update orders set status = 'cancelled' where has_member",
  "an order says whether it has a member": "update orders set has_member = true where id = :eaten",
  "the published version is the highest": "update venues set menu_version = null",
  "the shares of a split add up to it": "update bill_splits set amount_minor = amount_minor + 1",
  "what is due on a split order is its unpaid shares": "update bill_shares set amount_minor = amount_minor + 1",
  "a split is open exactly while its order says so": "update orders set split_id = null",
  "a payment in excess goes back, and is no order's": `update payments set is_excess = true,
    share_id = (select id from bill_shares limit 1) where method = 'online' and status = 'succeeded'`,
  "a drawer was counted after what it says went through it":
    "update drawer_sessions set expected_minor = 1 where closed_at is not null",
  "cash in the books is what is in open drawers, and what went into none":
    "update drawer_movements set amount_minor = amount_minor + 1 where kind = 'float'",
  "a settled payment went on as a whole where it was to go, any other did not":
    "update payments set destination = 'acct_1' where method = 'online' and status = 'succeeded'",
  "never more comes back than went on, and of our fee what that is worth": `
    update private.ledger_transactions set kind = 'transfer_reversal' where kind = 'refund';
    update private.ledger_entries set amount_minor = abs(amount_minor)`,
};

test("every rule is broken by some test, and none is broken before", async () => {
  expect(Object.keys(BREAKS).sort()).toEqual([...RULES].sort());
  expect(await violations(world.sql)).toEqual([]);
});

test.each(Object.entries(BREAKS))("%s", async (rule, change) => {
  expect(await brokenBy(change)).toContain(rule);
});

test("a ticket for an order that waits for payment is noticed, too", async () => {
  const change = `insert into kitchen_tickets (venue_id, order_id, order_line_id, station_id)
    select venue_id, order_id, id, station_id from order_lines where order_id = :waiting`;
  expect(await brokenBy(change)).toEqual([
    "an order that reached the kitchen has one ticket per line that is on it, any other none",
  ]);
});
