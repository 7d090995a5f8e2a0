/** Many who ask at once are one job; many workers with one answer write it once; called off at that moment, it is one or the other. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { machine } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const RACERS = 6;
const world = await cloneWorld(RACERS);
const { api, sql } = world;
let venue: Venue;
afterAll(() => world.close());
beforeEach(async () => {
  venue = await buildVenue(world);
  await sql`update public.organisations set tier = 'enterprise', subscription_status = 'active'
    where id = ${venue.organisationId}`;
});

const SPENT = { p_input_tokens: 100, p_output_tokens: 20, p_cost_micro: 5 };
const wish = () => ({ p_venue_id: venue.venueId, p_locale: "fr" });
const written = () => sql`select 1 from public.menu_translations where venue_id = ${venue.venueId}`;

/** A job whose answer is there, and the answer. */
async function answered() {
  const { job_id } = must(await api.rpc<{ job_id: string }>(venue.owner, "translate_menu", wish()));
  const { texts } = must(
    await api.rpc<{ texts: { ref: number }[] }>(machine, "start_assistant_job", { p_job_id: job_id }),
  );
  const share = { p_model: "model-1", p_input_tokens: 900, p_output_tokens: 100, p_cost_micro: 50 };
  must(await api.rpc(machine, "take_assistant_job_budget", { p_job_id: job_id, ...share }));
  must(await api.rpc(machine, "note_assistant_response", { p_job_id: job_id, p_response_id: `resp_${job_id}` }));
  const answer = { texts: texts.map(({ ref }) => ({ ref, name: `fr ${ref}`, description: null })) };
  return { jobId: job_id, count: texts.length, finishing: { p_job_id: job_id, p_answer: answer, ...SPENT } };
}

test("many who ask at once are one job", async () => {
  const asking = Array.from({ length: RACERS }, () => call(world, venue.owner, "translate_menu", wish()));
  const answers = await race(world, await Promise.all(asking));
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, assistant_job_running: RACERS - 1 });
  expect(await sql`select 1 from private.assistant_delegations where venue_id = ${venue.venueId}`).toHaveLength(1);
});

test("many workers with one answer write it once, and its event counts once", async () => {
  const { jobId, count, finishing } = await answered();
  const event = {
    p_event_id: `evt_${jobId}`,
    p_type: "response.completed",
    p_created_at: new Date().toISOString(),
    p_response_id: `resp_${jobId}`,
  };
  const telling = Array.from({ length: RACERS }, () => call(world, machine, "record_ai_event", event));
  const told = await race<{ duplicate: boolean }>(world, await Promise.all(telling));
  expect(told.map(must).filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  expect(
    await sql`select 1 from private.outbox where topic = 'assistant_job.answered' and payload ->> 'job_id' = ${jobId}`,
  ).toHaveLength(1);
  const finishes = Array.from({ length: RACERS }, () => call(world, machine, "finish_assistant_job", finishing));
  const answers = await race(world, await Promise.all(finishes));
  expect(tally(answers.map(outcome))).toEqual({ ok: RACERS });
  expect(await written()).toHaveLength(count);
  expect(await sql`select 1 from public.assistant_calls where arguments ->> 'job_id' = ${jobId}`).toHaveLength(1);
  const used = await sql`
    select requests::int, tokens::int from private.assistant_usage where organisation_id = ${venue.organisationId}`;
  expect(used).toEqual([{ requests: 1, tokens: 120 }]);
});

test("called off as its answer comes, it is one or the other", async () => {
  const { jobId, count, finishing } = await answered();
  const racers = [
    call(world, machine, "finish_assistant_job", finishing),
    call(world, venue.owner, "cancel_assistant_job", { p_job_id: jobId }),
  ];
  await race(world, await Promise.all(racers));
  const [job] = await sql<{ status: string }[]>`select status from public.assistant_jobs where id = ${jobId}`;
  expect(await written()).toHaveLength(job?.status === "succeeded" ? count : 0);
  expect(["succeeded", "cancelled"]).toContain(job?.status);
});
