// The birth of a PaymentIntent: which parameters it takes, and the whole object that Stripe answers with.
import type Stripe from "stripe";
import { z } from "zod";
import { assertTakesTransfers } from "../connected-account.ts";
import type { Desk } from "../desk.ts";
import { invalid } from "../failure.ts";
import { assertAmount } from "../money.ts";
import { currency, flag, integer, metadata, positive, text, unsettable, url } from "../params.ts";
import { mergeMetadata } from "./route.ts";

/** What both creating and updating accept. */
export const intentFields = {
  customer: text.optional(),
  description: unsettable.optional(),
  metadata: metadata.optional(),
  payment_method: text.optional(),
  receipt_email: unsettable.optional(),
  statement_descriptor_suffix: unsettable.optional(),
  transfer_group: text.optional(),
};

export const createParams = z.strictObject({
  ...intentFields,
  amount: positive,
  currency,
  application_fee_amount: integer.optional(),
  automatic_payment_methods: z
    .strictObject({ enabled: flag, allow_redirects: z.enum(["always", "never"]).optional() })
    .optional(),
  capture_method: z.enum(["automatic", "automatic_async"]).optional(),
  confirm: flag.optional(),
  on_behalf_of: text.optional(),
  payment_method_types: z.array(z.enum(["card"])).optional(),
  return_url: url.optional(),
  transfer_data: z
    .strictObject({
      destination: z.string().regex(/^acct_\w+$/, { error: "No such destination" }),
      amount: positive.optional(),
    })
    .optional(),
});
export type CreateParams = z.output<typeof createParams>;

/** Where the money of a destination charge goes must be able to take it. */
export function assertDestination(
  desk: Pick<Desk, "need">,
  params: Pick<CreateParams, "on_behalf_of" | "transfer_data">,
): void {
  const { on_behalf_of, transfer_data } = params;
  if (on_behalf_of !== undefined) desk.need("account", on_behalf_of, "on_behalf_of");
  if (!transfer_data) return;
  const account = desk.need("account", transfer_data.destination, "transfer_data[destination]");
  assertTakesTransfers(account, on_behalf_of !== undefined);
}

export function newIntent(desk: Pick<Desk, "mint" | "need">, params: CreateParams): Stripe.PaymentIntent {
  const { mint } = desk;
  assertAmount(params.amount, params.currency);
  if (params.application_fee_amount !== undefined) {
    if (!params.transfer_data) {
      throw invalid(
        "Can only apply an application_fee when the PaymentIntent is attempting a direct payment (using an OAuth key or Stripe-Account header) or destination payment (using `transfer_data[destination]`).",
        { param: "application_fee_amount" },
      );
    }
    if (params.application_fee_amount > params.amount) {
      throw invalid("Application fee must be less than or equal to the amount.", { param: "application_fee_amount" });
    }
  }
  assertDestination(desk, params);
  if (params.customer) desk.need("customer", params.customer, "customer");
  const id = mint.id("pi");
  const automatic = params.payment_method_types ? null : (params.automatic_payment_methods ?? { enabled: true });
  return {
    id,
    object: "payment_intent",
    allowed_payment_method_types: null,
    amount: params.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: params.application_fee_amount ?? null,
    automatic_payment_methods: automatic && {
      allow_redirects: ("allow_redirects" in automatic && automatic.allow_redirects) || "always",
      enabled: automatic.enabled,
    },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.capture_method ?? "automatic_async",
    client_secret: mint.id(`${id}_secret`, 25),
    confirmation_method: "automatic",
    created: mint.now,
    currency: params.currency,
    customer: params.customer ?? null,
    customer_account: null,
    description: params.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: mergeMetadata({}, params.metadata),
    next_action: null,
    on_behalf_of: params.on_behalf_of ?? null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ["card"],
    payment_record: null,
    processing: null,
    receipt_email: params.receipt_email ?? null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    status: "requires_payment_method",
    ...(params.transfer_data ? { transfer_data: withoutUndefined(params.transfer_data) } : {}),
    transfer_group: params.transfer_group ?? null,
  };
}

const withoutUndefined = (data: {
  destination: string;
  amount?: number | undefined;
}): Stripe.PaymentIntent.TransferData => ({
  destination: data.destination,
  ...(data.amount === undefined ? {} : { amount: data.amount }),
});
