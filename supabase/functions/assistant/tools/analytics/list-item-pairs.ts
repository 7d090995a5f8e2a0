// What is ordered together.
import { z } from "zod";
import { limit, period, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const listItemPairs = read({
  name: "list_item_pairs",
  module: "analytics",
  description: "Lists which two items were ordered together most often in a period of at most 92 days.",
  permission: "analytics.read",
  arguments: z.strictObject({ venue_id: venueId, ...period, limit: limit.default(10) }),
  answer: (call, { venue_id, from, until, limit }) =>
    call("get_item_pairs", { p_venue_id: venue_id, p_from: from, p_until: until, p_limit: limit }),
});
