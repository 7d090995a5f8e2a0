// Chooses the first image of an item.
import { z } from "zod";
import { id, text, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

const pixels = z.int().min(1).max(20_000).optional();

export const setItemImage = change({
  name: "set_item_image",
  module: "menu-media",
  description:
    "Proposes the main image of an item, which guests see first: an image that it has (image_id, with new words if alt is given), or one uploaded for it within 24 hours (path, alt, width, height). Nothing is fetched. Guests see it after the menu is published.",
  permission: "menu.edit",
  arguments: z.strictObject({
    venue_id: venueId,
    image_id: id.optional().describe("An image that the item has. Either this or path."),
    path: text(160).optional().describe("What was uploaded: {venue_id}/{menu_item_id}/{uuid}.{ext}. Never an address."),
    alt: text(500).optional().describe("What the image shows, in the venue's language."),
    width: pixels,
    height: pixels,
  }),
});
