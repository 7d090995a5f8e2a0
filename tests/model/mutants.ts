/**
 * Bugs to be planted in a database, one at a time, to see that they are found: each a piece of a function's text and what
 * stands there instead. A piece that is not there exactly once is an error, so that none goes stale unnoticed.
 */
import type { Sql } from "postgres";
import { OF_REPAIRS } from "./mutants-of-repairs.ts";

export interface Mutant {
  readonly in: string;
  readonly from: string;
  readonly to: string;
}

export const MUTANTS: Readonly<Record<string, Mutant>> = {
  ...OF_REPAIRS,
  "a refund above what is left": {
    in: "private.request_refund",
    from: "and p.refund_claimed_minor + p_amount_minor <= p.amount_minor",
    to: "and p_amount_minor <= p.amount_minor",
  },
  "a refund claims nothing": {
    in: "private.request_refund",
    from: "set refund_claimed_minor = p.refund_claimed_minor + p_amount_minor",
    to: "set refund_claimed_minor = p.refund_claimed_minor",
  },
  "a settled payment settles again": {
    in: "private.settle_payment",
    from: "elsif v_payment.status = 'succeeded' then",
    to: "elsif false then",
  },
  "what was paid too much stays": {
    in: "private.settle_payment",
    from: "if v_order.paid_minor > v_order.total_minor then",
    to: "if false then",
  },
  "money for a cancelled order stays": {
    in: "private.settle_payment",
    from: "if v_order.status in ('cancelled', 'expired') and not",
    to: "if v_order.status = 'expired' and not",
  },
  "any amount settles": {
    in: "private.settle_payment",
    from: "v_payment.amount_minor is distinct from p_amount_minor or ",
    to: "",
  },
  "a paid order does not reach the kitchen": {
    in: "private.transition_order",
    from: "perform private.send_to_kitchen(v_after, true);",
    to: "null;",
  },
  "the second line has no ticket": {
    in: "private.send_to_kitchen",
    from: "and l.position >= p_from_position and",
    to: "and l.position between p_from_position and 1 and",
  },
  "a cancelled order gives its stock back twice": {
    in: "private.withdraw_from_kitchen",
    from: "k.sign * m.quantity, m.order_line_id",
    to: "2 * k.sign * m.quantity, m.order_line_id",
  },
  "cooked stock goes back": {
    in: "private.transition_order",
    from: "p_order.status in ('preparing', 'ready', 'served')",
    to: "p_order.status in ('ready', 'served')",
  },
  "the provider is not asked for the refund": {
    in: "private.request_refund",
    from: "perform private.emit('refund.requested'",
    to: "perform jsonb_build_array('refund.requested'",
  },
  "a message is lost by the relay": {
    in: "public.relay_outbox",
    from: "from relayed o join",
    to: "from (select * from relayed order by id limit 1) o join",
  },
  "a failed refund keeps its claim": {
    in: "private.settle_refund",
    from: "set refund_claimed_minor = p.refund_claimed_minor - v_refund.amount_minor",
    to: "set refund_claimed_minor = p.refund_claimed_minor",
  },
  "an order that holds money expires": {
    in: "private.expire_orders",
    from: "and o.paid_minor = o.refunded_minor",
    to: "",
  },
  "the bill falls below what is paid": {
    in: "private.change_bill",
    from: "if p_priced.total_minor < p_order.paid_minor - p_order.refunded_minor then",
    to: "if false then",
  },
  "two collect what one may": {
    in: "private.lock_order",
    from: "and o.venue_id = any (private.venues_with('orders.read')) for no key update;",
    to: "and o.venue_id = any (private.venues_with('orders.read'));",
  },
  "odd pennies go to the last": {
    in: "private.split_minor",
    from: "order by q.remainder desc, q.n)",
    to: "order by q.remainder desc, q.n desc)",
  },
  "a share may be paid after its split": {
    in: "private.due_of",
    from: "or v_share.split_id is distinct from p_order.split_id",
    to: "",
  },
  "what paid a share again stays": {
    in: "private.settle_payment",
    from: "if v_payment.is_excess then",
    to: "if false then",
  },
  "a split outlives a comp": {
    in: "private.change_bill",
    from: "if p_order.split_id is not null\n",
    to: "if false\n",
  },
  "cash goes into a counted drawer": {
    in: "private.use_drawer",
    from: "and d.id = v_drawer and d.closed_at is null for key share",
    to: "and d.id = v_drawer for key share",
  },
  "cash comes out of no drawer": {
    in: "public.refund_payment",
    from: "set drawer_session_id = v_drawer",
    to: "set drawer_session_id = null",
  },
  "what is missing in a drawer is in no books": {
    in: "public.close_drawer",
    from: "('difference', p_counted_minor - v_drawer.expected_minor)",
    to: "('difference', 0)",
  },
  "an older word on a dispute counts": {
    in: "private.apply_dispute_event",
    from: "where d.reported_at < p_at or",
    to: "where d.reported_at is not null or",
  },
  "what is lost stays held": {
    in: "private.apply_dispute_event",
    from: "(v_dispute.status = 'lost' and v_held.amount_minor <> 0)",
    to: "false",
  },
  "what came too early is forgotten": {
    in: "private.take_effect",
    from: "perform private.apply_deferred_events(",
    to: "perform lower(",
  },
  "a repeated key works again": {
    in: "private.replay_idempotent",
    from: "return v_stored.response;",
    to: "return null;",
  },
};

export async function plant(sql: Sql, name: string): Promise<void> {
  const mutant = MUTANTS[name];
  if (!mutant) throw new Error(`no such mutant: ${name}`);
  const [found] = await sql<{ text: string }[]>`select pg_get_functiondef(${mutant.in}::regproc) as text`;
  const parts = found?.text.split(mutant.from) ?? [];
  if (parts.length !== 2) throw new Error(`${mutant.in} has ${parts.length - 1} times: ${mutant.from}`);
  await sql.unsafe(parts.join(mutant.to));
}
