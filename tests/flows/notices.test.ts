/** What members are told without asking, end to end: the clock asks, the worker does, the mail arrives. */
import { afterAll, expect, test } from "vitest";
import type { Actor } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { MEAL_MINOR, meal, place, scan } from "../support/guests.ts";
import { mailsTo } from "../support/mails.ts";
import { until } from "../support/until.ts";
import { buildVenue, stock } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
afterAll(() => world.close());

const venue = await buildVenue(world);
const { owner, members } = venue;
// Nobody whose address is not confirmed is written to.
await sql`update auth.users set email_confirmed_at = now()
  where id = any (${[owner, members.manager, members.server].map(({ userId }) => userId)})`;
const mail = (to: Actor, subject: RegExp) =>
  until(`a mail ${subject} to ${to.email}`, async () =>
    (await mailsTo(stack, to.email)).find((found) => subject.test(found.subject)),
  );

test("what runs low is mailed to those who may order more, once", async () => {
  const beans = await stock(api, owner, venue.venueId, venue.menu.coffee, 10);
  must(await api.update(owner, `ingredients?id=eq.${beans}`, { reorder_level: 10 }));
  await sql`select private.request_due('stock.watch')`;
  for (const actor of [owner, members.manager]) {
    expect((await mail(actor, /running low$/)).text).toContain("10 pcs left, reorder at 10 pcs");
  }
  await sql`select private.request_due('stock.watch')`;
  await until("the job of the venue is done", async () => {
    const [jobs] = await sql`select count(*)::int as left from private.venue_jobs where venue_id = ${venue.venueId}`;
    return jobs?.left === 0;
  });
  expect(await mailsTo(stack, owner.email)).toHaveLength(1);
  expect(await mailsTo(stack, members.server.email)).toEqual([]);
});

test("how the day closed is mailed to those who may see the figures", async () => {
  const session = await scan(api, venue.tables[0].qr);
  must(await place(api, session, meal(venue.menu, "pay_later")));
  // Back-dated, so that today has been over since yesterday.
  await sql`update public.orders set business_date = business_date - 1 where venue_id = ${venue.venueId}`;
  await sql`update public.table_sessions set opened_at = opened_at - interval '1 day' where venue_id = ${venue.venueId}`;
  await sql`update public.venues set created_at = created_at - interval '2 days' where id = ${venue.venueId}`;
  await sql`select private.request_due('day.close')`;
  const { text } = await mail(members.manager, /is closed$/);
  expect(text).toContain(`Unpaid on orders: =C2=A3${(MEAL_MINOR / 100).toFixed(2)}`);
  expect((await mail(owner, /is closed$/)).text).toContain("Left open because something is unpaid:");
});
