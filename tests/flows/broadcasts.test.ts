/**
 * Screens that change by themselves, through supabase-js over real sockets: staff hear their venue, cooks the kitchen,
 * guests their own table; strangers and whoever guesses are refused, and nothing personal is said.
 */
import { createClient, type RealtimeChannel, type SupabaseClient } from "@supabase/supabase-js";
import { afterAll, expect, test } from "vitest";
import { type Actor, guest } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { meal, place, type Session, scan } from "../support/guests.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, stack } = world;
const clients: SupabaseClient[] = [];
afterAll(async () => {
  for (const client of clients) await client.removeAllChannels();
  await world.close();
});
const venue = await buildVenue(world);
const elsewhere = await buildVenue(world);
const { members, menu } = venue;
const table = await scan(api, venue.tables[0].qr);
const [stranger] = (await world.users(1)) as [Actor];
const orders = `venue:${venue.venueId}:orders`;
const kitchen = `venue:${venue.venueId}:kitchen`;

interface Told {
  readonly event: string;
  readonly payload: Record<string, unknown>;
}
interface Listener {
  readonly status: string;
  readonly reason: string;
  readonly told: Told[];
  readonly channel: RealtimeChannel;
}

async function listen(actor: Actor, topic: string): Promise<Listener> {
  const client = createClient(stack.url, stack.publishableKey, { auth: { persistSession: false } });
  clients.push(client);
  if (actor.token) await client.realtime.setAuth(actor.token);
  const told: Told[] = [];
  const channel = client.channel(topic, { config: { private: true } });
  channel.on("broadcast", { event: "*" }, ({ event, payload }) => told.push({ event, payload }));
  return new Promise((resolve) => {
    channel.subscribe((status, error) => resolve({ status, reason: error?.message ?? "", told, channel }));
  });
}

const channelOf = async (session: Session) =>
  must(await api.rpc<{ topic: string }>(guest, "get_session_channel", { p_session_token: session.session_token }))
    .topic;
const about = (listener: Listener, orderId: string) =>
  listener.told.filter(({ payload }) => payload.order_id === orderId);
const hears = (listener: Listener, orderId: string, count: number) =>
  expect.poll(() => about(listener, orderId).length, { timeout: 10_000 }).toBe(count);

test("an order is heard by staff, kitchen and its own table, and by nobody else", async () => {
  const neighbours = await scan(api, venue.tables[1].qr);
  const [staff, cook, mine, theirs, others] = await Promise.all([
    listen(members.cashier, orders),
    listen(members.kitchen, kitchen),
    listen(guest, await channelOf(table)),
    listen(guest, await channelOf(neighbours)),
    listen(elsewhere.owner, `venue:${elsewhere.venueId}:orders`),
  ]);
  expect([staff, cook, mine, theirs, others].map(({ status }) => status)).toEqual(Array(5).fill("SUBSCRIBED"));

  const customer = { name: "Ada", phone: "07700 900123" };
  const order = must(await place(api, table, { ...meal(menu, "pay_later"), customer }));
  await Promise.all([hears(staff, order.id, 1), hears(cook, order.id, 1), hears(mine, order.id, 1)]);
  const placed = { order_id: order.id, number: order.number, status: "placed", payment_status: "unpaid" };
  expect(about(staff, order.id)[0]).toMatchObject({ event: "order_changed", payload: placed });
  expect(about(mine, order.id)[0]).toMatchObject({ event: "order_changed", payload: placed });
  const tickets = about(cook, order.id)[0]?.payload.tickets as [string, string, string][];
  expect(tickets.map(([, , status]) => status)).toEqual(["new", "new"]);

  const ids = tickets.map(([id]) => id);
  for (const to of ["in_progress", "ready"]) {
    must(await api.rpc(members.kitchen, "advance_tickets", { p_ticket_ids: ids, p_to: to }));
  }
  await Promise.all([hears(staff, order.id, 4), hears(cook, order.id, 3), hears(mine, order.id, 4)]);
  const statuses = about(mine, order.id).map(({ payload }) => payload.status);
  expect(statuses).toEqual(["placed", "accepted", "preparing", "ready"]);

  // What the neighbours order comes later: when it has been heard, nothing of ours is still on its way to them.
  const next = must(await place(api, neighbours, meal(menu, "pay_later")));
  await hears(theirs, next.id, 1);
  expect(about(theirs, order.id)).toEqual([]);
  expect(about(mine, next.id)).toEqual([]);
  expect(others.told).toEqual([]);
  const everything = JSON.stringify([staff, cook, mine, theirs].map(({ told }) => told));
  expect(everything).not.toMatch(/Ada|07700|_minor|Pizza/);
});

test("who may not listen is refused at the door", async () => {
  const refused: [string, Actor, string][] = [
    ["a stranger, the orders", stranger, orders],
    ["a stranger, the kitchen", stranger, kitchen],
    ["another house", elsewhere.owner, orders],
    ["a guest, the orders", guest, orders],
    ["a cashier, the kitchen", members.cashier, kitchen],
    ["a guest who knows the session's id", guest, `session:${table.session_id}`],
    ["a guest who guesses", guest, "session:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["a stranger, every session", stranger, "session:%"],
  ];
  for (const [who, actor, topic] of refused) {
    const { status, reason } = await listen(actor, topic);
    expect({ who, status }).toEqual({ who, status: "CHANNEL_ERROR" });
    expect(reason, who).toContain("Unauthorized");
  }
});

test("a closed table's channel opens no more", async () => {
  const session = await scan(api, elsewhere.tables[0].qr);
  const topic = await channelOf(session);
  expect((await listen(guest, topic)).status).toBe("SUBSCRIBED");
  must(await api.rpc(elsewhere.owner, "close_table_session", { p_session_id: session.session_id }));
  expect((await listen(guest, topic)).status).toBe("CHANNEL_ERROR");
});
