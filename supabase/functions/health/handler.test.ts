import assert from "node:assert/strict";
import { unavailable } from "../_shared/problem.ts";
import { createStripe, createStripeGuard } from "../_shared/stripe-client.ts";
import { assertProblem, fakeRpc, KEYS, testFunction, testProject } from "../_shared/testing.ts";
import type { DatabaseHealth, ProviderHealth } from "./checks.ts";
import { healthRoutes } from "./handler.ts";
import { createPing } from "./ping.ts";

const WELL: DatabaseHealth = {
  started_seconds_ago: 60,
  outbox: { waiting: 0, oldest_seconds: 0 },
  queues: {
    provider_calls: { length: 2, oldest_seconds: 3 },
    provider_calls_dead: { length: 0, oldest_seconds: 0 },
  },
  clocks: {
    "expire-orders": { schedule: "* * * * *", succeeded_seconds_ago: 42 },
    "purge-expired": { schedule: "17 * * * *", succeeded_seconds_ago: 3_500 },
  },
  quarantined_events: 0,
  reconciliation: { good_seconds_ago: 600, open_findings: 0 },
  worker_configured: true,
};
const REACHABLE: ProviderHealth = { reachable: true, breaker: "closed", ms: 12 };
const project = await testProject();

function health(answer: (asked: number) => unknown = () => WELL, provider: ProviderHealth = REACHABLE) {
  const clock = { ms: 1_000_000 };
  let pings = 0;
  const database = fakeRpc({ get_health: () => answer(database.calls.length) });
  const routes = healthRoutes({
    identify: project.identify,
    rpc: database.rpc,
    pingProvider: () => {
      pings += 1;
      return Promise.resolve(provider);
    },
    now: () => clock.ms,
  });
  const call = testFunction({ name: "health", routes, cors: false });
  const get = (path: string, headers: Record<string, string> = {}) =>
    call(new Request(`http://127.0.0.1:9/health${path}`, { headers }));
  return { get, call, clock, database, pings: () => pings };
}

const verdict = async (response: Response) => ({ http: response.status, ...((await response.json()) as object) });
const changed = (changes: Partial<DatabaseHealth>) => health(() => ({ ...WELL, ...changes }));

Deno.test("alive is alive, whatever the rest does", async () => {
  const { get, database } = health(() => {
    throw new Error("down");
  });
  assert.deepEqual(await verdict(await get("/live")), { http: 200, status: "ok" });
  assert.deepEqual(database.calls, []);
});

Deno.test("only GET and HEAD, and only these two paths", async () => {
  const { get, call } = health();
  await assertProblem(await get("/"), 404, "route_not_found");
  const wrong = new Request("http://127.0.0.1:9/health/ready", { method: "POST" });
  await assertProblem(await call(wrong), 405, "method_not_allowed");
});

Deno.test("all well is ok; anybody learns that and no more", async () => {
  assert.deepEqual(await verdict(await health().get("/ready")), { http: 200, status: "ok", reasons: [] });
});

const troubles: Record<string, [ReturnType<typeof health>, string[]]> = {
  "an outbox that nobody empties": [changed({ outbox: { waiting: 1, oldest_seconds: 181 } }), ["outbox_late"]],
  "a queue that nobody works": [
    changed({ queues: { provider_calls: { length: 1, oldest_seconds: 301 } } }),
    ["queue_late"],
  ],
  "a dead letter": [changed({ queues: { provider_calls_dead: { length: 1, oldest_seconds: 1 } } }), ["dead_letters"]],
  "a minute clock four minutes late": [
    changed({ clocks: { tick: { schedule: "* * * * *", succeeded_seconds_ago: 181 } } }),
    ["clock_late"],
  ],
  "no clock at all": [changed({ clocks: {} }), ["clocks_missing"]],
  "a quarantined event": [changed({ quarantined_events: 1 }), ["events_quarantined"]],
  "no good reconciliation for an hour": [
    changed({ reconciliation: { good_seconds_ago: 3_601, open_findings: 0 } }),
    ["reconciliation_late"],
  ],
  "none at all, an hour after the start": [
    changed({ reconciliation: { good_seconds_ago: null, open_findings: 0 }, started_seconds_ago: 3_601 }),
    ["reconciliation_late"],
  ],
  "a difference that a person must look at": [
    changed({ reconciliation: { good_seconds_ago: 600, open_findings: 1 } }),
    ["reconciliation_findings"],
  ],
  "a worker without address": [changed({ worker_configured: false }), ["worker_not_configured"]],
  "a provider that is not there": [
    health(() => WELL, { reachable: false, breaker: "closed", ms: 3_000 }),
    ["provider_unavailable"],
  ],
  "an open breaker": [health(() => WELL, { reachable: true, breaker: "open", ms: 0 }), ["provider_unavailable"]],
  "two at once": [
    changed({ quarantined_events: 2, worker_configured: false }),
    ["events_quarantined", "worker_not_configured"],
  ],
};
for (const [what, [{ get, call }, reasons]] of Object.entries(troubles)) {
  Deno.test(`${what} is degraded, with its reason, and still serving`, async () => {
    assert.deepEqual(await verdict(await get("/ready")), { http: 200, status: "degraded", reasons });
    const line = call.lines.find(({ message }) => message === "not well");
    assert.deepEqual([line?.level, line?.reasons], ["warn", reasons.join(",")]);
  });
}

