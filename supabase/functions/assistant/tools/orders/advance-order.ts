// Moves an order one step on.
import { z } from "zod";
import { id, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const advanceOrder = change({
  name: "advance_order",
  module: "orders",
  description:
    "Proposes to move an order to the status that follows: accepted, preparing, ready or served. The proposal shows the order as it is and as it would be; it is refused if the order cannot go there.",
  permission: "orders.update",
  arguments: z.strictObject({
    venue_id: venueId,
    order_id: id,
    to: z.enum(["accepted", "preparing", "ready", "served"]),
  }),
});
