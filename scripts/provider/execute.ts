// One API request from its parameters to its answer, in Stripe's order: idempotency key, then parameters, then the
// operation and the stored answer in one transaction. Injected faults strike where the real network would.
import { type Clock, pause } from "./clock.ts";
import { Desk, type RequestMark } from "./desk.ts";
import { expandBody, takeExpand } from "./expand.ts";
import { invalid, StripeFailure, serverFailure } from "./failure.ts";
import type { Faults, RequestFault } from "./faults.ts";
import { canonicalForm, type FormObject } from "./form.ts";
import { type Answer, type IdempotencyKeys, LONGEST_KEY, type Stored } from "./idempotency.ts";
import { mintAt } from "./mint.ts";
import type { Outcome, Route } from "./operations/route.ts";
import type { Store } from "./store.ts";

export interface Provider {
  readonly store: Store;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly keys: IdempotencyKeys;
  readonly baseUrl: () => string;
}

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly id: string;
  readonly raw: FormObject;
  readonly mark: RequestMark & { readonly id: string };
}

export type Reply =
  | { readonly kind: "answer"; readonly answer: Answer; readonly headers: Readonly<Record<string, string>> }
  /** The connection dies: at once, or after a silence. */
  | { readonly kind: "silence"; readonly ms: number };

export const failureAnswer = (failure: StripeFailure): Answer => ({
  status: failure.status,
  body: JSON.stringify({ error: failure.body }, null, 2),
});

export function openDesk(provider: Provider, request: RequestMark): Desk {
  const { store, faults, baseUrl, clock } = provider;
  return new Desk({ store, faults, request, baseUrl: baseUrl(), mint: mintAt(clock.now()) });
}

const answerOf = (outcome: Outcome, paths: readonly string[], store: Store): Answer =>
  outcome instanceof StripeFailure
    ? failureAnswer(outcome)
    : { status: 200, body: JSON.stringify(expandBody(outcome, paths, store), null, 2) };

const replayed = (stored: Stored): Reply => ({
  kind: "answer",
  answer: stored,
  headers: { "idempotent-replayed": "true", "original-request": stored.request_id },
});

/** Rate limits (429) and overload (503) are answered before execution: nothing happens and nothing is kept. */
const isBeforeExecution = (fault: RequestFault): boolean =>
  fault.action === "status" && (fault.status === 503 || fault.status < 500);

export async function execute(provider: Provider, route: Route, request: ApiRequest): Promise<Reply> {
  const { store, keys, clock, faults } = provider;
  const fault = faults.forRequest(request.method, request.path);
  if (fault && isBeforeExecution(fault)) throw serverFailure(fault.status);
  const key = request.method === "POST" ? request.mark.idempotency_key : null;
  if (key !== null && key.length > LONGEST_KEY) {
    throw invalid(`Idempotency keys must be at most ${LONGEST_KEY} characters; yours has ${key.length}.`);
  }
  const fingerprint = canonicalForm(request.raw);
  const stored = key === null ? null : keys.claim(key, request.path, fingerprint, clock.now());
  if (stored) return replayed(stored);
  try {
    if (fault?.action === "latency") await pause(clock, fault.ms);
    if (fault?.when === "before" && (fault.action === "reset" || fault.action === "timeout")) {
      if (fault.action === "timeout") await pause(clock, fault.ms);
      return { kind: "silence", ms: 0 };
    }
    const { paths, rest } = takeExpand(request.raw);
    const run = route.prepare(rest);
    const keep = (answer: Answer) => {
      if (key !== null) keys.keep(key, request.path, fingerprint, answer, request.mark.id, clock.now());
      return answer;
    };
    const perform = (): Answer => {
      const desk = openDesk(provider, request.mark);
      if (fault?.action !== "status") return answerOf(run({ desk, id: request.id }), paths, store);
      if (fault.when === "after") run({ desk, id: request.id });
      return failureAnswer(serverFailure(fault.status));
    };
    const answer = transact(store, perform, keep);
    if (fault?.action === "reset") return { kind: "silence", ms: 0 };
    if (fault?.action === "timeout") return { kind: "silence", ms: fault.ms };
    // A stored 500 would only be replayed, so Stripe tells its libraries not to try again.
    const headers: Record<string, string> =
      answer.status >= 500 && key !== null ? { "stripe-should-retry": "false" } : {};
    return { kind: "answer", answer, headers };
  } finally {
    if (key !== null) keys.release(key);
  }
}

/** What the operation throws undoes its writes; its answer is kept all the same, since execution had begun. */
function transact(store: Store, perform: () => Answer, keep: (answer: Answer) => Answer): Answer {
  try {
    return store.transaction(() => keep(perform()));
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error;
    return store.transaction(() => keep(failureAnswer(error)));
  }
}
