// The open orders of one table.
import { z } from "zod";
import { id, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const listTableOrders = read({
  name: "list_table_orders",
  module: "tables",
  description: "Lists the open orders of one table with what is on them and what is still due.",
  permission: "orders.read",
  arguments: z.strictObject({ venue_id: venueId, table_id: id }),
  answer: (call, { venue_id, table_id }) =>
    call("list_open_orders", { p_venue_id: venue_id, p_table_id: table_id, p_limit: 100 }),
});
