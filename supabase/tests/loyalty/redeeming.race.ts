/** One balance, many hands: the points are spent once, given back once and earned once, whoever comes at the same time. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { clock, guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { collect, type Order, place, placing, type Session, scan, snack } from "../../../tests/support/guests.ts";
import { interleave } from "../../../tests/support/interleave.ts";
import { giving, join, loyalty, type Member, offerLoyalty } from "../../../tests/support/loyalty.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const GUESTS = 20;
const world = await cloneWorld(GUESTS);
const { api, sql } = world;
let venue: Venue;
let sessions: Session[];
let member: Member;

beforeAll(async () => {
  venue = await buildVenue(world);
  await offerLoyalty(api, venue.owner, venue.venueId);
  sessions = await Promise.all(Array.from({ length: GUESTS }, () => scan(api, venue.tables[0].qr)));
  member = await join(api, sessions[0] as Session);
});
afterAll(() => world.close());

const balance = async (): Promise<number> =>
  Number((await sql`select points from public.loyalty_accounts where id = ${member.accountId}`)[0]?.points);

async function setBalance(points: number): Promise<void> {
  const missing = points - (await balance());
  if (missing !== 0) must(await api.rpc(venue.owner, "adjust_points", giving(member, missing, crypto.randomUUID())));
}

const redeeming = (session: Session, points: number, more: object = {}) =>
  call(world, guest, "place_order", placing(session, { ...coffee(points), ...more }));
const coffee = (points?: number) => ({ ...snack(venue.menu.coffee, "pay_later"), ...loyalty(member, points) });
const cancelling = ({ id }: Order) =>
  call(world, venue.owner, "cancel_order", { p_order_id: id, p_reason: "changed their mind" });

test("two orders that redeem the same points: exactly one has them", async () => {
  for (let round = 0; round < 5; round += 1) {
    await setBalance(60);
    const racers = await Promise.all(sessions.slice(0, 2).map((session) => redeeming(session, 60)));
    expect(tally((await race(world, racers)).map(outcome))).toEqual({ ok: 1, loyalty_points_insufficient: 1 });
    expect(await balance()).toBe(0);
  }
  expect(await violations(sql)).toEqual([]);
});

test("twenty redeem 30 of 100: three have them, and who is refused has no order", async () => {
  await setBalance(100);
  const [before] = await sql`select count(*)::int as orders from public.orders`;
  const answers = await race<Order>(world, await Promise.all(sessions.map((session) => redeeming(session, 30))));
  expect(tally(answers.map(outcome))).toEqual({ ok: 3, loyalty_points_insufficient: GUESTS - 3 });
  expect(await balance()).toBe(10);
  const [after] = await sql`select count(*)::int as orders from public.orders`;
  expect(after?.orders).toBe(before?.orders + 3);

  const placed = answers.filter((answer) => answer.ok).map(must);
  const cancels = await Promise.all([...placed, ...placed, ...placed].map(cancelling));
  expect(tally((await race(world, cancels)).map(outcome))).toEqual({ ok: 9 });
  expect(await balance(), "each gives its points back, once").toBe(100);
  expect(await violations(sql)).toEqual([]);
});

test("a deduction and an order at once: the points go one way", async () => {
  await setBalance(50);
  const deducting = await call(world, venue.owner, "adjust_points", giving(member, -50, crypto.randomUUID()));
  const answers = await race(world, [await redeeming(sessions[0] as Session, 50), deducting]);
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, loyalty_points_insufficient: 1 });
  expect(await balance()).toBe(0);
});

test("points that are being redeemed do not expire meanwhile, and expired ones are not redeemed", async () => {
  const age = () =>
    sql`update public.loyalty_accounts set used_at = now() - interval '2 years' where id = ${member.accountId}`;
  const expiring = { actor: clock, statement: "select to_jsonb(private.expire_points()) as answer" };
  await setBalance(50);
  await age();
  const [expired, refused] = await interleave(world, expiring, await redeeming(sessions[0] as Session, 50));
  expect([must(expired), outcome(refused)]).toEqual([1, "loyalty_points_insufficient"]);
  await setBalance(50);
  await age();
  const both = await race(world, [await redeeming(sessions[0] as Session, 50), expiring]);
  expect(await balance()).toBe(0);
  expect([
    ["ok", 0],
    ["loyalty_points_insufficient", 1],
  ]).toContainEqual([outcome(both[0] as never), must(both[1] as never)]);
  expect(await violations(sql)).toEqual([]);
});

test("an order that is paid and refunded in parts at once has brought what is left of it", async () => {
  const order = must(await place(api, sessions[0] as Session, coffee()));
  const first = must(await collect(api, venue.owner, order.id, 120));
  const key = () => crypto.randomUUID();
  const paying = await Promise.all(
    Array.from({ length: 10 }, () => {
      const cash = { p_order_id: order.id, p_method: "cash", p_amount_minor: 20, p_idempotency_key: key() };
      return call(world, venue.owner, "collect_payment", cash);
    }),
  );
  const refunding = await Promise.all(
    Array.from({ length: 10 }, () => {
      const back = { p_payment_id: first.payment_id, p_amount_minor: 10, p_reason: "cold", p_idempotency_key: key() };
      return call(world, venue.owner, "refund_payment", back);
    }),
  );
  expect(tally((await race(world, [...paying, ...refunding])).map(outcome))).toEqual({ ok: 20 });
  const [row] = await sql`select earned_points::int as earned from public.order_loyalty where order_id = ${order.id}`;
  expect(row?.earned).toBe(2); // 3.20 paid, 1.00 of it given back
  expect(await violations(sql)).toEqual([]);
});

test("orders that share a member, a discount and a stock are placed and cancelled at once without a deadlock", async () => {
  const discount = { venue_id: venue.venueId, name: "Ten", percent_bp: 1000, is_stackable: true };
  must(await api.insert(venue.owner, "discounts", [discount]));
  await setBalance(1_000);
  const early = await Promise.all(sessions.slice(0, 10).map((session) => place(api, session, coffee(20))));
  const cancels = await Promise.all(early.map((answer) => cancelling(must(answer))));
  const orders = await Promise.all(sessions.slice(10).map((session) => redeeming(session, 20)));
  expect(tally((await race(world, [...cancels, ...orders])).map(outcome))).toEqual({ ok: 20 });
  expect(await balance()).toBe(1_000 - 10 * 20);
  expect(await violations(sql)).toEqual([]);
});

test("somebody who joins on ten devices at once has one account, and one card that works", async () => {
  const racers = await Promise.all(
    sessions
      .slice(0, 10)
      .map(({ session_token }) =>
        call(world, venue.members.server, "join_loyalty", { p_session_token: session_token }),
      ),
  );
  const joined = (await race<{ card: string; account: { account_id: string } }>(world, racers)).map(must);
  expect(new Set(joined.map(({ account }) => account.account_id)).size).toBe(1);
  const [session] = sessions as [Session];
  const answers = await Promise.all(
    joined.map(({ card }) => {
      const args = { p_session_token: session.session_token, p_card: card };
      return api.rpc(guest, "get_loyalty", args);
    }),
  );
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, loyalty_card_invalid: 9 });
});
