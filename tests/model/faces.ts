/**
 * The same house seen from both sides: what the database has and what the reference expects, as lines of text in the words
 * of the script. Rows that appear for the first time get their handles here.
 */
import { totalOf } from "./consequences.ts";
import { type House, jobKey, nameRow } from "./house.ts";
import type { State } from "./state.ts";

const LOOK = `
  select jsonb_build_object(
    'orders', (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'status', o.status, 'total', o.total_minor,
        'paid', o.paid_minor, 'refunded', o.refunded_minor, 'lines', (
          select jsonb_agg(jsonb_build_object('id', l.id, 'comp', l.comp_minor, 'void', l.voided_at is not null,
            'ticket_id', t.id, 'ticket', t.status) order by l.position)
          from public.order_lines l left join public.kitchen_tickets t on t.venue_id = l.venue_id and t.order_line_id = l.id
          where l.venue_id = o.venue_id and l.order_id = o.id))), '[]')
      from public.orders o where o.venue_id = $1),
    'payments', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'order', p.order_id, 'method', p.method, 'status', p.status,
        'amount', p.amount_minor, 'claimed', p.refund_claimed_minor, 'reference', p.provider_reference is not null)), '[]')
      from public.payments p where p.venue_id = $1),
    'refunds', (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'payment', r.payment_id, 'amount', r.amount_minor,
        'status', r.status, 'by_rule', r.reason like 'paid %', 'reference', r.provider_reference)), '[]')
      from public.refunds r where r.venue_id = $1),
    'stock', (select jsonb_agg(i.on_hand order by i.name) from public.ingredients i where i.venue_id = $1),
    'sessions', (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'open', s.closed_at is null)), '[]')
      from public.table_sessions s where s.venue_id = $1),
    'jobs', (select coalesce(jsonb_agg(j), '[]') from (
      select 'outbox' as at, o.topic, o.payload from private.outbox o
      where o.relayed_at is null and o.topic in ('refund.requested', 'payment.cancel_requested')
      union all
      select case when q.vt > clock_timestamp() then 'leased' else 'queue' end, q.message ->> 'topic', q.message -> 'payload'
      from pgmq.q_provider_calls q
      union all
      select 'dead', d.message ->> 'topic', d.message -> 'payload' from pgmq.q_provider_calls_dead d) j)) as seen`;

interface Seen {
  readonly orders: readonly {
    readonly id: string;
    readonly status: string;
    readonly total: number;
    readonly paid: number;
    readonly refunded: number;
    readonly lines: readonly {
      readonly id: string;
      readonly comp: number;
      readonly void: boolean;
      readonly ticket_id: string | null;
      readonly ticket: string | null;
    }[];
  }[];
  readonly payments: readonly {
    readonly id: string;
    readonly order: string;
    readonly method: string;
    readonly status: string;
    readonly amount: number;
    readonly claimed: number;
    readonly reference: boolean;
  }[];
  readonly refunds: readonly {
    readonly id: string;
    readonly payment: string;
    readonly amount: number;
    readonly status: string;
    readonly by_rule: boolean;
    readonly reference: string | null;
  }[];
  readonly stock: readonly number[];
  readonly sessions: readonly { readonly id: string; readonly open: boolean }[];
  readonly jobs: readonly { readonly at: string; readonly topic: string; readonly payload: Record<string, string> }[];
}

/** What the database has. */
export async function look(house: House): Promise<string[]> {
  const [row] = await house.eye.unsafe<{ seen: Seen }[]>(LOOK, [house.venueId], { prepare: true });
  if (!row) throw new Error("the house has gone");
  const { seen } = row;
  const named = (id: string) => house.handles.get(id) ?? id;
  const faces: string[] = [`stock ${seen.stock.join(" ")}`];
  for (const { id, status, total, paid, refunded, lines } of seen.orders) {
    const handle = named(id);
    for (const [index, line] of lines.entries()) {
      nameRow(house, `${handle} line ${index}`, line.id);
      if (line.ticket_id) nameRow(house, `${handle} ticket ${index}`, line.ticket_id);
    }
    const portions = lines.map((line) => portion(line.ticket, line.void, line.comp));
    faces.push(`${handle}: ${status}, ${paid} of ${total} paid, ${refunded} refunded, ${portions.join(" ")}`);
  }
  for (const { id, order, method, status, amount, claimed, reference } of seen.payments) {
    const way = method === "cash" ? "till" : method;
    faces.push(payment(named(id), way, status, amount, named(order), claimed, reference));
  }
  for (const { id, payment: of, amount, status, by_rule, reference } of seen.refunds) {
    if (by_rule) nameRow(house, `${named(of)}!`, id);
    else if (reference) nameRow(house, reference.split("_").at(-1) ?? "", id);
    faces.push(`${named(id)}: refund of ${amount} from ${named(of)}, ${status}`);
  }
  for (const { id, open } of seen.sessions) faces.push(`${named(id)}: ${open ? "open" : "closed"}`);
  for (const { at, topic, payload } of seen.jobs) faces.push(`job ${jobKey(house.handles, topic, payload)}, ${at}`);
  return faces.sort();
}

/** What the reference expects. */
export function expected(state: State): string[] {
  const faces: string[] = [`stock ${state.stock.join(" ")}`];
  for (const [handle, order] of Object.entries(state.orders)) {
    const portions = order.lines.map(({ ticket, isVoid, comp }) => portion(ticket, isVoid, comp));
    const { status, paid, refunded } = order;
    faces.push(`${handle}: ${status}, ${paid} of ${totalOf(order)} paid, ${refunded} refunded, ${portions.join(" ")}`);
  }
  for (const [handle, { method, status, amount, order, claimed, reference }] of Object.entries(state.payments)) {
    faces.push(payment(handle, method, status, amount, order, claimed, reference));
  }
  for (const [handle, { amount, payment: of, status }] of Object.entries(state.refunds)) {
    faces.push(`${handle}: refund of ${amount} from ${of}, ${status}`);
  }
  for (const [handle, { isOpen }] of Object.entries(state.sessions))
    faces.push(`${handle}: ${isOpen ? "open" : "closed"}`);
  for (const { key, at } of state.jobs) faces.push(`job ${key}, ${at}`);
  return faces.sort();
}

const portion = (ticket: string | null, isVoid: boolean, comp: number) =>
  `${isVoid ? "void/" : ""}${ticket ?? "waits"}${comp > 0 ? `/−${comp}` : ""}`;

const payment = (
  handle: string,
  way: string,
  status: string,
  amount: number,
  order: string,
  claimed: number,
  reference: boolean,
) =>
  `${handle}: ${way} ${status} ${amount} for ${order}, ${claimed} claimed${reference ? ", known to the provider" : ""}`;

/** What one side has and the other has not. */
export function difference(has: readonly string[], wants: readonly string[]): string[] {
  const without = (from: readonly string[], other: readonly string[]) => {
    const left = [...other];
    return from.filter((face) => {
      const index = left.indexOf(face);
      if (index >= 0) left.splice(index, 1);
      return index < 0;
    });
  };
  const only = (who: string, faces: string[]) => faces.map((face) => `${who} ${face}`);
  return [...only("database ", without(has, wants)), ...only("reference", without(wants, has))];
}
