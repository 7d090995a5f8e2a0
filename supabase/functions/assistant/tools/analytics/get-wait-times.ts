// How long guests wait.
import { z } from "zod";
import { id, instant, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

const times = z.object({ venue_id: id, from: z.string(), until: z.string(), stations: z.array(z.unknown()) });

export const getWaitTimes = read({
  name: "get_wait_times",
  module: "analytics",
  description:
    "Gives how long dishes took until they were ready, by station, in a window of at most 92 days: the median and the 95th percentile.",
  permission: "kitchen.read",
  arguments: z.strictObject({ venue_id: venueId, from: instant, until: instant }),
  answer: async (call, { venue_id, from, until }) => {
    return times.parse(await call("get_prep_times", { p_venue_id: venue_id, p_from: from, p_until: until }));
  },
});
