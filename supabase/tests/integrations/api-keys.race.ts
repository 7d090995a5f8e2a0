/** API keys under concurrency: one of a name, one current secret, and never more requests than the bucket holds. */
import { afterAll, expect, test } from "vitest";
import { guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { type ApiKey, makeKey, paysForIntegrations } from "../../../tests/support/api-keys.ts";
import { call, type Racer, race } from "../../../tests/support/race.ts";
import { literal } from "../../../tests/support/sql-api.ts";
import { buildVenue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(20);
const { api, sql } = world;
const ROUNDS = [1, 2, 3];
const { owner, organisationId } = await buildVenue(world);
await paysForIntegrations(sql, organisationId);
// A rate at which nothing flows in while a test runs: a bucket of eight.
await sql`update public.tier_entitlements set max_count = 4 where tier = 'pro' and entitlement = 'api_requests'`;
const key = (p_name: string) => ({ p_organisation_id: organisationId, p_name, p_scopes: ["orders.read"] });
const entering = (secret: string): Racer => ({
  actor: guest,
  statement: `select set_config('request.headers', ${literal({ "x-api-key": secret })}, true); select request.open()`,
});
afterAll(() => world.close());

test.each(ROUNDS)("ten owners' screens make a key of one name: one does (round %i)", async (round) => {
  const making = await call(world, owner, "create_api_key", key(`Shop ${round}`));
  const answers = await race(world, Array(10).fill(making));
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, api_key_name_taken: 9 });
});

test.each(ROUNDS)("ten rotations: one secret is current, and the first keeps its time (round %i)", async (round) => {
  const made = await makeKey(api, owner, key(`Rotated ${round}`));
  const rotating = await call(world, owner, "rotate_api_key", { p_api_key_id: made.api_key_id, p_overlap_minutes: 60 });
  const secrets = (await race<ApiKey>(world, Array(10).fill(rotating))).map((answer) => must(answer).secret);
  expect(new Set(secrets).size).toBe(10);
  const kept = await sql`select ends_at is null as current, count(*)::int from private.api_key_secrets
    where api_key_id = ${made.api_key_id} group by 1 order by 1`;
  expect([...kept]).toEqual([
    { current: false, count: 10 },
    { current: true, count: 1 },
  ]);
});

test.each(ROUNDS)("twenty requests for eight tokens: eight at most, and none is lost (round %i)", async (round) => {
  const { secret } = await makeKey(api, owner, key(`Limited ${round}`));
  await sql`delete from private.api_buckets where organisation_id = ${organisationId}`;
  await race(world, [entering(secret)]);
  const answers = await race(world, Array(19).fill(entering(secret)));
  const { ok = 0, rate_limited = 0, ...others } = tally(answers.map(outcome));
  expect(others).toEqual({});
  expect(ok + rate_limited).toBe(19);
  expect(ok).toBeGreaterThanOrEqual(4); // who finds all four parts taken is told to come again
  expect(ok).toBeLessThanOrEqual(7);
  const [left] = await sql`select floor(sum(tokens))::int as tokens from private.api_buckets
    where organisation_id = ${organisationId}`;
  expect(left?.tokens).toBe(7 - ok);
  const one = async (): Promise<string> => (await race(world, [entering(secret)])).map(outcome).join();
  const rest: string[] = [];
  for (let i = ok; i < 8; i += 1) rest.push(await one());
  expect(rest).toEqual([...Array(7 - ok).fill("ok"), "rate_limited"]);
});
