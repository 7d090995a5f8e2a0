// Adds an item to the draft menu.
import { z } from "zod";
import { id, longText, priceMinor, text, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const createItem = change({
  name: "create_item",
  module: "menu",
  description:
    "Proposes a new item in a category of the draft menu. Tax is 20 % unless tax_rate_bp says otherwise. Guests see it after the menu is published.",
  permission: "menu.edit",
  arguments: z.strictObject({
    venue_id: venueId,
    category_id: id,
    name: text(120),
    price_minor: priceMinor,
    description: longText(2000).optional(),
    tax_rate_bp: z.int().min(0).max(10_000).optional(),
  }),
});
