// Checkout in mode subscription: the session that is made, and what happens when a person completes it.
import type Stripe from "stripe";
import { z } from "zod";
import { type Collected, collect, linesOf } from "../billing-cycle.ts";
import { newLine, newSession } from "../checkout-session.ts";
import type { Desk } from "../desk.ts";
import { invalid } from "../failure.ts";
import { newInvoice } from "../invoice.ts";
import { integer, metadata, positive, text, url } from "../params.ts";
import { newSubscription } from "../subscription.ts";
import { createMethod, type TestCard } from "../test-cards.ts";
import { blankCustomer } from "./customers.ts";
import { mergeMetadata } from "./route.ts";

export const subscribeParams = z.strictObject({
  mode: z.literal("subscription"),
  line_items: z
    .array(z.strictObject({ price: text, quantity: positive.optional() }))
    .min(1)
    .max(20),
  success_url: url,
  cancel_url: url.optional(),
  client_reference_id: z.string().max(200).optional(),
  customer: text.optional(),
  customer_email: z.email().optional(),
  locale: text.optional(),
  metadata: metadata.optional(),
  payment_method_collection: z.enum(["always", "if_required"]).default("always"),
  subscription_data: z
    .strictObject({
      metadata: metadata.optional(),
      trial_end: integer.optional(),
      trial_settings: z
        .strictObject({
          end_behavior: z.strictObject({ missing_payment_method: z.enum(["cancel", "create_invoice", "pause"]) }),
        })
        .optional(),
    })
    .optional(),
});
type SubscribeParams = z.output<typeof subscribeParams>;

/** Kept beside the session: its lines as it shows them, and what the subscription will be made of. */
export interface SubscribeDetail {
  readonly lines: readonly Stripe.LineItem[];
  readonly prices: readonly string[];
  readonly data: SubscribeParams["subscription_data"];
}

const DAY = 86_400;

export function createSubscribeSession(desk: Desk, params: SubscribeParams): Stripe.Checkout.Session {
  const { mint } = desk;
  if (params.customer && params.customer_email) {
    throw invalid("You may only specify one of these parameters: customer, customer_email.");
  }
  if (params.customer) desk.need("customer", params.customer, "customer");
  const prices = params.line_items.map((item) => desk.need("price", item.price, "line_items[0][price]"));
  const [first] = prices;
  if (!first?.recurring || prices.some(({ recurring, active }) => !recurring || !active)) {
    throw invalid("You must provide at least one recurring price in `subscription` mode.", { param: "line_items" });
  }
  const trialEnd = params.subscription_data?.trial_end ?? null;
  if (trialEnd !== null && trialEnd < mint.now + 2 * DAY) {
    throw invalid("The `trial_end` date has to be at least 2 days in the future.", {
      param: "subscription_data[trial_end]",
    });
  }
  const lines = prices.map((price) => {
    const description = desk.need("product", String(price.product)).name;
    return newLine({ id: mint.id("li"), price, quantity: 1, description, metadata: {} });
  });
  const total = trialEnd === null ? lines.reduce((sum, line) => sum + line.amount_total, 0) : 0;
  const session: Stripe.Checkout.Session = {
    ...newSession(
      {
        total,
        currency: first.currency,
        successUrl: params.success_url,
        cancelUrl: params.cancel_url ?? null,
        expiresAt: mint.now + DAY,
        customer: params.customer ?? null,
        customerEmail: params.customer_email ?? null,
        clientReferenceId: params.client_reference_id ?? null,
        metadata: mergeMetadata({}, params.metadata),
        pageUrl: (id) => `${desk.baseUrl}/c/pay/${id}`,
      },
      mint,
    ),
    mode: "subscription",
    customer_creation: params.customer ? null : "always",
    payment_method_collection: params.payment_method_collection,
  };
  desk.save([session]);
  const detail: SubscribeDetail = { lines, prices: prices.map(({ id }) => id), data: params.subscription_data };
  desk.store.saveDetail(session.id, detail);
  return session;
}

/** A trial may begin without a card where the session says so. */
export const needsCard = (session: Stripe.Checkout.Session): boolean =>
  session.amount_total !== 0 || session.payment_method_collection === "always";

export interface Subscribed {
  readonly session: Stripe.Checkout.Session;
  /** What to tell the person whose card was declined; nothing else is left of the attempt then. */
  readonly problem: string | null;
}

function customerOf(
  desk: Desk,
  session: Stripe.Checkout.Session,
  email: string,
  method: string | null,
): Stripe.Customer {
  const known = typeof session.customer === "string" ? desk.need("customer", session.customer) : null;
  const customer = known ?? { ...blankCustomer(desk.mint), email };
  const settings = {
    ...customer.invoice_settings,
    default_payment_method: method ?? customer.invoice_settings.default_payment_method,
  };
  return { ...customer, invoice_settings: settings };
}

/** Must run in a transaction that is undone when it throws: a declined card leaves no subscription behind. */
export function subscribe(
  desk: Desk,
  session: Stripe.Checkout.Session,
  card: TestCard | null,
  email: string,
): Subscribed {
  const detail = desk.store.detail<SubscribeDetail>(session.id);
  if (!detail) throw new Error(`The checkout session ${session.id} has lost its lines.`);
  const method = card && createMethod(card, null, desk.mint);
  const customer = customerOf(desk, session, email, method?.id ?? null);
  desk.save(
    [customer, method ? { ...method, customer: customer.id } : undefined],
    session.customer ? [] : [{ type: "customer.created", object: customer }],
  );
  const begun = newSubscription(
    {
      customer: customer.id,
      prices: detail.prices.map((id) => desk.need("price", id)),
      metadata: mergeMetadata({}, detail.data?.metadata),
      trialEnd: detail.data?.trial_end ?? null,
      withoutCard: detail.data?.trial_settings?.end_behavior.missing_payment_method ?? "create_invoice",
      method: method?.id ?? null,
    },
    desk.mint,
  );
  const [first] = begun.items.data;
  const period = { start: first?.current_period_start ?? 0, end: first?.current_period_end ?? 0 };
  const lines = linesOf(begun, period).map((line) => (begun.status === "trialing" ? { ...line, amount: 0 } : line));
  const invoice = newInvoice({ subscription: begun, reason: "subscription_create", lines, period }, desk.mint);
  const subscription: Stripe.Subscription = { ...begun, latest_invoice: invoice.id };
  desk.save([subscription, invoice], [{ type: "customer.subscription.created", object: subscription }]);
  const { failure }: Collected = collect(desk, invoice, method?.id ?? null);
  if (failure) throw failure;
  const complete: Stripe.Checkout.Session = {
    ...session,
    customer: customer.id,
    subscription: subscription.id,
    invoice: invoice.id,
    status: "complete",
    payment_status: invoice.amount_due === 0 ? "no_payment_required" : "paid",
    url: null,
  };
  desk.save([complete], [{ type: "checkout.session.completed", object: complete }]);
  return { session: complete, problem: null };
}
