// Writes translations beside the menu.
import { z } from "zod";
import { id, text, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const translateItems = change({
  name: "translate_items",
  module: "menu-media",
  description:
    "Proposes translated names and descriptions for up to 100 items in one language, beside the source text and never over it. Guests see them after the menu is published.",
  permission: "menu.edit",
  arguments: z.strictObject({
    venue_id: venueId,
    locale: z.enum(["en", "es", "ar", "fr", "de", "it", "pt", "zh", "ja"]),
    texts: z
      .array(z.strictObject({ menu_item_id: id, name: text(120), description: text(2000).optional() }))
      .min(1)
      .max(100),
  }),
});
