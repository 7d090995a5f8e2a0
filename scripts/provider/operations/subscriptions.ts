// /v1/subscriptions and /v1/invoices: changing what is subscribed to, with prorations, and paying what is open.
// Subscriptions begin at a checkout (subscribe.ts); they are not made by hand here.
import type Stripe from "stripe";
import { z } from "zod";
import { cardFor, collect, type PendingDetail, payInvoice } from "../billing-cycle.ts";
import type { Desk } from "../desk.ts";
import { invalid } from "../failure.ts";
import { type Line, newInvoice } from "../invoice.ts";
import { flag, listParams, metadata, text } from "../params.ts";
import { ended, itemsOf, newItem, type Period, planOf, priceOf, proportion, updated } from "../subscription.ts";
import { listOf, mergeMetadata, route } from "./route.ts";

const change = z.strictObject({ id: text.optional(), price: text.optional(), deleted: flag.optional() });
const updateParams = z.strictObject({
  cancel_at_period_end: flag.optional(),
  default_payment_method: text.optional(),
  items: z.array(change).min(1).max(20).optional(),
  metadata: metadata.optional(),
  payment_behavior: z.enum(["allow_incomplete", "error_if_incomplete"]).default("allow_incomplete"),
  proration_behavior: z.enum(["always_invoice", "create_prorations", "none"]).default("create_prorations"),
});
type UpdateParams = z.output<typeof updateParams>;

interface Changed {
  readonly items: Stripe.SubscriptionItem[];
  readonly lines: Line[];
}

function changeItems(
  desk: Desk,
  subscription: Stripe.Subscription,
  changes: readonly z.output<typeof change>[],
): Changed {
  const items = [...subscription.items.data];
  const lines: Line[] = [];
  const [first] = items;
  const period: Period = { start: first?.current_period_start ?? 0, end: first?.current_period_end ?? 0 };
  const { now } = desk.mint;
  const rest: Period = { start: Math.max(period.start, now), end: period.end };
  const prorate = (item: Stripe.SubscriptionItem, sign: 1 | -1) =>
    lines.push({
      item,
      amount: sign * proportion(priceOf(item), period, now),
      description: `${sign < 0 ? "Unused" : "Remaining"} time on ${item.price.nickname ?? item.price.id}`,
      period: rest,
      proration: true,
    });
  for (const { id, price: priceId, deleted } of changes) {
    const price = priceId === undefined ? undefined : desk.need("price", priceId, "items[0][price]");
    if (price && (!price.active || price.currency !== subscription.currency)) {
      throw invalid(`The price ${price.id} cannot be used with this subscription.`, { param: "items" });
    }
    if (id === undefined) {
      if (!price) throw invalid("Missing required param: items[0][price].", { param: "items[0][price]" });
      if (items.some((item) => item.price.id === price.id)) {
        throw invalid(`Cannot add multiple subscription items with the same plan: ${price.id}`, { param: "items" });
      }
      const added = newItem(price, subscription.id, period, desk.mint);
      items.push(added);
      prorate(added, 1);
      continue;
    }
    const index = items.findIndex((item) => item.id === id);
    const item = items[index];
    if (!item) throw invalid(`Invalid subscription item: ${id}`, { code: "resource_missing", param: "items[0][id]" });
    if (deleted) {
      prorate(item, -1);
      items.splice(index, 1);
    } else if (price && price.id !== item.price.id) {
      prorate(item, -1);
      const next = { ...item, price, plan: planOf(price) };
      items[index] = next;
      prorate(next, 1);
    }
  }
  if (items.length === 0) throw invalid("A subscription must have at least one active plan.", { param: "items" });
  return { items, lines };
}

