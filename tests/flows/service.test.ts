/** The evening in the house: kitchen, serving, till, tips and change, closing the table, and who may do which. */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import type { Actor } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { violations } from "../support/books.ts";
import { type Collected, collect, MEAL_MINOR, meal, type Order, place, scan, snack } from "../support/guests.ts";
import { refusals } from "../support/refusal.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql } = world;
const refused = await refusals(sql);
afterAll(() => world.close());
const venue = await buildVenue(world);
const { owner, members, menu } = venue;
const session = await scan(api, venue.tables[0].qr);
const [stranger] = (await world.users(1)) as [Actor];

const ordered = async (mode = "pay_later") => must(await place(api, session, meal(menu, mode)));
const advance = (by: Actor, order: Order, to: string, more: object = {}) =>
  api.rpc<Order>(by, "advance_order", { p_order_id: order.id, p_to: to, ...more });
const ticketsOf = async (order: Order) => {
  const rows = await api.select<{ id: string }>(members.kitchen, `kitchen_tickets?order_id=eq.${order.id}&select=id`);
  return must(rows).map(({ id }) => id) as [string, string];
};
const cook = (by: Actor, ticket: string, to: string) =>
  api.rpc<{ status: string; order_status: string }>(by, "advance_ticket", { p_ticket_id: ticket, p_to: to });
async function cooked(): Promise<Order> {
  const order = await ordered();
  for (const ticket of await ticketsOf(order)) {
    for (const to of ["in_progress", "ready"]) must(await cook(members.kitchen, ticket, to));
  }
  return order;
}

test("tickets lead the order: started, ready with the last, bumped, and recalled by one", async () => {
  const order = await ordered();
  const [first, second] = await ticketsOf(order);
  expect(must(await cook(members.kitchen, first, "in_progress")).order_status).toBe("preparing");
  expect(must(await cook(members.kitchen, first, "ready")).order_status).toBe("preparing");
  refused.expect(await cook(members.kitchen, second, "ready"), "ticket_transition_invalid");
  must(await cook(members.kitchen, second, "in_progress"));
  expect(must(await cook(members.kitchen, second, "ready")).order_status).toBe("ready");
  expect(must(await cook(members.kitchen, second, "ready")), "a repeat").toMatchObject({ status: "ready" });
  must(await cook(members.kitchen, second, "bumped"));
  must(await cook(members.kitchen, second, "ready"));
  refused.expect(await cook(members.kitchen, second, "nowhere"), "ticket_transition_invalid");
});

test("who is not of the kitchen does not cook", async () => {
  const [ticket] = await ticketsOf(await ordered());
  for (const by of [members.server, members.cashier, members.staff, stranger]) {
    refused.expect(await cook(by, ticket, "in_progress"), "ticket_not_found");
  }
  refused.expect(await cook(members.kitchen, randomUUID(), "in_progress"), "ticket_not_found");
  must(await cook(members.manager, ticket, "in_progress"));
});

test("served and completed, in order, by who may, and only when paid", async () => {
  const order = await cooked();
  refused.expect(await advance(members.server, order, "completed"), "order_transition_invalid");
  refused.expect(await advance(members.cashier, order, "served"), "permission_denied");
  refused.expect(await advance(stranger, order, "served"), "order_not_found");
  expect(must(await advance(members.server, order, "served")).status).toBe("served");
  expect(must(await advance(members.server, order, "served")), "a repeat").toMatchObject({ status: "served" });
  refused.expect(await advance(members.server, order, "completed"), "order_unsettled");
  must(await collect(api, members.server, order.id, MEAL_MINOR));
  expect(must(await advance(members.server, order, "completed"))).toMatchObject({ status: "completed", due_minor: 0 });
  const cancel = { p_order_id: order.id, p_reason: "too late" };
  refused.expect(await api.rpc(owner, "cancel_order", cancel), "order_paid");
});

test("completing what is not paid takes the right, the word and a reason", async () => {
  const order = await cooked();
  must(await advance(members.server, order, "served"));
  for (const force of [null, false]) {
    const args = { p_force: force, p_reason: "friends" };
    refused.expect(await advance(members.server, order, "completed", args), "order_unsettled");
  }
  const forced = { p_force: true, p_reason: "left without paying" };
  refused.expect(await advance(members.server, order, "completed", forced), "permission_denied");
  refused.expect(await advance(members.manager, order, "completed", { p_force: true }), "order_unsettled");
  expect(must(await advance(members.manager, order, "completed", forced)).status).toBe("completed");
  must(await collect(api, members.cashier, order.id, MEAL_MINOR));
});

test("cash with tip and change; the key protects the till as well", async () => {
  const order = await ordered();
  const cash = { p_idempotency_key: randomUUID(), p_tip_minor: 160, p_tendered_minor: 3000 };
  const paid = must(await collect(api, members.cashier, order.id, MEAL_MINOR, cash));
  expect(paid).toMatchObject({ amount_minor: 2400, tip_minor: 160, change_minor: 600, due_minor: 0 });
  expect(must(await collect(api, members.cashier, order.id, MEAL_MINOR, cash))).toEqual(paid);
  refused.expect(await collect(api, members.cashier, order.id, 1, cash), "idempotency_key_reused");
  refused.expect(await collect(api, members.cashier, order.id, 1), "order_already_paid");
});

