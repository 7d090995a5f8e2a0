/**
 * Attacks through the door that every tool has, over HTTP and with real rights: each is refused as expected (or answered
 * with nothing to gain), tells nothing, and leaves every row of both houses as it was.
 */
import { afterAll, describe, expect, test } from "vitest";
import { RISKS, type Risk } from "../../scripts/assistant-test/risks.ts";
import { functionErrors } from "../../supabase/functions/_shared/function-errors.ts";
import { outcome } from "../support/api.ts";
import { houseWithAssistant } from "../support/assistant.ts";
import { apiTables, fingerprint } from "../support/catalog.ts";
import { readRegistry } from "../support/refusal.ts";
import { httpWorld } from "../support/world.ts";
import { type Attack, type Scene, saysNothing } from "./attack.ts";
import { loads } from "./loads.ts";
import { reach } from "./reach.ts";
import { words } from "./words.ts";

const world = httpWorld();
afterAll(() => world.close());
const [mine, theirs] = await Promise.all([houseWithAssistant(world), houseWithAssistant(world)]);
const scene: Scene = { ...world, mine, theirs };
const registered = await readRegistry(world.sql);
const statusOf = (code: string) =>
  registered.get(code)?.http_status ?? functionErrors[code as keyof typeof functionErrors]?.status;

const tables = await apiTables(world.sql);
/** In which attacks are written down, and what a worker tries again meanwhile. */
const RESTLESS = /assistant_calls|webhook_deliveries/;

/** Every row of both houses. */
async function rows(): Promise<Record<string, string>> {
  const [own, other] = await Promise.all([mine, theirs].map((house) => fingerprint(world.sql, house, tables)));
  const theirRows = Object.entries(other ?? {}).map(([table, hash]) => [`their ${table}`, hash] as const);
  return Object.fromEntries([...Object.entries(own ?? {}), ...theirRows].filter(([table]) => !RESTLESS.test(table)));
}

async function withstand(attack: Attack): Promise<void> {
  await attack.prepare?.(scene);
  const before = await rows();
  const answer = await attack.send(scene, attack.by ?? "manager");
  const said = JSON.stringify(answer.ok ? answer.value : answer.problem);
  saysNothing(said, scene);
  if (typeof attack.expected === "string") {
    expect(`${answer.status} ${outcome(answer)}`).toBe(`${statusOf(attack.expected)} ${attack.expected}`);
  } else {
    expect(outcome(answer)).toBe("ok");
    attack.expected(said, scene);
  }
  const after = await rows();
  if (attack.proposes) expect(after.assistant_proposals).not.toBe(before.assistant_proposals);
  const own = attack.proposes ? { assistant_proposals: before.assistant_proposals ?? "" } : {};
  expect({ ...after, ...own }).toEqual(before);
}

const attacks = [...words, ...reach, ...loads];
describe.each(Object.keys(RISKS) as Risk[])("%s", (risk) => {
  const own = attacks.filter((attack) => attack.risk === risk);
  test.each([...own])("$title", withstand);
});

test("every risk is tried, and what is proved could be disproved", async () => {
  for (const risk of Object.keys(RISKS))
    expect(attacks.filter((attack) => attack.risk === risk).length).toBeGreaterThan(3);
  const before = await rows();
  await world.sql`update public.menu_items set description = 'otherwise' where id = ${theirs.menu.cake}`;
  expect(await rows()).not.toEqual(before);
});
