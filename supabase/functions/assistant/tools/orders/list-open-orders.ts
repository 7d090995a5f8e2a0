// The orders that are not finished.
import { z } from "zod";
import { id, limit, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const listOpenOrders = read({
  name: "list_open_orders",
  module: "orders",
  description:
    "Lists the open orders of a venue, oldest first, with what is on them and what is still due; of one table, if a table is named. Use it to find the id of an order by its number or table.",
  permission: "orders.read",
  arguments: z.strictObject({ venue_id: venueId, table_id: id.optional(), limit: limit.default(50) }),
  answer: (call, { venue_id, table_id, limit }) =>
    call("list_open_orders", { p_venue_id: venue_id, p_limit: limit, ...(table_id ? { p_table_id: table_id } : {}) }),
});
