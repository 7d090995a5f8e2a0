/** Bugs in what repairs lost events: reconciliation and sweeper. See mutants.ts. */
import type { Mutant } from "./mutants.ts";

export const OF_REPAIRS: Readonly<Record<string, Mutant>> = {
  "reconciliation passes over refunds": {
    in: "private.differences",
    from: "union all select * from private.refund_differences(p_objects)",
    to: "",
  },
  "reconciliation passes over what was paid": {
    in: "private.payment_differences",
    from: "when c.status = 'succeeded' and (c.p).status <> 'succeeded' then 'payment_status_differs'",
    to: "",
  },
  "what was given up here stays open there": {
    in: "public.save_reconciliation_page",
    from: "and d.detail #>> '{there,status}' like 'requires\\_%'",
    to: "and false",
  },
  "a dead worker keeps its reconciliation": {
    in: "public.claim_reconciliation",
    from: "or r.lease_until < now()",
    to: "",
  },
  "what the provider keeps is in no books": {
    in: "private.book_fees",
    from: "and b.fee_minor <> 0",
    to: "and false",
  },
  "the sweeper forgets reservations": {
    in: "private.sweep_payments",
    from: "p.status = 'reserved' and p.created_at",
    to: "p.status = 'none' and p.created_at",
  },
  "the sweeper asks once": {
    in: "private.sweep_payments",
    from: "where c.subject_id is null or coalesce(c.answered_at + interval '10 minutes', c.requested_at + interval '1 hour') <= now()",
    to: "where c.subject_id is null",
  },
  "a guest's time never ends": {
    in: "public.get_payment_check",
    from: "v_payment.created_at < now() - interval '30 minutes'",
    to: "false",
  },
  "what came too early waits for ever": {
    in: "private.sweep_events",
    from: "v_event.received_at < now() - interval '1 hour'",
    to: "false",
  },
  "what is paid when asked leaves the early waiting": {
    in: "public.report_payment",
    from: "perform private.apply_deferred_events(p_provider_reference);",
    to: "null;",
  },
};
