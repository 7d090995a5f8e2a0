// What runs low.
import { z } from "zod";
import { venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const listLowStock = read({
  name: "list_low_stock",
  module: "inventory",
  description:
    "Lists the ingredients that are below their reorder level, with what is on order and how much would be ordered.",
  permission: "inventory.read",
  arguments: z.strictObject({ venue_id: venueId }),
  answer: (call, { venue_id }) => call("get_low_stock", { p_venue_id: venue_id }),
});
