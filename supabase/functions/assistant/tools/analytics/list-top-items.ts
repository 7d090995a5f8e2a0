// What sells best.
import { z } from "zod";
import { limit, period, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const listTopItems = read({
  name: "list_top_items",
  module: "analytics",
  description: "Lists the items that were sold most often in a period, with sales and margin.",
  permission: "analytics.read",
  arguments: z.strictObject({ venue_id: venueId, ...period, limit: limit.default(10) }),
  answer: (call, { venue_id, from, until, limit }) =>
    call("get_top_items", { p_venue_id: venue_id, p_from: from, p_until: until, p_limit: limit }),
});
