// Balance transactions: what moved on the account, made beside the object that moved it. Pure. The prices are those of a
// card in the United Kingdom: 1.5 % and 20 pence of a charge, 20 pounds of a dispute; a refund costs nothing and brings no fee back.
import type Stripe from "stripe";

type Movement = Stripe.BalanceTransaction;

export const DISPUTE_FEE = 2_000;
export const chargeFee = (amount: number): number => Math.min(amount, Math.round(amount * 0.015) + 20);

const DAY = 86_400;

interface NewMovement {
  readonly id: string;
  readonly amount: number;
  readonly fee: number;
  readonly currency: string;
  readonly created: number;
  readonly source: string;
  readonly type: Movement["type"];
  readonly category: string;
  readonly description?: string | null;
}

export function movement({
  id,
  amount,
  fee,
  currency,
  created,
  source,
  type,
  category,
  description,
}: NewMovement): Movement {
  return {
    id,
    object: "balance_transaction",
    amount,
    available_on: created + 2 * DAY,
    balance_type: "payments",
    created,
    currency,
    description: description ?? null,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency,
              description: type === "charge" ? "Stripe processing fees" : "Dispute fee",
              type: "stripe_fee",
            },
          ],
    net: amount - fee,
    reporting_category: category,
    source,
    status: "pending",
    type,
  };
}

const nameOf = (value: string | { id: string } | null | undefined) => (typeof value === "string" ? value : value?.id);

/** The movements that an object names and that stand beside it. */
export function movementsOf(object: { readonly object: string }, now: number): Movement[] {
  if (object.object === "charge") {
    const charge = object as Stripe.Charge;
    const id = nameOf(charge.balance_transaction);
    const { amount, currency, description } = charge;
    const fee = chargeFee(amount);
    const source = charge.id;
    return id
      ? [movement({ id, amount, fee, currency, description, created: now, source, type: "charge", category: "charge" })]
      : [];
  }
  if (object.object !== "refund") return [];
  const refund = object as Stripe.Refund;
  const { amount, currency } = refund;
  const base = { fee: 0, currency, created: now, source: refund.id };
  const id = nameOf(refund.balance_transaction);
  const back = nameOf(refund.failure_balance_transaction);
  return [
    ...(id ? [movement({ ...base, id, amount: -amount, type: "refund", category: "refund" })] : []),
    ...(back ? [movement({ ...base, id: back, amount, type: "refund_failure", category: "refund_failure" })] : []),
  ];
}
