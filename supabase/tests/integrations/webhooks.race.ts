/** Workers and owners at the same webhooks: one delivery each, no more at once than an endpoint is sent, nothing left behind. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { machine } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { call, race } from "../../../tests/support/race.ts";
import { setPlan } from "../../../tests/support/tenant.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const WORKERS = 10;
const ROUNDS = [1, 2, 3];
const world = await cloneWorld(WORKERS);
const { api, sql } = world;
let venue: Venue;
let endpointId: string;
beforeAll(async () => {
  venue = await buildVenue(world);
  await setPlan(world, venue, "enterprise");
});
beforeEach(async () => {
  await sql`delete from public.webhook_events`;
  await sql`delete from public.webhook_endpoints`;
  await sql`delete from pgmq.q_webhooks`;
  endpointId = must(
    await api.rpc<{ endpoint_id: string }>(venue.owner, "create_webhook_endpoint", creating()),
  ).endpoint_id;
});
afterAll(() => world.close());

const creating = () => ({
  p_organisation_id: venue.organisationId,
  p_url: "https://hooks.example/",
  p_event_types: ["order.placed"],
});

interface Claim {
  readonly job_id: number;
  readonly attempt: number;
}

const all = (name: string, args: Record<string, unknown> = {}, workers = WORKERS) =>
  Promise.all(Array.from({ length: workers }, () => call(world, machine, name, args)));

const event = (n: number) => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
  organisation_id: venue.organisationId,
  venue_id: venue.venueId,
  type: "order.placed",
  sequence: n,
  created_at: new Date(Date.now() + 60_000).toISOString(),
  data: {},
});
const spread = (n: number) => api.rpc<number>(machine, "spread_webhook_event", { p_event: event(n) });

async function left() {
  const [row] = await sql`select (select count(*)::int from pgmq.q_webhooks) as messages,
    (select count(*)::int from public.webhook_deliveries where status = 'pending') as pending,
    (select count(*)::int from public.webhook_deliveries) as deliveries`;
  return row;
}

test("ten workers spread one event: one delivery, one message", async () => {
  const answers = await race<number>(world, await all("spread_webhook_event", { p_event: event(1) }));
  expect(answers.map(must).reduce((sum, sent) => sum + sent, 0)).toBe(1);
  expect(await left()).toEqual({ messages: 1, pending: 1, deliveries: 1 });
});

test("two workers, one delivery: one of them has it, and settles it once", async () => {
  must(await spread(1));
  const claimed = (await race<Claim[]>(world, await all("claim_webhooks", {}, 2))).flatMap(must);
  expect(claimed).toHaveLength(1);
  const settling = { p_job_id: claimed[0]?.job_id, p_attempt: 1, p_response_status: 200, p_latency_ms: 1 };
  expect(tally((await race(world, await all("settle_webhook", settling))).map(outcome))).toEqual({
    ok: 1,
    job_not_found: WORKERS - 1,
  });
  expect(await left()).toEqual({ messages: 0, pending: 0, deliveries: 1 });
});

test("ten workers, forty deliveries to one endpoint: four are sent at once, and all arrive once", async () => {
  for (let n = 1; n <= 40; n += 1) must(await spread(n));
  const seen = new Set<number>();
  while (seen.size < 40) {
    const claimed = (await race<Claim[]>(world, await all("claim_webhooks", { p_limit: 20 }))).flatMap(must);
    expect(claimed.length, "deliveries got lost").toBeGreaterThan(0);
    expect(claimed.length).toBeLessThanOrEqual(4);
    for (const { job_id, attempt } of claimed) {
      expect(seen.has(job_id)).toBe(false);
      seen.add(job_id);
      must(await api.rpc(machine, "settle_webhook", { p_job_id: job_id, p_attempt: attempt, p_response_status: 204 }));
    }
  }
  expect(await left()).toEqual({ messages: 0, pending: 0, deliveries: 40 });
});

test.each(ROUNDS)("an endpoint is switched off while it is told, claimed and settled (round %i)", async () => {
  for (let n = 1; n <= 6; n += 1) must(await spread(n));
  const [claimed] = must(await api.rpc<Claim[]>(machine, "claim_webhooks", { p_limit: 1 }));
  const racers = [
    await call(world, venue.owner, "update_webhook_endpoint", { p_endpoint_id: endpointId, p_is_enabled: false }),
    ...(await Promise.all([7, 8, 9].map((n) => call(world, machine, "spread_webhook_event", { p_event: event(n) })))),
    ...(await all("claim_webhooks", {}, 3)),
    await call(world, machine, "settle_webhook", { p_job_id: claimed?.job_id, p_attempt: 1, p_response_status: 500 }),
  ];
  const answers = (await race(world, racers)).map(outcome);
  expect(answers.filter((answer) => answer !== "ok" && answer !== "job_not_found")).toEqual([]);
  expect(await left()).toMatchObject({ messages: 0, pending: 0 });
});

test.each(ROUNDS)("an endpoint is deleted while it is told and claimed (round %i)", async () => {
  for (let n = 1; n <= 6; n += 1) must(await spread(n));
  const racers = [
    await call(world, venue.owner, "delete_webhook_endpoint", { p_endpoint_id: endpointId }),
    ...(await Promise.all([7, 8, 9].map((n) => call(world, machine, "spread_webhook_event", { p_event: event(n) })))),
    ...(await all("claim_webhooks", {}, 3)),
  ];
  expect(tally((await race(world, racers)).map(outcome))).toEqual({ ok: racers.length });
  expect(await left()).toEqual({ messages: 0, pending: 0, deliveries: 0 });
});

test("ten endpoints at once where the plan has three: three are made", async () => {
  await sql`delete from public.webhook_endpoints`;
  await sql`update public.organisations set tier = 'pro' where id = ${venue.organisationId}`;
  await sql`insert into public.organisation_add_ons (organisation_id, add_on) values (${venue.organisationId}, 'integrations')`;
  const racers = await Promise.all(
    Array.from({ length: WORKERS }, () => call(world, venue.owner, "create_webhook_endpoint", creating())),
  );
  expect(tally((await race(world, racers)).map(outcome))).toEqual({ ok: 3, entitlement_exceeded: WORKERS - 3 });
});
