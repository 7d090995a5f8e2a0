/**
 * The assistant, with the rights of whoever asks and with nothing else: a manager raises a price by proposal and
 * confirmation, a cook is refused by the database itself. No model is needed for this: tools are called by name.
 */
import { z } from "zod";
import { invitationAnswer, membershipAnswer } from "../answers.ts";
import { expectEqual } from "../mismatch.ts";
import { money } from "../money.ts";
import { accept, type Person } from "../person.ts";
import type { BuyPlan } from "../plan-desk.ts";
import { expectRefusal } from "../refusal.ts";
import { addressOf, joinStage, type Stage } from "../stage.ts";
import type { Team } from "./gather-team.ts";
import type { House } from "./open-house.ts";

const DISH = "Padrón peppers";
const PRICE_MINOR = 650;
const WISHED_MINOR = 700;
const TOO_MUCH_MINOR = 800;

const priced = z.object({ menu_item_id: z.uuid(), name: z.string().optional(), price_minor: z.number() });
const proposed = z.object({
  tool: z.literal("update_prices"),
  kind: z.literal("change"),
  result: z.object({
    proposal_id: z.uuid(),
    status: z.literal("pending"),
    before: z.array(priced),
    after: z.array(priced),
    impact: z.object({ highest_change_bp: z.number() }),
    expires_at: z.string(),
  }),
});
const decided = z.object({ proposal_id: z.uuid(), status: z.string() });
const found = z.object({
  result: z.object({ items: z.array(z.object({ menu_item_id: z.uuid(), price_minor: z.number() })) }),
});

export interface Asked {
  readonly manager: Person;
  readonly menuItemId: string;
  readonly proposalId: string;
  readonly beforeMinor: number;
  readonly afterMinor: number;
}

export async function askAssistant(stage: Stage, house: House, team: Team, buyPlan: BuyPlan): Promise<Asked> {
  const { timeline, logOf } = stage;
  const { owner, venueId, organisationId } = house;
  const look = `${logOf("functions")}  and  ${logOf("rest")}`;
  timeline.act("The manager works with the assistant");
  const search = (person: Person) =>
    person.invoke("assistant/tools/search_menu", { venue_id: venueId, query: DISH }, found);
  const wish = (person: Person, menu_item_id: string, price_minor: number) =>
    person.invoke(
      "assistant/tools/update_prices",
      { venue_id: venueId, prices: [{ menu_item_id, price_minor }] },
      proposed,
    );
  const price = async () => {
    const { data, error, status } = await owner.client
      .from("menu_items")
      .select("price_minor")
      .match({ venue_id: venueId, name: DISH })
      .single();
    return accept("the price", { data, error, status }).price_minor;
  };

  await timeline.step({
    actor: "owner",
    title: "asks it on trial, then takes the plan",
    look,
    async work(say) {
      await expectRefusal("entitlement_exceeded", "the assistant on trial", search(owner));
      await buyPlan(owner, organisationId, "enterprise");
      say("refused: entitlement_exceeded", "enterprise, paid by card at the provider");
    },
  });
  const manager = await timeline.step({
    actor: "manager",
    title: "is invited, signs up and accepts",
    look: logOf("auth"),
    async work(say) {
      const invitation = { p_organisation_id: organisationId, p_email: addressOf(stage, "manager"), p_role: "manager" };
      const { token } = await owner.call("invite_member", { ...invitation, p_venue_id: venueId }, invitationAnswer);
      const person = await joinStage(stage, "manager");
      expectEqual("the membership", await person.call("accept_invitation", { p_token: token }, membershipAnswer), {
        role: "manager",
      });
      say("role manager, this venue only");
      return person;
    },
  });
  const menuItemId = await timeline.step({
    actor: "manager",
    title: `has the ${DISH} found`,
    look,
    async work(say) {
      const [item] = (await search(manager)).result.items;
      expectEqual("the dish and its price", item, { price_minor: PRICE_MINOR });
      say(money(PRICE_MINOR));
      return item?.menu_item_id ?? "";
    },
  });
  const proposal = await timeline.step({
    actor: "manager",
    title: "has a higher price proposed",
    look,
    async work(say) {
      const tooMuch = wish(manager, menuItemId, TOO_MUCH_MINOR);
      await expectRefusal("guardrail_exceeded", "a price that is too much higher", tooMuch);
      const { result } = await wish(manager, menuItemId, WISHED_MINOR);
      expectEqual("what is now", result.before[0], { price_minor: PRICE_MINOR });
      expectEqual("what would be", result.after[0], { price_minor: WISHED_MINOR });
      expectEqual("the price, still", await price(), PRICE_MINOR);
      say(`${money(TOO_MUCH_MINOR)} refused: guardrail_exceeded`, `${money(WISHED_MINOR)} proposed, nothing changed`);
      return result;
    },
  });
  const p = { p_proposal_id: proposal.proposal_id };
  await timeline.step({
    actor: "owner",
    title: "cannot confirm it for the manager",
    look,
    async work(say) {
      await expectRefusal("proposal_not_found", "another's proposal", owner.call("confirm_proposal", p, decided));
      say("refused: proposal_not_found");
    },
  });
  await timeline.step({
    actor: "manager",
    title: "confirms it, once",
    look,
    async work(say) {
      const done = await manager.call("confirm_proposal", p, decided);
      expectEqual("the proposal", done, { status: "confirmed" });
      expectEqual("the price", await price(), WISHED_MINOR);
      const again = manager.call("confirm_proposal", p, decided);
      await expectRefusal("proposal_closed", "a proposal that was confirmed", again);
      say(`${money(PRICE_MINOR)} → ${money(WISHED_MINOR)} in the draft`, "a second time: proposal_closed");
    },
  });
  await timeline.step({
    actor: "kitchen",
    title: "wishes prices, by tool and past it",
    look,
    async work(say) {
      await expectRefusal("permission_denied", "a cook's tool", wish(team.kitchen, menuItemId, PRICE_MINOR));
      const args = { p_venue_id: venueId, p_tool: "update_prices", p_arguments: {} };
      const past = team.kitchen.call("propose_change", args, decided);
      await expectRefusal("permission_denied", "a cook's proposal, past the tool", past);
      expectEqual("the price", await price(), WISHED_MINOR);
      say("refused by the database, both");
    },
  });
  return {
    manager,
    menuItemId,
    proposalId: proposal.proposal_id,
    beforeMinor: PRICE_MINOR,
    afterMinor: WISHED_MINOR,
  };
}
