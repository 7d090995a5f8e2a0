// Which tables are free.
import { z } from "zod";
import { venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

const floor = z.looseObject({ tables: z.array(z.looseObject({ state: z.string(), seats: z.number() })) });

export const listTables = read({
  name: "list_tables",
  module: "tables",
  description:
    "Lists the tables of a venue with their state (free, occupied, reserved, blocked, cleaning), their bill and their next reservation; only those of a state or with enough seats, if asked.",
  permission: "tables.read",
  arguments: z.strictObject({
    venue_id: venueId,
    state: z.enum(["free", "occupied", "reserved", "blocked", "cleaning"]).optional(),
    seats: z.int().min(1).max(100).optional(),
  }),
  answer: async (call, { venue_id, state, seats }) => {
    const { tables, ...rest } = floor.parse(await call("get_floor", { p_venue_id: venue_id }));
    const fits = tables.filter((table) => (!state || table.state === state) && (!seats || table.seats >= seats));
    return { ...rest, tables: fits };
  },
});
