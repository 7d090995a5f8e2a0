// Takes items out of the draft menu.
import { z } from "zod";
import { ids, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const archiveItems = change({
  name: "archive_items",
  module: "menu",
  description:
    "Proposes to archive up to 10 items of the draft menu; nothing is deleted, and it can be taken back. The proposal says how often they were sold within a week.",
  permission: "menu.edit",
  arguments: z.strictObject({ venue_id: venueId, menu_item_ids: ids(10) }),
});
