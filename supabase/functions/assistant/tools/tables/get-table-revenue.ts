// What each table sells.
import { z } from "zod";
import { period, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const getTableRevenue = read({
  name: "get_table_revenue",
  module: "tables",
  description:
    "Gives orders, sales and sales per seat of each table from one business day to another, at most 92 days.",
  permission: "analytics.read",
  arguments: z.strictObject({ venue_id: venueId, ...period }),
  answer: (call, { venue_id, from, until }) =>
    call("get_table_revenue", { p_venue_id: venue_id, p_from: from, p_until: until }),
});
