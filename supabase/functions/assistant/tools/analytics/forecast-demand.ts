// What the coming days will be like, and how far that can be trusted.
import { z } from "zod";
import { id, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

export const forecastDemand = read({
  name: "forecast_demand",
  module: "analytics",
  description:
    "Forecasts the orders of today and the next days, or how many of one item, as the mean of the same weekday in the last weeks; with the mean absolute error that the same reckoning made on those weeks, which is to be told with it.",
  permission: "analytics.read",
  arguments: z.strictObject({
    venue_id: venueId,
    menu_item_id: id.optional().describe("Of this item; absent: of the whole venue."),
    weeks: z.int().min(2).max(12).default(8),
    days: z.int().min(1).max(7).default(7),
  }),
  answer: (call, { venue_id, menu_item_id, weeks, days }) =>
    call("forecast_demand", {
      p_venue_id: venue_id,
      ...(menu_item_id === undefined ? {} : { p_menu_item_id: menu_item_id }),
      p_weeks: weeks,
      p_days: days,
    }),
});
