// Takes a whole category off sale, or back on.
import { z } from "zod";
import { id, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const setCategoryAvailability = change({
  name: "set_category_availability",
  module: "menu-media",
  description:
    "Proposes to switch every item of a category on or off, at once for guests; at most 100 that are otherwise now.",
  permission: "menu.availability",
  arguments: z.strictObject({ venue_id: venueId, category_id: id, is_available: z.boolean() }),
});
