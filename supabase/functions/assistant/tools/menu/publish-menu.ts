// Publishes the draft menu.
import { z } from "zod";
import { venueId } from "../../arguments.ts";
import { change } from "../../tool.ts";

export const publishMenu = change({
  name: "publish_menu",
  module: "menu",
  description:
    "Proposes to publish the whole draft menu: guests see it at once. The proposal lists all that would change, also what others have changed in the draft. It can be taken back to the version before.",
  permission: "menu.edit",
  arguments: z.strictObject({ venue_id: venueId }),
});
