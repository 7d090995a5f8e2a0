// The tickets that are red.
import { z } from "zod";
import { venueId } from "../../arguments.ts";
import { ticketsOf } from "../../tickets.ts";
import { read } from "../../tool.ts";

export const listOverdueTickets = read({
  name: "list_overdue_tickets",
  module: "kitchen",
  description:
    "Lists the tickets that have waited for more than 15 minutes and are not ready, oldest first, of all stations together. At most 200.",
  permission: "kitchen.read",
  arguments: z.strictObject({ venue_id: venueId }),
  answer: async (call, { venue_id }) =>
    ticketsOf(
      await call("get_kitchen_board", { p_venue_id: venue_id }),
      ({ status, age }) => age === "red" && status !== "ready",
    ),
});
