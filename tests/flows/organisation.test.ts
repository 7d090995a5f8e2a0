/** From founder to team: organisation, venue, invitations, roles, and what happens when nobody pays us. */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import type { Actor } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { violations } from "../support/books.ts";
import { expectDenied, refusals } from "../support/refusal.ts";
import { foundVenue, invite, join } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql } = world;
const refused = await refusals(sql);
afterAll(() => world.close());

const [owner, manager, server, stranger] = (await world.users(4)) as [Actor, Actor, Actor, Actor];
const house = await foundVenue(api, owner);
const { membership_id: managing } = await join(api, owner, manager, house.organisationId, "manager");
const { membership_id: serving } = await join(api, manager, server, house.organisationId, "server");

const inviting = (by: Actor, role: string, email = `${randomUUID()}@guests.example`) =>
  api.rpc<{ token: string; invitation_id: string }>(by, "invite_member", {
    p_organisation_id: house.organisationId,
    p_email: email,
    p_role: role,
  });

test("founding twice is founding once; a taken or malformed slug is refused", async () => {
  const args = { p_name: "House", p_slug: house.slug };
  expect(must(await api.rpc(owner, "create_organisation", args))).toMatchObject({ id: house.organisationId });
  refused.expect(await api.rpc(stranger, "create_organisation", args), "slug_taken");
  for (const slug of ["", "UPPER", "with space", "-edge", "a".repeat(61)]) {
    refused.expect(await api.rpc(stranger, "create_organisation", { p_name: "X", p_slug: slug }), "invalid_input");
  }
});

test("a venue comes with its expo; strangers and members without the right make none", async () => {
  const expo = await api.select(owner, `kitchen_stations?venue_id=eq.${house.venueId}&kind=eq.expo`);
  expect(must(expo)).toHaveLength(1);
  const args = { p_organisation_id: house.organisationId, p_name: "Branch", p_slug: `branch-${randomUUID()}` };
  refused.expect(await api.rpc(stranger, "create_venue", args), "permission_denied");
  refused.expect(await api.rpc(server, "create_venue", args), "permission_denied");
  refused.expect(await api.rpc(owner, "create_venue", { ...args, p_timezone: "Atlantis/City" }), "invalid_input");
  refused.expect(await api.rpc(owner, "create_venue", { ...args, p_currency: "pounds" }), "invalid_input");
});

test("settings are edited by who may, and only the columns that may change", async () => {
  const row = `venues?id=eq.${house.venueId}`;
  expect(must(await api.update(manager, row, { name: "The House" }))).toHaveLength(1);
  expect(must(await api.update(server, row, { name: "Mine" })), "filtered by the policy").toEqual([]);
  expectDenied(await api.update(owner, row, { currency: "USD" }));
  expectDenied(await api.update(owner, `organisations?id=eq.${house.organisationId}`, { tier: "enterprise" }));
});

test("an invitation works once, for whoever holds its token", async () => {
  const { token } = must(await inviting(owner, "cashier"));
  const [first, second] = (await world.users(2)) as [Actor, Actor];
  must(await api.rpc(first, "accept_invitation", { p_token: token }));
  refused.expect(await api.rpc(second, "accept_invitation", { p_token: token }), "invitation_used");
  refused.expect(await api.rpc(second, "accept_invitation", { p_token: "guessed" }), "invitation_not_found");
  const again = must(await inviting(owner, "cashier"));
  refused.expect(await api.rpc(first, "accept_invitation", { p_token: again.token }), "already_member");
});

test("a cancelled or expired invitation works no more, and a second pending one is refused", async () => {
  const email = `${randomUUID()}@guests.example`;
  const pending = must(await inviting(owner, "cashier", email));
  refused.expect(await inviting(owner, "cashier", email), "invitation_pending");
  must(await api.rpc(owner, "cancel_invitation", { p_invitation_id: pending.invitation_id }));
  refused.expect(await api.rpc(stranger, "accept_invitation", { p_token: pending.token }), "invitation_used");
  const old = must(await inviting(owner, "cashier", email));
  await sql`update public.invitations set expires_at = now() - interval '1 second' where id = ${old.invitation_id}`;
  refused.expect(await api.rpc(stranger, "accept_invitation", { p_token: old.token }), "invitation_expired");
  must(await inviting(owner, "cashier", email));
});

test("nobody grants, changes or removes above their own role", async () => {
  refused.expect(await inviting(manager, "owner"), "role_above_own");
  refused.expect(await inviting(server, "server"), "permission_denied");
  refused.expect(await inviting(stranger, "server"), "permission_denied");
  refused.expect(await inviting(owner, "emperor"), "invalid_input");
  refused.expect(await inviting(owner, "server", "not an address"), "invalid_input");
  const promote = { p_membership_id: serving, p_role: "owner" };
  refused.expect(await api.rpc(server, "change_role", promote), "permission_denied");
  refused.expect(await api.rpc(manager, "change_role", promote), "permission_denied");
  refused.expect(await api.rpc(stranger, "change_role", promote), "member_not_found");
  const [mine] = must(await api.select<{ id: string }>(owner, `memberships?user_id=eq.${owner.userId}`));
  refused.expect(await api.rpc(manager, "remove_member", { p_membership_id: mine?.id }), "role_above_own");
  refused.expect(await api.rpc(owner, "remove_member", { p_membership_id: mine?.id }), "last_owner");
  refused.expect(await api.rpc(owner, "change_role", { p_membership_id: mine?.id, p_role: "staff" }), "last_owner");
});

test("rights end at once with the membership", async () => {
  const [leaver] = (await world.users(1)) as [Actor];
  const { membership_id } = await join(api, owner, leaver, house.organisationId, "manager");
  expect(must(await api.select(leaver, "venues?select=id"))).toHaveLength(1);
  must(await api.rpc(owner, "remove_member", { p_membership_id: membership_id }));
  expect(must(await api.select(leaver, "venues?select=id"))).toEqual([]);
  refused.expect(await api.rpc(leaver, "publish_menu", { p_venue_id: house.venueId }), "permission_denied");
});

test("the trial's end makes the organisation read-only, for everybody who had the right; paying ends that", async () => {
  const [founder] = (await world.users(1)) as [Actor];
  const late = await foundVenue(api, founder);
  const { token } = await invite(api, founder, late.organisationId, manager.email, "manager");
  must(await api.rpc(manager, "accept_invitation", { p_token: token }));
  const ends = (at: string) =>
    sql`update public.organisations set trial_ends_at = ${at}::timestamptz where id = ${late.organisationId}`;
  const publish = (by: Actor) => api.rpc(by, "publish_menu", { p_venue_id: late.venueId });
  await ends("2020-01-01");
  refused.expect(await publish(founder), "subscription_inactive");
  refused.expect(await publish(manager), "subscription_inactive");
  refused.expect(await publish(stranger), "permission_denied");
  expectDenied(await api.insert(founder, "tables", [{ venue_id: late.venueId, label: "1" }]));
  expect(must(await api.select(founder, `venues?id=eq.${late.venueId}`)), "reading stays").toHaveLength(1);
  await sql`update public.organisations set subscription_status = 'active' where id = ${late.organisationId}`;
  refused.expect(await publish(founder), "menu_incomplete");
  must(await api.insert(founder, "tables", [{ venue_id: late.venueId, label: "1" }]));
});

test("the books of all this are in order", async () => {
  expect(managing).toBeTruthy();
  expect(await violations(sql, house.organisationId)).toEqual([]);
});
