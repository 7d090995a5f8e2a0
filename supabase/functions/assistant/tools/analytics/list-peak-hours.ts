// When it is busy.
import { z } from "zod";
import { id, period, venueId } from "../../arguments.ts";
import { read } from "../../tool.ts";

const kpis = z.object({
  venue_id: id,
  currency: z.string(),
  from: z.string(),
  until: z.string(),
  periods: z.array(z.object({ local_time: z.string(), orders: z.number(), gross_minor: z.number() })),
});

interface Hour {
  readonly hour: string;
  orders: number;
  gross_minor: number;
}

export const listPeakHours = read({
  name: "list_peak_hours",
  module: "analytics",
  description: "Gives orders and revenue by hour of the day over a period of at most 31 days, busiest hour first.",
  permission: "analytics.read",
  arguments: z.strictObject({ venue_id: venueId, ...period }),
  answer: async (call, { venue_id, from, until }) => {
    const args = { p_venue_id: venue_id, p_from: from, p_until: until, p_granularity: "hour" };
    const { periods, ...rest } = kpis.parse(await call("get_kpis", args));
    const hours = new Map<string, Hour>();
    for (const { local_time, orders, gross_minor } of periods) {
      const hour = /\d\d(?=:)/.exec(local_time)?.[0] ?? local_time;
      const sum = hours.get(hour) ?? { hour, orders: 0, gross_minor: 0 };
      sum.orders += orders;
      sum.gross_minor += gross_minor;
      hours.set(hour, sum);
    }
    return { ...rest, hours: [...hours.values()].sort((a, b) => b.orders - a.orders) };
  },
});
