// What the kitchen still has to do, as one queue.
import { z } from "zod";
import { venueId } from "../../arguments.ts";
import { ticketsOf } from "../../tickets.ts";
import { read } from "../../tool.ts";

export const listKitchenQueue = read({
  name: "list_kitchen_queue",
  module: "orders",
  description:
    "Lists the tickets that wait or are being cooked in all stations together, oldest first, with how long they have waited. At most 200; the total says how many there are.",
  permission: "kitchen.read",
  arguments: z.strictObject({ venue_id: venueId }),
  answer: async (call, { venue_id }) =>
    ticketsOf(
      await call("get_kitchen_board", { p_venue_id: venue_id }),
      ({ status }) => status === "new" || status === "in_progress",
    ),
});
