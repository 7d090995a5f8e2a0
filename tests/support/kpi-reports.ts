/** What the reports say by the day, in the shape of a recount. */
import { must } from "./api.ts";
import type { SqlApi } from "./sql-api.ts";
import type { Venue } from "./venue.ts";
import type { World } from "./world.ts";

type Days<Numbers> = { readonly periods: readonly ({ starts_on: string } & Numbers)[] };
type Guests = { readonly guests: number; readonly repeat_guests: number };

const lately = async ({ sql }: World<SqlApi>, { venueId }: Venue) => {
  const [range] = await sql`select (current_date - 30)::text as p_from, (current_date + 1)::text as p_until`;
  return { p_venue_id: venueId, ...range };
};

/** get_kpis, once the clock has noticed what happened. */
export async function reported(
  world: World<SqlApi>,
  venue: Venue,
): Promise<Map<string, Record<string, number | null>>> {
  type Report = Days<Record<string, number | null>>;
  const answer = await world.api.rpc<Report>(venue.owner, "get_kpis", await lately(world, venue));
  return new Map(must(answer).periods.map(({ starts_on, ...numbers }) => [String(starts_on), numbers]));
}

/** get_repeat_guests, and the same over all days. */
export async function reportedGuests(world: World<SqlApi>, venue: Venue): Promise<Map<string, Guests>> {
  type Report = Days<Guests> & { readonly total: Guests };
  const answer = await world.api.rpc<Report>(venue.owner, "get_repeat_guests", await lately(world, venue));
  const { total, periods } = must(answer);
  const numbers = ({ guests, repeat_guests }: Guests) => ({ guests, repeat_guests });
  return new Map([...periods.map((day) => [day.starts_on, numbers(day)] as const), ["total", numbers(total)]]);
}
