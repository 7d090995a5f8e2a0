// How long dishes take.
import { z } from "zod";
import { instant, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const getPrepTimes = read({
  name: "get_prep_times",
  module: "kitchen",
  description:
    "Gives the median and the 95th percentile of how long dishes took, by station and by item, in a window of at most 92 days.",
  permission: "kitchen.read",
  arguments: z.strictObject({ venue_id: venueId, from: instant, until: instant }),
  answer: (call, { venue_id, from, until }) =>
    call("get_prep_times", { p_venue_id: venue_id, p_from: from, p_until: until }),
});
