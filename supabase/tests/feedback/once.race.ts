/** One order, a table full of guests with an opinion: one feedback. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { collect, place, type Session, scan, snack } from "../../../tests/support/guests.ts";
import { serve } from "../../../tests/support/lived-in.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const GUESTS = 10;
const ROUNDS = [1, 2, 3, 4, 5];
const world = await cloneWorld(GUESTS);
const { api, sql } = world;
let venue: Venue;
let questionId: string;
let devices: Session[];
beforeAll(async () => {
  venue = await buildVenue(world);
  const question = { venue_id: venue.venueId, kind: "text", prompt: "How was it?" };
  questionId = must(await api.insert(venue.owner, "feedback_questions", [question]))[0]?.id ?? "";
  devices = [];
  for (let i = 0; i < GUESTS; i += 1) devices.push(await scan(api, venue.tables[0].qr));
});
afterAll(() => world.close());

async function eaten(): Promise<string> {
  const [device] = devices as [Session];
  const order = must(await place(api, device, snack(venue.menu.coffee, "pay_later")));
  must(await collect(api, venue.owner, order.id, order.total_minor));
  await serve(api, venue, order.id);
  return order.id;
}

const leaving = (device: Session, orderId: string, answer: string) =>
  call(world, guest, "leave_feedback", {
    ...{ p_session_token: device.session_token, p_order_id: orderId },
    p_answers: [{ question_id: questionId, answer }],
  });

const answersOf = (orderId: string) => sql<{ body: string }[]>`
  select a.body from public.feedback f left join public.feedback_answers a on a.feedback_id = f.id
  where f.order_id = ${orderId}`;

test.each(ROUNDS)("ten guests of a table answer differently at once: one is heard (round %i)", async () => {
  const orderId = await eaten();
  const racers = devices.map((device, index) => leaving(device, orderId, `opinion ${index}`));
  const answers = await race(world, await Promise.all(racers));
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, feedback_given: GUESTS - 1 });
  const winner = answers.findIndex((answer) => answer.ok);
  expect(await answersOf(orderId)).toEqual([{ body: `opinion ${winner}` }]);
});

test.each(ROUNDS)("one guest's answer sent ten times at once is one feedback (round %i)", async () => {
  const orderId = await eaten();
  const [device] = devices as [Session];
  const racers = devices.map(() => leaving(device, orderId, "the same"));
  const answers = await race<{ feedback_id: string }>(world, await Promise.all(racers));
  expect(tally(answers.map(outcome))).toEqual({ ok: GUESTS });
  expect(new Set(answers.map((answer) => must(answer).feedback_id)).size).toBe(1);
  expect(await answersOf(orderId)).toEqual([{ body: "the same" }]);
});

test.each(ROUNDS)(
  "hiding and showing at once: the last decision has its own author and reason (round %i)",
  async () => {
    const orderId = await eaten();
    const [device] = devices as [Session];
    const left = { p_session_token: device.session_token, p_order_id: orderId };
    const answer = [{ question_id: questionId, answer: "rude" }];
    const { feedback_id } = must(
      await api.rpc<{ feedback_id: string }>(guest, "leave_feedback", { ...left, p_answers: answer }),
    );
    const deciding = (isHidden: boolean) => {
      const by = isHidden ? venue.owner : venue.members.manager;
      const args = { p_feedback_id: feedback_id, p_is_hidden: isHidden, p_reason: isHidden ? "hide" : "show" };
      return call(world, by, "moderate_feedback", args);
    };
    const answers = await race(world, await Promise.all([true, false, true, false].map(deciding)));
    expect(tally(answers.map(outcome))).toEqual({ ok: 4 });
    const [row] =
      await sql`select is_hidden, moderated_by, moderation_reason from public.feedback where id = ${feedback_id}`;
    const [by, reason] = row?.is_hidden ? [venue.owner, "hide"] : [venue.members.manager, "show"];
    expect(row).toMatchObject({ moderated_by: by.userId, moderation_reason: reason });
  },
);
