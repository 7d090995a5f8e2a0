// Drafts what should be ordered.
import { z } from "zod";
import { venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const draftPurchaseOrders = change({
  name: "draft_purchase_orders",
  module: "inventory",
  description:
    "Proposes to add what runs low to each supplier's draft of a purchase order. Nothing is sent: that is for people in the app.",
  permission: "inventory.edit",
  arguments: z.strictObject({ venue_id: venueId }),
});
