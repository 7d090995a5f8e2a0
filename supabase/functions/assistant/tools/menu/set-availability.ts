// Takes items off sale, or back on.
import { z } from "zod";
import { ids, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const setAvailability = change({
  name: "set_availability",
  module: "menu",
  description:
    "Proposes to switch single items and options of the menu on or off, up to 100 together, at once for guests. Only what is otherwise now is changed.",
  permission: "menu.availability",
  arguments: z.strictObject({
    venue_id: venueId,
    is_available: z.boolean(),
    menu_item_ids: ids(100).optional(),
    option_ids: ids(100).optional(),
  }),
});
