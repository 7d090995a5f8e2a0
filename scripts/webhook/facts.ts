/**
 * What an event has to say about an order's payment so that it is this payment's: read from the database, or given by hand
 * for an endpoint whose database is out of reach.
 */
import postgres from "postgres";
import { StackError } from "../stack/stack-error.ts";

export interface Facts {
  readonly paymentId: string;
  readonly orderId: string;
  readonly venueId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly description: string | null;
  /** The provider's id, once it is known. */
  readonly reference: string | null;
  /** The newest refund that is asked for or made. */
  readonly refund: { readonly id: string; readonly reference: string | null; readonly amountMinor: number } | null;
}

export async function readFacts(databaseUrl: string, orderId: string): Promise<Facts> {
  return withDatabase(databaseUrl, async (sql) => {
    const [found] = await sql<Facts[]>`
      select p.id as "paymentId", p.order_id as "orderId", p.venue_id as "venueId", p.amount_minor::int as "amountMinor",
        p.currency, format('Order #%s', lpad(o.number::text, 3, '0')) as description, p.provider_reference as reference, (
          select jsonb_build_object('id', r.id, 'reference', r.provider_reference, 'amountMinor', r.amount_minor)
          from public.refunds r where r.venue_id = p.venue_id and r.payment_id = p.id order by r.created_at desc limit 1) as refund
      from public.payments p join public.orders o on o.venue_id = p.venue_id and o.id = p.order_id
      where p.order_id = ${orderId} and p.method = 'online'
      order by p.created_at desc, p.id limit 1`;
    if (!found) throw new StackError(`order ${orderId} has no online payment: start one with the payments function`);
    return found;
  });
}

export interface Received {
  readonly event_id: string;
  readonly type: string;
  readonly status: string;
  readonly outcome: string;
  readonly created_at: Date;
  readonly received_at: Date;
}

/** The inbox, newest first. */
export const readInbox = (databaseUrl: string, limit: number): Promise<readonly Received[]> =>
  withDatabase(
    databaseUrl,
    (sql) => sql<Received[]>`
      select e.event_id, e.type, e.status, e.outcome, e.created_at, e.received_at
      from private.provider_events e order by e.received_at desc, e.event_id limit ${limit}`,
  );

/** An event as it was stored: without the personal data that came with it. */
export const readStored = (databaseUrl: string, eventId: string): Promise<object | null> =>
  withDatabase(databaseUrl, async (sql) => {
    const [row] = await sql<{ payload: object }[]>`
      select e.payload from private.provider_events e where e.provider = 'stripe' and e.event_id = ${eventId}`;
    return row?.payload ?? null;
  });

async function withDatabase<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, prepare: false, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
