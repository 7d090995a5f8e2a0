/** Time: functions ask now(), so what has a time was earlier after a jump. And the clocks that run by it on every stack. */
import type { Sql } from "postgres";
import { clock } from "../support/actors.ts";
import { becoming } from "../support/sql-api.ts";
import type { House } from "./house.ts";

const QUEUES = ["provider_calls", "payment_checks"];
const shifted = (columns: readonly string[]) => columns.map((name) => `${name} = ${name} - $2::interval`).join(", ");

/** Each with $1, the venue, and $2, by how much. */
const LATER = [
  `update public.orders set ${shifted(["created_at"])} where venue_id = $1`,
  `update public.payments set ${shifted(["created_at", "updated_at"])} where venue_id = $1`,
  `update public.refunds set ${shifted(["created_at"])} where venue_id = $1`,
  `update private.guest_devices set ${shifted(["expires_at"])} where venue_id = $1`,
  `update private.provider_checks set ${shifted(["requested_at", "answered_at"])} where venue_id = $1`,
];
const RUN = ["window_from", "window_to", "lease_until", "requested_at", "started_at", "finished_at"];
/** Of the whole database: $1 is by how much. */
const EVERYWHERE = [
  `update private.provider_events set received_at = received_at - $1::interval where status = 'deferred'`,
  `update private.reconciliation_runs set ${RUN.map((name) => `${name} = ${name} - $1::interval`).join(", ")}`,
  ...QUEUES.map((queue) => `update pgmq.q_${queue} set vt = vt - $1::interval`),
];

/** Time passes. Days shift the days on which orders count. */
export async function jump({ time, venueId }: House, minutes: number): Promise<void> {
  const by = `${minutes} minutes`;
  const days = Math.floor(minutes / (24 * 60));
  await time.begin(async (tx) => {
    for (const statement of LATER) await tx.unsafe(statement, [venueId, by]);
    for (const statement of EVERYWHERE) await tx.unsafe(statement, [by]);
    // Far away and back, so that no day meets another on the way.
    for (const shift of days > 0 ? [-10_000 - days, 10_000] : []) {
      await tx`update public.orders set business_date = business_date + ${shift}::int where venue_id = ${venueId}`;
      await tx`update private.order_counters set business_date = business_date + ${shift}::int where venue_id = ${venueId}`;
    }
  });
}

const asClock = ({ world }: House, statement: string) =>
  world.sql.begin((tx) => [tx.unsafe(becoming(clock)), tx.unsafe(statement)]);

export const expire = (house: House) => asClock(house, `select private.expire_orders('${house.venueId}')`);
export const sweep = (house: House) => asClock(house, "select private.sweep_payments(), private.sweep_events()");

/** What other scripts have left in this database is no concern of clocks and workers any more. */
export const forgetOthers = (time: Sql) =>
  time.begin(async (tx) => {
    for (const queue of QUEUES) await tx.unsafe(`delete from pgmq.q_${queue}; delete from pgmq.q_${queue}_dead`);
    await tx`update private.outbox set relayed_at = now() where relayed_at is null`;
    await tx`delete from private.provider_checks`;
    await tx`delete from private.reconciliation_seen`;
    await tx`delete from private.reconciliation_findings`;
    await tx`update private.reconciliation_runs set finished_at = now(), outcome = 'failed' where finished_at is null`;
    await tx`update private.provider_events set status = 'ignored' where status = 'deferred'`;
    // Out of every window of time.
    const long = "400 days";
    await tx`update public.payments set created_at = created_at - ${long}::interval,
      status = case when status in ('reserved', 'pending') then 'canceled' else status end`;
    await tx`update public.refunds set created_at = created_at - ${long}::interval,
      status = case status when 'pending' then 'failed' else status end`;
  });
