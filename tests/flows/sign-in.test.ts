/** Signing up and in through Auth, and that its tokens open the same doors as those the other tests mint. */
import { randomUUID } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import { afterAll, expect, test } from "vitest";
import type { Database } from "../../supabase/functions/_shared/database.types.ts";
import { guest } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { expectDenied, refusals } from "../support/refusal.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const refused = await refusals(world.sql);
afterAll(() => world.close());

const client = () =>
  createClient<Database>(world.stack.url, world.stack.publishableKey, { auth: { persistSession: false } });
const credentials = () => ({ email: `${randomUUID()}@guests.example`, password: `secret ${randomUUID()}` });

test("somebody signs up, signs in elsewhere, and is the same person", async () => {
  const account = credentials();
  const signedUp = await client().auth.signUp(account);
  expect(signedUp.error).toBeNull();
  const elsewhere = client();
  const signedIn = await elsewhere.auth.signInWithPassword(account);
  expect(signedIn.data.user?.id).toBe(signedUp.data.user?.id);

  const slug = `house-${randomUUID().slice(0, 13)}`;
  const made = await elsewhere.rpc("create_organisation", { p_name: "House", p_slug: slug });
  expect(made.error).toBeNull();
  const mine = await elsewhere.from("organisations").select("slug, tier, subscription_status");
  expect(mine.data).toEqual([{ slug, tier: "starter", subscription_status: "trialing" }]);

  await elsewhere.auth.signOut();
  const after = await elsewhere.from("organisations").select("slug");
  expect(after.error?.code, "signed out is anonymous").toBe("42501");
});

test("a wrong password, an unknown address and a taken address are refused", async () => {
  const account = credentials();
  expect((await client().auth.signUp(account)).error).toBeNull();
  const wrong = await client().auth.signInWithPassword({ ...account, password: "guessed it" });
  expect(wrong.error?.status).toBe(400);
  expect(wrong.data.session).toBeNull();
  const unknown = await client().auth.signInWithPassword(credentials());
  expect(unknown.error?.message, "who guesses learns nothing about who exists").toBe(wrong.error?.message);
  const again = await client().auth.signUp({ ...account, password: "another password" });
  expect(again.data.session).toBeNull();
});

test("a session is renewed; a refresh token is not guessed", async () => {
  const fresh = client();
  await fresh.auth.signUp(credentials());
  const renewed = await fresh.auth.refreshSession();
  expect(renewed.error).toBeNull();
  expect(renewed.data.session?.access_token).toBeTruthy();
  const guessed = await client().auth.refreshSession({ refresh_token: "guessed-it" });
  expect(guessed.error?.status).toBe(400);
});

test("what somebody writes about himself gives him nothing", async () => {
  const account = credentials();
  const claims = { role: "service_role", tier: "enterprise", organisation_role: "owner" };
  const fresh = client();
  await fresh.auth.signUp({ ...account, options: { data: claims } });
  await fresh.auth.updateUser({ data: claims });
  const { data } = await fresh.auth.refreshSession();
  const user = { ...guest, role: "authenticated" as const, token: data.session?.access_token ?? "" };
  expectDenied(await world.api.rpc(user, "get_health"));
  expect(must(await world.api.select(user, "organisations?select=id"))).toEqual([]);
});

test("a minted token is worth what Auth's is worth, and no token is worth nothing", async () => {
  const [user] = await world.users(1);
  if (!user) throw new Error("no user was made");
  const args = { p_name: "House", p_slug: `house-${randomUUID().slice(0, 13)}` };
  must(await world.api.rpc(user, "create_organisation", args));
  expectDenied(await world.api.rpc(guest, "create_organisation", args));
  const [other] = await world.users(1);
  if (!other) throw new Error("no user was made");
  refused.expect(await world.api.rpc(other, "create_organisation", args), "slug_taken");
});
