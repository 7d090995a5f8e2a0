// Replaces a code.
import { z } from "zod";
import { id, venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const rotateQrCode = change({
  name: "rotate_qr_code",
  module: "qr",
  description:
    "Proposes to replace a working QR code, of a table or of the counter, by a new one, for instance because it was photographed. The old one stops working. It cannot be taken back.",
  permission: "tables.manage",
  arguments: z.strictObject({ venue_id: venueId, qr_code_id: id }),
});
