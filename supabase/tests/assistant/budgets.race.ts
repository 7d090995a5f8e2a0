/** The day's budget, asked for from many sides at once: as many get in as it holds, and what is given back is given once. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { type Actor, machine } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { call, race } from "../../../tests/support/race.ts";
import { foundVenue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const RACERS = 8;
const world = await cloneWorld(RACERS);
const { api, sql } = world;
let owner: Actor;
let venue: Awaited<ReturnType<typeof foundVenue>>;
afterAll(() => world.close());
beforeEach(async () => {
  [owner] = (await world.users(1)) as [Actor];
  venue = await foundVenue(api, owner);
  await sql`update public.organisations set tier = 'enterprise', subscription_status = 'active'
    where id = ${venue.organisationId}`;
});

const key = (n: number) => `${venue.venueId} turn ${n}`;
const beginning = (n: number, tokens: number) => ({
  p_venue_id: venue.venueId,
  p_conversation_id: null,
  p_text: "Hello",
  p_model: "model-1",
  p_key: key(n),
  p_held_tokens: tokens,
  p_held_cost_micro: 1,
});
const begin = (ns: readonly number[], tokens: number) =>
  Promise.all(ns.map((n) => call(world, owner, "begin_assistant_turn", beginning(n, tokens))));
const used = async () => {
  const [usage] = await sql<{ requests: number; tokens: number }[]>`
    select requests::int, tokens::int from private.assistant_usage where organisation_id = ${venue.organisationId}`;
  return usage;
};
const numbers = Array.from({ length: RACERS }, (_, n) => n);

test("eight questions that each want two million of five: two are asked", async () => {
  const answers = await race(world, await begin(numbers, 2_000_000));
  expect(tally(answers.map(outcome))).toEqual({ ok: 2, assistant_budget_exhausted: RACERS - 2 });
  expect(await used()).toEqual({ requests: 2, tokens: 0 });
});

test("questions and background jobs that each want two million of five: two of them all are asked", async () => {
  const jobs = await sql<{ id: string }[]>`
    insert into public.assistant_jobs (organisation_id, venue_id, actor_id, kind, arguments)
    select ${venue.organisationId}, ${venue.venueId}, ${owner.userId}, k, '{}'
    from unnest(array['translate_menu', 'read_menu']) k returning id`;
  const share = { p_model: "model-1", p_input_tokens: 1_900_000, p_output_tokens: 100_000, p_cost_micro: 1 };
  const taking = jobs.map(({ id }) => call(world, machine, "take_assistant_job_budget", { p_job_id: id, ...share }));
  const racers = [...(await Promise.all(taking)), ...(await begin(numbers.slice(jobs.length), 2_000_000))];
  const answers = await race<{ status?: string }>(world, racers);
  const asked = answers.filter((answer) => outcome(answer) === "ok" && must(answer).status !== "failed");
  expect(asked).toHaveLength(2);
  expect(await used()).toEqual({ requests: 2, tokens: 0 });
  const held = await sql`select 1 from public.assistant_jobs where venue_id = ${venue.venueId} and day is not null`;
  expect(held).toHaveLength(
    answers.slice(0, jobs.length).filter((answer) => must(answer).status === "requested").length,
  );
});

test("one question, sent eight times, is one question", async () => {
  const answers = await race<{ turn_id: string }>(world, await begin(Array(RACERS).fill(1), 1_000));
  expect(new Set(answers.map((answer) => must(answer).turn_id)).size).toBe(1);
  expect(await used()).toEqual({ requests: 1, tokens: 0 });
  const said = await sql`select 1 from public.assistant_messages where venue_id = ${venue.venueId}`;
  const conversations = await sql`select 1 from public.assistant_conversations where venue_id = ${venue.venueId}`;
  expect([said.length, conversations.length]).toEqual([1, 1]);
});

test("one end, told eight times, is paid for once", async () => {
  const { turn_id } = must(await api.rpc<{ turn_id: string }>(owner, "begin_assistant_turn", beginning(1, 1_000)));
  const spent = { p_input_tokens: 100, p_output_tokens: 20, p_cost_micro: 5 };
  const end = {
    p_turn_id: turn_id,
    p_key: key(1),
    ...spent,
    p_outcome: "ok",
    p_text: "Bye",
    p_tools: {},
    p_latency_ms: 1,
  };
  const ending = await Promise.all(numbers.map(() => call(world, owner, "finish_assistant_turn", end)));
  expect(tally((await race(world, ending)).map(outcome))).toEqual({ ok: RACERS });
  expect(await used()).toEqual({ requests: 1, tokens: 120 });
  expect(await sql`select 1 from public.assistant_calls where venue_id = ${venue.venueId}`).toHaveLength(1);
});
