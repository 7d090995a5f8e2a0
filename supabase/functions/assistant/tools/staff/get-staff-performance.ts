// What each member did.
import { z } from "zod";
import { instant, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const getStaffPerformance = read({
  name: "get_staff_performance",
  module: "staff",
  description: "Gives what each member did in a window of at most 92 days: orders, payments, tickets, hours.",
  permission: "staff.read",
  arguments: z.strictObject({ venue_id: venueId, from: instant, until: instant }),
  answer: (call, { venue_id, from, until }) =>
    call("get_staff_performance", { p_venue_id: venue_id, p_from: from, p_until: until }),
});
