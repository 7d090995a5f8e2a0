// What the payment provider remembers, page by page: its events in the order in which they happened, its objects newest
// first. Reads only. Every page is one guarded call, so that whoever turns the pages can stop between any two.
import Stripe from "stripe";
import type { Guard } from "./guard.ts";

const PAGE = 100;

export interface Window {
  readonly from: Date;
  readonly to: Date;
}

export interface Records<T> {
  readonly data: readonly T[];
  /** Where the next page begins; null when this was the last one. */
  readonly next: string | null;
}

export interface ProviderRecords {
  /** The event after which a window begins; null when the provider keeps none that is older. */
  eventBefore(from: Date): Promise<string | null>;
  /** Events after that one, oldest first. */
  eventsAfter(eventId: string): Promise<Records<Stripe.Event>>;
  /** Events of a window, newest first. */
  eventsBack(window: Window, after: string | null): Promise<Records<Stripe.Event>>;
  intents(window: Window, after: string | null): Promise<Records<Stripe.PaymentIntent>>;
  refunds(window: Window, after: string | null): Promise<Records<Stripe.Refund>>;
  balance(window: Window, after: string | null): Promise<Records<Stripe.BalanceTransaction>>;
  /** Whenever they began: all that have not been canceled. */
  subscriptions(after: string | null): Promise<Records<Stripe.Subscription>>;
  /** Null when the provider has none of that id. */
  intent(id: string): Promise<Stripe.PaymentIntent | null>;
  session(id: string): Promise<Stripe.Checkout.Session | null>;
  refund(id: string): Promise<Stripe.Refund | null>;
  subscription(id: string): Promise<Stripe.Subscription | null>;
}

const { StripeInvalidRequestError } = Stripe.errors;

/** The provider counts in whole seconds; one more on either side loses nothing. */
const created = ({ from, to }: Window) => ({
  gte: Math.floor(from.getTime() / 1000),
  lte: Math.ceil(to.getTime() / 1000),
});

const older = <T extends { id: string }>({ data, has_more }: Stripe.ApiList<T>): Records<T> => ({
  data,
  next: has_more ? (data.at(-1)?.id ?? null) : null,
});

export function createProviderRecords(stripe: Stripe, guard: Guard): ProviderRecords {
  const call = <T>(work: () => Promise<T>): Promise<T> => guard.run(work, { repeatable: true });
  const page = (window: Window, after: string | null) => ({
    limit: PAGE,
    created: created(window),
    ...(after === null ? {} : { starting_after: after }),
  });

  async function found<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await call(work);
    } catch (error) {
      if (error instanceof StripeInvalidRequestError && error.code === "resource_missing") return null;
      throw error;
    }
  }

  return {
    async eventBefore(from) {
      const before = { lt: Math.floor(from.getTime() / 1000) };
      const { data } = await call(() => stripe.events.list({ limit: 1, created: before }));
      return data[0]?.id ?? null;
    },
    async eventsAfter(eventId) {
      const list = await call(() => stripe.events.list({ limit: PAGE, ending_before: eventId }));
      // Stripe turns pages towards the present, and lists each page newest first all the same.
      return { data: list.data.toReversed(), next: list.has_more ? (list.data[0]?.id ?? null) : null };
    },
    eventsBack: async (window, after) => older(await call(() => stripe.events.list(page(window, after)))),
    intents: async (window, after) => older(await call(() => stripe.paymentIntents.list(page(window, after)))),
    refunds: async (window, after) => older(await call(() => stripe.refunds.list(page(window, after)))),
    balance: async (window, after) =>
      older(await call(() => stripe.balanceTransactions.list({ ...page(window, after), expand: ["data.source"] }))),
    subscriptions: async (after) => {
      const next = after === null ? {} : { starting_after: after };
      return older(
        await call(() => stripe.subscriptions.list({ limit: PAGE, expand: ["data.latest_invoice"], ...next })),
      );
    },
    intent: (id) => found(() => stripe.paymentIntents.retrieve(id)),
    session: (id) => found(() => stripe.checkout.sessions.retrieve(id)),
    refund: (id) => found(() => stripe.refunds.retrieve(id)),
    subscription: (id) => found(() => stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] })),
  };
}
