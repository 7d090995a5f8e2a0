// The working QR codes.
import { z } from "zod";
import { venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const listQrCodes = read({
  name: "list_qr_codes",
  module: "qr",
  description:
    "Lists the QR codes that work, by table and kind, and the tables that have none. Their secrets are not shown: they are stored nowhere.",
  permission: "tables.read",
  arguments: z.strictObject({ venue_id: venueId }),
  answer: (call, { venue_id }) => call("list_qr_codes", { p_venue_id: venue_id }),
});
