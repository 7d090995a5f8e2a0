/** What supabase/seed.sql promises to people at its top: the logins work and reach what it says, the codes open tables. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Stack } from "../scripts/stack/start-stack.ts";
import { acquireStack } from "../scripts/stack/test-stack.ts";

const SEED = readFileSync(join(import.meta.dirname, "..", "supabase", "seed.sql"), "utf8");
const CAFE_AND_RESTAURANT = ["example-cafe", "example-restaurant"];

let stack: Stack;
beforeAll(async () => {
  stack = await acquireStack();
});
afterAll(() => stack.stop());

const anybody = () =>
  createClient(stack.url, stack.publishableKey, { auth: { persistSession: false, autoRefreshToken: false } });

test.each([
  ["owner@example.com", "owner", CAFE_AND_RESTAURANT],
  ["manager@example.com", "manager", CAFE_AND_RESTAURANT],
  ["staff@example.com", "staff", CAFE_AND_RESTAURANT],
  ["kitchen@example.com", "kitchen", CAFE_AND_RESTAURANT],
  ["server@example.com", "server", CAFE_AND_RESTAURANT],
  ["cashier@example.com", "cashier", CAFE_AND_RESTAURANT],
  ["cafe-manager@example.com", "manager", ["example-cafe"]],
  ["cafe-kitchen@example.com", "kitchen", ["example-cafe"]],
  ["cafe-cashier@example.com", "cashier", ["example-cafe"]],
  ["truck-owner@example.com", "owner", ["sample-food-truck"]],
  ["truck-kitchen@example.com", "kitchen", ["sample-food-truck"]],
  ["truck-cashier@example.com", "cashier", ["sample-food-truck"]],
])("%s is %s of %j", async (email, role, venues) => {
  expect(SEED.slice(0, SEED.indexOf("── People"))).toContain(email);
  const client = anybody();
  const { data, error } = await client.auth.signInWithPassword({ email, password: "servio-demo" });
  expect(error).toBeNull();
  const own = await client
    .from("memberships")
    .select("role")
    .eq("user_id", data.user?.id ?? "");
  expect(own.data).toEqual([{ role }]);
  // Other files make venues of their own, in organisations of their own: these people see none of them.
  const seen = await client.from("venues").select("slug").order("slug");
  expect(seen.data?.map(({ slug }) => slug)).toEqual(venues);
});

const tables = (venue: string, count: number) => Array.from({ length: count }, (_, n) => `${venue}-${n + 1}`);
const CODES = ["example-cafe-counter", ...tables("example-restaurant", 12), "sample-food-truck-counter"];

test("every QR token that the seed names opens its table, whose venue has a menu", async () => {
  const guest = anybody();
  for (const code of CODES) {
    const { data, error } = await guest.rpc("start_table_session", { p_qr_token: `servio-demo-${code}` });
    expect(error, code).toBeNull();
    expect(`${data.venue.slug}-${data.table?.label ?? "counter"}`).toBe(code);
  }
  for (const p_venue_slug of [...CAFE_AND_RESTAURANT, "sample-food-truck"]) {
    const { data } = await guest.rpc("get_menu", { p_venue_slug });
    expect(data.categories.length, p_venue_slug).toBeGreaterThanOrEqual(3);
  }
});

test("a token that the seed does not name opens nothing", async () => {
  const { error, status } = await anybody().rpc("start_table_session", {
    p_qr_token: "servio-demo-example-restaurant-13",
  });
  expect({ status, message: error?.message }).toEqual({ status: 404, message: "qr_code_invalid" });
});

test("sixty dishes and more with choices and recipes, in three languages, with their allergens said", async () => {
  const client = anybody();
  await client.auth.signInWithPassword({ email: "owner@example.com", password: "servio-demo" });
  const { data: items } = await client.from("menu_items").select("allergens, recipe_lines(quantity)");
  const cooked = items?.filter(({ recipe_lines }) => recipe_lines.length > 0);
  expect(cooked?.length).toBeGreaterThanOrEqual(60);
  expect(items?.filter(({ allergens }) => allergens === null)).toEqual([]);
  const { data } = await anybody().rpc("get_menu", { p_venue_slug: "example-restaurant", p_locale: "fr" });
  expect(JSON.stringify(data)).toContain("Poisson frit et frites");
  const { data: truck } = await anybody().rpc("get_menu", { p_venue_slug: "sample-food-truck", p_locale: "es" });
  expect(JSON.stringify(truck)).toContain("Refresco de lima");
  expect([truck.currency ?? truck.venue?.currency]).toEqual(["USD"]);
});

test("VAT: eaten in and hot is 20 %, cold to take away is not taxed unless it is crisps", async () => {
  const client = anybody();
  await client.auth.signInWithPassword({ email: "owner@example.com", password: "servio-demo" });
  const { data } = await client.from("menu_items").select("name, tax_rate_bp, menu_categories!inner(name)");
  const rates = (takeAway: boolean) =>
    new Set(
      data
        ?.filter(({ menu_categories: category }) => /take away/.test(JSON.stringify(category)) === takeAway)
        .map(({ name, tax_rate_bp }) => (name === "Crisps" ? `crisps ${tax_rate_bp}` : tax_rate_bp)),
    );
  expect(rates(false)).toEqual(new Set([2000]));
  expect(rates(true)).toEqual(new Set([0, "crisps 2000"]));
});
