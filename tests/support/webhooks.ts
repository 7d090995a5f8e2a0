/** An endpoint that has been told something: rows as the worker leaves them, whatever the organisation's plan. */
import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import type { Venue } from "./venue.ts";

type Place = Pick<Venue, "organisationId" | "venueId">;

export interface Told {
  readonly endpointId: string;
  readonly deliveryId: string;
}

export async function toldOnce(sql: Sql, { organisationId, venueId }: Place): Promise<Told> {
  const told = { endpointId: randomUUID(), deliveryId: randomUUID() };
  const eventId = randomUUID();
  await sql`insert into public.webhook_endpoints (id, organisation_id, venue_id, url, event_types)
    values (${told.endpointId}, ${organisationId}, ${venueId}, 'https://hooks.example/', '{order.placed}')`;
  await sql`insert into public.webhook_events (id, organisation_id, venue_id, type, sequence, data, created_at)
    values (${eventId}, ${organisationId}, ${venueId}, 'order.placed', 1, '{}', now())`;
  await sql`insert into public.webhook_deliveries (id, organisation_id, endpoint_id, event_id, status, next_attempt_at, finished_at)
    values (${told.deliveryId}, ${organisationId}, ${told.endpointId}, ${eventId}, 'delivered', null, now())`;
  return told;
}
