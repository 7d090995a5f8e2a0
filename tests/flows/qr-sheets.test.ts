/** Codes from the database to paper and back: made, printed, read off the page as a phone does, and opened. */
import { afterAll, expect, test } from "vitest";
import { printed, scanned } from "../../supabase/functions/qr-sheet/reader.testing.ts";
import { type Actor, guest } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { answerFrom, callFunction } from "../support/functions.ts";
import { credentials } from "../support/http-api.ts";
import { refusals } from "../support/refusal.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
const refused = await refusals(sql);
afterAll(() => world.close());
const venue = await buildVenue(world);
const elsewhere = await buildVenue(world);

const made = must(
  await api.rpc<{ token: string; label: string }[]>(venue.owner, "create_qr_codes", {
    p_venue_id: venue.venueId,
    p_table_ids: venue.tables.map(({ id }) => id),
  }),
);
const tokens = made.map(({ token }) => token);
const sheet = { venue_id: venue.venueId, tokens, paper: "letter" };
const print = (actor: Actor, body: unknown = sheet) => callFunction(stack, "qr-sheet", { actor, body });

test("a manager prints what was just made, and each card opens its table", async () => {
  const response = await fetch(`${stack.url}/functions/v1/qr-sheet`, {
    method: "POST",
    headers: { ...credentials(stack, venue.members.manager), "content-type": "application/json" },
    body: JSON.stringify(sheet),
  });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/pdf"]);
  const pages = await printed(new Uint8Array(await response.arrayBuffer()));
  expect(pages).toHaveLength(1);
  expect(pages[0]?.text).toMatch(/House\s+1\s.*\s+House\s+2\s/s);
  const links = pages.flatMap(scanned).map((link) => new URL(String(link)));
  expect(links.map(({ pathname }) => pathname)).toEqual(["/table", "/table"]);
  for (const [index, { hash }] of links.entries()) {
    const p_qr_token = new URLSearchParams(hash.slice(1)).get("token");
    const scan = must(await api.rpc<{ table: unknown }>(guest, "start_table_session", { p_qr_token }));
    expect(scan.table).toMatchObject({ label: String(index + 1) });
  }
});

test("and one of them again, as svg for a designer", async () => {
  const answer = await print(venue.owner, { ...sheet, tokens: tokens.slice(0, 1), format: "svg" });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
  expect(answer.text).toMatch(/^<svg .*>House<\/text>.*<\/svg>\n$/s);
});

test("nobody else prints them, and nothing that does not work is printed", async () => {
  const problem = async (actor: Actor, body: unknown = sheet) => answerFrom(await print(actor, body));
  refused.expect(await problem(venue.members.kitchen), "permission_denied");
  refused.expect(await problem(elsewhere.owner), "permission_denied");
  refused.expect(await problem(elsewhere.owner, { ...sheet, venue_id: elsewhere.venueId }), "qr_code_invalid");
  refused.expect(await problem(venue.owner, { ...sheet, tokens: [venue.tables[0].qr] }), "qr_code_invalid");
});

test("what is no request of a member is refused by the function itself", async () => {
  const many = Array.from({ length: 101 }, (_token, n) => `token-${n}`);
  const call = async (actor: Actor, body: unknown, method = "POST") => {
    const { status, text } = await callFunction(stack, "qr-sheet", { actor, method, ...(body ? { body } : {}) });
    return `${status} ${JSON.parse(text).code}`;
  };
  expect(await call(guest, sheet)).toBe("401 not_authenticated");
  expect(await call(venue.owner, { ...sheet, tokens: many })).toBe("422 invalid_input");
  expect(await call(venue.owner, "{oops")).toBe("400 json_invalid");
  expect(await call(venue.owner, null, "GET")).toBe("405 method_not_allowed");
});
