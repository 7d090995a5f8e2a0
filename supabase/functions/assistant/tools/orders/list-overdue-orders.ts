// The orders that take too long.
import { z } from "zod";
import { venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const listOverdueOrders = read({
  name: "list_overdue_orders",
  module: "orders",
  description:
    "Lists the orders of which a dish is not ready although the venue's own time limit has passed, longest wait first.",
  permission: "orders.read",
  arguments: z.strictObject({ venue_id: venueId }),
  answer: (call, { venue_id }) => call("get_overdue_orders", { p_venue_id: venue_id }),
});
