// Starts a payment, or goes on with the one that is open: reserve (database) → create (provider) → attach (database) →
// only then answer. What was never attached was never shown to a guest and cannot be paid, so of two devices, or after a
// crash half way, exactly one object counts: the attached one. Losers cancel their own and read again. A key that the caller
// gives is claimed with the reservation and closed with the answer; a crash in between leaves it to the next call.
import { z } from "zod";
import { isDestinationRefusal } from "../_shared/connect-provider.ts";
import { destinationOf, goesOn } from "../_shared/destination.ts";
import type { NewObject, PaymentProvider } from "../_shared/payment-provider.ts";
import { Problem, problem } from "../_shared/problem.ts";
import type { Method, ProviderObject } from "../_shared/provider-objects.ts";
import type { Rpc } from "../_shared/rpc.ts";
import type { Trace } from "../_shared/trace.ts";

export interface StartRequest {
  readonly sessionToken: string;
  readonly orderId: string;
  /** One share of a split order, or all that is due on it. */
  readonly shareId?: string | undefined;
  readonly method: Method;
  readonly returnUrl: string | undefined;
  readonly idempotencyKey: string | undefined;
}

export interface StartDependencies {
  /** With the caller's own rights. */
  readonly callerRpc: Rpc;
  readonly serviceRpc: Rpc;
  readonly provider: PaymentProvider;
  readonly trace: Trace;
}

export interface StartAnswer {
  readonly payment_id: string;
  /** pending: waits for the guest; processing: the money is taken or on its way, the order follows by webhook. */
  readonly status: "pending" | "processing";
  readonly amount_minor: number;
  readonly currency: string;
  readonly client_secret?: string;
  readonly checkout_url?: string;
}

const started = z.object({
  payment_id: z.guid(),
  order_id: z.guid(),
  venue_id: z.guid(),
  amount_minor: z.number().int().positive(),
  currency: z.string().length(3),
  provider_reference: z.string().nullable(),
  description: z.string(),
  claim_id: z.guid().optional(),
  replayed: z.literal(true).optional(),
  status: z.enum(["reserved", "pending", "succeeded", "canceled"]),
  ...goesOn,
});
type Started = z.output<typeof started>;

const attached = z.object({ status: z.enum(["reserved", "pending", "succeeded", "canceled"]) });

const ROUNDS = 3;

export async function startPayment(request: StartRequest, dependencies: StartDependencies): Promise<StartAnswer> {
  const { serviceRpc, trace } = dependencies;
  const first = await reserve(request, request.idempotencyKey, dependencies);
  if (first.replayed) return await replay(first, dependencies);
  const { claim_id } = first;
  if (claim_id === undefined) return await pay(first, request, dependencies);
  try {
    const answer = await pay(first, request, dependencies);
    await serviceRpc("finish_claim", { p_claim_id: claim_id, p_answer: { payment_id: answer.payment_id } }, trace);
    return answer;
  } catch (error) {
    // Nothing was answered: the same key may try again at once. Should this fail, too, it may when the claim's lease is over.
    await serviceRpc("finish_claim", { p_claim_id: claim_id }, trace).catch(() => undefined);
    throw error;
  }
}

async function reserve(
  { sessionToken, orderId, shareId, method, returnUrl }: StartRequest,
  key: string | undefined,
  { callerRpc, trace }: StartDependencies,
): Promise<Started> {
  const asked = { method, ...(returnUrl === undefined ? {} : { return_url: returnUrl }) };
  const share = shareId === undefined ? {} : { p_share_id: shareId };
  const claim = key === undefined ? {} : { p_idempotency_key: key, p_request: asked };
  return started.parse(
    await callerRpc("start_payment", { p_session_token: sessionToken, p_order_id: orderId, ...share, ...claim }, trace),
  );
}

/** The payment that this key has started, as it stands: secrets of the provider are asked for, not kept. */
async function replay(payment: Started, { provider }: StartDependencies): Promise<StartAnswer> {
  const reference = payment.provider_reference;
  const object = payment.status === "canceled" || reference === null ? null : await provider.retrieve(reference);
  if (object === null || object.state === "dead") throw problem("payment_attempt_over");
  return answerOf(payment, object);
}

async function pay(first: Started, request: StartRequest, dependencies: StartDependencies): Promise<StartAnswer> {
  const { serviceRpc, provider, trace } = dependencies;
  for (let round = 1; round <= ROUNDS; round++) {
    const payment = round === 1 ? first : await reserve(request, undefined, dependencies);
    const { provider_reference: reference } = payment;
    if (reference !== null) {
      const object = await provider.retrieve(reference);
      const usable = object.state === "processing" || (object.state === "open" && object.method === request.method);
      if (usable) return answerOf(payment, object);
      // Dead, or the guest wants the other way to pay: this payment ends, and the next round begins another.
      if (object.state === "open" && (await provider.abandon(reference)).state === "processing") break;
      await serviceRpc("cancel_payment", { p_payment_id: payment.payment_id }, trace);
      continue;
    }
    const object = await createOrGiveUp(payment, request, dependencies);
    // The organisation's own account does not take it: the next round asks for a payment that stays with us.
    if (object === null) continue;
    if (await attach(payment.payment_id, object.reference, serviceRpc, trace)) return answerOf(payment, object);
    await provider.abandon(object.reference);
  }
  throw problem("payment_in_progress", { headers: { "retry-after": "2" } });
}

async function createOrGiveUp(
  payment: Started,
  request: StartRequest,
  { provider, serviceRpc, trace }: StartDependencies,
): Promise<ProviderObject | null> {
  try {
    return await create(payment, request, provider);
  } catch (error) {
    if (payment.destination === undefined || !isDestinationRefusal(error)) throw error;
    await serviceRpc("refuse_destination", { p_payment_id: payment.payment_id }, trace);
    return null;
  }
}

function create(payment: Started, request: StartRequest, provider: PaymentProvider): Promise<ProviderObject> {
  const order: NewObject = {
    paymentId: payment.payment_id,
    orderId: payment.order_id,
    venueId: payment.venue_id,
    amountMinor: payment.amount_minor,
    currency: payment.currency,
    description: payment.description,
    ...destinationOf(payment),
  };
  if (request.method === "payment_intent") return provider.createIntent(order);
  if (request.returnUrl === undefined) throw problem("invalid_input", { detail: "return_url: required for checkout" });
  return provider.createCheckout(order, request.returnUrl);
}

/** True when this object is the payment's; false when the payment has another one, or was cancelled meanwhile. */
async function attach(paymentId: string, reference: string, serviceRpc: Rpc, trace: Trace): Promise<boolean> {
  try {
    const answer = await serviceRpc(
      "attach_payment",
      { p_payment_id: paymentId, p_provider_reference: reference },
      trace,
    );
    return attached.parse(answer).status !== "canceled";
  } catch (error) {
    if (error instanceof Problem && error.code === "payment_reference_conflict") return false;
    throw error;
  }
}

function answerOf(payment: Started, object: ProviderObject): StartAnswer {
  return {
    payment_id: payment.payment_id,
    status: object.state === "processing" ? "processing" : "pending",
    amount_minor: payment.amount_minor,
    currency: payment.currency,
    ...(object.clientSecret === null ? {} : { client_secret: object.clientSecret }),
    ...(object.url === null ? {} : { checkout_url: object.url }),
  };
}
