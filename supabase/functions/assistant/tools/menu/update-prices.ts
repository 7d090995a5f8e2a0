// Changes prices of the draft menu.
import { z } from "zod";
import { id, priceMinor, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const updatePrices = change({
  name: "update_prices",
  module: "menu",
  description:
    "Proposes new prices for up to 50 items of the draft menu. No price moves by more than 20 % within 24 hours, in however many steps. Guests see it after the menu is published.",
  permission: "menu.edit",
  arguments: z.strictObject({
    venue_id: venueId,
    prices: z
      .array(z.strictObject({ menu_item_id: id, price_minor: priceMinor }))
      .min(1)
      .max(50),
  }),
});
