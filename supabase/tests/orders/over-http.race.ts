/** The two races that matter most once more, the way guests run them: over HTTP, through gateway and PostgREST's pool. */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { meal, place, scan, snack } from "../../../tests/support/guests.ts";
import { buildVenue, stock } from "../../../tests/support/venue.ts";
import { httpWorld } from "../../../tests/support/world.ts";

const world = httpWorld();
const { api, sql } = world;
afterAll(() => world.close());
const venue = await buildVenue(world);
const { owner, menu, venueId, tables } = venue;

test("one key, fifty requests at once: one order, and who was told to wait gets it by asking again", async () => {
  const session = await scan(api, tables[0].qr);
  const key = randomUUID();
  const patient = async () => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await place(api, session, meal(menu, "pay_later"), key);
      if (outcome(answer) !== "idempotency_key_in_use" || attempt === 50) return answer;
    }
  };
  const answers = await Promise.all(Array.from({ length: 50 }, patient));
  expect(tally(answers.map(outcome))).toEqual({ ok: 50 });
  expect(new Set(answers.map((answer) => must(answer).id)).size).toBe(1);
  const [made] = await sql`select count(*)::int as orders from public.orders where session_id = ${session.session_id}`;
  expect(made?.orders).toBe(1);
});

test("one portion, twenty guests: one eats", async () => {
  const ingredient = await stock(api, owner, venueId, menu.cake, 1);
  const sessions = await Promise.all(Array.from({ length: 20 }, () => scan(api, tables[1].qr)));
  const answers = await Promise.all(sessions.map((session) => place(api, session, snack(menu.cake, "pay_later"))));
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, out_of_stock: 19 });
  const [left] = await sql`select on_hand::int from public.ingredients where id = ${ingredient}`;
  expect(left?.on_hand).toBe(0);
  expect(await violations(sql, venue.organisationId)).toEqual([]);
});
