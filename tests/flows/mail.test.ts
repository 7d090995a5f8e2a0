/** Invitations end to end: asked for, mailed once, accepted from the mail; and what becomes of mails that cannot be sent. */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { TOPICS } from "../../supabase/functions/worker/topics.ts";
import { type Actor, machine } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { callFunction } from "../support/functions.ts";
import { mailsTo } from "../support/mails.ts";
import { until } from "../support/until.ts";
import { foundVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
afterAll(() => world.close());

const [owner, joiner] = (await world.users(2)) as [Actor, Actor];
const house = await foundVenue(api, owner);

async function inviteByMail(role = "server") {
  const email = `${randomUUID()}@guests.example`;
  const args = { p_organisation_id: house.organisationId, p_email: email, p_role: role, p_venue_id: house.venueId };
  const { invitation_id } = must(await api.rpc<{ invitation_id: string }>(owner, "invite_member", args));
  return { email, invitationId: invitation_id };
}

const firstMail = (email: string) => until(`a mail to ${email}`, async () => (await mailsTo(stack, email))[0]);
const work = () => callFunction(stack, "worker", { actor: machine, body: {} });

test("who is invited gets a mail, and its link makes a member", async () => {
  const { email, invitationId } = await inviteByMail();
  const mail = await firstMail(email);
  expect(mail.subject).toMatch(/^Join .+ on Servio$/);
  const token = /\/invitation#token=([\w-]+)/.exec(mail.text)?.[1];
  const joined = await api.rpc<{ role: string }>(joiner, "accept_invitation", { p_token: token });
  expect(must(joined)).toMatchObject({ role: "server" });
  const [kept] = await sql`
    select (select count(*)::int from private.outbox o where o.payload::text like ${`%${token}%`}) as outbox,
      (select count(*)::int from pgmq.q_mail q where q.message::text like ${`%${invitationId}%`}) as queue`;
  expect(kept, "the token is kept nowhere").toEqual({ outbox: 0, queue: 0 });
});

test("many workers at once send each mail once", async () => {
  const invited = await Promise.all(Array.from({ length: 12 }, () => inviteByMail("kitchen")));
  const answers = await Promise.all(Array.from({ length: 6 }, work));
  expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
  for (const { email } of invited) await firstMail(email);
  await until("the queue of mails is empty", async () => {
    const [queue] = await sql`select count(*)::int as jobs from pgmq.q_mail`;
    return queue?.jobs === 0;
  });
  for (const { email } of invited) expect(await mailsTo(stack, email)).toHaveLength(1);
});

test("poison in a queue is a dead letter, and what stands behind it is sent", async () => {
  await sql`select pgmq.send('mail', '{"topic": "mail.requested", "payload": {"template": "?"}}')`;
  const { email } = await inviteByMail();
  await firstMail(email);
  const letters = await until("the dead letter", async () => {
    const list = must(
      await api.rpc<{ letter_id: number; payload: unknown }[]>(machine, "list_dead_letters", { p_queue: "mail" }),
    );
    return list.length > 0 && list;
  });
  expect(letters.map(({ payload }) => payload)).toContainEqual({ template: "?" });
  const ids = letters.map(({ letter_id }) => letter_id);
  const purged = await api.rpc(machine, "purge_dead_letters", { p_queue: "mail", p_letter_ids: ids });
  expect(must(purged)).toBe(ids.length);
});

test("the worker knows every queue and topic that the database routes", async () => {
  const rows = await sql<{ queue: string; topics: string[] }[]>`
    select q.queue, array_agg(r.topic order by r.topic) as topics
    from private.queues q join private.outbox_routes r on r.queue = q.queue group by q.queue`;
  expect(Object.fromEntries(rows.map(({ queue, topics }) => [queue, topics]))).toEqual(TOPICS);
});
