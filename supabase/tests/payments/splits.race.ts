/** A split bill, and everybody pays at once: a share is paid once, the shares are the bill, and the bill may change. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { guest, machine } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { MEAL_MINOR, meal, type Order, place, readOrder, type Session, scan } from "../../../tests/support/guests.ts";
import { type Recorded, type Started, succeeded } from "../../../tests/support/payments.ts";
import { call, race } from "../../../tests/support/race.ts";
import { type Bill, type Part, partsOf, paying, split, splitting } from "../../../tests/support/till.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(40);
const ROUNDS = [1, 2, 3];
let venue: Venue;
beforeAll(async () => {
  venue = await buildVenue(world);
});
afterAll(() => world.close());

/** An order of 22.40 at the counter, split equally. */
async function shared(people: number): Promise<{ session: Session; order: Order; bill: Bill; parts: Part[] }> {
  const session = await scan(world.api, venue.counterQr);
  const order = must(await place(world.api, session, meal(venue.menu, "pay_now", "counter")));
  const how = { method: "equal", shares: people } as const;
  const bill = must(await split(world.api, venue.members.cashier, { p_order_id: order.id }, how));
  return { session, order, bill, parts: partsOf(bill) };
}
const first = (parts: readonly Part[]): Part => {
  const [part] = parts;
  if (!part) throw new Error("a bill without a share");
  return part;
};
const collecting = (part: Part) => call(world, venue.members.cashier, "collect_payment", paying(part));
const starting = ({ session_token }: Session, part: Part) =>
  call(world, guest, "start_payment", {
    p_session_token: session_token,
    p_order_id: part.order_id,
    p_share_id: part.share_id,
  });

test.each(ROUNDS)("two tills take the same share: one does (round %i)", async () => {
  const { session, order, parts } = await shared(2);
  const part = first(parts);
  const answers = await race(world, [await collecting(part), await collecting(part)]);
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, bill_share_paid: 1 });
  expect((await readOrder(world.api, session, order.id)).due_minor).toBe(MEAL_MINOR - part.amount_minor);
  expect(await violations(world.sql)).toEqual([]);
});

test("thirty-two pay their shares at once: each does, and the bill is paid to the penny", async () => {
  const { session, order, parts } = await shared(32);
  const answers = await race(world, await Promise.all(parts.map(collecting)));
  expect(tally(answers.map(outcome))).toEqual({ ok: 32 });
  const paid = { status: "placed", paid_minor: MEAL_MINOR, due_minor: 0, refunded_minor: 0 };
  expect(await readOrder(world.api, session, order.id)).toMatchObject(paid);
  expect(await violations(world.sql)).toEqual([]);
});

test("twenty taps on one share reserve one payment", async () => {
  const { session, parts } = await shared(2);
  const taps = await Promise.all(Array.from({ length: 20 }, () => starting(session, first(parts))));
  const answers = await race<Started>(world, taps);
  expect(new Set(answers.map((answer) => must(answer).payment_id)).size).toBe(1);
});

test.each(ROUNDS)("a share at the till and online at once: one pays it, the other goes back (round %i)", async () => {
  const { session, order, parts } = await shared(2);
  const part = first(parts);
  const [payment] = await race<Started>(world, [await starting(session, part)]);
  if (!payment) throw new Error("nothing was started");
  const [till, event] = await race(world, [
    await collecting(part),
    await call(world, machine, "record_provider_event", succeeded(must(payment))),
  ]);
  if (!till || !event) throw new Error("a racer is missing");
  expect([
    ["ok", "refunded_paid_share"],
    ["bill_share_paid", "settled"],
  ]).toContainEqual([outcome(till), (must(event) as Recorded).outcome]);
  const due = MEAL_MINOR - part.amount_minor;
  expect(await readOrder(world.api, session, order.id)).toMatchObject({ due_minor: due, status: "pending_payment" });
  expect(await violations(world.sql)).toEqual([]);
});

