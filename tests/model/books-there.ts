/** The provider's books, as its lists show them to a reconciliation; of what is lost for good it has no event. */
import type Stripe from "stripe";
import type { ProviderRecords, Records } from "../../supabase/functions/_shared/provider-records.ts";
import type { House } from "./house.ts";
import { BEGINNING, CHARGE_FEE, DISPUTE_FEE, eventOf, providerId } from "./provider-words.ts";
import type { State } from "./state.ts";

/** Stripe's objects have a hundred fields more. Who reads them parses nothing, so that these are all that are read. */
const page = <T>(data: readonly object[]): Records<T> => ({ data: data as unknown as readonly T[], next: null });

/** `onList`: before a list is read. */
export function recordsOf(house: House, state: State, onList: (name: string) => void): ProviderRecords {
  const id = (kind: Parameters<typeof providerId>[1], handle: string) => providerId(house, kind, handle);
  const list = <T>(name: string, objects: readonly object[]) => {
    onList(name);
    return page<T>(objects);
  };
  const events = Object.entries(state.events)
    .filter(([, { lie, isLost }]) => lie === null && isLost !== "for good")
    .map(([handle, { at }]) => ({ ...eventOf(house, state, handle).p_payload, created: BEGINNING / 1_000 + at }));
  const intents = Object.entries(state.intents).map(([payment, { amount, status }]) => ({
    id: id("pi", payment),
    object: "payment_intent",
    status: status === "open" ? "requires_payment_method" : status,
    amount,
    amount_received: status === "succeeded" ? amount : 0,
    currency: "gbp",
    metadata: { payment_id: house.rows.get(payment) },
  }));
  const refunds = Object.entries(state.bank).map(([about, { payment, amount, status }]) => ({
    id: id("re", about),
    object: "refund",
    status,
    amount,
    currency: "gbp",
    payment_intent: id("pi", payment),
    metadata: house.rows.has(about) ? { refund_id: house.rows.get(about) } : {},
  }));
  const found = async <T>(objects: readonly { id: string }[], wanted: string) =>
    (objects.find((one) => one.id === wanted) ?? null) as T | null;
  return {
    eventBefore: async () => null,
    eventsBack: async () => list<Stripe.Event>("events", events.toReversed()),
    eventsAfter: async () => page<Stripe.Event>([]),
    intents: async () => list<Stripe.PaymentIntent>("payments", intents),
    refunds: async () => list<Stripe.Refund>("refunds", refunds),
    balance: async () => list<Stripe.BalanceTransaction>("balance", movements(state, id)),
    subscriptions: async () => page<Stripe.Subscription>([]),
    intent: (wanted) => found<Stripe.PaymentIntent>(intents, wanted),
    refund: (wanted) => found<Stripe.Refund>(refunds, wanted),
    session: async () => null,
    subscription: async () => null,
  };
}

/** What moved on the balance. */
function movements(state: State, id: (kind: "pi" | "re" | "txn", handle: string) => string): object[] {
  const created = Math.floor(Date.now() / 1_000);
  const moved = (handle: string, reporting_category: string, amount: number, fee: number, source: object) => ({
    ...{ id: id("txn", handle), object: "balance_transaction", reporting_category, amount, fee, net: amount - fee },
    ...{ currency: "gbp", created, source: { currency: "gbp", amount: Math.abs(amount), metadata: {}, ...source } },
  });
  return [
    ...Object.entries(state.intents)
      .filter(([, { status }]) => status === "succeeded")
      .map(([payment, { amount }]) =>
        moved(payment, "charge", amount, CHARGE_FEE, { object: "charge", payment_intent: id("pi", payment) }),
      ),
    ...Object.entries(state.bank)
      .filter(([, { status }]) => status === "succeeded")
      .map(([about, { payment, amount }]) =>
        moved(about, "refund", -amount, 0, {
          object: "refund",
          id: id("re", about),
          payment_intent: id("pi", payment),
        }),
      ),
    ...Object.entries(state.claims).flatMap(([about, { payment, moves }]) =>
      moves.map((move, index) =>
        moved(`${about}-${index}`, index === 0 ? "dispute" : "dispute_reversal", move, index === 0 ? DISPUTE_FEE : 0, {
          object: "dispute",
          payment_intent: id("pi", payment),
        }),
      ),
    ),
  ];
}

/** What the provider has of each payment in the end, without what it keeps of charges. */
export function balanceOf(state: State, payment: string): number {
  const { amount, status } = state.intents[payment] ?? { amount: 0, status: "none" };
  const refunds = Object.values(state.bank).filter((one) => one.payment === payment && one.status === "succeeded");
  const claims = Object.values(state.claims).filter((one) => one.payment === payment);
  const disputed = claims.map(({ moves }) => moves.reduce((sum, move) => sum + move, -DISPUTE_FEE));
  return [...refunds.map((one) => -one.amount), ...disputed].reduce(
    (sum, one) => sum + one,
    status === "succeeded" ? amount : 0,
  );
}