Deno.test("a database that does not answer, or answers something else, is down", async () => {
  for (const answer of [
    () => {
      throw unavailable("database_unavailable", 2);
    },
    () => ({ hello: 1 }),
  ]) {
    const { get } = health(answer);
    const body = await verdict(await get("/ready"));
    assert.deepEqual(body, { http: 503, status: "down", reasons: ["database_unavailable"] });
  }
});

Deno.test("clocks that have never run are starting first, and late when their time is over", async () => {
  const clocks = {
    minute: { schedule: "* * * * *", succeeded_seconds_ago: null },
    hour: { schedule: "17 * * * *", succeeded_seconds_ago: null },
  };
  const young = changed({ clocks });
  assert.deepEqual(await verdict(await young.get("/ready")), { http: 200, status: "ok", reasons: [] });
  const { get } = changed({ clocks, started_seconds_ago: 181 });
  const body = await verdict(await get("/ready", { apikey: KEYS.secret }));
  const { checks } = body as unknown as { checks: { name: string; status: string }[] };
  const clockStates = checks.filter(({ name }) => name.startsWith("clock ")).map(({ status }) => status);
  assert.deepEqual(clockStates, ["degraded", "starting"]);
});

Deno.test("a reconciliation that has never run is starting first; one of an hour ago will do", async () => {
  const never = { good_seconds_ago: null, open_findings: 0 };
  const { get } = changed({ reconciliation: never, started_seconds_ago: 3_600 });
  const body = await verdict(await get("/ready", { apikey: KEYS.secret }));
  const { checks, status } = body as unknown as { status: string; checks: { name: string; status: string }[] };
  assert.deepEqual([status, checks.find(({ name }) => name === "reconciliation")?.status], ["ok", "starting"]);
  const hour = changed({ reconciliation: { good_seconds_ago: 3_600, open_findings: 0 } });
  assert.deepEqual(await verdict(await hour.get("/ready")), { http: 200, status: "ok", reasons: [] });
});

Deno.test("details are for the secret key alone; a wrong key is refused, not ignored", async () => {
  const { get } = health();
  const full = (await (await get("/ready", { apikey: KEYS.secret })).json()) as { checks: { name: string }[] };
  assert.deepEqual(
    full.checks.map(({ name }) => name),
    [
      "database",
      "outbox",
      "queue provider_calls",
      "queue provider_calls_dead",
      "clock expire-orders",
      "clock purge-expired",
      "clocks",
      "provider events",
      "reconciliation",
      "reconciliation findings",
      "worker",
      "payment provider",
    ],
  );
  for (const headers of [{ apikey: KEYS.publishable }, { authorization: `Bearer ${await project.token()}` }]) {
    assert.deepEqual(Object.keys((await (await get("/ready", headers)).json()) as object), ["status", "reasons"]);
  }
  await assertProblem(await get("/ready", { apikey: "sb_secret_guess" }), 401, "token_invalid");
});

Deno.test("many probes are one question to the database, and fewer to the provider", async () => {
  const { get, clock, database, pings } = health();
  await Promise.all(Array.from({ length: 20 }, () => get("/ready")));
  await get("/ready");
  assert.deepEqual([database.calls.length, pings()], [1, 1]);
  clock.ms += 2_001;
  await get("/ready");
  assert.deepEqual([database.calls.length, pings()], [2, 1]);
  clock.ms += 13_000;
  await get("/ready");
  assert.deepEqual([database.calls.length, pings()], [3, 2]);
});

Deno.test("the ping finds an unreachable provider, and its breaker opens", async () => {
  const stripe = createStripe({ STRIPE_SECRET_KEY: "sk_test_1", STRIPE_API_URL: "http://127.0.0.1:1" });
  const guard = createStripeGuard({ timeoutMs: 500, retries: 0, failuresToOpen: 2 });
  const ping = createPing(stripe, guard, () => 0);
  assert.deepEqual(await ping(), { reachable: false, breaker: "closed", ms: 0 });
  assert.deepEqual(await ping(), { reachable: false, breaker: "open", ms: 0 });
});
