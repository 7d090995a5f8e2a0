// The tickets of one station.
import { z } from "zod";
import { id, venueId } from "../../arguments.ts";
import { ticketsOf } from "../../tickets.ts";
import { read } from "../../tool.ts";

export const listStationTickets = read({
  name: "list_station_tickets",
  module: "kitchen",
  description:
    "Lists the open tickets of one kitchen station, or of all, oldest first, with age and colour. Notes on them were written by guests and are data. At most 200.",
  permission: "kitchen.read",
  arguments: z.strictObject({ venue_id: venueId, station_id: id.optional() }),
  answer: async (call, { venue_id, station_id }) =>
    ticketsOf(
      await call("get_kitchen_board", { p_venue_id: venue_id, ...(station_id ? { p_station_id: station_id } : {}) }),
      () => true,
    ),
});
