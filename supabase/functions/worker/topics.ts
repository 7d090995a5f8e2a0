// The queues and their topics by name, without what handles them. Two tests hold this list between the handlers and
// private.outbox_routes, so that no message is routed to nobody.
export const TOPICS: Readonly<Record<string, readonly string[]>> = {
  alerts: ["operators.alerted", "operators.mailed"],
  assistant_jobs: ["assistant_job.answered", "assistant_job.cancelled", "assistant_job.requested"],
  provider_calls: [
    "account.changed",
    "charge.refund_requested",
    "payment.cancel_requested",
    "refund.requested",
    "subscription.changed",
  ],
  payment_checks: ["payment.check_requested", "refund.check_requested"],
  mail: ["mail.requested"],
  reconciliation: ["provider.reconcile"],
  storage: ["objects.removable"],
  venue_jobs: ["day.close", "orders.expire", "reservations.advance", "stock.watch"],
  venue_upkeep: ["guests.erase", "sales.roll_up"],
  webhook_events: ["webhook.happened"],
  webhooks: ["webhook.due"],
};
