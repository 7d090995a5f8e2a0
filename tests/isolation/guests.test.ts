/** A guest's only credential is a secret of 256 bits. What guessing, borrowing and keeping one leads to: nothing. */
import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { guest } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { fingerprint } from "../support/catalog.ts";
import { payments } from "../support/functions.ts";
import { collect, meal, type Order, place, scan, snack } from "../support/guests.ts";
import { expectDenied, refusals } from "../support/refusal.ts";
import { buildVenue, rotate } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
const refused = await refusals(sql);
afterAll(() => world.close());
const venue = await buildVenue(world);
const elsewhere = await buildVenue(world);
const { owner, menu, tables, venueId } = venue;
const session = await scan(api, tables[0].qr);
const order = must(await place(api, session, meal(menu, "pay_later")));

const read = (token: unknown, orderId: string) =>
  api.rpc(guest, "get_guest_order", { p_session_token: token, p_order_id: orderId });
const bill = (token: unknown) => api.rpc<{ orders: Order[] }>(guest, "get_bill", { p_session_token: token });

test("guessed, cut, padded and missing secrets are all the same refusal, and leave no trace", async () => {
  const before = await fingerprint(sql, venue);
  const secret = session.session_token;
  const guesses = [
    randomBytes(32).toString("base64url"),
    secret.slice(0, -1),
    `${secret} `,
    secret.toLowerCase(),
    session.session_id,
    "",
    "' or true --",
    null,
  ];
  for (const guess of guesses) {
    refused.expect(await bill(guess), "guest_session_invalid");
    refused.expect(await read(guess, order.id), "guest_session_invalid");
    const stolen = { ...session, session_token: guess as string };
    refused.expect(await place(api, stolen, snack(menu.coffee, "pay_later")), "guest_session_invalid");
  }
  expect(await fingerprint(sql, venue)).toEqual(before);
  expect(must(await bill(secret)).orders).toHaveLength(1);
});

test("a guest reads and pays the orders of his own session only", async () => {
  const neighbour = await scan(api, tables[1].qr);
  const abroad = await scan(api, elsewhere.tables[0].qr);
  for (const other of [neighbour, abroad]) {
    refused.expect(await read(other.session_token, order.id), "order_not_found");
    refused.expect(await payments(stack, other, order.id), "order_not_found");
    expect(must(await bill(other.session_token)).orders).toEqual([]);
  }
  refused.expect(await read(session.session_token, randomUUID()), "order_not_found");
  expect(must(await read(session.session_token, order.id))).toMatchObject({ id: order.id });
});

test("a guest orders from his own venue's menu only", async () => {
  const abroad = await scan(api, elsewhere.tables[0].qr);
  refused.expect(await place(api, abroad, snack(menu.coffee, "pay_later")), "menu_item_unknown");
  const pizza = { menu_item_id: elsewhere.menu.pizza, quantity: 1 };
  const borrowed = { ...snack("", "pay_later"), lines: [{ ...pizza, options: [menu.regular] }] };
  refused.expect(await place(api, abroad, borrowed), "option_unknown");
  must(await place(api, abroad, { ...borrowed, lines: [{ ...pizza, options: [elsewhere.menu.regular] }] }));
});

test("a rotated code never works again; who had scanned it keeps his table", async () => {
  const old = await rotate(api, owner, venueId, "table", tables[1].id);
  const seated = await scan(api, old);
  const fresh = await rotate(api, owner, venueId, "table", tables[1].id);
  const scanning = (qr: unknown) => api.rpc(guest, "start_table_session", { p_qr_token: qr });
  refused.expect(await scanning(old), "qr_code_invalid");
  expect((await scan(api, fresh)).session_id).toBe(seated.session_id);
  must(await place(api, seated, snack(menu.coffee, "pay_later")));
  for (const guess of [randomBytes(32).toString("base64url"), fresh.slice(1), "", null, seated.session_token]) {
    refused.expect(await scanning(guess), "qr_code_invalid");
  }
});

test("a code works no longer when its table is switched off, nor when the house is read-only", async () => {
  const abroad = elsewhere.tables[1];
  const scanning = () => api.rpc(guest, "start_table_session", { p_qr_token: abroad.qr });
  must(await api.update(elsewhere.owner, `tables?id=eq.${abroad.id}`, { is_active: false }));
  refused.expect(await scanning(), "qr_code_invalid");
  must(await api.update(elsewhere.owner, `tables?id=eq.${abroad.id}`, { is_active: true }));
  const ended = (at: string) =>
    sql`update public.organisations set trial_ends_at = ${at}::timestamptz where id = ${elsewhere.organisationId}`;
  await ended("2020-01-01");
  refused.expect(await scanning(), "subscription_inactive");
  await ended("2100-01-01");
  must(await scanning());
});

test("a closed session may be read, and takes no order", async () => {
  const party = await scan(api, elsewhere.tables[0].qr);
  const [open] = must(await bill(party.session_token)).orders;
  if (open) must(await collect(api, elsewhere.owner, open.id, open.due_minor));
  must(await api.rpc(elsewhere.owner, "close_table_session", { p_session_id: party.session_id }));
  expect(must(await bill(party.session_token))).toMatchObject({ is_open: false });
  refused.expect(await place(api, party, snack(elsewhere.menu.coffee, "pay_later")), "table_session_closed");
});

test("a secret ends after twelve hours", async () => {
  const late = await scan(api, tables[0].qr);
  must(await bill(late.session_token));
  await sql`
    update private.guest_devices set expires_at = now() where secret_hash = private.token_hash(${late.session_token})`;
  refused.expect(await bill(late.session_token), "guest_session_invalid");
});

test("secrets and hashes are in no table that anybody can read", async () => {
  for (const column of ["token_hash", "*"]) {
    expectDenied(await api.select(owner, `qr_codes?select=${column}`));
    expectDenied(await api.select(owner, `invitations?select=${column}`));
  }
  const [stored] = await sql`
    select count(*)::int as found from private.audit_events
    where before::text || after::text like '%token_hash%' or before::text || after::text like '%secret_hash%'`;
  expect(stored?.found).toBe(0);
});
