// Invites somebody to the team.
import { z } from "zod";
import { venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const inviteMember = change({
  name: "invite_member",
  module: "staff",
  description:
    "Proposes to invite an e-mail address to this one venue with a role that is not above one's own. The invitation goes out by mail when it is confirmed; taking back cancels it while it is not accepted.",
  permission: "staff.manage",
  arguments: z.strictObject({
    venue_id: venueId,
    email: z.email().max(254),
    role: z.enum(["manager", "staff", "kitchen", "server", "cashier"]),
  }),
});
