// What an operation may touch while it runs inside one transaction: the store, fresh identifiers, and the events that
// its changes cause. Writing an event writes its deliveries too, so none can be lost between the two; writing what moves
// money writes the movement.
import Stripe from "stripe";
import { movementsOf } from "./balance.ts";
import { sendingOf } from "./connect.ts";
import { missing } from "./failure.ts";
import type { Faults } from "./faults.ts";
import type { Mint } from "./mint.ts";
import type { EventDraft } from "./payment-intent.ts";
import type { Kind, Kinds, Saved, Store } from "./store.ts";

export interface RequestMark {
  readonly id: string | null;
  readonly idempotency_key: string | null;
}

export interface DeskOptions {
  readonly store: Store;
  readonly mint: Mint;
  readonly faults: Faults;
  readonly request: RequestMark;
  readonly baseUrl: string;
}

const NAMES: Readonly<Record<Kind, string>> = {
  payment_intent: "payment_intent",
  payment_method: "PaymentMethod",
  charge: "charge",
  account: "destination",
  transfer: "transfer",
  application_fee: "application fee",
  refund: "refund",
  customer: "customer",
  dispute: "dispute",
  balance_transaction: "balance transaction",
  event: "event",
  "checkout.session": "checkout.session",
  product: "product",
  price: "price",
  subscription: "subscription",
  invoice: "invoice",
  "billing_portal.configuration": "configuration",
  "billing_portal.session": "portal session",
  webhook_endpoint: "webhook endpoint",
};

export class Desk {
  readonly store: Store;
  readonly mint: Mint;
  readonly baseUrl: string;
  readonly #faults: Faults;
  readonly #request: RequestMark;

  constructor(options: DeskOptions) {
    this.store = options.store;
    this.mint = options.mint;
    this.baseUrl = options.baseUrl;
    this.#faults = options.faults;
    this.#request = options.request;
  }

  /** The object, or Stripe's resource_missing: 404 for the id in the path, 400 when `param` names a parameter. */
  need<K extends Kind>(kind: K, id: string, param?: string): Kinds[K] {
    const found = this.store.get(kind, id);
    if (!found) throw missing(NAMES[kind], id, param);
    return found;
  }

  save(objects: readonly (Saved | undefined)[], events: readonly EventDraft[] = []): void {
    for (const object of objects) {
      if (!object) continue;
      this.store.save(object);
      for (const moved of movementsOf(object, this.mint.now)) {
        if (!this.store.get("balance_transaction", moved.id)) this.store.save(moved);
      }
      if (object.object === "charge" && object.transfer && !this.store.get("transfer", String(object.transfer))) {
        const { transfer, fee, movements, events: told } = sendingOf(object, this.mint);
        this.save([transfer ?? undefined, fee ?? undefined, ...movements], told);
      }
    }
    for (const draft of events) this.#emit(draft);
  }

  #emit(draft: EventDraft): void {
    const event = {
      id: this.mint.id("evt"),
      object: "event",
      api_version: Stripe.API_VERSION,
      created: this.mint.now,
      data: { object: draft.object, ...(draft.previous ? { previous_attributes: draft.previous } : {}) },
      livemode: false,
      pending_webhooks: 1,
      request: this.#request,
      type: draft.type,
      ...(draft.account ? { account: draft.account } : {}),
    } as Stripe.Event;
    this.store.save(event);
    const plan = this.#faults.forEvent(draft.type);
    for (let copy = 0; copy < plan.copies; copy += 1) {
      enqueue(this.store, event.id, JSON.stringify(event, null, 2), {
        status: plan.status,
        dueAt: this.mint.nowMs + plan.delayMs,
        now: this.mint.nowMs,
      });
    }
  }
}

export interface Enqueued {
  readonly status: "pending" | "held" | "dropped";
  readonly dueAt: number;
  readonly now: number;
  readonly forgery?: string;
}

export function enqueue(store: Store, eventId: string, payload: string, how: Enqueued): number {
  const [row] = store.rows<{ id: number }>(
    `insert into deliveries (event_id, forgery, payload, status, due_at, created_at) values (?, ?, ?, ?, ?, ?)
     returning id`,
    eventId,
    how.forgery ?? "valid",
    payload,
    how.status,
    how.dueAt,
    how.now,
  );
  return row?.id ?? 0;
}
