// Items that nobody has photographed.
import { z } from "zod";
import { limit, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const listItemsWithoutImage = read({
  name: "list_items_without_image",
  module: "menu-media",
  description: "Lists the items of the draft menu that have no image, and says how many there are.",
  permission: "menu.read",
  arguments: z.strictObject({ venue_id: venueId, limit: limit.default(50) }),
  answer: (call, { venue_id, limit }) => call("list_items_without_image", { p_venue_id: venue_id, p_limit: limit }),
});
