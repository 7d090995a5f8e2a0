// Makes a discount.
import { z } from "zod";
import { basisPoints, day, id, text, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const createDiscount = change({
  name: "create_discount",
  module: "menu",
  description:
    "Proposes a discount of at most 30 % on an item, a category or the whole order, with or without a code. It never meets another discount on one order, and within 24 hours one person makes no more than 30 % in all.",
  permission: "menu.edit",
  arguments: z.strictObject({
    venue_id: venueId,
    name: text(120),
    percent_bp: basisPoints(3_000),
    code: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{2,39}$/)
      .optional(),
    menu_item_id: id.optional(),
    category_id: id.optional(),
    starts_on: day.optional(),
    ends_on: day.optional(),
    max_uses: z.int().min(1).max(1_000_000).optional(),
  }),
});
