// Chooses the first image of an item.
import { z } from "zod";
import { id, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const setItemImage = change({
  name: "set_item_image",
  module: "menu-media",
  description:
    "Proposes to make one of the images that an item has already the first one, which guests see in lists. Nothing is uploaded or fetched. Guests see it after the menu is published.",
  permission: "menu.edit",
  arguments: z.strictObject({ venue_id: venueId, image_id: id }),
});
