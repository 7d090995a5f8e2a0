// Moves many tickets one step on.
import { z } from "zod";
import { ids, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const advanceTickets = change({
  name: "advance_tickets",
  module: "kitchen",
  description:
    "Proposes to move up to 50 tickets one step on, to in_progress, ready or bumped, all or none. Their orders follow.",
  permission: "kitchen.update",
  arguments: z.strictObject({ venue_id: venueId, ticket_ids: ids(50), to: z.enum(["in_progress", "ready", "bumped"]) }),
});
