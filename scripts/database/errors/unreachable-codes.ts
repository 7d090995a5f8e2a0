/**
 * Codes that a function seems to raise when its body and what it calls are read as text, and never does. Each has its
 * reason; an entry that no longer matches anything is reported. Callers inherit it: the search does not go past it.
 */
const KEPT_RIGHT = "it asks for a right that a lapsed subscription leaves: to pay us, or to give money out";
const READING = "it asks for a right to read, which a lapsed subscription keeps";
const KEPT = "it prices only lines that the order has, which are not looked up in the menu";
const NOTHING_FROM_THE_MENU = {
  menu_not_published: "an order was placed from a published menu, and a venue keeps one",
  menu_item_unknown: KEPT,
  menu_item_unavailable: KEPT,
  option_unknown: KEPT,
  option_unavailable: KEPT,
  option_count_invalid: KEPT,
};

const BECOMES_A_REASON = "it is caught, and becomes the reason for which the job has ended";

const KEEPS_DISCOUNTS =
  "a changed order keeps the discounts and points that it was placed with; price_order looks for none";

export const UNREACHABLE_CODES: Record<string, Record<string, string>> = {
  "private.transition_order": {
    out_of_stock: "it sends to the kitchen only what is paid already, and then stock may go negative",
  },
  "private.expire_unpaid": {
    order_transition_invalid: "the orders are locked and pending_payment, from which expired always follows",
  },
  "private.roll_up_order": { order_transition_invalid: "it asks only for steps that follow the locked order's status" },
  "private.place_if_settled": {
    order_transition_invalid: "the order is locked and pending_payment, from which placed always follows",
  },
  "private.with_delegation": {
    not_authenticated: BECOMES_A_REASON,
    permission_denied: BECOMES_A_REASON,
    subscription_inactive: BECOMES_A_REASON,
    entitlement_exceeded: BECOMES_A_REASON,
    invalid_input: BECOMES_A_REASON,
    menu_import_invalid: BECOMES_A_REASON,
  },
  "public.take_assistant_job_budget": { assistant_budget_exhausted: BECOMES_A_REASON },
  "private.price_again": {
    discount_code_invalid: KEEPS_DISCOUNTS,
    discount_used_up: KEEPS_DISCOUNTS,
    discount_not_applicable: KEEPS_DISCOUNTS,
    loyalty_not_offered: KEEPS_DISCOUNTS,
    loyalty_card_invalid: KEEPS_DISCOUNTS,
    loyalty_points_too_few: KEEPS_DISCOUNTS,
    loyalty_points_insufficient: KEEPS_DISCOUNTS,
  },
  "public.update_webhook_endpoint": { venue_not_found: "an endpoint keeps the venue that it was made with" },
  "private.lock_line_to_change": { order_not_found: "who sees the line sees its order: both need orders.read" },
  "public.comp_line": {
    ...NOTHING_FROM_THE_MENU,
    order_invalid: "every line of an order that was placed stays on it",
  },
  "public.void_line": NOTHING_FROM_THE_MENU,
  "public.get_kitchen_board": { subscription_inactive: READING },
  "public.get_prep_times": { subscription_inactive: READING },
  "public.get_overdue_orders": { subscription_inactive: READING },
  "public.get_billing_customer": { subscription_inactive: KEPT_RIGHT },
  "public.start_billing_change": { subscription_inactive: KEPT_RIGHT },
  "public.start_account_link": { subscription_inactive: KEPT_RIGHT },
  "public.unlink_account": { subscription_inactive: KEPT_RIGHT },
  "public.get_payouts": { subscription_inactive: READING },
  "public.get_tenant_schema": { subscription_inactive: READING },
  "public.pay_out_of_drawer": { subscription_inactive: KEPT_RIGHT },
  "public.get_drawer_report": { subscription_inactive: READING },
  "private.move_cash": { drawer_required: "it names the drawer" },
  "private.settle_payment": {
    amount_invalid: "it refunds at most what has just been paid, and more than nothing",
    payment_not_refundable: "it refunds only the payment that it has just settled",
    refund_exceeds_payment: "nothing has been refunded of a payment that was settled a moment ago",
    order_transition_invalid: "the order is locked and pending_payment, from which placed always follows",
  },
  "public.get_disputes": { subscription_inactive: READING },
  "public.list_quarantined_events": { subscription_inactive: READING },
  "private.apply_refund_event": { refund_not_found: "it has just found the refund, or made it" },
  "public.cancel_invitation": { invalid_input: "the role is the stored invitation's, so it is known" },
  "public.remove_member": { invalid_input: "the role is the stored membership's, so it is known" },
  "public.collect_payment": {
    order_transition_invalid: "the order is locked and pending_payment, from which placed always follows",
  },
  "public.refund_payment": {
    order_not_found: "who sees the payment sees its order: both need orders.read",
    subscription_inactive: KEPT_RIGHT,
  },
  "public.get_ledger_balance": {
    subscription_inactive: "analytics.read is a right to read, which a lapsed subscription keeps",
  },
  "public.get_reconciliation_report": { subscription_inactive: READING },
  "public.get_staff_performance": {
    subscription_inactive: "staff.read is a right to read, which a lapsed subscription keeps",
  },
  "public.get_loyalty_report": { subscription_inactive: READING },
  "public.get_feedback_summary": {
    subscription_inactive: "analytics.read is a right to read, which a lapsed subscription keeps",
  },
};
