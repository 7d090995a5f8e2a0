// What a client hears of a turn while it goes on, as server-sent events. Whoever stops listening is noticed: nothing more is
// asked for them.
import type { ProblemFields } from "../_shared/problem.ts";
import type { Ended } from "./turn-account.ts";

export type TurnEvent =
  | { type: "started"; conversation_id: string; turn_id: string; model: string }
  | { type: "text"; delta: string }
  | { type: "tool_started"; call_id: string; tool: string; kind: string }
  | { type: "tool_finished"; call_id: string; tool: string; kind: string; outcome: string; rows: number }
  | { type: "proposal"; proposal: unknown }
  | ({ type: "usage" } & Ended)
  | { type: "done"; outcome: string }
  | { type: "error"; code: string; status: number; detail: string; retry_after_s?: number };

export type Emit = (event: TurnEvent) => void;

const HEARTBEAT_MS = 15_000;

export function problemEvent({ code, status, detail, headers }: ProblemFields): TurnEvent {
  const seconds = Number(headers?.["retry-after"]);
  return { type: "error", code, status, detail, ...(seconds > 0 ? { retry_after_s: seconds } : {}) };
}

/** Runs `work` and streams what it emits; `signal` is aborted when nobody listens any more. */
export function streamEvents(
  work: (emit: Emit, signal: AbortSignal) => Promise<void>,
  gone: AbortSignal,
  heartbeatMs: number = HEARTBEAT_MS,
): Response {
  const encoder = new TextEncoder();
  const listening = new AbortController();
  const hangUp = () => listening.abort(new DOMException("nobody listens any more", "AbortError"));
  gone.addEventListener("abort", hangUp);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (text: string) => {
        if (!listening.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      // Keeps what stands between from closing a quiet connection.
      const heartbeat = setInterval(() => send(": still here\n\n"), heartbeatMs);
      try {
        await work(({ type, ...data }) => send(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`), listening.signal);
      } finally {
        clearInterval(heartbeat);
        gone.removeEventListener("abort", hangUp);
        if (!listening.signal.aborted) controller.close();
      }
    },
    cancel: hangUp,
  });
  return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
}
