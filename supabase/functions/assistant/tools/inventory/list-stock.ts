// What is in stock.
import { z } from "zod";
import { limit, search, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const listStock = read({
  name: "list_stock",
  module: "inventory",
  description:
    "Lists ingredients by a part of their name with what is on hand, their par and reorder level, and whether they are low.",
  permission: "inventory.read",
  arguments: z.strictObject({ venue_id: venueId, query: search, limit: limit.default(50) }),
  answer: (call, { venue_id, query, limit }) =>
    call("list_stock", { p_venue_id: venue_id, p_query: query, p_limit: limit }),
});
