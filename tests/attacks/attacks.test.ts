/**
 * Attacks with real rights, through the door that every tool has and by a model in the middle of a conversation: each is
 * refused as expected (or answered with nothing to gain), tells nothing, and leaves every row of both houses as it was.
 */
import { afterAll, describe, expect, test } from "vitest";
import { RISKS, type Risk } from "../../scripts/assistant-test/risks.ts";
import { functionErrors } from "../../supabase/functions/_shared/function-errors.ts";
import { outcome } from "../support/api.ts";
import { houseWithAssistant } from "../support/assistant.ts";
import { readRegistry } from "../support/refusal.ts";
import { httpWorld } from "../support/world.ts";
import { ask } from "./asked.ts";
import { type Attack, type Scene, saysNothing } from "./attack.ts";
import { loads } from "./loads.ts";
import type { ModelAttack } from "./model-attack.ts";
import { modelLoads } from "./model-loads.ts";
import { modelWords } from "./model-words.ts";
import { reach } from "./reach.ts";
import { expectUnchanged, rowsOf } from "./rows.ts";
import { words } from "./words.ts";

const world = httpWorld();
afterAll(() => world.close());
const [mine, theirs] = await Promise.all([houseWithAssistant(world), houseWithAssistant(world)]);
const scene: Scene = { ...world, mine, theirs };
const registered = await readRegistry(world.sql);
const statusOf = (code: string) =>
  registered.get(code)?.http_status ?? functionErrors[code as keyof typeof functionErrors]?.status;

const rows = await rowsOf(scene);

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
  expectUnchanged(await rows(), before, attack.proposes);
}

/** The same by a model: what a person asks for is refused to it in the middle of a conversation, which goes on. */
async function outwit({ prepare, script, limits = {}, ...attack }: ModelAttack): Promise<void> {
  // Nobody may ask more than 20 times a minute.
  const by = attack.by ?? (attack.risk > "LLM05" ? "owner" : "manager");
  await prepare?.(scene);
  const before = await rows();
  const asked = await ask(scene, by, script(scene), { limits });
  saysNothing(JSON.stringify(asked.heard), scene);
  expect({ tools: asked.tools, end: asked.end }).toEqual({ tools: attack.tools, end: attack.end });
  attack.also?.(asked, scene);
  expectUnchanged(await rows(), before, attack.proposes);
}

const attacks = [...words, ...reach, ...loads];
describe.each(Object.keys(RISKS) as Risk[])("%s", (risk) => {
  const own = attacks.filter((attack) => attack.risk === risk);
  test.each([...own])("$title", withstand);
  test.each([...modelWords, ...modelLoads].filter((attack) => attack.risk === risk))("model: $title", outwit);
});

test("every risk is tried, and what is proved could be disproved", async () => {
  for (const risk of Object.keys(RISKS))
    expect(attacks.filter((attack) => attack.risk === risk).length).toBeGreaterThan(3);
  const before = await rows();
  await world.sql`update public.menu_items set description = 'otherwise' where id = ${theirs.menu.cake}`;
  expect(await rows()).not.toEqual(before);
});
