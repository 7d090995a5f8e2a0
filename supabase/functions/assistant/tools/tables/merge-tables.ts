// Puts tables together.
import { z } from "zod";
import { id, ids, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const mergeTables = change({
  name: "merge_tables",
  module: "tables",
  description:
    "Proposes to put tables together under a leading one: their codes open its session, and what is on their bills comes to one bill. The proposal shows who sits where and how many orders would move.",
  permission: "tables.manage",
  arguments: z.strictObject({
    venue_id: venueId,
    table_id: id.describe("The table that leads."),
    table_ids: ids(20).describe("The others."),
  }),
});
