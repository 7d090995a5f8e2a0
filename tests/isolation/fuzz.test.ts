/**
 * Every function of the API, called with what it does not expect, by everybody. The answer is a refusal (4xx) that tells
 * nothing about the inside, never a fault (5xx); and nothing has changed. Then once more with true ids among the wrong
 * values, where a call may succeed, and the books must be in order whatever did.
 */
import { afterAll, expect, test } from "vitest";
import { type Actor, guest, machine } from "../support/actors.ts";
import { tally } from "../support/api.ts";
import { violations } from "../support/books.ts";
import { argumentsOf } from "../support/call-arguments.ts";
import { type ApiFunction, apiFunctions, fingerprint } from "../support/catalog.ts";
import { dice } from "../support/dice.ts";
import { callFunction } from "../support/functions.ts";
import { hostile } from "../support/hostile.ts";
import { livedIn } from "../support/lived-in.ts";
import { leak, readRegistry } from "../support/refusal.ts";
import { foundVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const ROUNDS = 12;
const world = httpWorld();
const { api, sql } = world;
afterAll(() => world.close());
const house = await livedIn(world);
const [stranger] = (await world.users(1)) as [Actor];
await foundVenue(api, stranger);
const functions = await apiFunctions(sql);
const registry = await readRegistry(sql);
const random = dice("fuzz");
const known = argumentsOf(house);
// True ids in these would move the shared queue of all tests, or hand out what belongs to a job under way.
const KEEP_WRONG = new Set(["p_queue"]);

const rounds = (called: ApiFunction) => Array.from({ length: called.arguments.length === 0 ? 1 : ROUNDS });

async function attack(called: ApiFunction, actor: Actor, keepTrue: number): Promise<number> {
  const args = Object.fromEntries(
    called.arguments.map(({ name, type }) => {
      const trueOne = keepTrue > 0 && random.roll(100) < keepTrue && name in known && !KEEP_WRONG.has(name);
      return [name, trueOne ? known[name] : hostile(random, type)];
    }),
  );
  const { status, text } = await api.send(actor, "POST", `/rest/v1/rpc/${called.name}`, args);
  const what = `SEED=${random.seed} ${called.name}(${JSON.stringify(args).slice(0, 600)}) → ${status} ${text.slice(0, 400)}`;
  expect(status, what).toBeLessThan(500);
  if (status < 400) return status;
  const { code, message } = JSON.parse(text) as { code: string; message: string };
  expect(leak(`${code} ${message}`), what).toBeNull();
  // Ours are registered, with the status that was answered; the others are Postgres's data exceptions and PostgREST's.
  if (code.startsWith("PT")) expect(registry.get(message)?.http_status, what).toBe(status);
  else expect(code, what).toMatch(/^(22...|23...|54...|42501|42804|PGRST\d+)$/);
  return status;
}

const callers: readonly [string, Actor, (called: ApiFunction) => boolean][] = [
  ["a guest", guest, ({ anon }) => anon],
  ["a stranger", stranger, ({ authenticated }) => authenticated],
  ["the owner", house.owner, ({ authenticated }) => authenticated],
  ["the machinery", machine, ({ anon, authenticated }) => !anon && !authenticated],
];

// What succeeds with nonsense because nothing in it is nonsense: a stranger may found a house of any name, a worker may
// ask for no or for too many deliveries (it gets one, or a hundred).
const MAY_SUCCEED = new Set([
  "claim_webhooks",
  "create_organisation",
  "finish_claim",
  "get_access_context",
  "get_health",
  "get_reconciliation_status",
  "get_removable_objects",
  "relay_outbox",
  "record_ai_event",
  "record_provider_event",
  "request_reconciliation",
]);

test.each(callers)("nonsense from %s is refused and changes nothing", async (_name, actor, may) => {
  const before = await fingerprint(sql, house);
  const succeeded = new Set<string>();
  for (const called of functions.filter(may)) {
    const statuses = await Promise.all(rounds(called).map(() => attack(called, actor, 0)));
    if (statuses.some((status) => status < 400)) succeeded.add(called.name);
  }
  expect([...succeeded].filter((name) => !MAY_SUCCEED.has(name))).toEqual([]);
  expect(await fingerprint(sql, house)).toEqual(before);
});

test.each(callers)(
  "true ids among nonsense from %s: no fault, and the books are in order",
  async (_name, actor, may) => {
    const statuses: string[] = [];
    for (const called of functions.filter(may).filter((one) => one.arguments.length > 0)) {
      const answers = await Promise.all(rounds(called).map(() => attack(called, actor, 70)));
      statuses.push(...answers.map(String));
    }
    expect(Object.keys(tally(statuses)).length).toBeGreaterThan(1);
    expect(await violations(sql, house.organisationId)).toEqual([]);
  },
);

test("what guests send to the payments function is refused as a problem, never a fault", async () => {
  const wrong = { session_token: "text", order_id: "uuid", method: "text", return_url: "text" };
  const right = { session_token: house.session.session_token, order_id: house.order.id, method: "payment_intent" };
  for (let i = 0; i < 4 * ROUNDS; i += 1) {
    const body: Record<string, unknown> = { ...right };
    const field = random.pick(Object.keys(wrong) as (keyof typeof wrong)[]);
    body[field] = hostile(random, wrong[field]);
    const { status, text } = await callFunction(world.stack, "payments", { body });
    const what = `SEED=${random.seed} ${JSON.stringify(body).slice(0, 400)} → ${status} ${text.slice(0, 400)}`;
    expect(status, what).toBeGreaterThanOrEqual(400);
    expect(status, what).toBeLessThan(500);
    expect(leak(text), what).toBeNull();
  }
});

test("bodies that are no arguments at all are refused", async () => {
  const bodies = ["", "{", "null", "7", '"text"', "[]", "[[]]", "a=b&c=d", "\u0000", '{"p_order":', "{}".repeat(1000)];
  for (const { name } of functions) {
    const answers = bodies.map((body) => api.send(house.owner, "POST", `/rest/v1/rpc/${name}`, body));
    for (const { status, text } of await Promise.all(answers)) {
      expect(status, `${name} → ${text}`).toBeLessThan(500);
      expect(leak(text.slice(0, 2_000)), `${name} ${text}`).toBeNull();
    }
  }
});
