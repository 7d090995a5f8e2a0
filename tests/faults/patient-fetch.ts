/**
 * A client that lives through trouble: every request is made again, as it was, until it is answered. Each is told of
 * before it leaves, when it has left and when it was answered, so that something can go wrong exactly then.
 */
import { mayPass, retry } from "../../supabase/functions/_shared/retry.ts";

export type Moment = "before" | "under way" | "after";

export interface Watch {
  /** How many requests have begun; repetitions are not counted. */
  begin(): number;
  reached(request: number, moment: Moment): Promise<void>;
  /** Something is asked again. */
  again(): void;
}

class NoAnswer extends Error {
  readonly response: Response;
  constructor(response: Response) {
    super(`HTTP ${response.status}`);
    this.response = response;
  }
}

export function patientFetch(watch: Watch): typeof fetch {
  const once = async (
    input: string | URL | Request,
    init: RequestInit | undefined,
    request: number,
    attempt: number,
  ) => {
    if (attempt === 1) await watch.reached(request, "before");
    const signals = [AbortSignal.timeout(10_000), ...(init?.signal ? [init.signal] : [])];
    const asked = fetch(input, { ...init, signal: AbortSignal.any(signals) });
    asked.catch(() => {}); // it is awaited below
    if (attempt === 1) await watch.reached(request, "under way");
    const response = await asked;
    // The body belongs to the answer: a connection may break in the middle of it.
    const body = await response.arrayBuffer();
    const { status, statusText, headers } = response;
    const whole = new Response([204, 304].includes(status) ? null : body, { status, statusText, headers });
    if (status >= 400 && mayPass(failureOf(status, body))) throw new NoAnswer(whole);
    if (attempt === 1) await watch.reached(request, "after");
    return whole;
  };
  return async (input, init) => {
    const request = watch.begin();
    const work = (attempt: number) => once(input, init, request, attempt);
    try {
      return await retry(work, {
        isTransient: (error) => error instanceof NoAnswer || !init?.signal?.aborted,
        // Who says when it may be better is believed: to ask sooner only uses up what a guest may ask.
        notBeforeMs: (error) =>
          1_000 * Number((error instanceof NoAnswer && error.response.headers.get("retry-after")) || 0),
        attempts: 500,
        withinMs: 120_000,
        firstDelayMs: 20,
        longestDelayMs: 400,
        onRetry: () => watch.again(),
      });
    } catch (error) {
      if (error instanceof NoAnswer) return error.response;
      throw error;
    }
  };
}

function failureOf(status: number, body: ArrayBuffer) {
  try {
    const { code, message } = JSON.parse(new TextDecoder().decode(body)) as { code?: unknown; message?: unknown };
    return { status, code: String(code ?? ""), message: String(message ?? "") };
  } catch {
    return { status, code: "" };
  }
}
