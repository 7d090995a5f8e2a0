// The day so far.
import { z } from "zod";
import { venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const getToday = read({
  name: "get_today",
  module: "orders",
  description:
    "Gives the numbers of the venue's business day so far: orders, revenue by hour, the same day a week ago, what sells most, and what is open.",
  permission: "analytics.read",
  arguments: z.strictObject({ venue_id: venueId }),
  answer: (call, { venue_id }) => call("get_dashboard", { p_venue_id: venue_id }),
});
