/** All of a house that the reference has an opinion of, in one query. */
export const LOOK = `
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
      where o.relayed_at is null and o.topic in ('refund.requested', 'payment.cancel_requested', 'refund.check_requested', 'payment.check_requested')
      union all
      select case when q.vt > clock_timestamp() then 'leased' else 'queue' end, q.message ->> 'topic', q.message -> 'payload'
      from (select vt, message from pgmq.q_provider_calls union all select vt, message from pgmq.q_payment_checks) q
      union all
      select 'dead', d.message ->> 'topic', d.message -> 'payload'
      from (select message from pgmq.q_provider_calls_dead union all select message from pgmq.q_payment_checks_dead) d) j)) as seen`;

export interface Seen {
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
export interface Paid {
  readonly order: string;
  readonly method: string;
  readonly status: string;
  readonly amount: number;
  readonly reference: boolean;
  readonly share: string | null;
  readonly drawer: string | null;
}
