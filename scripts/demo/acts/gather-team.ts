/** Three people join by invitation, each with an account and a role of their own. */
import { invitationAnswer, membershipAnswer } from "../answers.ts";
import { expectEqual } from "../mismatch.ts";
import type { Person } from "../person.ts";
import { expectRefusal } from "../refusal.ts";
import { addressOf, joinStage, type Stage } from "../stage.ts";
import type { House } from "./open-house.ts";

export interface Team {
  kitchen: Person;
  server: Person;
  cashier: Person;
}

export async function gatherTeam(stage: Stage, { owner, organisationId, venueId }: House): Promise<Team> {
  const { timeline, logOf } = stage;
  timeline.act("The team arrives");

  const join = (role: "kitchen" | "server" | "cashier") =>
    timeline.step({
      actor: role,
      title: "is invited, signs up and accepts",
      look: logOf("auth"),
      async work(say) {
        const args = {
          p_organisation_id: organisationId,
          p_email: addressOf(stage, role),
          p_role: role,
          p_venue_id: venueId,
        };
        const { token } = await owner.call("invite_member", args, invitationAnswer);
        const person = await joinStage(stage, role);
        const membership = await person.call("accept_invitation", { p_token: token }, membershipAnswer);
        expectEqual("the membership", membership.role, role);
        say(`role ${role}, this venue only`);
        return { person, token };
      },
    });
  const kitchen = await join("kitchen");
  const server = await join("server");
  const cashier = await join("cashier");

  await timeline.step({
    actor: "server",
    title: "tries the cashier's invitation as well",
    async work(say) {
      const again = server.person.call("accept_invitation", { p_token: cashier.token }, membershipAnswer);
      await expectRefusal("invitation_used", "a token that was accepted", again);
      say("refused: invitation_used");
    },
  });
  return { kitchen: kitchen.person, server: server.person, cashier: cashier.person };
}
