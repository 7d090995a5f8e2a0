// /v1/payment_intents: create, retrieve, list, update, confirm, cancel.
import type Stripe from "stripe";
import { z } from "zod";
import type { Desk } from "../desk.ts";
import { invalid, unexpectedState } from "../failure.ts";
import { assertAmount } from "../money.ts";
import { currency, listParams, positive, text, url } from "../params.ts";
import { cancel, confirm, type Step } from "../payment-intent.ts";
import { createParams, intentFields, newIntent } from "./create-payment-intent.ts";
import { methodFor } from "./payment-methods.ts";
import { listOf, mergeMetadata, type Outcome, route } from "./route.ts";

const customerOf = (intent: Stripe.PaymentIntent) => (typeof intent.customer === "string" ? intent.customer : null);

export function record(desk: Desk, step: Step): Outcome {
  desk.save([step.intent, step.charge], step.events);
  return step.failure ?? step.intent;
}

function confirmWith(
  desk: Desk,
  intent: Stripe.PaymentIntent,
  methodId: string | null,
  returnUrl: string | null,
): Outcome {
  const chosen = methodId ?? (typeof intent.payment_method === "string" ? intent.payment_method : null);
  if (chosen === null && intent.status === "requires_payment_method") {
    throw unexpectedState(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      intent,
    );
  }
  const redirects =
    intent.automatic_payment_methods?.enabled && intent.automatic_payment_methods.allow_redirects === "always";
  if (redirects && returnUrl === null && intent.status !== "succeeded" && intent.status !== "canceled") {
    throw invalid(
      "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    );
  }
  const method = chosen === null ? null : methodFor(desk, chosen, customerOf(intent));
  if (!method)
    throw unexpectedState(`You cannot confirm this PaymentIntent because it has a status of ${intent.status}.`, intent);
  const actionUrl = (id: string) => `${desk.baseUrl}/c/authenticate/${id}`;
  return record(desk, confirm(intent, { method, returnUrl, actionUrl }, desk.mint));
}

const updateParams = z.strictObject({ ...intentFields, amount: positive.optional(), currency: currency.optional() });

function update(desk: Desk, intent: Stripe.PaymentIntent, params: z.output<typeof updateParams>): Stripe.PaymentIntent {
  const open = ["requires_payment_method", "requires_confirmation", "requires_action"].includes(intent.status);
  const field =
    params.amount !== undefined
      ? "amount"
      : params.currency !== undefined
        ? "currency"
        : params.payment_method !== undefined
          ? "payment_method"
          : null;
  if (!open && field) {
    throw unexpectedState(
      `This PaymentIntent's ${field} could not be updated because it has a status of ${intent.status}. You may only update the ${field} of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.`,
      intent,
    );
  }
  if (params.customer) desk.need("customer", params.customer, "customer");
  const method = params.payment_method ? methodFor(desk, params.payment_method, customerOf(intent)) : null;
  const next: Stripe.PaymentIntent = {
    ...intent,
    amount: params.amount ?? intent.amount,
    currency: params.currency ?? intent.currency,
    customer: params.customer ?? intent.customer,
    description: params.description === undefined ? intent.description : params.description,
    metadata: mergeMetadata(intent.metadata, params.metadata),
    receipt_email: params.receipt_email === undefined ? intent.receipt_email : params.receipt_email,
    ...(method ? { payment_method: method.id, status: "requires_confirmation" } : {}),
  };
  assertAmount(next.amount, next.currency);
  desk.save([next]);
  return next;
}

const base = "/v1/payment_intents";
export const paymentIntentRoutes = [
  route("POST", base, createParams, ({ desk }, params) => {
    if (!params.confirm && params.return_url !== undefined) {
      throw invalid("You cannot set `return_url` when creating a PaymentIntent without `confirm=true`.", {
        param: "return_url",
      });
    }
    let intent = newIntent(desk, params);
    if (params.payment_method && !params.confirm) {
      const method = methodFor(desk, params.payment_method, customerOf(intent));
      intent = { ...intent, payment_method: method.id, status: "requires_confirmation" };
    }
    desk.save([intent], [{ type: "payment_intent.created", object: intent }]);
    if (!params.confirm) return intent;
    return confirmWith(desk, intent, params.payment_method ?? null, params.return_url ?? null);
  }),
  route("GET", base, z.strictObject({ ...listParams, customer: text.optional() }), ({ desk }, { customer, ...page }) =>
    listOf(base, desk.store.list("payment_intent", page, { customer })),
  ),
  route("GET", `${base}/:id`, z.strictObject({}), ({ desk, id }) => desk.need("payment_intent", id)),
  route("POST", `${base}/:id`, updateParams, ({ desk, id }, params) =>
    update(desk, desk.need("payment_intent", id), params),
  ),
  route(
    "POST",
    `${base}/:id/confirm`,
    z.strictObject({ payment_method: text.optional(), return_url: url.optional(), receipt_email: text.optional() }),
    ({ desk, id }, params) =>
      confirmWith(desk, desk.need("payment_intent", id), params.payment_method ?? null, params.return_url ?? null),
  ),
  route(
    "POST",
    `${base}/:id/cancel`,
    z.strictObject({
      cancellation_reason: z.enum(["duplicate", "fraudulent", "requested_by_customer", "abandoned"]).optional(),
    }),
    ({ desk, id }, params) =>
      record(desk, cancel(desk.need("payment_intent", id), params.cancellation_reason ?? null, desk.mint)),
  ),
];
