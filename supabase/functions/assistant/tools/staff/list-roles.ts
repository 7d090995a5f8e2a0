// What each role may do.
import { z } from "zod";
import { id, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

const team = z.object({ venue_id: id, roles: z.array(z.unknown()) });

export const listRoles = read({
  name: "list_roles",
  module: "staff",
  description: "Lists the roles and the permissions that each one has.",
  permission: "staff.read",
  arguments: z.strictObject({ venue_id: venueId }),
  answer: async (call, { venue_id }) => {
    return team.parse(await call("get_team", { p_venue_id: venue_id }));
  },
});
