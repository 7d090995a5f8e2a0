/**
 * Events in Stripe's exact shape: the payment is played through the local provider's own state machines, which are pure,
 * and what they emit on the way is what can be sent. Ids that Servio knows already are kept.
 */
import type Stripe from "stripe";
import { type Mint, mintAt } from "../provider/mint.ts";
import { newIntent } from "../provider/operations/create-payment-intent.ts";
import { cancel, confirm, type EventDraft } from "../provider/payment-intent.ts";
import { createRefund, settleRefund } from "../provider/refund.ts";
import { cardByToken, createMethod } from "../provider/test-cards.ts";
import { StackError } from "../stack/stack-error.ts";
import type { Facts } from "./facts.ts";

/** What can be sent, and what it is about. */
export const TYPES = {
  "payment_intent.created": "the payment has begun; stored and ignored",
  "payment_intent.succeeded": "the guest has paid",
  "payment_intent.payment_failed": "the card was declined",
  "payment_intent.canceled": "the payment was given up",
  "charge.succeeded": "comes beside payment_intent.succeeded; stored and ignored",
  "charge.failed": "comes beside payment_intent.payment_failed; stored and ignored",
  "refund.created": "a refund of ours, or one made in the dashboard",
  "refund.updated": "the bank has made a refund that was pending",
  "refund.failed": "the bank has sent a refund back",
  "charge.refunded": "comes beside refund.created; stored and ignored",
} as const;
export type EventType = keyof typeof TYPES;
export const isEventType = (type: string): type is EventType => Object.hasOwn(TYPES, type);

export interface Wish {
  readonly type: EventType;
  readonly facts: Facts;
  /** The provider's own object, where it can be asked. */
  readonly intent: Stripe.PaymentIntent | null;
  /** Instead of what is due or asked back. */
  readonly amountMinor: number | null;
  readonly now: number;
}

/** The event that the provider would send now. */
export function rehearse({ type, facts, intent, amountMinor, now }: Wish): EventDraft {
  const plain = mintAt(now);
  const known: Record<string, string | null | undefined> = { pi: facts.reference, re: facts.refund?.reference };
  const mint: Mint = { ...plain, id: (prefix, length) => known[prefix] ?? plain.id(prefix, length) };
  const metadata = { payment_id: facts.paymentId, order_id: facts.orderId, venue_id: facts.venueId };
  const amount = type.startsWith("refund.") || amountMinor === null ? facts.amountMinor : amountMinor;
  const params = {
    amount,
    currency: facts.currency.toLowerCase(),
    description: facts.description ?? undefined,
    metadata,
  };
  const fresh = newIntent(
    {
      mint,
      need: () => {
        throw new StackError("a rehearsal has no customers");
      },
    },
    params,
  );
  // Whatever has become of it meanwhile: the rehearsal begins where it could still be paid.
  const begun = intent ? { ...intent, amount, amount_received: 0, status: "requires_payment_method" as const } : fresh;
  const card = (token: string) => {
    const found = cardByToken(token);
    if (!found) throw new StackError(`no such card: ${token}`);
    return found;
  };
  const pay = (token: string) => {
    const method = createMethod(card(token), null, mint);
    return confirm(begun, { method, returnUrl: null, actionUrl: () => "" }, mint);
  };
  const paid = () => pay("pm_card_visa");
  const refunded = (token: string) => {
    const { charge } = paid();
    if (!charge) throw new StackError("the rehearsed payment has no charge");
    const ours = facts.refund ? { refund_id: facts.refund.id } : null;
    const back = amountMinor ?? facts.refund?.amountMinor ?? facts.amountMinor;
    return createRefund(charge, { amount: back, metadata: ours }, card(token), mint);
  };
  const settled = (answer: "succeeded" | "failed") => {
    const { refund, charge } = refunded("pm_card_pendingRefund");
    return settleRefund(refund, charge, answer);
  };
  const scenes: Record<EventType, () => readonly EventDraft[]> = {
    "payment_intent.created": () => [{ type: "payment_intent.created", object: begun }],
    "payment_intent.succeeded": () => paid().events,
    "charge.succeeded": () => paid().events,
    "payment_intent.payment_failed": () => pay("pm_card_chargeDeclined").events,
    "charge.failed": () => pay("pm_card_chargeDeclined").events,
    "payment_intent.canceled": () => cancel(begun, "abandoned", mint).events,
    "refund.created": () => refunded("pm_card_visa").events,
    "charge.refunded": () => refunded("pm_card_visa").events,
    "refund.updated": () => settled("succeeded").events,
    "refund.failed": () => settled("failed").events,
  };
  const draft = scenes[type]().find((event) => event.type === type);
  if (!draft) throw new StackError(`the rehearsal did not come to ${type}`);
  return draft;
}
