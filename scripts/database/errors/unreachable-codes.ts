/**
 * Codes that a function seems to raise when its body and what it calls are read as text, and never does. Each has its
 * reason; an entry that no longer matches anything is reported. Callers inherit it: the search does not go past it.
 */
export const UNREACHABLE_CODES: Record<string, Record<string, string>> = {
  "private.transition_order": {
    out_of_stock: "it sends to the kitchen only what is paid already, and then stock may go negative",
  },
  "private.roll_up_order": { order_transition_invalid: "it asks only for steps that follow the locked order's status" },
  "private.settle_payment": {
    amount_invalid: "it refunds at most what has just been paid, and more than nothing",
    payment_not_refundable: "it refunds only the payment that it has just settled",
    refund_exceeds_payment: "nothing has been refunded of a payment that was settled a moment ago",
    order_transition_invalid: "the order is locked and pending_payment, from which placed always follows",
  },
  "private.apply_refund_event": { refund_not_found: "it has just found the refund, or made it" },
  "public.cancel_invitation": { invalid_input: "the role is the stored invitation's, so it is known" },
  "public.remove_member": { invalid_input: "the role is the stored membership's, so it is known" },
  "public.collect_payment": {
    order_transition_invalid: "the order is locked and pending_payment, from which placed always follows",
  },
  "public.refund_payment": { order_not_found: "who sees the payment sees its order: both need orders.read" },
  "public.get_ledger_balance": {
    subscription_inactive: "analytics.read is a right to read, which a lapsed subscription keeps",
  },
  "public.get_staff_performance": {
    subscription_inactive: "staff.read is a right to read, which a lapsed subscription keeps",
  },
  "public.get_feedback_summary": {
    subscription_inactive: "analytics.read is a right to read, which a lapsed subscription keeps",
  },
};
