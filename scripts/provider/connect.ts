// Destination charges, pure: what they send to a connected account and what of it the platform keeps, and what refunds bring
// back. The whole charge is transferred and the application fee collected from the account afterwards; a refund that reverses
// takes back its own amount, and of the fee what the whole so far is worth, so that parts add up to it.
import type Stripe from "stripe";
import { movement } from "./balance.ts";
import type { EventDraft } from "./event-draft.ts";
import { invalid } from "./failure.ts";
import type { Mint } from "./mint.ts";

export interface Sending {
  readonly transfer: Stripe.Transfer | null;
  readonly fee: Stripe.ApplicationFee | null;
  readonly movements: readonly Stripe.BalanceTransaction[];
  readonly events: readonly EventDraft[];
}

const emptyList = <T>(url: string): Stripe.ApiList<T> => ({ object: "list", data: [], has_more: false, url });

/** What goes out beside a charge that has succeeded; the charge names both. */
export function sendingOf(charge: Stripe.Charge, mint: Mint): Sending {
  const events: EventDraft[] = [];
  const movements: Stripe.BalanceTransaction[] = [];
  const destination = String(charge.transfer_data?.destination);
  const { currency } = charge;
  let transfer: Stripe.Transfer | null = null;
  let fee: Stripe.ApplicationFee | null = null;
  if (typeof charge.transfer === "string") {
    const moved = { id: mint.id("txn"), currency, fee: 0, created: mint.now, source: charge.transfer };
    transfer = {
      id: charge.transfer,
      object: "transfer",
      amount: charge.amount,
      amount_reversed: 0,
      balance_transaction: moved.id,
      created: mint.now,
      currency,
      description: null,
      destination,
      destination_payment: mint.id("py"),
      livemode: false,
      metadata: {},
      reversals: emptyList(`/v1/transfers/${charge.transfer}/reversals`),
      reversed: false,
      source_transaction: charge.id,
      source_type: "card",
      transfer_group: charge.transfer_group,
    };
    movements.push(movement({ ...moved, amount: -charge.amount, type: "transfer", category: "transfer" }));
    events.push({ type: "transfer.created", object: transfer });
  }
  if (typeof charge.application_fee === "string") {
    const moved = { id: mint.id("txn"), currency, fee: 0, created: mint.now, source: charge.application_fee };
    const amount = charge.application_fee_amount ?? 0;
    fee = {
      id: charge.application_fee,
      object: "application_fee",
      account: destination,
      amount,
      amount_refunded: 0,
      application: "ca_local",
      balance_transaction: moved.id,
      charge: String(transfer?.destination_payment ?? charge.id),
      created: mint.now,
      currency,
      fee_source: { charge: charge.id, type: "charge" },
      livemode: false,
      originating_transaction: charge.id,
      refunded: false,
      refunds: emptyList(`/v1/application_fees/${charge.application_fee}/refunds`),
    };
    movements.push(movement({ ...moved, amount, type: "application_fee", category: "platform_earning" }));
    events.push({ type: "application_fee.created", object: fee });
  }
  return { transfer, fee, movements, events };
}

export interface TakingBack {
  readonly refund: Stripe.Refund;
  /** The charge as the refund leaves it. */
  readonly charge: Stripe.Charge;
  readonly transfer: Stripe.Transfer | null;
  readonly fee: Stripe.ApplicationFee | null;
}

const worth = (fee: number, part: number, whole: number) => Math.floor((2 * fee * part + whole) / (2 * whole));

export function takeBack(
  { refund, charge, transfer, fee }: TakingBack,
  mint: Mint,
): Sending & { refund: Stripe.Refund } {
  const { amount, currency } = refund;
  const movements: Stripe.BalanceTransaction[] = [];
  const events: EventDraft[] = [];
  const moved = () => ({ id: mint.id("txn"), currency, fee: 0, created: mint.now });
  let reversed: Stripe.Transfer | null = null;
  let returned: Stripe.ApplicationFee | null = null;
  let reversalId: string | null = null;
  if (transfer) {
    if (amount > transfer.amount - transfer.amount_reversed) {
      throw invalid("The transfer cannot be reversed by more than what is left of it.", { param: "reverse_transfer" });
    }
    reversalId = mint.id("trr");
    const amount_reversed = transfer.amount_reversed + amount;
    reversed = { ...transfer, amount_reversed, reversed: amount_reversed === transfer.amount };
    const source = { ...moved(), source: reversalId, amount };
    movements.push(movement({ ...source, type: "transfer_refund", category: "transfer_reversal" }));
    events.push({
      type: "transfer.reversed",
      object: reversed,
      previous: { amount_reversed: transfer.amount_reversed },
    });
  }
  if (fee) {
    const part = reversed ? reversed.amount_reversed : charge.amount_refunded;
    const amount_refunded = Math.max(fee.amount_refunded, worth(fee.amount, part, charge.amount));
    returned = { ...fee, amount_refunded, refunded: amount_refunded === fee.amount };
    const back = fee.amount_refunded - amount_refunded;
    if (back !== 0) {
      const source = { ...moved(), source: fee.id, amount: back };
      movements.push(movement({ ...source, type: "application_fee_refund", category: "platform_earning_refund" }));
      events.push({
        type: "application_fee.refunded",
        object: returned,
        previous: { amount_refunded: fee.amount_refunded },
      });
    }
  }
  return { refund: { ...refund, transfer_reversal: reversalId }, transfer: reversed, fee: returned, movements, events };
}
