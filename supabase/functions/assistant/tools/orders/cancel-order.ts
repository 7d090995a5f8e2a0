// Cancels an order.
import { z } from "zod";
import { id, reason, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const cancelOrder = change({
  name: "cancel_order",
  module: "orders",
  description:
    "Proposes to cancel an order that holds no money, with a reason. The proposal shows what it costs and what is cooking already. It cannot be taken back.",
  permission: "orders.cancel",
  arguments: z.strictObject({ venue_id: venueId, order_id: id, reason }),
});
