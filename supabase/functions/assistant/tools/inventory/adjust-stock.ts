// Corrects stock.
import { z } from "zod";
import { id, reason, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const adjustStock = change({
  name: "adjust_stock",
  module: "inventory",
  description:
    "Proposes to add to or take from the stock of up to 50 ingredients, in their own units, as a correction or as waste, with a reason. Taking back books the opposite.",
  permission: "inventory.edit",
  arguments: z.strictObject({
    venue_id: venueId,
    kind: z.enum(["adjust", "waste"]),
    reason,
    lines: z
      .array(z.strictObject({ ingredient_id: id, quantity: z.number().min(-1_000_000).max(1_000_000) }))
      .min(1)
      .max(50),
  }),
});
