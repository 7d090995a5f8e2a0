// Completes a paid order.
import { z } from "zod";
import { id, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const completeOrder = change({
  name: "complete_order",
  module: "orders",
  description:
    "Proposes to complete an order whose bill is settled. An order that is not paid is refused: completing it by force is for people in the app.",
  permission: "orders.update",
  arguments: z.strictObject({ venue_id: venueId, order_id: id }),
});