test.each(ROUNDS)("a bill is split twice at once: one split (round %i)", async () => {
  const session = await scan(world.api, venue.tables[0].qr);
  const order = must(await place(world.api, session, meal(venue.menu, "pay_later")));
  const whole = call(
    world,
    venue.owner,
    "split_bill",
    splitting({ p_session_id: session.session_id }, { method: "equal", shares: 3 }),
  );
  const one = call(
    world,
    venue.owner,
    "split_bill",
    splitting({ p_order_id: order.id }, { method: "equal", shares: 2 }),
  );
  const answers = await race<Bill>(world, [await whole, await one]);
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, bill_is_split: 1 });
  for (const answer of answers.filter(({ ok }) => ok)) {
    must(await world.api.rpc(venue.owner, "cancel_bill_split", { p_bill_id: must(answer).bill_id }));
  }
  must(await world.api.rpc(venue.owner, "cancel_order", { p_order_id: order.id, p_reason: "gone" }));
  expect(await violations(world.sql)).toEqual([]);
});

test.each(ROUNDS)(
  "splitting and amending at once: the shares are what is due, or there are none (round %i)",
  async () => {
    const session = await scan(world.api, venue.tables[1].qr);
    const order = must(await place(world.api, session, meal(venue.menu, "pay_later")));
    const changes = { add: [{ menu_item_id: venue.menu.coffee, quantity: 1 }] };
    const amending = { p_order_id: order.id, p_idempotency_key: order.id, p_changes: changes };
    const answers = await race(world, [
      await call(
        world,
        venue.members.cashier,
        "split_bill",
        splitting({ p_order_id: order.id }, { method: "equal", shares: 3 }),
      ),
      await call(world, venue.members.server, "amend_order", amending),
    ]);
    expect(answers.map(outcome)).toEqual(["ok", "ok"]);
    const [bill] = await world.sql<{ open: boolean; amount: string }[]>`
    select ended_at is null as open, amount_minor as amount from public.bill_splits where order_id = ${order.id}`;
    const { total_minor } = await readOrder(world.api, session, order.id);
    expect(bill).toEqual(
      bill?.open ? { open: true, amount: String(total_minor) } : { open: false, amount: String(MEAL_MINOR) },
    );
    expect(await violations(world.sql)).toEqual([]);
  },
);

test.each(ROUNDS)(
  "a share is collected while the order changes: refused, or the split is over (round %i)",
  async () => {
    const { order, parts } = await shared(2);
    const changes = { add: [{ menu_item_id: venue.menu.coffee, quantity: 1 }] };
    const amending = { p_order_id: order.id, p_idempotency_key: order.id, p_changes: changes };
    const answers = await race(world, [
      await collecting(first(parts)),
      await call(world, venue.members.server, "amend_order", amending),
    ]);
    expect([
      ["ok", "bill_split_paid"],
      ["bill_share_not_found", "ok"],
    ]).toContainEqual(answers.map(outcome));
    expect(await violations(world.sql)).toEqual([]);
  },
);

test.each(ROUNDS)("a share is collected while the split is cancelled: it pays, or is over (round %i)", async () => {
  const { session, order, bill, parts } = await shared(2);
  const answers = await race(world, [
    await collecting(first(parts)),
    await call(world, venue.owner, "cancel_bill_split", { p_bill_id: bill.bill_id }),
  ]);
  expect(["ok, ok", "bill_share_not_found, ok"]).toContain(answers.map(outcome).join(", "));
  const paid = answers[0]?.ok ? first(parts).amount_minor : 0;
  expect((await readOrder(world.api, session, order.id)).paid_minor).toBe(paid);
  expect(await violations(world.sql)).toEqual([]);
});

test.each(ROUNDS)("one pays all of the rest while another pays a share: the bill is paid once (round %i)", async () => {
  const { session, order, parts } = await shared(2);
  const rest = { ...paying(first(parts)), p_amount_minor: MEAL_MINOR, p_share_id: null };
  const answers = await race(world, [
    await collecting(first(parts)),
    await call(world, venue.members.server, "collect_payment", rest),
  ]);
  expect([
    ["ok", "amount_invalid"],
    ["bill_share_not_found", "ok"],
  ]).toContainEqual(answers.map(outcome));
  const { paid_minor } = await readOrder(world.api, session, order.id);
  expect(paid_minor).toBe(answers[0]?.ok ? first(parts).amount_minor : MEAL_MINOR);
  expect(await violations(world.sql)).toEqual([]);
});
