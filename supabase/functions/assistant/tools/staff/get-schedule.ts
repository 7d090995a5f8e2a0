// Who works when.
import { z } from "zod";
import { instant, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const getSchedule = read({
  name: "get_schedule",
  module: "staff",
  description: "Lists the shifts of a venue that start in a window of at most 31 days, drafts included.",
  permission: "staff.read",
  arguments: z.strictObject({ venue_id: venueId, from: instant, until: instant }),
  answer: (call, { venue_id, from, until }) =>
    call("get_schedule", { p_venue_id: venue_id, p_from: from, p_until: until }),
});
