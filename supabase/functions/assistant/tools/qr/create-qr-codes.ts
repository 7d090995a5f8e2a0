// Makes codes for many tables.
import { z } from "zod";
import { ids, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const createQrCodes = change({
  name: "create_qr_codes",
  module: "qr",
  description:
    "Proposes new QR codes for up to 100 tables, all or none; the ones before of this kind stop working. The secrets to print are shown once, to whoever confirms. It cannot be taken back.",
  permission: "tables.manage",
  arguments: z.strictObject({
    venue_id: venueId,
    table_ids: ids(100),
    kind: z.enum(["table", "table_pickup"]).default("table"),
  }),
});
