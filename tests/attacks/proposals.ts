/** Attacks on what waits for a person: proposals that were made beforehand. */
import { must } from "../support/api.ts";
import { type Proposal, useTool } from "../support/assistant.ts";
import type { Role } from "../support/venue.ts";
import { type Attack, NOTHING, personOf, type Scene } from "./attack.ts";

/** A proposal of this person, confirmed if they say so. */
export async function proposed(scene: Scene, by: Role | "owner", name: string, args: object, confirmed = false) {
  const person = personOf(scene, by);
  const body = { venue_id: scene.mine.venueId, ...args };
  const { result } = must(await useTool<Proposal>(scene.stack, person, name, body));
  const p = { p_proposal_id: result.proposal_id };
  if (confirmed) must(await scene.api.rpc(person, "confirm_proposal", p));
  return p;
}
export const prices = (scene: Scene, item: "pizza" | "coffee" | "cake", price_minor: number) => ({
  prices: [{ menu_item_id: scene.mine.menu[item], price_minor }],
});

/** A decision about a proposal that was made beforehand. */
export function decision(
  title: string,
  decide: "confirm_proposal" | "undo_proposal",
  expected: string,
  make: (scene: Scene) => Promise<{ p_proposal_id: string }>,
  by: Role | "owner" = "manager",
): Attack {
  let made = { p_proposal_id: NOTHING };
  return {
    risk: "LLM06",
    title,
    by,
    expected,
    prepare: async (scene) => {
      made = await make(scene);
    },
    send: (scene, person) => scene.api.rpc(personOf(scene, person), decide, made),
  };
}
