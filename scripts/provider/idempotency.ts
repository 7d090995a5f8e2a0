// Stripe's Idempotency-Key: the first answer that execution gives is kept for a day, whether good or bad, and every
// repeat gets that answer. The record is written in the transaction that changed the objects.
// Not kept: what failed before execution began (authentication, parameters, a key already in use, rate limits).
import { StripeFailure } from "./failure.ts";
import type { Store } from "./store.ts";

const KEPT_FOR_MS = 24 * 60 * 60 * 1000;
export const LONGEST_KEY = 255;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Stored extends Answer {
  readonly request_id: string;
}

export class IdempotencyKeys {
  readonly #store: Store;
  readonly #inFlight = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The stored answer to repeat, or null when this request is the first and now holds the key until `release`. */
  claim(key: string, path: string, params: string, now: number): Stored | null {
    if (this.#inFlight.has(key)) {
      throw new StripeFailure(
        409,
        {
          type: "idempotency_error",
          code: "idempotency_key_in_use",
          message: `There is currently another in-progress request using this Stripe-Account / Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. If you see this often, consider spacing out your requests.`,
        },
        { "stripe-should-retry": "true" },
      );
    }
    this.#store.run("delete from idempotency where created_at <= ?", now - KEPT_FOR_MS);
    const [found] = this.#store.rows<Stored & { path: string; params: string }>(
      "select path, params, status, body, request_id from idempotency where key = ?",
      key,
    );
    if (!found) {
      this.#inFlight.add(key);
      return null;
    }
    const suffix = `Try using a key other than '${key}' if you meant to execute a different request.`;
    const refuse = (what: string) =>
      new StripeFailure(400, {
        type: "idempotency_error",
        message: `Keys for idempotent requests can only be used ${what}. ${suffix}`,
      });
    if (found.path !== path)
      throw refuse(`for the same endpoint they were first used for ('${found.path}' vs '${path}')`);
    if (found.params !== params) throw refuse("with the same parameters they were first used with");
    return found;
  }

  /** Call inside the transaction of the request's own changes. */
  keep(key: string, path: string, params: string, answer: Answer, requestId: string, now: number): void {
    this.#store.run(
      "insert into idempotency (key, path, params, status, body, request_id, created_at) values (?, ?, ?, ?, ?, ?, ?)",
      key,
      path,
      params,
      answer.status,
      answer.body,
      requestId,
      now,
    );
  }

  release(key: string): void {
    this.#inFlight.delete(key);
  }
}
