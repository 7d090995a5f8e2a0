// Carries webhooks: one at a time, in order of their due time and creation, with exponential backoff when the receiver
// does not answer 2xx. A failed delivery never blocks those behind it, so a late first attempt is a real reordering.
// Deliveries live in the store; a courier that dies is replaced by one that goes on (at least once, never exactly).
import type { Clock } from "./clock.ts";
import { type Forgery, signDelivery } from "./signature.ts";
import type { Store } from "./store.ts";

export interface CourierOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly url: string;
  readonly secret: string;
  readonly timeoutMs: number;
  /** Waits before the 2nd, 3rd, … attempt; when they are used up the delivery has failed. */
  readonly retryDelaysMs: readonly number[];
}

interface Due {
  readonly id: number;
  readonly payload: string;
  readonly forgery: Forgery;
  readonly attempts: number;
}

export class Courier {
  readonly #options: CourierOptions;
  #cancelTimer: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #abort = new AbortController();
  #closed = false;
  #hurried = 0;
  #idle: (() => void)[] = [];

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** Looks for work now; harmless when there is none or when the courier is already on the way. */
  wake(): void {
    if (this.#closed || this.#running) return;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#running = this.#carry().finally(() => {
      this.#running = null;
      if (this.#closed) return;
      if (this.#pending() === 0) for (const resolve of this.#idle.splice(0)) resolve();
      this.#setAlarm();
    });
  }

  /**
   * Answers true when nothing is pending or under way (held deliveries do not count), false after `timeoutMs`.
   * Hurrying sends what waits for a delay or a retry at once, in the same order.
   */
  async drain(hurry: boolean, timeoutMs: number): Promise<boolean> {
    if (hurry) this.#hurried += 1;
    const settled = new Promise<true>((resolve) => this.#idle.push(() => resolve(true)));
    let cancel = () => {};
    const expired = new Promise<false>((resolve) => {
      cancel = this.#options.clock.after(timeoutMs, () => resolve(false));
    });
    this.wake();
    const answer = await Promise.race([settled, expired]);
    cancel();
    if (hurry) this.#hurried -= 1;
    return answer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#abort.abort();
    await this.#running;
  }

  #pending(): number {
    const { store } = this.#options;
    return (
      store.rows<{ count: number }>("select count(*) as count from deliveries where status = 'pending'")[0]?.count ?? 0
    );
  }

  #next(): Due | undefined {
    const horizon = this.#hurried > 0 ? Number.MAX_SAFE_INTEGER : this.#options.clock.now();
    return this.#options.store.rows<Due>(
      `select id, payload, forgery, attempts from deliveries
       where status = 'pending' and due_at <= ? order by due_at, id limit 1`,
      horizon,
    )[0];
  }

  #setAlarm(): void {
    const { store, clock } = this.#options;
    const [row] = store.rows<{ at: number | null }>(
      "select min(due_at) as at from deliveries where status = 'pending'",
    );
    if (row?.at == null || this.#running) return;
    this.#cancelTimer?.();
    this.#cancelTimer = clock.after(Math.max(row.at - clock.now(), 0), () => this.wake());
  }

  async #carry(): Promise<void> {
    for (let due = this.#next(); due && !this.#closed; due = this.#next()) await this.#attempt(due);
  }

  async #attempt(due: Due): Promise<void> {
    const { store, clock, secret, retryDelaysMs } = this.#options;
    const startedAt = clock.now();
    const signed = signDelivery(due.payload, secret, Math.floor(startedAt / 1000), due.forgery);
    const { status, error } = await this.#post(signed.body, signed.header);
    if (this.#closed) return;
    const delivered = status !== null && status >= 200 && status < 300;
    const delay = retryDelaysMs[due.attempts];
    const state = delivered ? "delivered" : delay === undefined ? "failed" : "pending";
    store.transaction(() => {
      store.run(
        "insert into attempts (delivery_id, at, status, error, took_ms, signature) select id, ?, ?, ?, ?, ? from deliveries where id = ?",
        startedAt,
        status,
        error,
        clock.now() - startedAt,
        signed.header,
        due.id,
      );
      store.run(
        "update deliveries set status = ?, attempts = attempts + 1, due_at = ? where id = ?",
        state,
        state === "pending" ? clock.now() + (delay ?? 0) : startedAt,
        due.id,
      );
    });
  }

  async #post(body: string, signature: string | null): Promise<{ status: number | null; error: string | null }> {
    const timeout = new AbortController();
    const cancel = this.#options.clock.after(this.#options.timeoutMs, () => timeout.abort(new Error("timed out")));
    try {
      const response = await this.#options.fetch(this.#options.url, {
        method: "POST",
        body,
        redirect: "manual",
        signal: AbortSignal.any([timeout.signal, this.#abort.signal]),
        headers: {
          "content-type": "application/json; charset=utf-8",
          "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
          ...(signature === null ? {} : { "stripe-signature": signature }),
        },
      });
      await response.body?.cancel();
      return { status: response.status, error: null };
    } catch (error) {
      return {
        status: null,
        error:
          error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error),
      };
    } finally {
      cancel();
    }
  }
}
