// /v1/refunds and /v1/charges: what was taken, and what is given back.
import type Stripe from "stripe";
import { z } from "zod";
import { takeBack } from "../connect.ts";
import type { Desk } from "../desk.ts";
import { invalid } from "../failure.ts";
import { flag, listParams, metadata, positive, text } from "../params.ts";
import { createRefund } from "../refund.ts";
import { cardOf } from "../test-cards.ts";
import { listOf, mergeMetadata, route } from "./route.ts";

const refundParams = z.strictObject({
  amount: positive.optional(),
  charge: text.optional(),
  payment_intent: text.optional(),
  reason: z.enum(["duplicate", "fraudulent", "requested_by_customer"]).optional(),
  metadata: metadata.optional(),
  refund_application_fee: flag.optional(),
  reverse_transfer: flag.optional(),
});

function chargeToRefund(desk: Desk, params: z.output<typeof refundParams>): Stripe.Charge {
  if (params.charge) {
    const charge = desk.need("charge", params.charge, "charge");
    if (charge.status !== "succeeded") {
      throw invalid(`Charge ${charge.id} has a status of ${charge.status} and cannot be refunded.`, {
        param: "charge",
      });
    }
    return charge;
  }
  if (!params.payment_intent) {
    throw invalid("One of the following params should be provided for this request: payment_intent or charge.", {
      code: "parameter_missing",
    });
  }
  const intent = desk.need("payment_intent", params.payment_intent, "payment_intent");
  if (intent.status !== "succeeded" || typeof intent.latest_charge !== "string") {
    throw invalid(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
      param: "payment_intent",
    });
  }
  return desk.need("charge", intent.latest_charge, "payment_intent");
}

export const cardOfCharge = (desk: Desk, charge: Stripe.Charge) =>
  cardOf(desk.need("payment_method", charge.payment_method ?? "", "payment_method"));

export const refundRoutes = [
  route("POST", "/v1/refunds", refundParams, ({ desk }, params) => {
    const charge = chargeToRefund(desk, params);
    if ((params.reverse_transfer || params.refund_application_fee) && !charge.transfer_data) {
      const param = params.reverse_transfer ? "reverse_transfer" : "refund_application_fee";
      throw invalid(`The charge ${charge.id} was made without a transfer or an application fee.`, { param });
    }
    const request = { amount: params.amount, reason: params.reason, metadata: mergeMetadata({}, params.metadata) };
    const step = createRefund(charge, request, cardOfCharge(desk, charge), desk.mint);
    const sent = {
      transfer: params.reverse_transfer ? desk.need("transfer", String(charge.transfer)) : null,
      fee: params.refund_application_fee ? desk.need("application_fee", String(charge.application_fee)) : null,
    };
    const { refund, transfer, fee, movements, events } = takeBack({ ...step, ...sent }, desk.mint);
    const told = step.events.map((event) => (event.object.id === refund.id ? { ...event, object: refund } : event));
    desk.save([refund, step.charge, transfer ?? undefined, fee ?? undefined, ...movements], [...told, ...events]);
    return refund;
  }),
  route(
    "GET",
    "/v1/refunds",
    z.strictObject({ ...listParams, charge: text.optional(), payment_intent: text.optional() }),
    ({ desk }, { charge, payment_intent, ...page }) =>
      listOf("/v1/refunds", desk.store.list("refund", page, { charge, payment_intent })),
  ),
  route("GET", "/v1/refunds/:id", z.strictObject({}), ({ desk, id }) => desk.need("refund", id)),
  route("POST", "/v1/refunds/:id", z.strictObject({ metadata: metadata.optional() }), ({ desk, id }, params) => {
    const refund = desk.need("refund", id);
    const next: Stripe.Refund = { ...refund, metadata: mergeMetadata(refund.metadata ?? {}, params.metadata) };
    desk.save([next], [{ type: "refund.updated", object: next, previous: { metadata: refund.metadata } }]);
    return next;
  }),
  route(
    "GET",
    "/v1/charges",
    z.strictObject({ ...listParams, customer: text.optional(), payment_intent: text.optional() }),
    ({ desk }, { customer, payment_intent, ...page }) =>
      listOf("/v1/charges", desk.store.list("charge", page, { customer, payment_intent })),
  ),
  route("GET", "/v1/charges/:id", z.strictObject({}), ({ desk, id }) => desk.need("charge", id)),
];
