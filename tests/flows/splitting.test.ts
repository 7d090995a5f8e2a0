/** A table's bill in three shares: two guests pay by card on their phones, one in cash; the last one closes the bill. */
import { afterAll, expect, test } from "vitest";
import { guest } from "../support/actors.ts";
import { must, outcome } from "../support/api.ts";
import { violations } from "../support/books.ts";
import { payments } from "../support/functions.ts";
import { MEAL_MINOR, meal, place, readOrder, type Session, scan } from "../support/guests.ts";
import { provider } from "../support/provider.ts";
import { refusals } from "../support/refusal.ts";
import { type Bill, closeDrawer, openDrawer, type Part, partsOf, paying, split } from "../support/till.ts";
import { until } from "../support/until.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
const refused = await refusals(sql);
afterAll(() => world.close());
const venue = await buildVenue(world);
const { cashier, server } = venue.members;
const stripe = provider(stack);

const billOf = async ({ session_token }: Session) =>
  must(await api.rpc<{ due_minor: number; splits: Bill[] }>(guest, "get_bill", { p_session_token: session_token }));
const statusOf = (bills: readonly Bill[], { share_id }: Part) =>
  bills.flatMap(partsOf).find((part) => part.share_id === share_id)?.status;

test("two pay online, one in cash, and the last share closes the bill exactly", async () => {
  const ann = await scan(api, venue.tables[0].qr);
  const bob = await scan(api, venue.tables[0].qr);
  const order = must(await place(api, ann, meal(venue.menu, "pay_later")));
  const drawer = must(await openDrawer(api, cashier, venue.venueId, "Bar", 5_000));
  const bill = must(await split(api, server, { p_session_id: ann.session_id }, { method: "equal", shares: 3 }));
  const [first, second, third] = partsOf(bill);
  if (!first || !second || !third) throw new Error("three shares were asked for");
  expect([first, second, third].map(({ amount_minor }) => amount_minor)).toEqual([747, 747, 746]);
  expect((await billOf(bob)).splits).toEqual([bill]);

  const anns = must(await payments(stack, ann, order.id, first.share_id));
  const bobs = must(await payments(stack, bob, order.id, second.share_id));
  expect([anns.amount_minor, bobs.amount_minor]).toEqual([747, 747]);
  expect(must(await payments(stack, bob, order.id, first.share_id)), "two guests, one share: one charge").toEqual(anns);
  expect(statusOf((await billOf(ann)).splits, first)).toBe("being_paid");
  await stripe.confirm(anns.client_secret ?? "");
  await until("the first share is paid", async () => statusOf((await billOf(ann)).splits, first) === "paid");
  refused.expect(await payments(stack, bob, order.id, first.share_id), "bill_share_paid");
  refused.expect(await api.rpc(cashier, "collect_payment", paying(first)), "bill_share_paid");

  const cash = { ...paying(third), p_tendered_minor: 1_000 };
  expect(must(await api.rpc(cashier, "collect_payment", cash))).toMatchObject({ change_minor: 254, due_minor: 747 });
  refused.expect(await api.rpc(cashier, "close_table_session", { p_session_id: ann.session_id }), "permission_denied");
  refused.expect(
    await api.rpc(server, "close_table_session", { p_session_id: ann.session_id }),
    "table_session_unsettled",
  );

  await stripe.confirm(bobs.client_secret ?? "");
  await until("the last share closes the bill", async () => (await billOf(ann)).due_minor === 0);
  const paid = { payment_status: "paid", paid_minor: MEAL_MINOR, refunded_minor: 0, due_minor: 0 };
  expect(await readOrder(api, ann, order.id)).toMatchObject(paid);
  expect((await billOf(ann)).splits).toEqual([]);
  must(await api.rpc(server, "close_table_session", { p_session_id: ann.session_id }));
  const counted = must(await closeDrawer(api, cashier, drawer.drawer_session_id, 5_746));
  expect(counted).toMatchObject({ expected_minor: 5_746, difference_minor: 0 });
  expect(await violations(sql, venue.organisationId)).toEqual([]);
});

test("a share that is no share is refused before anything is asked of the provider", async () => {
  const session = await scan(api, venue.tables[1].qr);
  const order = must(await place(api, session, meal(venue.menu, "pay_later")));
  refused.expect(await payments(stack, session, order.id, order.id), "bill_share_not_found");
  expect(outcome(await payments(stack, session, order.id, "the first"))).toBe("invalid_input");
});
