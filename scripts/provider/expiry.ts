// Ends checkout sessions when their time is up, so that `checkout.session.expired` comes without anybody asking.
import { openDesk, type Provider } from "./execute.ts";
import { expire } from "./operations/checkout-sessions.ts";

export class Expiry {
  readonly #provider: Provider;
  readonly #afterwards: () => void;
  #cancel: (() => void) | null = null;
  #closed = false;

  constructor(provider: Provider, afterwards: () => void) {
    this.#provider = provider;
    this.#afterwards = afterwards;
  }

  /** Expires what is due and sets the alarm for what comes next. */
  wake(): void {
    const { store, clock } = this.#provider;
    if (this.#closed) return;
    this.#cancel?.();
    const open = store.all("checkout.session", { status: "open" });
    const due = open.filter((session) => session.expires_at * 1000 <= clock.now());
    if (due.length > 0) {
      const desk = openDesk(this.#provider, { id: null, idempotency_key: null });
      store.transaction(() => {
        for (const session of due) expire(desk, session);
      });
      this.#afterwards();
    }
    const next = Math.min(
      ...open.filter((session) => !due.includes(session)).map((session) => session.expires_at * 1000),
    );
    this.#cancel = Number.isFinite(next) ? clock.after(next - clock.now(), () => this.wake()) : null;
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }
}
