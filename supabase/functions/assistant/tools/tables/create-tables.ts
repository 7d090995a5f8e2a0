// Adds tables.
import { z } from "zod";
import { text, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const createTables = change({
  name: "create_tables",
  module: "tables",
  description:
    "Proposes up to 20 new tables, each with a label that no other table of the venue has. It can be taken back while nobody sits there.",
  permission: "tables.manage",
  arguments: z.strictObject({
    venue_id: venueId,
    tables: z
      .array(z.strictObject({ label: text(20), seats: z.int().min(1).max(100).optional(), area: text(60).optional() }))
      .min(1)
      .max(20),
  }),
});
