// What moves on the account's balance: one balance transaction for each charge, refund and refund that came back. Pure.
// The fee is what Stripe takes for a European card in the United Kingdom, 1.5 % and 20 minor units; a refund returns none.
import type Stripe from "stripe";
import type { Saved } from "./store.ts";

type Charge = Stripe.Charge;
type Refund = Stripe.Refund;

const FUNDS_AVAILABLE_AFTER = 2 * 86_400;
const feeOf = (amount: number): number => Math.min(amount, Math.round(amount * 0.015) + 20);
const nameOf = (value: string | { id: string } | null | undefined) => (typeof value === "string" ? value : value?.id);

interface Movement {
  readonly id: string;
  readonly type: Stripe.BalanceTransaction.Type;
  readonly amount: number;
  readonly fee: number;
  readonly source: Charge | Refund;
}

function movementsOf(object: Saved): Movement[] {
  if (object.object === "charge") {
    const id = nameOf(object.balance_transaction);
    if (!id) return [];
    return [{ id, type: "charge", amount: object.amount, fee: feeOf(object.amount), source: object }];
  }
  if (object.object !== "refund") return [];
  const [out, back] = [nameOf(object.balance_transaction), nameOf(object.failure_balance_transaction)];
  return [
    ...(out ? [{ id: out, type: "refund" as const, amount: -object.amount, fee: 0, source: object }] : []),
    ...(back ? [{ id: back, type: "refund_failure" as const, amount: object.amount, fee: 0, source: object }] : []),
  ];
}

/** The balance transactions that an object names, as they are when they are made. */
export function balanceTransactionsOf(object: Saved, now: number): Stripe.BalanceTransaction[] {
  return movementsOf(object).map(({ id, type, amount, fee, source }) => ({
    id,
    object: "balance_transaction",
    amount,
    available_on: now + FUNDS_AVAILABLE_AFTER,
    balance_type: "payments",
    created: now,
    currency: source.currency,
    description: source.object === "charge" ? source.description : "REFUND FOR CHARGE",
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency: source.currency,
              description: "Stripe processing fees",
              type: "stripe_fee",
            },
          ],
    net: amount - fee,
    reporting_category: type,
    source: source.id,
    status: "pending",
    type,
  }));
}
