// The numbers, beside those before.
import { z } from "zod";
import { period, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const compareKpis = read({
  name: "compare_kpis",
  module: "analytics",
  description:
    "Gives the key numbers of a period (revenue, orders, average order, refunds, preparation, margin) beside those of the equally long period before it, with the change.",
  permission: "analytics.read",
  arguments: z.strictObject({ venue_id: venueId, ...period }),
  answer: (call, { venue_id, from, until }) =>
    call("compare_kpis", { p_venue_id: venue_id, p_from: from, p_until: until }),
});
