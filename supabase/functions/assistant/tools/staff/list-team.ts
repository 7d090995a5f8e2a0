// Who works here.
import { z } from "zod";
import { id, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

const team = z.object({ venue_id: id, members: z.array(z.unknown()) });

export const listTeam = read({
  name: "list_team",
  module: "staff",
  description: "Lists who works in the venue with their roles, without addresses.",
  permission: "staff.read",
  arguments: z.strictObject({ venue_id: venueId }),
  answer: async (call, { venue_id }) => {
    return team.parse(await call("get_team", { p_venue_id: venue_id }));
  },
});