function update(desk: Desk, subscription: Stripe.Subscription, params: UpdateParams): Stripe.Subscription {
  if (["canceled", "incomplete_expired"].includes(subscription.status)) {
    throw invalid("A canceled subscription can only update its cancellation_details and metadata.");
  }
  const { items, lines } = changeItems(desk, subscription, params.items ?? []);
  const canceling = params.cancel_at_period_end ?? subscription.cancel_at_period_end;
  const [first] = items;
  let next: Stripe.Subscription = {
    ...subscription,
    items: itemsOf(subscription.id, items),
    metadata: mergeMetadata(subscription.metadata, params.metadata),
    default_payment_method: params.default_payment_method ?? subscription.default_payment_method,
    cancel_at_period_end: canceling,
    cancel_at: canceling ? (first?.current_period_end ?? null) : null,
    canceled_at: canceling ? (subscription.canceled_at ?? desk.mint.now) : null,
  };
  // In a trial nothing has been paid for that could be given back or added to.
  if (lines.length > 0 && params.proration_behavior !== "none" && subscription.status !== "trialing") {
    if (params.proration_behavior === "create_prorations") {
      const waiting = desk.store.detail<PendingDetail>(subscription.id)?.lines ?? [];
      desk.store.saveDetail(subscription.id, { lines: [...waiting, ...lines] } satisfies PendingDetail);
    } else {
      const period = { start: desk.mint.now, end: first?.current_period_end ?? desk.mint.now };
      const invoice = newInvoice({ subscription, reason: "subscription_update", lines, period }, desk.mint);
      desk.save([invoice], [{ type: "invoice.created", object: invoice }]);
      const { failure } = collect(desk, invoice, cardFor(desk, next));
      // Thrown, so that nothing of the change stays; returned, it would.
      if (failure && params.payment_behavior === "error_if_incomplete") throw failure;
      next = { ...next, latest_invoice: invoice.id, status: failure ? "past_due" : next.status };
    }
  }
  desk.save([next], [updated(subscription, next)]);
  return next;
}

const statuses = z.enum(["active", "past_due", "unpaid", "canceled", "incomplete", "trialing", "paused", "all"]);
const base = "/v1/subscriptions";
export const subscriptionRoutes = [
  route(
    "GET",
    base,
    z.strictObject({ ...listParams, customer: text.optional(), status: statuses.optional() }),
    ({ desk }, { customer, status, ...page }) => {
      const live = ["active", "past_due", "unpaid", "incomplete", "trialing", "paused"];
      const wanted = status === "all" ? undefined : (status ?? live);
      return listOf(base, desk.store.list("subscription", page, { customer, status: wanted }));
    },
  ),
  route("GET", `${base}/:id`, z.strictObject({}), ({ desk, id }) => desk.need("subscription", id)),
  route("POST", `${base}/:id`, updateParams, ({ desk, id }, params) =>
    update(desk, desk.need("subscription", id), params),
  ),
  route("DELETE", `${base}/:id`, z.strictObject({}), ({ desk, id }) => {
    const step = ended(desk.need("subscription", id), "cancellation_requested", desk.mint);
    desk.save([step.subscription], step.events);
    return step.subscription;
  }),
  route(
    "GET",
    "/v1/invoices",
    z.strictObject({
      ...listParams,
      customer: text.optional(),
      status: z.enum(["draft", "open", "paid", "uncollectible", "void"]).optional(),
      subscription: text.optional(),
    }),
    ({ desk }, { customer, status, subscription, ...page }) => {
      const filter = { customer, status, "parent.subscription_details.subscription": subscription };
      return listOf("/v1/invoices", desk.store.list("invoice", page, filter));
    },
  ),
  route("GET", "/v1/invoices/:id", z.strictObject({}), ({ desk, id }) => desk.need("invoice", id)),
  route(
    "POST",
    "/v1/invoices/:id/pay",
    z.strictObject({ payment_method: text.optional() }),
    ({ desk, id }, { payment_method }) => {
      const { invoice, failure } = payInvoice(desk, desk.need("invoice", id), payment_method ?? null);
      return failure ?? invoice;
    },
  ),
];
