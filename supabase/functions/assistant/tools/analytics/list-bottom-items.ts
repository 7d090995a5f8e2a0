// What sells worst.
import { z } from "zod";
import { limit, period, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const listBottomItems = read({
  name: "list_bottom_items",
  module: "analytics",
  description:
    "Lists the items of the published menu that were sold least in a period, also those that nobody ordered.",
  permission: "analytics.read",
  arguments: z.strictObject({ venue_id: venueId, ...period, limit: limit.default(10) }),
  answer: (call, { venue_id, from, until, limit }) =>
    call("get_bottom_items", { p_venue_id: venue_id, p_from: from, p_until: until, p_limit: limit }),
});
