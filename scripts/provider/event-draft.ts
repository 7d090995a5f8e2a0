// An event before it has an identity: what happened, to what.
import type Stripe from "stripe";
import type { Saved } from "./store.ts";

export interface EventDraft {
  readonly type: Stripe.Event.Type;
  readonly object: Exclude<Saved, Stripe.Event>;
  /** The connected account that it happened on. */
  readonly account?: string;
  readonly previous?: Readonly<Record<string, unknown>>;
}
