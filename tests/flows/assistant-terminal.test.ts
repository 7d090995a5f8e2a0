/** `npm run assistant` beside a real stack: a manager changes a price by two commands, a cook is refused. */
import { afterAll, expect, test } from "vitest";
import { runProgram } from "../../scripts/assistant/program.ts";
import type { Actor } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
afterAll(() => world.close());
const { owner, members, menu, organisationId } = await buildVenue(world);
await sql`update public.organisations set tier = 'enterprise', subscription_status = 'active' where id = ${organisationId}`;

async function run(actor: Actor, ...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const ask = async () => null;
  const where = ["--url", stack.url, "--key", stack.publishableKey, "--token", actor.token ?? ""];
  const code = await runProgram([...args, ...where], {
    ...{ env: {}, say: (text: string) => void out.push(text), complain: (text: string) => void err.push(text) },
    openTerminal: () => ({ say: () => {}, write: () => {}, ask, askSecretly: ask, close: () => {} }),
  });
  return { code, out: code === 0 ? JSON.parse(out.join("")) : null, err: err.join("") };
}
const price = async () =>
  must(await api.select<{ price_minor: number }>(owner, `menu_items?id=eq.${menu.coffee}&select=price_minor`))[0];

test("proposed, confirmed, taken back", async () => {
  const before = (await price())?.price_minor ?? 0;
  const wish = JSON.stringify({ prices: [{ menu_item_id: menu.coffee, price_minor: before + 10 }] });
  const { out, code } = await run(members.manager, "update_prices", "--json", wish);
  expect([code, out.result.status]).toEqual([0, "pending"]);
  expect(await price()).toEqual({ price_minor: before });
  const id = out.result.proposal_id;
  expect(await run(members.manager, "confirm", id)).toMatchObject({ code: 0, out: { status: "confirmed" } });
  expect(await price()).toEqual({ price_minor: before + 10 });
  expect(await run(members.manager, "undo", id)).toMatchObject({ code: 0, out: { status: "undone" } });
  expect(await run(members.kitchen, "update_prices", "--json", wish)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^refused: permission_denied \(HTTP 403\)/),
  });
  const found = await run(members.manager, "search_menu", "query=cof");
  expect(found.out.result.items).toMatchObject([{ menu_item_id: menu.coffee }]);
});
