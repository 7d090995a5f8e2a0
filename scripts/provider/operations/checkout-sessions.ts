// /v1/checkout/sessions: create (mode payment: lines priced inline; mode subscription: subscribe.ts), retrieve, list, line items, expire.
import type Stripe from "stripe";
import { z } from "zod";
import { type CheckoutDetail, expireSession, newLine, newSession } from "../checkout-session.ts";
import type { Desk } from "../desk.ts";
import { invalid } from "../failure.ts";
import { assertAmount } from "../money.ts";
import { currency, integer, listParams, metadata, positive, text, url } from "../params.ts";
import { cancel } from "../payment-intent.ts";
import { assertDestination, createParams } from "./create-payment-intent.ts";
import { record } from "./payment-intents.ts";
import { listOf, mergeMetadata, route } from "./route.ts";
import { createSubscribeSession, subscribeParams } from "./subscribe.ts";

const lineItem = z.strictObject({
  price_data: z.strictObject({
    currency,
    unit_amount: integer.refine((value) => value >= 0, { error: "This value must be greater than or equal to 0." }),
    product_data: z.strictObject({
      name: z.string().min(1).max(250),
      description: text.optional(),
      images: z.array(url).max(8).optional(),
      metadata: metadata.optional(),
    }),
    tax_behavior: z.enum(["inclusive", "exclusive", "unspecified"]).optional(),
  }),
  quantity: positive,
  metadata: metadata.optional(),
});

const sessionParams = z.strictObject({
  mode: z.literal("payment"),
  line_items: z.array(lineItem).min(1).max(100),
  success_url: url,
  cancel_url: url.optional(),
  client_reference_id: z.string().max(200).optional(),
  customer: text.optional(),
  customer_email: z.email().optional(),
  expires_at: integer.optional(),
  locale: text.optional(),
  metadata: metadata.optional(),
  payment_intent_data: createParams
    .pick({
      application_fee_amount: true,
      description: true,
      metadata: true,
      on_behalf_of: true,
      receipt_email: true,
      statement_descriptor_suffix: true,
      transfer_data: true,
      transfer_group: true,
    })
    .optional(),
  payment_method_types: z.array(z.enum(["card"])).optional(),
  submit_type: z.enum(["auto", "book", "donate", "pay"]).optional(),
  ui_mode: z.enum(["hosted_page"]).optional(),
});
type SessionParams = z.output<typeof sessionParams>;

const HALF_HOUR = 1_800;
const DAY = 86_400;

function lineOf(desk: Desk, item: SessionParams["line_items"][number]): Stripe.LineItem {
  const { mint } = desk;
  const { price_data } = item;
  return newLine({
    id: mint.id("li"),
    description: price_data.product_data.name,
    metadata: mergeMetadata({}, item.metadata),
    quantity: item.quantity,
    price: {
      id: mint.id("price"),
      object: "price",
      active: false,
      billing_scheme: "per_unit",
      created: mint.now,
      currency: price_data.currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: null,
      metadata: {},
      nickname: null,
      product: mint.id("prod", 14),
      recurring: null,
      tax_behavior: price_data.tax_behavior ?? "unspecified",
      tiers_mode: null,
      transform_quantity: null,
      type: "one_time",
      unit_amount: price_data.unit_amount,
      // On the wire it is text; the library makes its Decimal of it.
      unit_amount_decimal: String(price_data.unit_amount) as unknown as Stripe.Decimal,
    },
  });
}

function create(desk: Desk, params: SessionParams): Stripe.Checkout.Session {
  const { now } = desk.mint;
  const lines = params.line_items.map((item) => lineOf(desk, item));
  const [first] = lines;
  if (!first || lines.some((line) => line.currency !== first.currency)) {
    throw invalid("All line items must have the same currency.", { param: "line_items" });
  }
  const total = lines.reduce((sum, line) => sum + line.amount_total, 0);
  assertAmount(total, first.currency, "line_items");
  const expiresAt = params.expires_at ?? now + DAY;
  if (expiresAt < now + HALF_HOUR || expiresAt > now + DAY) {
    const message =
      "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from Checkout Session creation.";
    throw invalid(message, { param: "expires_at" });
  }
  if (params.customer) desk.need("customer", params.customer, "customer");
  if (params.payment_intent_data) assertDestination(desk, params.payment_intent_data);
  const session = newSession(
    {
      total,
      currency: first.currency,
      successUrl: params.success_url,
      cancelUrl: params.cancel_url ?? null,
      expiresAt,
      customer: params.customer ?? null,
      customerEmail: params.customer_email ?? null,
      clientReferenceId: params.client_reference_id ?? null,
      metadata: mergeMetadata({}, params.metadata),
      pageUrl: (id) => `${desk.baseUrl}/c/pay/${id}`,
    },
    desk.mint,
  );
  const intent = {
    ...params.payment_intent_data,
    amount: total,
    currency: first.currency,
    payment_method_types: ["card" as const],
    ...(params.customer ? { customer: params.customer } : {}),
  };
  const detail: CheckoutDetail = { lines, intent };
  desk.save([session]);
  desk.store.saveDetail(session.id, detail);
  return session;
}

/** Ends the session, and with it the payment that was begun and never finished. */
export function expire(desk: Desk, session: Stripe.Checkout.Session): Stripe.Checkout.Session {
  const step = expireSession(session);
  if (typeof session.payment_intent === "string") {
    record(desk, cancel(desk.need("payment_intent", session.payment_intent), "automatic", desk.mint));
  }
  desk.save([step.session], step.events);
  return step.session;
}

const base = "/v1/checkout/sessions";
const linesPath = (id: string) => `${base}/${id}/line_items`;
export const checkoutRoutes = [
  route("POST", base, z.discriminatedUnion("mode", [sessionParams, subscribeParams]), ({ desk }, params) =>
    params.mode === "subscription" ? createSubscribeSession(desk, params) : create(desk, params),
  ),
  route(
    "GET",
    base,
    z.strictObject({
      ...listParams,
      customer: text.optional(),
      payment_intent: text.optional(),
      status: z.enum(["open", "complete", "expired"]).optional(),
    }),
    ({ desk }, { customer, payment_intent, status, ...page }) =>
      listOf(base, desk.store.list("checkout.session", page, { customer, payment_intent, status })),
  ),
  route("GET", `${base}/:id`, z.strictObject({}), ({ desk, id }) => desk.need("checkout.session", id)),
  route("GET", `${base}/:id/line_items`, z.strictObject({ limit: listParams.limit }), ({ desk, id }, { limit }) => {
    const lines = desk.store.detail<CheckoutDetail>(desk.need("checkout.session", id).id)?.lines ?? [];
    return listOf(linesPath(id), { data: lines.slice(0, limit), has_more: lines.length > limit });
  }),
  route("POST", `${base}/:id/expire`, z.strictObject({}), ({ desk, id }) =>
    expire(desk, desk.need("checkout.session", id)),
  ),
];
