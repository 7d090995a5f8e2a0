// Makes a code for one table.
import { z } from "zod";
import { id, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const createQrCode = change({
  name: "create_qr_code",
  module: "qr",
  description:
    "Proposes a new QR code for one table; the one before of this kind stops working. The secret to print is shown once, to whoever confirms. It cannot be taken back.",
  permission: "tables.manage",
  arguments: z.strictObject({
    venue_id: venueId,
    table_id: id,
    kind: z.enum(["table", "table_pickup"]).default("table"),
  }),
});
