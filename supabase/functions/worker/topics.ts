// The queues and their topics by name, without what handles them. Two tests hold this list between the handlers and
// private.outbox_routes, so that no message is routed to nobody.
export const TOPICS: Readonly<Record<string, readonly string[]>> = {
  provider_calls: ["payment.cancel_requested", "refund.requested", "subscription.changed"],
  mail: ["mail.requested"],
  storage: ["menu_images.orphaned"],
  venue_jobs: ["day.close", "orders.expire", "reservations.advance", "stock.watch"],
  venue_upkeep: ["guests.erase", "sales.roll_up"],
};
