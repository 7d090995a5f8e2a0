/** Joining and leaving at once: a token admits one person, and an organisation never ends up without an owner. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Actor, clock } from "../../../tests/support/actors.ts";
import { outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { call, race } from "../../../tests/support/race.ts";
import { foundVenue, invite, join } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const TAKERS = 20;
const world = await cloneWorld(TAKERS);
let takers: Actor[];
beforeAll(async () => {
  takers = await world.users(TAKERS);
});
afterAll(() => world.close());

async function organisation(): Promise<{ owner: Actor; id: string }> {
  const [owner] = (await world.users(1)) as [Actor];
  const { organisationId } = await foundVenue(world.api, owner);
  return { owner, id: organisationId };
}

const members = async (organisationId: string, role: string): Promise<number> => {
  const [found] = await world.sql<{ count: number }[]>`
    select count(*)::int from public.memberships where organisation_id = ${organisationId} and role = ${role}`;
  return found?.count ?? 0;
};

test.each([1, 2, 3])("one invitation token, 20 takers: one member (round %i)", async () => {
  const { owner, id } = await organisation();
  const { token } = await invite(world.api, owner, id, "somebody@guests.example", "server");
  const racers = await Promise.all(takers.map((taker) => call(world, taker, "accept_invitation", { p_token: token })));
  const answers = await race(world, racers);
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, invitation_used: TAKERS - 1 });
  expect(await members(id, "server")).toBe(1);
  expect(await violations(world.sql)).toEqual([]);
});

test("accepting and cancelling an invitation at once: one of the two happens", async () => {
  const { owner, id } = await organisation();
  const { token, invitation_id } = await invite(world.api, owner, id, "somebody@guests.example", "server");
  const [taker] = takers as [Actor];
  const answers = await race(world, [
    await call(world, taker, "accept_invitation", { p_token: token }),
    await call(world, owner, "cancel_invitation", { p_invitation_id: invitation_id }),
  ]);
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, invitation_used: 1 });
  expect(await members(id, "server")).toBe(answers[0]?.ok ? 1 : 0);
});

test("twenty invitations to one address at once: one is pending", async () => {
  const { owner, id } = await organisation();
  const args = { p_organisation_id: id, p_email: "same@guests.example", p_role: "server" };
  const racers = await Promise.all(takers.map(() => call(world, owner, "invite_member", args)));
  expect(tally((await race(world, racers)).map(outcome))).toEqual({ ok: 1, invitation_pending: TAKERS - 1 });
});

test("twenty invitations at once by somebody who has seven left: seven go out", async () => {
  const { owner, id } = await organisation();
  await world.sql`insert into private.rate_limits (scope, subject, minute, used)
    select 'invite_member', ${owner.userId}, date_trunc('hour', now()) + n * interval '1 hour', 43 from generate_series(0, 1) n`;
  const racers = await Promise.all(
    takers.map((_, n) =>
      call(world, owner, "invite_member", {
        p_organisation_id: id,
        p_email: `${n}@guests.example`,
        p_role: "server",
      }),
    ),
  );
  expect(tally((await race(world, racers)).map(outcome))).toEqual({ ok: 7, rate_limited: TAKERS - 7 });
  const [sent] =
    await world.sql`select count(*)::int as invitations from public.invitations where organisation_id = ${id}`;
  expect(sent).toEqual({ invitations: 7 });
});

/** Two owners of one organisation, and how each of them could stop being one. */
async function twoOwners() {
  const { owner, id } = await organisation();
  const [partner] = (await world.users(1)) as [Actor];
  const { membership_id } = await join(world.api, owner, partner, id, "owner");
  const [first] = await world.sql<{ id: string }[]>`
    select id from public.memberships where organisation_id = ${id} and user_id = ${owner.userId}`;
  return { id, owner, partner, ownerMembership: first?.id ?? "", partnerMembership: membership_id };
}

test.each([1, 2, 3, 4, 5])("two owners who leave at once: one stays (round %i)", async () => {
  const both = await twoOwners();
  const answers = await race(world, [
    await call(world, both.owner, "remove_member", { p_membership_id: both.ownerMembership }),
    await call(world, both.partner, "remove_member", { p_membership_id: both.partnerMembership }),
  ]);
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, last_owner: 1 });
  expect(await members(both.id, "owner")).toBe(1);
});

test.each([1, 2, 3])("two owners who demote each other at once: one stays (round %i)", async () => {
  const both = await twoOwners();
  const answers = await race(world, [
    await call(world, both.owner, "change_role", { p_membership_id: both.partnerMembership, p_role: "server" }),
    await call(world, both.partner, "change_role", { p_membership_id: both.ownerMembership, p_role: "server" }),
  ]);
  // The second no longer is an owner when its turn comes.
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, permission_denied: 1 });
  expect(await members(both.id, "owner")).toBe(1);
  expect(await violations(world.sql)).toEqual([]);
});

test("one slug, 20 founders: one organisation", async () => {
  const args = { p_name: "House", p_slug: `slug-${Date.now()}` };
  const racers = await Promise.all(takers.map((taker) => call(world, taker, "create_organisation", args)));
  expect(tally((await race(world, racers)).map(outcome))).toEqual({ ok: 1, slug_taken: TAKERS - 1 });
  expect(await violations(world.sql)).toEqual([]);
});

test.each([1, 2, 3, 4, 5])(
  "an account is deleted while its membership changes: nobody waits for ever (round %i)",
  async () => {
    const { owner, id } = await organisation();
    const [leaver] = (await world.users(1)) as [Actor];
    await join(world.api, owner, leaver, id, "server");
    const [membership] = await world.sql<{ id: string }[]>`
    select id from public.memberships where organisation_id = ${id} and user_id = ${leaver.userId}`;
    const args = { p_membership_id: membership?.id };
    const deleting = `delete from auth.users where id = '${leaver.userId}' returning to_jsonb(id) as answer`;
    const answers = await race(world, [
      { actor: clock, statement: deleting },
      ...(await Promise.all(
        ["kitchen", "staff", "cashier"].map((p_role) => call(world, owner, "change_role", { ...args, p_role })),
      )),
      await call(world, owner, "remove_member", args),
    ]);
    expect(answers[0] && outcome(answers[0])).toBe("ok");
    for (const answer of answers) expect(["ok", "member_not_found"]).toContain(outcome(answer));
    expect(await members(id, "owner")).toBe(1);
    expect(await violations(world.sql)).toEqual([]);
  },
);
