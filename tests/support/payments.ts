/** Online payments without a provider: the events it would send, handed over as the webhook function hands them over. */
import { randomBytes } from "node:crypto";
import { guest, machine } from "./actors.ts";
import { type Answer, type Api, must } from "./api.ts";
import { type Order, type OrderRequest, place, readOrder, type Session } from "./guests.ts";

export interface Started {
  readonly payment_id: string;
  readonly status: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly provider_reference: string | null;
}

export interface Recorded {
  readonly event_id: string;
  readonly duplicate: boolean;
  readonly status: "applied" | "ignored" | "quarantined";
  readonly outcome: string;
}

export const providerId = (kind: string): string => `${kind}_${randomBytes(12).toString("hex")}`;

export const startPayment = (api: Api, session: Session, orderId: string): Promise<Answer<Started>> =>
  api.rpc<Started>(guest, "start_payment", { p_session_token: session.session_token, p_order_id: orderId });

/** Arguments of record_provider_event. */
export const providerEvent = (type: string, object: object, eventId = providerId("evt")) => ({
  p_provider: "stripe",
  p_event_id: eventId,
  p_type: type,
  p_created_at: new Date().toISOString(),
  p_payload: { id: eventId, object: "event", type, data: { object } },
});

export const succeeded = (payment: Pick<Started, "payment_id" | "amount_minor">, reference = providerId("pi")) =>
  providerEvent("payment_intent.succeeded", {
    id: reference,
    object: "payment_intent",
    status: "succeeded",
    amount_received: payment.amount_minor,
    currency: "gbp",
    metadata: { payment_id: payment.payment_id },
  });

export const refundEvent = (refund: {
  readonly id: string;
  readonly payment_intent: string;
  readonly amount: number;
  readonly status: string;
  readonly metadata?: object;
}) => providerEvent("refund.updated", { object: "refund", currency: "gbp", metadata: {}, ...refund });

export const disputed = (payment_intent: string) =>
  providerEvent("charge.dispute.created", {
    id: providerId("du"),
    object: "dispute",
    payment_intent,
    status: "needs_response",
    reason: "fraudulent",
    amount: 1,
    currency: "gbp",
    created: 1_764_000_000,
    evidence_details: { due_by: null },
    balance_transactions: [],
  });

export const record = (api: Api, event: ReturnType<typeof providerEvent>): Promise<Answer<Recorded>> =>
  api.rpc<Recorded>(machine, "record_provider_event", event);

/** A pay_now order with a payment that waits for the guest. */
export async function openPayment(api: Api, session: Session, request: OrderRequest) {
  const order = must(await place(api, session, request));
  const payment = must(await startPayment(api, session, order.id));
  return { order, payment };
}

/** A pay_now order that was paid online. */
export async function paidOnline(
  api: Api,
  session: Session,
  request: OrderRequest,
): Promise<{ order: Order; payment: Started; reference: string }> {
  const { order, payment } = await openPayment(api, session, request);
  const reference = providerId("pi");
  must(await record(api, succeeded(payment, reference)));
  return { order: await readOrder(api, session, order.id), payment, reference };
}