test("a bill is paid in parts, never beyond what is due, by who may take money", async () => {
  const order = await ordered();
  refused.expect(await collect(api, members.kitchen, order.id, 100), "permission_denied");
  refused.expect(await collect(api, stranger, order.id, 100), "order_not_found");
  for (const amount of [0, -1, MEAL_MINOR + 1, null]) {
    refused.expect(await collect(api, members.cashier, order.id, amount as number), "amount_invalid");
  }
  const bad = (more: object) => collect(api, members.cashier, order.id, 1000, more);
  refused.expect(await bad({ p_tip_minor: -1 }), "amount_invalid");
  refused.expect(await bad({ p_tendered_minor: 999 }), "amount_invalid");
  refused.expect(await bad({ p_method: "card_terminal", p_tendered_minor: 1000 }), "amount_invalid");
  refused.expect(await bad({ p_method: "cheque" }), "invalid_input");
  refused.expect(await bad({ p_method: "online" }), "invalid_input");
  refused.expect(await bad({ p_idempotency_key: "" }), "idempotency_key_invalid");
  expect(must(await bad({})).due_minor).toBe(MEAL_MINOR - 1000);
  const card = { p_method: "card_terminal", p_terminal_reference: "T-1" };
  const rest: Collected = must(await collect(api, members.cashier, order.id, MEAL_MINOR - 1000, card));
  expect(rest).toMatchObject({ due_minor: 0, payment_status: "paid" });
});

test("a pay_now guest who pays at the till is cooked for", async () => {
  const order = await ordered("pay_now");
  expect(must(await collect(api, members.cashier, order.id, 240)).order_status).toBe("pending_payment");
  await sql`update public.orders set created_at = now() - interval '31 minutes' where id = ${order.id}`;
  await sql`select private.expire_orders()`;
  expect(must(await collect(api, members.cashier, order.id, 2000)), "who has paid a part is not expired").toMatchObject(
    {
      order_status: "placed",
      payment_status: "paid",
    },
  );
  expect(await ticketsOf(order)).toHaveLength(2);
});

test("refunds at the till are made at once, by who may", async () => {
  const order = await ordered();
  const { payment_id } = must(await collect(api, members.cashier, order.id, MEAL_MINOR));
  const refund = (by: Actor, amount: number, reason = "cold") =>
    api.rpc(by, "refund_payment", {
      p_payment_id: payment_id,
      p_amount_minor: amount,
      p_reason: reason,
      p_idempotency_key: randomUUID(),
    });
  refused.expect(await refund(members.server, 100), "permission_denied");
  refused.expect(await refund(stranger, 100), "payment_not_found");
  refused.expect(await refund(members.cashier, 100, " "), "invalid_input");
  refused.expect(await refund(members.cashier, MEAL_MINOR + 1), "refund_exceeds_payment");
  expect(must(await refund(members.cashier, MEAL_MINOR))).toMatchObject({ status: "succeeded" });
  refused.expect(await refund(members.cashier, 1), "refund_exceeds_payment");
  const cancel = { p_order_id: order.id, p_reason: "sent back" };
  refused.expect(await api.rpc(members.server, "cancel_order", cancel), "permission_denied");
  refused.expect(await api.rpc(owner, "cancel_order", { ...cancel, p_reason: "" }), "invalid_input");
  expect(must(await api.rpc<Order>(owner, "cancel_order", cancel)).status).toBe("cancelled");
  refused.expect(await collect(api, members.cashier, order.id, 1), "order_closed");
});

test("a session closes when its bill is settled; then its guests may read, and no more", async () => {
  const table = venue.tables[1];
  const party = await scan(api, table.qr);
  const order = must(await place(api, party, snack(menu.coffee, "pay_later")));
  const close = (by: Actor, id = party.session_id) => api.rpc(by, "close_table_session", { p_session_id: id });
  refused.expect(await close(members.server), "table_session_unsettled");
  refused.expect(await close(stranger), "table_session_not_found");
  refused.expect(await close(members.kitchen), "permission_denied");
  must(await collect(api, members.server, order.id, 320));
  const closed = must(await close(members.server));
  expect(must(await close(members.server)), "a repeat").toEqual(closed);
  refused.expect(await place(api, party, snack(menu.coffee, "pay_later")), "table_session_closed");
  const next = must(
    await api.rpc<{ session_id: string }>(members.server, "open_table_session", { p_table_id: table.id }),
  );
  expect(next.session_id).not.toBe(party.session_id);
  refused.expect(await api.rpc(stranger, "open_table_session", { p_table_id: table.id }), "table_not_found");
});

test("the books of all this balance, and their owner can see it", async () => {
  const args = { p_organisation_id: venue.organisationId };
  expect(must(await api.rpc(owner, "get_ledger_balance", args))).toMatchObject([{ currency: "GBP", sum_minor: 0 }]);
  refused.expect(await api.rpc(members.cashier, "get_ledger_balance", args), "permission_denied");
  refused.expect(await api.rpc(stranger, "get_ledger_balance", args), "permission_denied");
  expect(await violations(sql, venue.organisationId)).toEqual([]);
});
