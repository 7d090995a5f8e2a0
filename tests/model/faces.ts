/**
 * The same house seen from both sides: what the database has and what the reference expects, as lines of text in the words
 * of the script. Rows that appear for the first time get their handles here.
 */
import { DISPUTE_FEE } from "./calls.ts";
import { type House, jobKey, nameRow } from "./house.ts";
import { claimedOf, holds, paidOf, refundedOf, type State, stockOf, totalOf } from "./state.ts";

const LOOK = `
  select jsonb_build_object(
    'orders', (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'status', o.status, 'total', o.total_minor,
        'nth', o.nth, 'split', o.split_id is not null, 'paid', o.paid_minor, 'refunded', o.refunded_minor, 'lines', (
          select jsonb_agg(jsonb_build_object('id', l.id, 'comp', l.comp_minor, 'void', l.voided_at is not null,
            'ticket_id', t.id, 'ticket', t.status) order by l.position)
          from public.order_lines l left join public.kitchen_tickets t on t.venue_id = l.venue_id and t.order_line_id = l.id
          where l.venue_id = o.venue_id and l.order_id = o.id))), '[]')
      from (select *, row_number() over (order by business_date, number) as nth from public.orders where venue_id = $1) o),
    'payments', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'order', p.order_id, 'method', p.method, 'status', p.status,
        'amount', p.amount_minor, 'claimed', p.refund_claimed_minor, 'reference', p.provider_reference is not null,
        'share', p.share_id, 'drawer', p.drawer_session_id, 'excess', p.is_excess)), '[]')
      from public.payments p where p.venue_id = $1),
    'refunds', (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'payment', r.payment_id, 'amount', r.amount_minor,
        'status', r.status, 'drawer', r.drawer_session_id, 'by_rule', r.reason like 'paid %', 'reference', r.provider_reference)), '[]')
      from public.refunds r where r.venue_id = $1),
    'splits', (select coalesce(jsonb_agg(jsonb_build_object('bill', b.bill_id, 'order', b.order_id, 'outcome', coalesce(b.outcome, 'open'),
        'shares', (select jsonb_agg(jsonb_build_object('id', s.id, 'amount', s.amount_minor) order by s.number)
          from public.bill_shares s where s.venue_id = b.venue_id and s.order_id = b.order_id and s.split_id = b.id))), '[]')
      from public.bill_splits b where b.venue_id = $1),
    'drawers', (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'counted', d.counted_minor,
        'holds', coalesce(d.expected_minor, (private.drawer_sums(d.venue_id, d.id)).expected_minor))), '[]')
      from public.drawer_sessions d where d.venue_id = $1),
    'disputes', (select coalesce(jsonb_agg(jsonb_build_object('reference', d.provider_reference, 'status', d.status, 'held', l.held, 'lost', l.lost, 'fees', l.fees)), '[]')
      from public.disputes d
      cross join lateral (
        select coalesce(sum(e.amount_minor) filter (where e.account = 'disputes'), 0) as held,
          coalesce(sum(e.amount_minor) filter (where e.account = 'dispute_losses'), 0) as lost,
          coalesce(sum(e.amount_minor) filter (where e.account = 'dispute_fees'), 0) as fees
        from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
        where t.venue_id = d.venue_id and t.payment_id = d.payment_id and t.dispute_id = d.id) l
      where d.venue_id = $1),
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
    readonly nth: number;
    readonly status: string;
    readonly total: number;
    readonly paid: number;
    readonly refunded: number;
    readonly split: boolean;
    readonly lines: readonly {
      readonly id: string;
      readonly comp: number;
      readonly void: boolean;
      readonly ticket_id: string | null;
      readonly ticket: string | null;
    }[];
  }[];
  readonly payments: readonly (Paid & { readonly id: string; readonly claimed: number; readonly excess: boolean })[];
  readonly refunds: readonly (Pick<Paid, "amount" | "status" | "drawer"> & {
    readonly id: string;
    readonly payment: string;
    readonly by_rule: boolean;
    readonly reference: string | null;
  })[];
  readonly splits: readonly {
    readonly bill: string;
    readonly order: string;
    readonly outcome: string;
    readonly shares: readonly { readonly id: string; readonly amount: number }[];
  }[];
  readonly drawers: readonly { readonly id: string; readonly counted: number | null; readonly holds: number }[];
  readonly disputes: readonly (Record<"held" | "lost" | "fees", number> & Record<"reference" | "status", string>)[];
  readonly stock: readonly number[];
  readonly sessions: readonly { readonly id: string; readonly open: boolean }[];
  readonly jobs: readonly { readonly at: string; readonly topic: string; readonly payload: Record<string, string> }[];
}
interface Paid {
  readonly order: string;
  readonly method: string;
  readonly status: string;
  readonly amount: number;
  readonly reference: boolean;
  readonly share: string | null;
  readonly drawer: string | null;
}

/** What the database has. */
export async function look(house: House): Promise<string[]> {
  const [row] = await house.eye.unsafe<{ seen: Seen }[]>(LOOK, [house.venueId], { prepare: true });
  if (!row) throw new Error("the house has gone");
  const { seen } = row;
  const named = <T extends string | null>(id: T) => (id === null ? null : (house.handles.get(id) ?? id)) as T;
  const faces: string[] = [`stock ${seen.stock.join(" ")}`];
  for (const { id, lines, ...order } of seen.orders) {
    const handle = named(id);
    for (const [index, line] of lines.entries()) {
      nameRow(house, `${handle} line ${index}`, line.id);
      if (line.ticket_id) nameRow(house, `${handle} ticket ${index}`, line.ticket_id);
    }
    faces.push(
      orderFace(
        handle,
        order,
        lines.map((line) => portion(line.ticket, line.void, line.comp)),
      ),
    );
  }
  for (const { id, claimed, excess, ...paid } of seen.payments) {
    const of = { ...paid, order: named(paid.order), share: named(paid.share), drawer: named(paid.drawer) };
    faces.push(paymentFace(named(id), of, claimed, excess));
  }
  for (const { id, payment: of, amount, status, drawer, by_rule, reference } of seen.refunds) {
    if (by_rule) nameRow(house, `${named(of)}!`, id);
    else if (reference) nameRow(house, reference.split("_").at(-1) ?? "", id);
    faces.push(refundFace(named(id), named(of), amount, status, named(drawer)));
  }
  for (const { bill, order, outcome, shares } of seen.splits) {
    faces.push(`${named(bill)}/${named(order)}: ${outcome}`);
    for (const { id, amount } of shares) faces.push(`${named(id)}: share of ${amount}`);
  }
  for (const { id, holds, counted } of seen.drawers) faces.push(drawerFace(named(id), holds, counted));
  for (const { reference, ...dispute } of seen.disputes)
    faces.push(disputeFace(reference.split("_").at(-1) ?? "", dispute));
  for (const { id, open } of seen.sessions) faces.push(`${named(id)}: ${open ? "open" : "closed"}`);
  for (const { at, topic, payload } of seen.jobs) faces.push(`job ${jobKey(house.handles, topic, payload)}, ${at}`);
  return faces.sort();
}

/** What the reference expects. */
export function expected(state: State): string[] {
  const faces: string[] = [`stock ${stockOf(state).join(" ")}`];
  for (const [index, [handle, order]] of Object.entries(state.orders).entries()) {
    const { status, split } = order;
    const [paid, refunded] = [paidOf(state, handle), refundedOf(state, handle)];
    const facts = { nth: index + 1, status, total: totalOf(order), paid, refunded, split: split !== null };
    faces.push(
      orderFace(
        handle,
        facts,
        order.lines.map(({ ticket, isVoid, comp }) => portion(ticket, isVoid, comp)),
      ),
    );
  }
  for (const [handle, payment] of Object.entries(state.payments))
    faces.push(paymentFace(handle, payment, claimedOf(state, handle), payment.isExcess));
  for (const [handle, { amount, payment, status, drawer }] of Object.entries(state.refunds))
    faces.push(refundFace(handle, payment, amount, status, drawer));
  for (const [handle, { outcome }] of Object.entries(state.splits)) faces.push(`${handle}: ${outcome}`);
  for (const [handle, { amount }] of Object.entries(state.shares)) faces.push(`${handle}: share of ${amount}`);
  for (const [handle, { counted }] of Object.entries(state.drawers))
    faces.push(drawerFace(handle, holds(state, handle), counted));
  for (const [handle, dispute] of Object.entries(state.disputes))
    faces.push(disputeFace(handle, { ...dispute, fees: DISPUTE_FEE }));
  for (const [handle, { isOpen }] of Object.entries(state.sessions))
    faces.push(`${handle}: ${isOpen ? "open" : "closed"}`);
  for (const { key, at } of state.jobs) faces.push(`job ${key}, ${at}`);
  return faces.sort();
}

const portion = (ticket: string | null, isVoid: boolean, comp: number) =>
  `${isVoid ? "void/" : ""}${ticket ?? "waits"}${comp > 0 ? `/−${comp}` : ""}`;
type Facts = Omit<Seen["orders"][number], "id" | "lines">;
const orderFace = (handle: string, { nth, status, total, paid, refunded, split }: Facts, portions: readonly string[]) =>
  `${handle}: ${nth}. ${status}, ${paid} of ${total} paid, ${refunded} refunded, ${portions.join(" ")}${split ? ", split" : ""}`;
const inDrawer = (drawer: string | null) => (drawer ? `, ${drawer}` : "");
const paymentFace = (
  handle: string,
  { method, status, amount, order, ...more }: Paid,
  claimed: number,
  isExcess: boolean,
) =>
  `${handle}: ${method} ${status} ${amount} for ${more.share ?? order}, ${claimed} claimed${isExcess ? ", excess" : ""}` +
  `${more.reference ? ", known to the provider" : ""}${inDrawer(more.drawer)}`;
const refundFace = (handle: string, of: string, amount: number, status: string, drawer: string | null) =>
  `${handle}: refund of ${amount} from ${of}, ${status}${inDrawer(drawer)}`;
const drawerFace = (handle: string, should: number, counted: number | null) =>
  `${handle}: ${should} in it${counted === null ? "" : `, ${counted} counted`}`;
const disputeFace = (handle: string, { status, held, lost, fees }: Omit<Seen["disputes"][number], "reference">) =>
  `${handle}: ${status}, ${held} held, ${lost} lost, ${fees} fees`;

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
