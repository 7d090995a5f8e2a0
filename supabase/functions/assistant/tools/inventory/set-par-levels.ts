// Sets par levels from what is used.
import { z } from "zod";
import { ids, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const setParLevels = change({
  name: "set_par_levels",
  module: "inventory",
  description:
    "Proposes par levels for up to 50 ingredients: what sales used in cover_days, by the average of the last usage_days whole days. What was not used keeps its level.",
  permission: "inventory.edit",
  arguments: z.strictObject({
    venue_id: venueId,
    usage_days: z.int().min(7).max(92).default(28),
    cover_days: z.int().min(1).max(30),
    ingredient_ids: ids(50),
  }),
});
